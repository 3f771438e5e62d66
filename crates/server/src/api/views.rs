//! Lists of users that were kept with a name, as tabs above the list of the page.

use db::Tx;
use directory::views::{self, View, ViewError};
use kernel::ViewId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence, users::Query};

const QUERY: Shape = Shape::Text(0, 2000);
const VIEW: Shape = Shape::Named(
    "View",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field(
            "query",
            QUERY,
            "What is shown, as in the address of the page.",
        ),
        field(
            "shared",
            Shape::Bool,
            "Whether everybody who sees users may use it.",
        ),
        field("own", Shape::Bool, "Whether the token's maker keeps it."),
        field("human_url", Shape::Text(0, 3000), "The page of it."),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewView",
    &Shape::Object(&[
        field("name", Shape::Text(1, 100), ""),
        field(
            "query",
            QUERY,
            "Such as `status=active&lacks=card&sort=newest`; what the page does not know is left out.",
        ),
        may("shared", Shape::Bool, "False if nothing is said."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a60","name":"Without a card","query":"status=active&lacks=card","shared":true,"own":true,"human_url":"/users?status=active&lacks=card"}"#;

pub(super) const LIST: Operation = Operation::new("listViews", "List kept lists of users", Work::Read(list))
    .words("One's own, and those that others share; by name, on one page.")
    .query(&[FIELDS])
    .answers(
        Answered::One(&Shape::Page(&VIEW)),
        r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a60","name":"Without a card","query":"status=active&lacks=card"}],"next":null}"#,
    );
pub(super) const KEEP: Operation =
    Operation::new("keepView", "Keep a list of users", Work::Write(keep))
        .words("One's own of the same name is replaced. Sharing needs a role that changes users.")
        .body(Body::Json(
            &NEW,
            r#"{"name":"Without a card","query":"status=active&lacks=card","shared":true}"#,
        ))
        .answers(Answered::One(&VIEW), EXAMPLE);
pub(super) const REMOVE: Operation = Operation::new(
    "removeView",
    "Remove a kept list of users",
    Work::Write(remove),
)
.words("One's own; shared ones also by those who may change settings.");

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = views::list(tx, &ask.ctx)?;
    let items = all.iter().map(|view| value(ask, view)).collect();
    Ok(Reply::page(ask, items, None))
}

fn value(ask: &Ask, view: &View) -> Value {
    json!({
        "id": view.id, "name": view.name, "query": view.query, "shared": view.is_shared,
        "own": Some(view.owner) == ask.ctx.actor.user,
        "human_url": format!("/users?{}", Query::parse(&view.query).kept()),
    })
}

fn keep(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    // Only what the page understands is kept.
    let query = Query::parse(ask.text("query").unwrap_or_default()).kept();
    let shared = ask.body.get("shared") == Some(&Value::Bool(true));
    let name = ask.text("name").unwrap_or_default();
    views::keep(tx, &ask.ctx, name, shared, &query)?;
    let key = kernel::fold(name.trim()).into_owned();
    let kept = views::list(tx, &ask.ctx)?
        .into_iter()
        .find(|view| Some(view.owner) == ask.ctx.actor.user && kernel::fold(&view.name) == key);
    let kept = kept.ok_or_else(Problem::not_found)?;
    Ok(Reply::one(value(ask, &kept)))
}

fn remove(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: ViewId = ask.id("id")?;
    views::remove(tx, &ask.ctx, id)?;
    Ok(Reply::nothing())
}

impl From<ViewError> for Problem {
    fn from(error: ViewError) -> Self {
        let words = sentence(&error.to_string());
        match error {
            ViewError::Forbidden(_) => Failure::Forbidden.into(),
            ViewError::NotFound => Self::not_found(),
            ViewError::Db(error) => error.into(),
            ViewError::Name => Self::invalid(vec![Wrong::new("/name", words)]),
            ViewError::TooLong => Self::invalid(vec![Wrong::new("/query", words)]),
            ViewError::TooMany => Self::conflict("too_many_views", words),
        }
    }
}
