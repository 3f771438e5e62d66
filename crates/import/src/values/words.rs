//! The values of fields that hold one of a few words.

use std::collections::HashMap;

use kernel::{AccessType, CardType, Language, PersonKind, Role, fold};

use crate::fields::Field;

/// The stable form of what a text means for a field of few words.
pub(crate) fn word(
    field: &Field,
    choices: &HashMap<String, Vec<String>>,
    text: &str,
) -> Option<String> {
    match field {
        Field::Role => Role::parse(text).ok().map(|role| role.as_str().to_owned()),
        Field::PersonKind => PersonKind::parse(text)
            .ok()
            .map(|kind| kind.as_str().to_owned()),
        Field::CardType => CardType::parse(text)
            .ok()
            .map(|kind| kind.as_str().to_owned()),
        Field::AccessType => AccessType::parse(text)
            .ok()
            .filter(|kind| *kind != AccessType::Owner)
            .map(|kind| kind.as_str().to_owned()),
        Field::Language => Language::parse(text)
            .ok()
            .map(|language| language.as_str().to_owned()),
        Field::Custom(key) => choices
            .get(key)?
            .iter()
            .find(|choice| fold(choice) == fold(text))
            .cloned(),
        _other => None,
    }
}

/// Everything that can be chosen for such a field; languages are too many to list.
pub(crate) fn words(field: &Field, choices: &HashMap<String, Vec<String>>) -> Vec<String> {
    match field {
        Field::Role => Role::ALL
            .iter()
            .map(|role| role.as_str().to_owned())
            .collect(),
        Field::PersonKind => PersonKind::ALL
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        Field::CardType => CardType::ALL
            .iter()
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        Field::AccessType => AccessType::ALL
            .iter()
            .filter(|kind| **kind != AccessType::Owner)
            .map(|kind| kind.as_str().to_owned())
            .collect(),
        Field::Custom(key) => choices.get(key).cloned().unwrap_or_default(),
        _other => Vec::new(),
    }
}
