//! What the other columns tell about one column.

use super::column::ColumnSample;
use super::header::{Basis, Hint};
use crate::fields::{Field, Meaning, compact};
use crate::settings::Preset;

/// What the file as a whole tells about each of its columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) preset: Preset,
    pub(super) has_first: bool,
    pub(super) has_last: bool,
    pub(super) has_full: bool,
    pub(super) has_email: bool,
    pub(super) has_id: bool,
    pub(super) has_card: bool,
    pub(super) has_access: bool,
    /// The file is one of our results or lists of rows to fix.
    pub(super) is_result: bool,
}

impl Context {
    /// Reads the headers of all columns, and the fields that are settled already.
    pub(super) fn of(
        preset: Preset,
        columns: &[ColumnSample],
        hints: &[Option<Hint>],
        settled: &[Option<Option<Field>>],
    ) -> Self {
        let open = |column: usize| settled.get(column).is_none_or(Option::is_none);
        let says = |field: &Field| {
            let hinted = hints.iter().enumerate().any(|(column, hint)| {
                let says = |hint: &Hint| {
                    hint.meaning == Meaning::Field(field.clone()) && hint.basis <= Basis::Words
                };
                open(column) && has_values(columns, column) && hint.as_ref().is_some_and(says)
            });
            hinted
                || settled
                    .iter()
                    .flatten()
                    .flatten()
                    .any(|settled| settled == field)
        };
        let results = ["outcome", "error"];
        Self {
            preset,
            has_first: says(&Field::FirstName),
            has_last: says(&Field::LastName),
            has_full: says(&Field::FullName),
            has_email: says(&Field::Email),
            has_id: says(&Field::ExternalId),
            has_card: says(&Field::CardId) || says(&Field::CardType),
            has_access: says(&Field::AccessType) || says(&Field::Devices),
            is_result: columns
                .iter()
                .any(|c| results.contains(&compact(&c.header).as_str())),
        }
    }
}

// An empty first-name column tells nothing about the column "Name" beside it.
fn has_values(columns: &[ColumnSample], column: usize) -> bool {
    columns.get(column).is_some_and(|column| !column.is_blank())
}
