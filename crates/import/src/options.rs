//! What is done with one field, where that differs from the rest of the import.
//!
//! Rules of the operator ([`FieldOptions`]) and, ready for asking a million times, how a known
//! person's field follows from them ([`Ways`]).

use std::collections::HashMap;

use kernel::Code;
use serde::{Deserialize, Serialize};

use crate::{
    Refusal,
    candidate::{Links, Scalar},
    fields::{Catalogue, Field},
    settings::{Blank, Existing, ListWay, Settings, Way},
};

/// What is done with one field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldOptions {
    /// The field's key.
    pub field: String,
    /// Whose value counts for a known person; as for the whole import when not given.
    pub existing: Option<Way>,
    /// What a blank cell means.
    pub blank: Blank,
    /// What the names of a list cell do.
    pub list: ListWay,
    /// What is put between the values of several columns that fill the field.
    pub join: Option<String>,
}

impl FieldOptions {
    /// A field's options before any is chosen.
    pub fn of(field: &Field) -> Self {
        Self {
            field: field.key().into_owned(),
            ..Self::default()
        }
    }

    /// Whether nothing differs from the rest of the import.
    pub fn is_plain(&self) -> bool {
        *self
            == Self {
                field: self.field.clone(),
                ..Self::default()
            }
    }
}

/// Whether whose value counts can be chosen for a field by itself.
pub fn takes_way(field: &Field) -> bool {
    // A card's and an access's terms go with the card and the devices.
    !matches!(
        field,
        Field::CardType
            | Field::CardStart
            | Field::CardEnd
            | Field::AccessType
            | Field::AccessStart
            | Field::AccessEnd
            | Field::AccessSchedule
    )
}

/// Whether a blank cell can clear a field; a person always has a name, a role and a kind.
pub fn takes_blank(field: &Field) -> bool {
    !matches!(
        field,
        Field::FullName
            | Field::FirstName
            | Field::LastName
            | Field::Role
            | Field::PersonKind
            | Field::CardType
            | Field::AccessType
    )
}

/// Whether several columns can be joined into a field.
pub fn takes_join(field: &Field) -> bool {
    !field.is_list()
}

/// How links of a known person follow from a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkWay {
    /// They are added and removed.
    Follow,
    /// They are only added.
    Add,
    /// They are added to somebody who has none.
    Fill,
    /// They stay as they are.
    Stay,
}

/// Whose value counts, for each field of a known person.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    existing: Existing,
    of: HashMap<Field, Way>,
}

impl Ways {
    fn own(&self, field: &Field) -> Option<Way> {
        self.of.get(field).copied()
    }

    fn usual(&self) -> Way {
        match self.existing {
            Existing::Skip => Way::Ours,
            Existing::Keep => Way::Blank,
            Existing::Overwrite => Way::File,
        }
    }

    /// Whether nothing of anybody known changes, so that their rows are left out.
    pub(crate) fn leave_known(&self) -> bool {
        self.existing == Existing::Skip && self.of.values().all(|way| *way == Way::Ours)
    }

    /// Whose value counts.
    pub(crate) fn scalar(&self, scalar: &Scalar) -> Way {
        let own = match scalar {
            Scalar::ExternalId => self.own(&Field::ExternalId),
            Scalar::FirstName => self.own(&Field::FirstName).or(self.own(&Field::FullName)),
            Scalar::LastName => self.own(&Field::LastName).or(self.own(&Field::FullName)),
            Scalar::Email | Scalar::EmailKey => self.own(&Field::Email),
            Scalar::Phone => self.own(&Field::Phone),
            Scalar::Notes => self.own(&Field::Notes),
            Scalar::Role => self.own(&Field::Role),
            Scalar::PersonKind => self.own(&Field::PersonKind),
            Scalar::Title => self.own(&Field::Title),
            Scalar::Department => self.own(&Field::Department),
            Scalar::Language => self.own(&Field::Language),
            // No column fills it.
            Scalar::Status => None,
            // The common case makes no text.
            Scalar::Custom(_) | Scalar::Module(_) if self.of.is_empty() => None,
            Scalar::Custom(key) => self.own(&Field::Custom(key.clone())),
            Scalar::Module(key) => self.own(&Field::Module(key.clone())),
            Scalar::CardId | Scalar::CardType | Scalar::CardStart | Scalar::CardEnd => {
                self.own(&Field::CardId)
            }
            Scalar::AccessType
            | Scalar::AccessStart
            | Scalar::AccessEnd
            | Scalar::AccessSchedule => self.own(&Field::Devices),
        };
        own.unwrap_or(self.usual())
    }

