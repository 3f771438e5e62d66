//! The mistakes real spreadsheets contain.

use super::{person::Person, random::Random};

/// What is wrong with a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Dirt {
    #[default]
    EmailWithoutAt,
    EmailWithSpace,
    EmailAgain,
    ExternalIdAgain,
    PhoneTooLong,
    PhoneScientific,
    PhoneWords,
    NameMissing,
    NotesTooLong,
    ControlCharacter,
    InvisibleCharacters,
    SpacesAround,
}

const KINDS: &[Dirt] = &[
    Dirt::EmailWithoutAt,
    Dirt::EmailWithoutAt,
    Dirt::EmailWithSpace,
    Dirt::EmailAgain,
    Dirt::EmailAgain,
    Dirt::ExternalIdAgain,
    Dirt::PhoneTooLong,
    Dirt::PhoneTooLong,
    Dirt::PhoneScientific,
    Dirt::PhoneWords,
    Dirt::NameMissing,
    Dirt::NotesTooLong,
    Dirt::ControlCharacter,
    Dirt::InvisibleCharacters,
    Dirt::SpacesAround,
];

/// Spoils the row in one way; `earlier` is a person from further up in the file.
pub(crate) fn spoil(person: &mut Person, earlier: &Person, random: &mut Random) {
    match random.pick(KINDS) {
        Dirt::EmailWithoutAt => person.email = person.email.replace('@', " at "),
        Dirt::EmailWithSpace => person.email = person.email.replacen('.', ". ", 1),
        Dirt::EmailAgain => person.email = earlier.email.to_uppercase(),
        Dirt::ExternalIdAgain => person.external_id.clone_from(&earlier.external_id),
        Dirt::PhoneTooLong => {
            person.phone = format!("+27{}", 820_000_000_000_000 + random.below(999));
        }
        Dirt::PhoneScientific => {
            person.phone = format!("2.78{}E+10", random.below(1000));
        }
        Dirt::PhoneWords => "see reception".clone_into(&mut person.phone),
        Dirt::NameMissing => {
            person.first_name.clear();
            person.last_name.clear();
        }
        Dirt::NotesTooLong => person.notes = "Long story. ".repeat(60),
        Dirt::ControlCharacter => person.department.push('\u{7}'),
        Dirt::InvisibleCharacters => {
            person.last_name.push('\u{200b}');
            person.email.insert(0, '\u{a0}');
        }
        Dirt::SpacesAround => {
            person.first_name = format!("  {} ", person.first_name);
            person.email = format!("{} ", person.email);
        }
    }
}
