//! What is chosen for an import: all of it as one object, and the plain choices also where its file
//! is taken in.

use directory::Ctx;
use import::{
    BadRows, CardHeld, Existing, FieldOptions, Former, Imports, ListWay, MatchKey, Mode, Preset,
    Refusal, Scope, Settings, UnknownGroup, Way, card_radix, date_order,
};
use kernel::Code;
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    imports::{found, unfit},
    operation::{Answered, Body, Operation, Work},
    shape::{Field, Shape, may},
};

pub(super) const PRESETS: Shape = Shape::OneOf(&["general", "invite", "team", "roles", "cards"]);
const MODES: Shape = Shape::OneOf(&["add-update", "add", "update", "match"]);
const EXISTING: Shape = Shape::OneOf(&["skip", "keep", "overwrite"]);
const FORMER: Shape = Shape::OneOf(&["leave", "fresh", "restore", "skip"]);
pub(super) const CARD_HELD: Shape = Shape::OneOf(&["refuse", "leave", "move"]);
const BAD_ROWS: Shape = Shape::OneOf(&["skip", "stop"]);
const UNKNOWN_GROUP: Shape = Shape::OneOf(&["create", "error"]);
const KEYS: Shape = Shape::List(
    &Shape::OneOf(&["external_id", "email", "phone", "card_id"]),
    4,
);
const DATE_ORDER: Shape = Shape::OneOf(&["ymd", "dmy", "mdy"]);
const CARD_RADIX: Shape = Shape::OneOf(&["decimal", "hex"]);
const COUNTRY: Shape = Shape::Text(2, 2);
const SCOPES: Shape = Shape::List(&Shape::Text(1, 300), 1000);
const PAUSE: Shape = Shape::Integer(1, 10_000);
const WORD: Shape = Shape::Text(1, 100);
const DAY: Shape = Shape::Text(1, 40);

const MODE_WORDS: &str = "Add people, change them, both, or also deactivate those of the scope who are missing from the file.";
const SCOPE_WORDS: &str = "Whom the file is a complete list of, with the mode `match`: `all`, `series`, or groups and teams as `group:NAME`, `team:NAME` or by their ids.";
const FORMER_WORDS: &str = "What happens to people of the file who are deactivated.";
const HELD_WORDS: &str = "What happens to cards that somebody else holds.";
const EXISTING_WORDS: &str = "What happens to people who are there already.";
const BAD_WORDS: &str = "Import the good rows, or nothing unless all are good.";
const GROUP_WORDS: &str = "What happens to groups the account does not have.";
const KEYS_WORDS: &str = "What people are recognised by, in the order of trust.";
const COUNTRY_WORDS: &str = "Country whose national phone numbers are understood, such as ZA.";
const DATE_WORDS: &str = "Order of dates that are not in ISO form.";
const PAUSE_WORDS: &str = "Halt after so many written rows for a look; `resumeImport` goes on.";