    /// What happens to links of one kind.
    pub(crate) fn links(&self, kind: Links) -> LinkWay {
        match (self.own(&kind.field()), self.existing) {
            (Some(Way::File), _) | (None, Existing::Overwrite) => LinkWay::Follow,
            (Some(Way::Ours), _) | (None, Existing::Skip) => LinkWay::Stay,
            (Some(Way::Blank), _) => LinkWay::Fill,
            (None, Existing::Keep) => LinkWay::Add,
        }
    }
}

/// The options of every field; refuses those that the field cannot have.
pub(crate) fn compile(
    settings: &Settings,
    catalogue: &Catalogue,
) -> Result<HashMap<Field, FieldOptions>, Refusal> {
    let mut compiled = HashMap::new();
    for options in &settings.options {
        let field = catalogue
            .find(&options.field)
            .ok_or_else(|| Refusal::new(Code::FieldUnknown, format!("{:?}", options.field)))?;
        let wrong = match options {
            _ if options.existing.is_some() && !takes_way(&field) => Some(
                "has no choice of its own for people already here; it goes with the card or the devices",
            ),
            _ if options.blank == Blank::Clear && !takes_blank(&field) => Some("cannot be cleared"),
            _ if options.list != ListWay::Add && !field.is_list() => Some("is not a list"),
            _ if options.join.is_some() && !takes_join(&field) => {
                Some("is a list, which several columns fill without being joined")
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            let label = catalogue.label(&field);
            return Err(Refusal::new(
                Code::OptionUnusable,
                format!("{label} {wrong}"),
            ));
        }
        compiled.insert(field, options.clone());
    }
    Ok(compiled)
}

/// Whose value counts, out of everything that was chosen.
pub(crate) fn ways(settings: &Settings, options: &HashMap<Field, FieldOptions>) -> Ways {
    Ways {
        existing: settings.existing,
        of: options
            .iter()
            .filter_map(|(field, options)| Some((field.clone(), options.existing?)))
            .collect(),
    }
}

/// The fields into which several columns are joined.
pub(crate) fn joined(settings: &Settings, catalogue: &Catalogue) -> Vec<Field> {
    settings
        .options
        .iter()
        .filter(|options| options.join.is_some())
        .filter_map(|options| catalogue.find(&options.field))
        .collect()
}

/// The separators by field.
pub(crate) fn joins(settings: &Settings) -> Vec<(Field, String)> {
    settings
        .options
        .iter()
        .filter_map(|options| Some((Field::from_key(&options.field)?, options.join.clone()?)))
        .collect()
}

/// Joins columns as an earlier import did, where nothing else was chosen.
pub(crate) fn recall_joins(
    settings: &mut Settings,
    joins: &[(Field, String)],
    catalogue: &Catalogue,
) {
    for (field, join) in joins {
        let known = settings
            .options
            .iter()
            .position(|options| catalogue.find(&options.field).as_ref() == Some(field));
        match known.and_then(|place| settings.options.get_mut(place)) {
            Some(options) => {
                options.join.get_or_insert_with(|| join.clone());
            }
            None => settings.options.push(FieldOptions {
                join: Some(join.clone()),
                ..FieldOptions::of(field)
            }),
        }
    }
}

/// Fields may be named by their labels; from here on their keys stand for them.
pub(crate) fn name_by_key(settings: &mut Settings, catalogue: &Catalogue) {
    let options = settings
        .options
        .iter_mut()
        .map(|options| &mut options.field);
    let values = settings.values.iter_mut().map(|rule| &mut rule.field);
    for name in options.chain(values) {
        if let Some(field) = catalogue.find(name) {
            *name = field.key().into_owned();
        }
    }
}
