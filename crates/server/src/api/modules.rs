//! Modules the account owns, how many of their seats are free, and setting how many there are.

use db::Tx;
use directory::modules::{self, Module, SetModule};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field},
};
use crate::{failure::Failure, format::sentence};

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

const SEATS: Shape = Shape::Named(
    "Seats",
    &Shape::Object(&[field(
        "seats",
        Shape::Integer(0, u32::MAX as i64),
        "How many people may have it.",
    )]),
);
pub(super) const SET: Operation =
    Operation::new("setModule", "Say how many seats a module has", Work::Write(set))
        .words("The account owns the module from then on, if it did not. A key is 1 to 40 lower-case letters, digits and underscores; `lone_working`, `events` and `audits` have names of their own. Fewer seats than are in use are refused with 409 `seats_in_use`.")
        .body(Body::Json(&SEATS, r#"{"seats":120}"#))
        .answers(
            Answered::One(&MODULE),
            r#"{"key":"lone_working","label":"Lone Working","seats":120,"used":12,"free":108}"#,
        );

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let modules = modules::list(tx, ask.ctx.account)?;
    Ok(Reply::page(ask, modules.iter().map(value).collect(), None))
}

fn value(module: &Module) -> Value {
    json!({
        "key": module.key, "label": module.label, "seats": module.seats, "used": module.used,
        "free": module.free(),
    })
}

fn set(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let seats = ask.body.get("seats").and_then(Value::as_u64);
    let seats = seats.and_then(|seats| u32::try_from(seats).ok());
    let wrong = || Problem::invalid(vec![Wrong::new("/seats", "This must be a whole number.")]);
    let seats = seats.ok_or_else(wrong)?;
    let module = modules::set(tx, &ask.ctx, ask.place("key"), seats).map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            SetModule::Forbidden(_) => Failure::Forbidden.into(),
            SetModule::Db(error) => Problem::from(error),
            // What cannot be a key is the name of nothing.
            SetModule::Key(_) => Problem::not_found(),
            SetModule::InUse { .. } => Problem::conflict("seats_in_use", words),
        }
    })?;
    Ok(Reply::one(value(&module)))
}