/// How a file is to be read.
pub(super) const FILE: Shape = Shape::Object(&[
    may("encoding", Shape::Maybe(&WORD), "Such as windows-1252."),
    may("delimiter", Shape::Maybe(&WORD), "`\\t` for the tab."),
    may("quote", Shape::Maybe(&WORD), "`none` when nothing quotes."),
    may(
        "header_row",
        Shape::Maybe(&WORD),
        "Its number from 1, or `none`.",
    ),
    may(
        "sheet",
        Shape::Maybe(&Shape::Text(1, 200)),
        "By name, or number from 1.",
    ),
]);
/// Whose value of a field counts.
pub(super) const COUNTS: Field = may(
    "existing",
    Shape::Maybe(&Shape::OneOf(&["file", "ours", "blank"])),
    "Whose value counts; `blank` fills in ours only where it is blank.",
);
/// What blank cells of a field do.
pub(super) const BLANK: Field = may(
    "blank",
    Shape::OneOf(&["leave", "clear"]),
    "What a blank cell does.",
);
/// What lists of a field do.
pub(super) const NAMES: Field = may(
    "list",
    Shape::OneOf(&["add", "replace", "remove"]),
    "What the names of a list cell do to those a person has.",
);
/// What stands between the values of several columns of a field.
pub(super) const BETWEEN: Field = may(
    "join",
    Shape::Maybe(&Shape::Lines(20)),
    "Several columns fill the field, with this between their values.",
);
const OPTION: Shape = Shape::Object(&[COUNTS, BLANK, NAMES, BETWEEN]);
const WRITTEN: Shape = Shape::Object(&[
    super::shape::field("code", Shape::Text(1, 100), ""),
    super::shape::field("field", Shape::Text(0, 200), ""),
]);
pub(super) const SETTINGS: Shape = Shape::Named(
    "ImportSettings",
    &Shape::Object(&[
        may("preset", PRESETS, "What the choices began with."),
        may("mode", MODES, MODE_WORDS),
        may("scope", Shape::Maybe(&SCOPES), SCOPE_WORDS),
        may("existing", EXISTING, EXISTING_WORDS),
        may("former", FORMER, FORMER_WORDS),
        may("card_held", CARD_HELD, HELD_WORDS),
        may("bad_rows", BAD_ROWS, BAD_WORDS),
        may("unknown_group", UNKNOWN_GROUP, GROUP_WORDS),
        may("match_keys", KEYS, KEYS_WORDS),
        may("default_country", Shape::Maybe(&COUNTRY), COUNTRY_WORDS),
        may("date_order", Shape::Maybe(&DATE_ORDER), DATE_WORDS),
        may("card_radix", CARD_RADIX, "How card numbers are written."),
        may(
            "card_start",
            Shape::Maybe(&DAY),
            "Start of validity for cards without one.",
        ),
        may(
            "card_end",
            Shape::Maybe(&DAY),
            "End of validity for cards without one.",
        ),
        may(
            "defaults",
            Shape::Map(&Shape::Maybe(&Shape::Lines(1000))),
            "Values for people whose row has none, by field; null takes one away.",
        ),
        may(
            "options",
            Shape::Map(&Shape::Maybe(&OPTION)),
            "What is done with single fields; null: as with all others.",
        ),
        may(
            "file",
            FILE,
            "How the file is to be read; what is null is detected.",
        ),
        may(
            "as_written",
            Shape::List(&WRITTEN, 1000),
            "Kinds of values that are not brought into their standard form: the code under which they are listed, and the field.",
        ),
        may("pause_after", Shape::Maybe(&PAUSE), PAUSE_WORDS),
    ]),
);
const EXAMPLE: &str = r#"{"preset":"general","mode":"add-update","scope":null,"existing":"overwrite","former":"leave","card_held":"leave","bad_rows":"skip","unknown_group":"create","match_keys":["external_id","email","phone"],"default_country":"ZA","date_order":null,"card_radix":"decimal","card_start":null,"card_end":null,"defaults":{"department":"Security"},"options":{"groups":{"existing":null,"blank":"leave","list":"replace","join":null}},"file":{"encoding":null,"delimiter":";","quote":null,"header_row":null,"sheet":null},"as_written":[],"pause_after":null}"#;

