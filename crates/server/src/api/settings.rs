//! Every setting of the account, whichever page it stands on, as one object.

use db::Tx;
use serde_json::{Map, Value};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{
    failure::Failure,
    format::sentence,
    settings::{EverySetting, Setting, SettingRefusal},
};

const EXISTING: Shape = Shape::OneOf(&["overwrite", "keep", "skip"]);
const BAD_ROWS: Shape = Shape::OneOf(&["skip", "stop"]);
const UNKNOWN_GROUP: Shape = Shape::OneOf(&["create", "error"]);
const CARD_NUMBERS: Shape = Shape::OneOf(&["decimal", "hex"]);
const CARD_TYPES: Shape = Shape::OneOf(&["mobile", "rf", "qr"]);
const ROLES: Shape = Shape::List(&Shape::OneOf(&["owner", "admin", "manager", "user"]), 4);
const LINK: Shape = Shape::Maybe(&Shape::Text(0, 500));
const VERSION: Shape = Shape::Maybe(&Shape::Text(0, 50));

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
        field(
            "existing",
            EXISTING,
            "What new imports do with people who are there.",
        ),
        field(
            "bad_rows",
            BAD_ROWS,
            "What they do with rows that cannot be imported.",
        ),
        field(
            "unknown_group",
            UNKNOWN_GROUP,
            "What they do with groups the account does not have.",
        ),
        field(
            "most_percent",
            Shape::Integer(0, 100),
            "A plan asks for its number when a larger percentage of people is deactivated.",
        ),
        field(
            "most_people",
            Shape::Integer(0, 1_000_000),
            "Or more people.",
        ),
        field(
            "most_cards",
            Shape::Integer(0, 1_000_000),
            "Or when more cards are taken from their holders.",
        ),
        field(
            "card_numbers",
            CARD_NUMBERS,
            "How card numbers are written.",
        ),
        field("card_type", CARD_TYPES, "Of a new card."),
        field(
            "card_valid_days",
            Shape::Maybe(&Shape::Integer(0, 10_000)),
            "For how long a new card is valid; null: for good.",
        ),
        field(
            "photo_megabytes",
            Shape::Integer(0, 1000),
            "How large a photo may be.",
        ),
        field(
            "photos_by_people",
            Shape::Bool,
            "Whether people set their own photos.",
        ),
        field(
            "document_megabytes",
            Shape::Integer(0, 10_000),
            "How large a file of a document may be.",
        ),
        field(
            "invitation_days",
            Shape::Integer(0, 1000),
            "For how long links of invitations work.",
        ),
        field(
            "invitation_reminders",
            Shape::List(&Shape::Integer(0, 1000), 100),
            "After how many days people are reminded.",
        ),
        field(
            "password_chars",
            Shape::Integer(0, 1000),
            "How many characters a password has at least.",
        ),
        field(
            "session_limit",
            Shape::Integer(0, 1000),
            "On how many devices people are signed in at once.",
        ),
        field(
            "two_factor_roles",
            ROLES,
            "Of which roles two-factor sign-in is asked.",
        ),
        field("early_link", LINK, "Where the early version of the app is."),
        field("early_version", VERSION, "What it is called."),
        field(
            "released_version",
            VERSION,
            "The version of the app that everybody has.",
        ),
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
        may("existing", EXISTING, ""),
        may("bad_rows", BAD_ROWS, ""),
        may("unknown_group", UNKNOWN_GROUP, ""),
        may("most_percent", Shape::Integer(0, 100), ""),
        may("most_people", Shape::Integer(0, 1_000_000), ""),
        may("most_cards", Shape::Integer(0, 1_000_000), ""),
        may("card_numbers", CARD_NUMBERS, ""),
        may("card_type", CARD_TYPES, ""),
        may(
            "card_valid_days",
            Shape::Maybe(&Shape::Integer(1, 3650)),
            "",
        ),
        may("photo_megabytes", Shape::Integer(1, 10), ""),
        may("photos_by_people", Shape::Bool, ""),
        may("document_megabytes", Shape::Integer(1, 1024), ""),
        may("invitation_days", Shape::Integer(1, 90), ""),
        may(
            "invitation_reminders",
            Shape::List(&Shape::Integer(1, 89), 5),
            "Rising, and each less than the days the link works.",
        ),
        may("password_chars", Shape::Integer(8, 64), ""),
        may("session_limit", Shape::Integer(1, 20), ""),
        may(
            "two_factor_roles",
            ROLES,
            "Instead of those that are asked now.",
        ),
        may(
            "early_link",
            LINK,
            "By https; together with `early_version`, or neither.",
        ),
        may("early_version", VERSION, "Such as 2.10.1."),
        may(
            "released_version",
            VERSION,
            "Once it is as new as the early one, open early access expires and its people are told so.",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"name":"Harbour Facilities","country":"ZA","time_zone":"Africa/Johannesburg","language":"en","name_order":"first_last","import_lock":false,"keep_imports_months":13,"keep_drafts_days":30,"keep_deleted_days":30,"keep_messages_days":90,"keep_notifications_days":90,"existing":"overwrite","bad_rows":"skip","unknown_group":"create","most_percent":2,"most_people":25,"most_cards":50,"card_numbers":"decimal","card_type":"mobile","card_valid_days":null,"photo_megabytes":5,"photos_by_people":true,"document_megabytes":50,"invitation_days":14,"invitation_reminders":[3,7],"password_chars":12,"session_limit":3,"two_factor_roles":["owner","admin"],"early_link":null,"early_version":null,"released_version":"2.9.0"}"#;

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
    Ok(reply(&EverySetting::see(tx, &ask.ctx)?))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let mut settings = EverySetting::see(tx, &ask.ctx)?;
    ask.expect(&tag_of_settings(&settings))?;
    let mut wrong = Vec::new();
    for (name, value) in ask.body.as_object().into_iter().flatten() {
        let Some(setting) = Setting::parse(name) else {
            continue;
        };
        match settings.take(setting, &typed(value)) {
            Ok(()) => {}
            Err(SettingRefusal::Wrong { setting, words }) => wrong.push(fault(setting, &words)),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    settings.store(tx, &ask.ctx)?;
    Ok(reply(&EverySetting::see(tx, &ask.ctx)?))
}

/// A value as it would be typed.
fn typed(value: &Value) -> String {
    match value {
        Value::Bool(is_on) => (if *is_on { "on" } else { "off" }).to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => format!("{:.0}", number.as_f64().unwrap_or_default()),
        Value::Array(parts) => parts.iter().map(typed).collect::<Vec<_>>().join(","),
        Value::Null | Value::Object(_) => String::new(),
    }
}

fn fault(setting: Setting, words: &str) -> Wrong {
    Wrong::new(format!("/{}", setting.as_str()), sentence(words))
}

impl From<SettingRefusal> for Problem {
    fn from(refusal: SettingRefusal) -> Self {
        match refusal {
            SettingRefusal::Forbidden(_) => Failure::Forbidden.into(),
            SettingRefusal::Db(error) => error.into(),
            SettingRefusal::Wrong { setting, words } => Self::invalid(vec![fault(setting, &words)]),
        }
    }
}

fn reply(settings: &EverySetting) -> Reply {
    let object: Map<String, Value> = Setting::all()
        .map(|setting| (setting.as_str().to_owned(), settings.value(setting)))
        .collect();
    Reply::one(Value::Object(object)).tagged(&tag_of_settings(settings))
}

fn tag_of_settings(settings: &EverySetting) -> String {
    let texts: Vec<String> = Setting::all()
        .map(|setting| settings.typed(setting))
        .collect();
    tag_of(&texts.iter().map(String::as_str).collect::<Vec<_>>())
}
