//! What the values of list columns mean: rules set once for all rows, and what a file holds.
//!
//! Pure, like `mapping`: the rules are applied by `check`, the file is read by `imports::values`.

mod likeness;
mod rules;
mod tally;
mod words;

pub use likeness::likely;
pub use rules::{ValueAction, ValueRule, takes_rules};

pub(crate) use rules::{Rules, compile, set};
pub(crate) use tally::{FieldTally, Tally};
pub(crate) use words::{word, words};

use crate::fields::Field;

/// What a value means as things are, before any rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something the account has, by its own name.
    Known(String),
    /// A group that the import creates.
    New,
    /// Nothing: rows with it cannot be imported.
    Unknown,
}

/// One distinct value of a field, however it is cased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldValue {
    /// The value as the file first writes it.
    pub value: String,
    /// Rows that have it.
    pub rows: u64,
    /// What it means without a rule.
    pub meaning: Meaning,
    /// What was chosen for it.
    pub rule: Option<ValueAction>,
}

/// The distinct values of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldValues {
    /// The field.
    pub field: Field,
    /// The columns that fill it.
    pub columns: Vec<String>,
    /// Its values: unknown ones first, then new ones, each by how many rows have them.
    pub values: Vec<FieldValue>,
    /// There are more values than are kept; so many times one of the others was met.
    pub others: u64,
    /// Nearly every row has a value of its own: this is hardly a list of names.
    pub looks_like_text: bool,
    /// What the account has, in order; at most 10,000.
    pub known: Vec<String>,
}

impl FieldValues {
    /// How many values neither mean anything nor have a rule.
    pub fn unknown(&self) -> usize {
        self.values
            .iter()
            .filter(|value| value.rule.is_none() && value.meaning == Meaning::Unknown)
            .count()
    }

    /// How many values would be created and have no rule.
    pub fn to_create(&self) -> usize {
        self.values
            .iter()
            .filter(|value| value.rule.is_none() && value.meaning == Meaning::New)
            .count()
    }

    /// What a value probably is, when it is not known: something the account has, or a value that
    /// is far more frequent in the file.
    pub fn proposal(&self, value: &FieldValue) -> Option<&str> {
        if matches!(value.meaning, Meaning::Known(_)) {
            return None;
        }
        let frequent = self
            .values
            .iter()
            .filter(|other| other.meaning == Meaning::New && other.rows >= value.rows * 5)
            .map(|other| other.value.as_str());
        likely(
            &value.value,
            self.known.iter().map(String::as_str).chain(frequent),
        )
    }
}