pub(super) const SHOW: Operation = Operation::new(
    "getImportSettings",
    "What is chosen for an import",
    Work::Engine(show),
)
.answers(Answered::One(&SETTINGS), EXAMPLE);
pub(super) const CHANGE: Operation = Operation::new(
    "changeImportSettings",
    "Choose for an import",
    Work::Engine(change),
)
.words("For drafts only; `checkImport` makes the plan anew. What is said about the file has it looked at again, and its columns too. `ETag` is that of the import.")
.body(Body::Json(&SETTINGS, r#"{"mode":"match","scope":["group:Night shift"],"options":{"groups":{"list":"replace"}},"file":{"delimiter":";"}}"#))
.answers(Answered::One(&SETTINGS), EXAMPLE)
.refuses(&[413, 415])
.needs_version();

/// What is chosen when a file is taken in.
pub(super) const CHOICES: &[Field] = &[
    may("name", Shape::Text(1, 200), "The file's name."),
    may(
        "title",
        Shape::Text(1, 200),
        "A name for the import; the file's if nothing is said.",
    ),
    may(
        "policy",
        Shape::OneOf(&["review", "auto", "wait"]),
        "`auto`: it starts by itself when its columns are certain, every row is good and nothing has to be confirmed; otherwise it waits, as with `review`. `wait`: it is not even checked, so that settings and columns can be chosen first.",
    ),
    may("preset", PRESETS, "What the choices begin with."),
    may("mode", MODES, MODE_WORDS),
    may("scope", SCOPES, SCOPE_WORDS),
    may("existing", EXISTING, EXISTING_WORDS),
    may("former", FORMER, FORMER_WORDS),
    may("card_held", CARD_HELD, HELD_WORDS),
    may("bad_rows", BAD_ROWS, BAD_WORDS),
    may("unknown_group", UNKNOWN_GROUP, GROUP_WORDS),
    may("match_keys", KEYS, KEYS_WORDS),
    may("default_country", COUNTRY, COUNTRY_WORDS),
    may("date_order", DATE_ORDER, DATE_WORDS),
    may("card_radix", CARD_RADIX, "How card numbers are written."),
    may(
        "card_start",
        DAY,
        "Start of validity for cards without one.",
    ),
    may("card_end", DAY, "End of validity for cards without one."),
    may("pause_after", PAUSE, PAUSE_WORDS),
    may(
        "encoding",
        WORD,
        "How the file is read, such as windows-1252; found if nothing is said.",
    ),
    may(
        "delimiter",
        WORD,
        "What separates cells; `\\t` for the tab.",
    ),
    may("quote", WORD, "What wraps cells; `none` when nothing does."),
    may("header_row", WORD, "Row of the header from 1, or `none`."),
    may(
        "sheet",
        Shape::Text(1, 200),
        "Sheet of a workbook, by name or number from 1.",
    ),
    may(
        "upload",
        Shape::Id,
        "Instead of a body: a file that arrived in parts.",
    ),
];
/// Choices about the file itself.
const OF_FILE: [&str; 5] = ["encoding", "delimiter", "quote", "header_row", "sheet"];

/// The preset that the address names.
pub(super) fn preset(ask: &Ask) -> Preset {
    let named = ask.param("preset").and_then(Preset::parse);
    named.unwrap_or(Preset::General)
}

/// What the address says of the settings, as the same object.
pub(super) fn asked(ask: &Ask) -> Value {
    let mut all = Map::new();
    let mut file = Map::new();
    for (name, value) in &ask.query {
        if OF_FILE.contains(&name.as_str()) {
            file.insert(name.clone(), json!(value));
            continue;
        }
        let value = match name.as_str() {
            "scope" | "match_keys" => value.split(',').collect(),
            "pause_after" => json!(value.parse::<i64>().ok()),
            _ => json!(value),
        };
        all.insert(name.clone(), value);
    }
    all.insert("file".to_owned(), Value::Object(file));
    Value::Object(all)
}

/// Puts what was chosen onto settings; what is not named stays.
pub(super) fn choose(
    imports: &Imports,
    ctx: &Ctx,
    settings: &mut Settings,
    chosen: &Value,
) -> Result<(), Refusal> {
    let text = |name: &str| chosen.get(name).and_then(Value::as_str);
    macro_rules! plain {
        ($($field:ident by $parse:path;)+) => {
            $(if let Some(choice) = text(stringify!($field)).and_then($parse) {
                settings.$field = choice;
            })+
        };
    }
    plain! {
        preset by Preset::parse;
        mode by Mode::parse;
        existing by Existing::parse;
        former by Former::parse;
        card_held by CardHeld::parse;
        bad_rows by BadRows::parse;
        unknown_group by UnknownGroup::parse;
        card_radix by card_radix;
    }
    let own = |name: &str| text(name).map(str::to_owned);
    if chosen.get("default_country").is_some() {
        settings.default_country = text("default_country").map(str::to_uppercase);
    }
    if chosen.get("date_order").is_some() {
        settings.date_order = text("date_order").and_then(date_order);
    }
    if chosen.get("card_start").is_some() {
        settings.card_start = own("card_start");
    }
    if chosen.get("card_end").is_some() {
        settings.card_end = own("card_end");
    }
    if let Some(rows) = chosen.get("pause_after") {
        settings.pause_after = rows.as_i64();
    }
    if let Some(keys) = chosen.get("match_keys").and_then(Value::as_array) {
        let keys = keys.iter().filter_map(Value::as_str);
        settings.match_keys = keys.filter_map(MatchKey::parse).collect();
    }
    if let Some(words) = chosen.get("scope") {
        settings.scope = scope(imports, ctx, words)?;
    }
    fields(settings, chosen);
    Ok(())
}

/// What is said about single fields and about the file.
fn fields(settings: &mut Settings, chosen: &Value) {
    let map = |name: &str| chosen.get(name).and_then(Value::as_object);
    for (field, value) in map("defaults").into_iter().flatten() {
        settings.defaults.retain(|known| known.0 != *field);
        if let Some(value) = value.as_str() {
            settings.defaults.push((field.clone(), value.to_owned()));
        }
    }
    for (field, option) in map("options").into_iter().flatten() {
        let before = settings.options.iter().position(|one| one.field == *field);
        let before = before.map(|place| settings.options.remove(place));
        if option.is_null() {
            continue;
        }
        let plain = FieldOptions {
            field: field.clone(),
            ..FieldOptions::default()
        };
        settings
            .options
            .push(optioned(before.unwrap_or(plain), option));
    }
    for (name, value) in map("file").into_iter().flatten() {
        let file = &mut settings.file;
        let place = match name.as_str() {
            "encoding" => &mut file.encoding,
            "delimiter" => &mut file.delimiter,
            "quote" => &mut file.quote,
            "header_row" => &mut file.header_row,
            _ => &mut file.sheet,
        };
        *place = value.as_str().map(str::to_owned);
    }
    if let Some(kinds) = chosen.get("as_written").and_then(Value::as_array) {
        let kind = |kind: &Value| {
            let code: Code = kind.get("code")?.as_str()?.parse().ok()?;
            Some((code, kind.get("field")?.as_str()?.to_owned()))
        };
        settings.as_written = kinds.iter().filter_map(kind).collect();
    }
}

fn optioned(mut option: FieldOptions, chosen: &Value) -> FieldOptions {
    let text = |name: &str| chosen.get(name).and_then(Value::as_str);
    if chosen.get("existing").is_some() {
        option.existing = text("existing").and_then(Way::parse);
    }
    if let Some(blank) = text("blank").and_then(import::Blank::parse) {
        option.blank = blank;
    }
    if let Some(list) = text("list").and_then(ListWay::parse) {
        option.list = list;
    }
    if chosen.get("join").is_some() {
        option.join = text("join").map(str::to_owned);
    }
    option
}

/// The scope in words or by ids.
fn scope(imports: &Imports, ctx: &Ctx, words: &Value) -> Result<Option<Scope>, Refusal> {
    let words = words.as_array().into_iter().flatten();
    let words: Vec<&str> = words.filter_map(Value::as_str).collect();
    let mut ids = Vec::new();
    let mut named = Vec::new();
    for word in words {
        match word.parse() {
            Ok(id) => ids.push(id),
            Err(_) => named.push(word.to_owned()),
        }
    }
    match imports.scope_named(ctx, &named)? {
        Some(Scope::Groups(more)) => ids.extend(more),
        Some(all) if ids.is_empty() => return Ok(Some(all)),
        Some(_) => {
            return Err(Refusal::File {
                code: "scope_unknown".to_owned(),
                message: "all and series stand by themselves".to_owned(),
            });
        }
        None => {}
    }
    Ok((!ids.is_empty()).then_some(Scope::Groups(ids)))
}

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    Ok(Reply::one(value(&import.settings)).tagged(&tag(import.rev)))
}

fn change(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    ask.expect(&tag(import.rev))?;
    let mut settings = import.settings.clone();
    let chosen = choose(imports, &ask.ctx, &mut settings, &ask.body)
        .and_then(|()| imports.configure(&ask.ctx, import.id, Some(import.rev), settings));
    let changed = chosen.map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(value(&changed.settings)).tagged(&tag(changed.rev)))
}

