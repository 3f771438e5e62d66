//! What the account decided about itself.

use db::Tx;
use directory::settings::{AccountSettings, Key, SettingsRefusal};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const SETTINGS: Shape = Shape::Named(
    "Settings",
    &Shape::Object(&[
        field("name", Shape::Text(0, 400), "What the account is called."),
        field(
            "country",
            Shape::Maybe(&Shape::Text(0, 2)),
            "Where phone numbers without a country code are from.",
        ),
        field("time_zone", Shape::Text(0, 100), ""),
        field(
            "language",
            Shape::Maybe(&Shape::Text(0, 40)),
            "Of messages.",
        ),
        field(
            "name_order",
            Shape::OneOf(&["first_last", "last_first"]),
            "Of names in lists.",
        ),
        field(
            "import_lock",
            Shape::Bool,
            "Whether nobody changes people by hand while an import writes.",
        ),
        field("keep_imports_months", Shape::Integer(0, 1000), ""),
        field("keep_drafts_days", Shape::Integer(0, 10_000), ""),
        field(
            "keep_deleted_days",
            Shape::Integer(0, 10_000),
            "How long deleted users can be restored.",
        ),
        field("keep_messages_days", Shape::Integer(0, 10_000), ""),
        field("keep_notifications_days", Shape::Integer(0, 10_000), ""),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "SettingsChanges",
    &Shape::Object(&[
        may("name", Shape::Text(1, 100), ""),
        may(
            "country",
            Shape::Maybe(&Shape::Text(0, 2)),
            "ISO 3166, two letters.",
        ),
        may(
            "time_zone",
            Shape::Text(1, 100),
            "Such as Africa/Johannesburg.",
        ),
        may(
            "language",
            Shape::Maybe(&Shape::Text(0, 40)),
            "A tag of BCP 47.",
        ),
        may(
            "name_order",
            Shape::OneOf(&["first_last", "last_first"]),
            "",
        ),
        may("import_lock", Shape::Bool, ""),
        may("keep_imports_months", Shape::Integer(1, 120), ""),
        may("keep_drafts_days", Shape::Integer(1, 365), ""),
        may(
            "keep_deleted_days",
            Shape::Integer(1, 365),
            "Only an owner makes it shorter.",
        ),
        may("keep_messages_days", Shape::Integer(7, 3650), ""),
        may("keep_notifications_days", Shape::Integer(7, 3650), ""),
    ]),
);
const EXAMPLE: &str = r#"{"name":"Harbour Facilities","country":"ZA","time_zone":"Africa/Johannesburg","language":"en","name_order":"first_last","import_lock":false,"keep_imports_months":13,"keep_drafts_days":30,"keep_deleted_days":30,"keep_messages_days":90,"keep_notifications_days":90}"#;

pub(super) const SHOW: Operation =
    Operation::new("getSettings", "The account's settings", Work::Read(show))
        .answers(Answered::One(&SETTINGS), EXAMPLE);
pub(super) const CHANGE: Operation = Operation::new(
    "changeSettings",
    "Change the account's settings",
    Work::Write(change),
)
.words("A merge patch (RFC 7396): what is not named stays.")
.body(Body::Json(
    &CHANGES,
    r#"{"time_zone":"Africa/Johannesburg"}"#,
))
.answers(Answered::One(&SETTINGS), EXAMPLE)
.needs_version();

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&AccountSettings::see(tx, &ask.ctx)?))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let mut settings = AccountSettings::see(tx, &ask.ctx)?;
    ask.expect(&tag_of_settings(&settings))?;
    let mut wrong = Vec::new();
    for (name, value) in ask.body.as_object().into_iter().flatten() {
        let Some(key) = Key::parse(name) else {
            continue;
        };
        let text = match value {
            Value::Bool(is_on) => (if *is_on { "on" } else { "off" }).to_owned(),
            Value::String(text) => text.clone(),
            Value::Number(number) => format!("{:.0}", number.as_f64().unwrap_or_default()),
            _ => String::new(),
        };
        match settings.take(key, &text) {
            Ok(()) => {}
            Err(refusal @ SettingsRefusal::Wrong { .. }) => {
                wrong.push(Wrong::new(
                    format!("/{name}"),
                    sentence(&refusal.to_string()),
                ));
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    settings.store(tx, &ask.ctx)?;
    Ok(reply(&AccountSettings::see(tx, &ask.ctx)?))
}

impl From<SettingsRefusal> for Problem {
    fn from(refusal: SettingsRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            SettingsRefusal::Forbidden(_) => Failure::Forbidden.into(),
            SettingsRefusal::Db(error) => error.into(),
            SettingsRefusal::Wrong { .. } => Self::invalid(vec![Wrong::new("", words)]),
        }
    }
}

fn reply(settings: &AccountSettings) -> Reply {
    Reply::one(value(settings)).tagged(&tag_of_settings(settings))
}

fn tag_of_settings(settings: &AccountSettings) -> String {
    let texts: Vec<String> = Key::ALL
        .into_iter()
        .map(|key| settings.typed(key))
        .collect();
    tag_of(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}

fn value(settings: &AccountSettings) -> Value {
    let mut object = Map::new();
    for key in Key::ALL {
        let text = settings.typed(key);
        let value = match key {
            Key::ImportLock => json!(text == "on"),
            Key::Country | Key::Language if text.is_empty() => Value::Null,
            key if key.bounds().is_some() => json!(text.parse::<i64>().ok()),
            _ => json!(text),
        };
        object.insert(key.as_str().to_owned(), value);
    }
    Value::Object(object)
}
