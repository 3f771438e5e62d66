//! What the file as a whole tells about each of its columns.

use std::collections::HashSet;

use super::column::{ColumnSample, MappedColumn};
use super::content::{Content, Fit};
use super::header::{Basis, Hint};
use crate::fields::{Field, Meaning, compact};
use crate::settings::Preset;

/// What the file as a whole tells about each of its columns.
#[derive(Clone, Debug)]
pub(super) struct WholeFile {
    pub(super) preset: Preset,
    /// How many columns say that they hold the user ID.
    pub(super) id_columns: usize,
    /// A column says that it holds mobile phones.
    pub(super) has_mobile: bool,
    /// The file is one of our results or lists of rows to fix.
    pub(super) is_result: bool,
    fields: HashSet<Field>,
}

impl WholeFile {
    /// Reads the headers of all columns, and the fields that are settled already.
    pub(super) fn of(
        preset: Preset,
        columns: &[ColumnSample],
        hints: &[Option<Hint>],
        settled: &[Option<MappedColumn>],
    ) -> Self {
        // An empty first-name column tells nothing about the column "Name" beside it.
        let open: Vec<(&Hint, &Field)> = columns
            .iter()
            .zip(hints)
            .zip(settled)
            .filter(|((column, _), settled)| settled.is_none() && !column.is_blank())
            .filter_map(|((_, hint), _)| hint.as_ref())
            .filter_map(|hint| match &hint.meaning {
                Meaning::Field(field) if hint.basis <= Basis::Words => Some((hint, field)),
                _other => None,
            })
            .collect();
        let is_id = |(_, field): &&(&Hint, &Field)| **field == Field::ExternalId;
        let is_mobile = |(hint, field): &(&Hint, &Field)| {
            **field == Field::Phone && hint.basis > Basis::Own && hint.rank == 1
        };
        // A column "Access" is known by its values only.
        let is_access = |(column, hint): (&ColumnSample, &Option<Hint>)| {
            let content = Content::of(&column.samples);
            hint.as_ref()
                .is_some_and(|hint| hint.meaning == Meaning::Access)
                && !content.is_empty()
                && content.fit(&Field::AccessType) == Fit::Fits
        };
        let access = columns
            .iter()
            .zip(hints)
            .any(is_access)
            .then_some(Field::AccessType);
        let given = settled.iter().flatten().flat_map(MappedColumn::fields);
        let results = ["outcome", "error"];
        Self {
            preset,
            id_columns: open.iter().filter(is_id).count(),
            has_mobile: open.iter().any(is_mobile),
            is_result: columns
                .iter()
                .any(|c| results.contains(&compact(&c.header).as_str())),
            fields: open
                .iter()
                .map(|(_, field)| *field)
                .chain(given)
                .cloned()
                .chain(access)
                .collect(),
        }
    }

    /// Whether a column says that it fills the field.
    pub(super) fn has(&self, field: &Field) -> bool {
        self.fields.contains(field)
    }
}
