//! Modules the account owns, and how many of their seats are free.

use db::Tx;
use directory::modules;
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, FIELDS, Operation, Work},
    shape::{Shape, field},
};

const MODULE: Shape = Shape::Named(
    "Module",
    &Shape::Object(&[
        field("key", Shape::Text(1, 40), ""),
        field("label", Shape::Text(0, 400), ""),
        field("seats", Shape::Integer(0, i64::MAX), ""),
        field("used", Shape::Integer(0, i64::MAX), ""),
        field("free", Shape::Integer(0, i64::MAX), ""),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listModules", "List modules", Work::Read(list))
        .words("All on one page. Seats are given and taken with the user: `modules` of `changeUser`.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&MODULE)),
            r#"{"items":[{"key":"lone_working","label":"Lone Working","seats":100,"used":12,"free":88}],"next":null}"#,
        );

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let items = modules::list(tx, ask.ctx.account)?.into_iter().map(|module| {
        json!({
            "key": module.key, "label": module.label, "seats": module.seats, "used": module.used,
            "free": module.free(),
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}
