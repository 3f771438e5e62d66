//! What new imports begin with, and above what their plans ask for a number.

use db::Tx;
use directory::Ctx;
use import::{BadRows, Existing, ImportSettings, Limits, MOST_LIMIT, UnknownGroup};

use super::fields::{Area, Control, Field};
use crate::{choice::Choice, format::count};

const EXISTING: &[(Existing, &str)] = &[
    (Existing::Overwrite, "The file wins"),
    (Existing::Keep, "Only blank fields are filled"),
    (Existing::Skip, "They are skipped"),
];
const BAD_ROWS: &[(BadRows, &str)] = &[
    (BadRows::Skip, "The good rows are imported"),
    (BadRows::Stop, "Nothing is imported"),
];
const UNKNOWN: &[(UnknownGroup, &str)] = &[
    (UnknownGroup::Create, "They are created"),
    (UnknownGroup::Error, "The row cannot be imported"),
];

/// The areas of the page, with the fields of the account itself.
pub(super) fn areas(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    settings: &ImportSettings,
    mut kept: Vec<Field>,
) -> db::Result<Vec<Area>> {
    let lock = kept.split_off(kept.len().saturating_sub(1));
    let asked = ImportSettings::asked(tx, ctx.account, settings.limits)?;
    let mut begin = Area::new("New imports", begin(settings));
    begin.lead = "What an upload begins with; every import can be told otherwise. The named starts, such as “Roles and licences”, and recurring imports keep rules of their own.".to_owned();
    let mut guard = Area::new("When a plan asks for its number", limits(settings.limits));
    guard.lead = format!(
        "Above these limits somebody has to type the number of people before the import starts. Changes of administrators always ask. Of the last {} imports {} asked.",
        count(asked.of),
        count(asked.now)
    );
    Ok(vec![
        begin,
        guard,
        Area::new("Kept for so long", kept),
        Area::new("Directory lock", lock),
    ])
}

fn begin(settings: &ImportSettings) -> Vec<Field> {
    vec![
        choice(
            "existing",
            "People already in the directory",
            EXISTING
                .iter()
                .map(|(each, text)| (each.as_str(), *text))
                .collect(),
            settings.existing.map(Existing::as_str),
        ),
        choice(
            "bad_rows",
            "Rows that cannot be imported",
            BAD_ROWS
                .iter()
                .map(|(each, text)| (each.as_str(), *text))
                .collect(),
            settings.bad_rows.map(BadRows::as_str),
        ),
        choice(
            "unknown_group",
            "Groups the account does not have",
            UNKNOWN
                .iter()
                .map(|(each, text)| (each.as_str(), *text))
                .collect(),
            settings.unknown_group.map(UnknownGroup::as_str),
        ),
    ]
}

/// The first choice is what happens without a setting.
fn choice(
    key: &'static str,
    label: &'static str,
    all: Vec<(&'static str, &'static str)>,
    chosen: Option<&'static str>,
) -> Field {
    let usual = all.first().map(|first| first.0).unwrap_or_default();
    let chosen = chosen.unwrap_or(usual);
    let choices = all
        .into_iter()
        .map(|(value, text)| Choice::new(value, text, value == chosen));
    Field {
        key,
        label,
        help: String::new(),
        value: chosen.to_owned(),
        control: Control::Choices(choices.collect()),
    }
}

fn limits(limits: Limits) -> Vec<Field> {
    let number = |key, label, value: i64, most, help: &str| Field {
        key,
        label,
        help: help.to_owned(),
        value: value.to_string(),
        control: Control::Number { least: 0, most },
    };
    vec![
        number(
            "most_percent",
            "People deactivated, in percent of the scope",
            limits.percent,
            100,
            "0 to 100.",
        ),
        number(
            "most_people",
            "People deactivated",
            limits.people,
            MOST_LIMIT,
            "0 to 1,000,000; more than either limit asks.",
        ),
        number(
            "most_cards",
            "Cards taken from the people who hold them",
            limits.cards,
            MOST_LIMIT,
            "0 to 1,000,000.",
        ),
    ]
}

/// Takes what was typed.
pub(super) fn take<'a>(
    settings: &mut ImportSettings,
    get: impl Fn(&str) -> &'a str,
) -> Result<(), String> {
    let unknown = || "choose one of the list".to_owned();
    let number = |name: &str, label: &str| {
        let text = get(name);
        let number = text.parse::<i64>();
        number.map_err(|_| format!("{label}: {text:?} is not a whole number"))
    };
    *settings = ImportSettings {
        existing: Some(Existing::parse(get("existing")).ok_or_else(unknown)?),
        bad_rows: Some(BadRows::parse(get("bad_rows")).ok_or_else(unknown)?),
        unknown_group: Some(UnknownGroup::parse(get("unknown_group")).ok_or_else(unknown)?),
        limits: Limits {
            percent: number("most_percent", "People deactivated, in percent")?,
            people: number("most_people", "People deactivated")?,
            cards: number("most_cards", "Cards taken")?,
        },
    };
    Ok(())
}

/// Says when fewer imports would have been asked about.
pub(super) fn effect(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &ImportSettings,
    after: &ImportSettings,
) -> db::Result<Option<String>> {
    if before.limits == after.limits {
        return Ok(None);
    }
    let asked = ImportSettings::asked(tx, ctx.account, after.limits)?;
    Ok((asked.then < asked.now).then(|| {
        format!(
            "Of the last {} imports {} asked for a number; with these limits {} would have.",
            count(asked.of),
            count(asked.now),
            count(asked.then)
        )
    }))
}
