//! The account's own fields of people.

use db::Tx;
use directory::fields::{self, ChangeField, CreateField, CustomField, FieldKind};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const KINDS: Shape = Shape::OneOf(&["text", "number", "date", "bool", "choice"]);
const CHOICES: Shape = Shape::List(&Shape::Text(1, 200), 1000);
const FIELD: Shape = Shape::Named(
    "Field",
    &Shape::Object(&[
        field("key", Shape::Text(1, 100), "As in `custom` of a user."),
        field("label", Shape::Text(0, 400), ""),
        field("kind", KINDS, ""),
        field("choices", CHOICES, "The values of a choice."),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewField",
    &Shape::Object(&[
        field("label", Shape::Text(1, 60), "Its key is made of it."),
        field("kind", KINDS, ""),
        may("choices", CHOICES, "The values of a choice."),
    ]),
);
const LABEL: Shape = Shape::Named(
    "FieldLabel",
    &Shape::Object(&[field("label", Shape::Text(1, 60), "")]),
);
const EXAMPLE: &str = r#"{"key":"locker","label":"Locker","kind":"text","choices":[]}"#;

pub(super) const LIST: Operation = Operation::new(
    "listFields",
    "List the account's own fields",
    Work::Read(list),
)
.words("All on one page.")
.query(&[FIELDS])
.answers(
    Answered::One(&Shape::Page(&FIELD)),
    r#"{"items":[{"key":"locker","label":"Locker","kind":"text","choices":[]}],"next":null}"#,
);
pub(super) const CREATE: Operation =
    Operation::new("createField", "Create a field", Work::Write(create))
        .body(Body::Json(&NEW, r#"{"label":"Locker","kind":"text"}"#))
        .answers(Answered::Made(&FIELD), EXAMPLE);
pub(super) const RENAME: Operation = Operation::new(
    "renameField",
    "Give a field another label",
    Work::Write(rename),
)
.words("Its key stays.")
.body(Body::Json(&LABEL, r#"{"label":"Locker number"}"#))
.answers(Answered::One(&FIELD), EXAMPLE);
pub(super) const REMOVE: Operation =
    Operation::new("removeField", "Remove a field", Work::Write(remove))
        .words(
            "One that nobody has a value of, while no import writes; otherwise refused with 409.",
        )
        .refuses(&[409]);

fn value(field: &CustomField) -> Value {
    json!({
        "key": field.key, "label": field.label, "kind": field.kind.as_str(),
        "choices": field.choices,
    })
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = fields::list(tx, ask.ctx.account)?;
    Ok(Reply::page(ask, all.iter().map(value).collect(), None))
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let kind = ask
        .text("kind")
        .and_then(FieldKind::parse)
        .unwrap_or(FieldKind::Text);
    let choices = ask.body.get("choices").and_then(Value::as_array);
    let choices = choices.into_iter().flatten().filter_map(Value::as_str);
    let choices: Vec<String> = choices.map(str::to_owned).collect();
    let label = ask.text("label").unwrap_or_default();
    let made = fields::create(tx, &ask.ctx, label, kind, &choices).map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            CreateField::Forbidden(_) => Failure::Forbidden.into(),
            CreateField::Db(error) => Problem::from(error),
            CreateField::Label => Problem::invalid(vec![Wrong::new("/label", words)]),
            conflict @ (CreateField::Exists(_) | CreateField::TooMany) => {
                Problem::conflict(conflict.code(), words)
            }
        }
    })?;
    let address = format!("/api/v1/fields/{}", made.key);
    Ok(Reply::made(value(&made), &address))
}

fn rename(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = ask.place("key");
    fields::rename(tx, &ask.ctx, key, ask.text("label").unwrap_or_default())?;
    let all = fields::list(tx, ask.ctx.account)?;
    let found = all.iter().find(|field| field.key == key);
    Ok(Reply::one(value(found.ok_or_else(Problem::not_found)?)))
}

fn remove(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    fields::remove(tx, &ask.ctx, ask.place("key"))?;
    Ok(Reply::nothing())
}

impl From<ChangeField> for Problem {
    fn from(error: ChangeField) -> Self {
        let words = sentence(&error.to_string());
        match error {
            ChangeField::Forbidden(_) => Failure::Forbidden.into(),
            ChangeField::Db(error) => error.into(),
            ChangeField::NotFound => Self::not_found(),
            ChangeField::Label => Self::invalid(vec![Wrong::new("/label", words)]),
            ChangeField::Exists(_) => Self::conflict("field_exists", words),
            ChangeField::InUse(_) => Self::conflict("field_in_use", words),
            ChangeField::Writing(_) => Self::conflict("import_writes", words),
        }
    }
}
