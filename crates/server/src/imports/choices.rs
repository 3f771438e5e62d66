//! The words for every choice an import has.

use import::{BadRows, CardHeld, Existing, Former, MatchKey, Mode, Preset, UnknownGroup};

use kernel::{CardRadix, DateOrder};

use crate::choice::Choice;

/// Add, update or both.
pub(crate) fn modes(chosen: Mode) -> Vec<Choice> {
    let words = |mode| match mode {
        Mode::AddUpdate => (
            "Add and update",
            "New people are created; people already here are changed as chosen below.",
        ),
        Mode::Add => ("Only add new", "Rows of people already here are skipped."),
        Mode::Update => (
            "Only update existing",
            "Rows of people not here yet are skipped.",
        ),
        Mode::Match => (
            "Make the directory match this file",
            "Also deactivates people who are missing from the file, of those chosen below.",
        ),
    };
    Mode::ALL
        .iter()
        .map(|mode| {
            let (text, help) = words(*mode);
            Choice::new(mode.as_str(), text, *mode == chosen).help(help)
        })
        .collect()
}

/// The named starts; the one with roles only for those who may use it.
pub(crate) fn presets(chosen: Preset, may_import_roles: bool) -> Vec<Choice> {
    let words = |preset| match preset {
        Preset::General => "Any list of people",
        Preset::Invite => "People to invite by phone: name, phone, notes",
        Preset::Team => "A team: name, e-mail, groups",
        Preset::Roles => "Accounts with roles and modules",
        Preset::Cards => "People with cards",
    };
    Preset::ALL
        .iter()
        .filter(|preset| may_import_roles || **preset != Preset::Roles)
        .map(|preset| Choice::new(preset.as_str(), words(*preset), *preset == chosen))
        .collect()
}

/// What happens to known people.
pub(crate) fn existing(chosen: Option<Existing>) -> Vec<Choice> {
    let words = |existing| match existing {
        Existing::Skip => "Leave them alone",
        Existing::Keep => "Fill in only what is blank",
        Existing::Overwrite => "The file wins",
    };
    Existing::ALL
        .iter()
        .map(|each| Choice::new(each.as_str(), words(*each), Some(*each) == chosen))
        .collect()
}

/// What happens to people of the file who are deactivated.
pub(crate) fn former(chosen: Former) -> Vec<Choice> {
    let words = |former| match former {
        Former::Leave => "Update them; they stay deactivated",
        Former::Fresh => "Bring them back without their former access and cards",
        Former::Restore => "Bring them back with what they still have",
        Former::Skip => "Leave their rows out",
    };
    Former::ALL
        .iter()
        .map(|each| Choice::new(each.as_str(), words(*each), *each == chosen))
        .collect()
}

/// What happens to cards that somebody else holds; moving needs a right.
pub(crate) fn card_held(chosen: Option<CardHeld>, may_move: bool) -> Vec<Choice> {
    let words = |held| match held {
        CardHeld::Refuse => "Do not import the row",
        CardHeld::Leave => "Leave them, and import the person without the card",
        CardHeld::Move => "Move them to the person of the row",
    };
    CardHeld::ALL
        .iter()
        .filter(|each| may_move || **each != CardHeld::Move || Some(**each) == chosen)
        .map(|each| Choice::new(each.as_str(), words(*each), Some(*each) == chosen))
        .collect()
}

/// What happens when rows are bad.
pub(crate) fn bad_rows(chosen: Option<BadRows>) -> Vec<Choice> {
    let words = |bad_rows| match bad_rows {
        BadRows::Skip => "Import the good rows, leave the rest for later",
        BadRows::Stop => "Import nothing until all rows are good",
    };
    BadRows::ALL
        .iter()
        .map(|each| Choice::new(each.as_str(), words(*each), Some(*each) == chosen))
        .collect()
}

/// What happens to unknown groups.
pub(crate) fn unknown_groups(chosen: Option<UnknownGroup>) -> Vec<Choice> {
    let words = |unknown_group| match unknown_group {
        UnknownGroup::Create => "Create them",
        UnknownGroup::Error => "Leave those rows out",
    };
    UnknownGroup::ALL
        .iter()
        .map(|each| Choice::new(each.as_str(), words(*each), Some(*each) == chosen))
        .collect()
}

/// The same with the preset's own choice in front, chosen.
pub(crate) fn as_the_preset(mut choices: Vec<Choice>) -> Vec<Choice> {
    let chosen = !choices.iter().any(|choice| choice.chosen);
    choices.insert(0, Choice::new("", "As usual for this kind of list", chosen));
    choices
}

/// What a match key is called.
pub(crate) fn key_name(key: MatchKey) -> &'static str {
    match key {
        MatchKey::ExternalId => "User ID",
        MatchKey::Email => "E-mail",
        MatchKey::Phone => "Phone",
        MatchKey::CardId => "Card number",
    }
}

const DATE_ORDERS: [(DateOrder, &str, &str); 3] = [
    (DateOrder::Ymd, "ymd", "Year, month, day (2025-12-31)"),
    (DateOrder::Dmy, "dmy", "Day, month, year (31.12.2025)"),
    (DateOrder::Mdy, "mdy", "Month, day, year (12/31/2025)"),
];

/// The order of dates; without one, those that can be read two ways are refused.
pub(crate) fn date_orders(chosen: Option<DateOrder>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "As clear from each date", chosen.is_none())];
    choices.extend(
        DATE_ORDERS
            .iter()
            .map(|(order, key, text)| Choice::new(*key, *text, chosen == Some(*order))),
    );
    choices
}

/// The order of dates with this key.
pub(crate) fn date_order(key: &str) -> Option<DateOrder> {
    DATE_ORDERS
        .iter()
        .find(|order| order.1 == key)
        .map(|order| order.0)
}

const CARD_RADIXES: [(CardRadix, &str, &str); 2] = [
    (CardRadix::Decimal, "decimal", "Decimal (3735928559)"),
    (CardRadix::Hex, "hex", "Hexadecimal (DEADBEEF)"),
];

/// How card numbers are written.
pub(crate) fn card_radixes(chosen: CardRadix) -> Vec<Choice> {
    CARD_RADIXES
        .iter()
        .map(|(radix, key, text)| Choice::new(*key, *text, chosen == *radix))
        .collect()
}

/// The way of writing with this key.
pub(crate) fn card_radix(key: &str) -> Option<CardRadix> {
    CARD_RADIXES
        .iter()
        .find(|radix| radix.1 == key)
        .map(|radix| radix.0)
}