/// Settings as they are answered.
pub(super) fn value(settings: &Settings) -> Value {
    let scope = settings.scope.as_ref().map(|scope| match scope {
        Scope::Everybody => json!(["all"]),
        Scope::Series => json!(["series"]),
        Scope::Groups(ids) => json!(ids),
    });
    let defaults: Map<String, Value> = settings
        .defaults
        .iter()
        .map(|(field, value)| (field.clone(), json!(value)))
        .collect();
    let option = |one: &FieldOptions| {
        let value = json!({
            "existing": one.existing, "blank": one.blank, "list": one.list, "join": one.join,
        });
        (one.field.clone(), value)
    };
    let options: Map<String, Value> = settings.options.iter().map(option).collect();
    let written = settings.as_written.iter();
    let written: Vec<Value> = written
        .map(|(code, field)| json!({"code": code.as_str(), "field": field}))
        .collect();
    json!({
        "preset": settings.preset, "mode": settings.mode, "scope": scope,
        "existing": settings.existing, "former": settings.former,
        "card_held": settings.card_held, "bad_rows": settings.bad_rows,
        "unknown_group": settings.unknown_group, "match_keys": settings.match_keys,
        "default_country": settings.default_country, "date_order": settings.date_order,
        "card_radix": settings.card_radix, "card_start": settings.card_start,
        "card_end": settings.card_end, "defaults": defaults, "options": options,
        "file": settings.file, "as_written": written, "pause_after": settings.pause_after,
    })
}
