//! The mapping of a whole file.

use serde::{Deserialize, Serialize};

use super::column::{Confidence, MappedColumn};
use super::error::MappingError;
use super::required::required;
use super::split::{Side, Split};
use crate::fields::{Catalogue, Field, compact};
use crate::settings::Preset;
use crate::shared::SharedColumn;

/// The mapping of a whole file: every column once, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Every column of the file.
    pub columns: Vec<MappedColumn>,
}

impl Mapping {
    /// Whether nobody needs to look: every used column is certain and no content would be lost.
    pub fn certain(&self) -> bool {
        self.columns.iter().all(|column| match column.confidence {
            Confidence::Exact | Confidence::Remembered | Confidence::Chosen => true,
            Confidence::Unused => column.understood,
            Confidence::Likely | Confidence::Check => false,
        })
    }

    /// The columns that fill a field, in the order of the file.
    pub fn columns_of(&self, field: &Field) -> Vec<usize> {
        self.columns
            .iter()
            .filter(|column| column.fills(field))
            .map(|column| column.column)
            .collect()
    }

    /// For each of these columns which part of it fills the field; none where it is the whole cell.
    pub(crate) fn parts_of(&self, field: &Field) -> Vec<Option<(Split, Side)>> {
        self.columns
            .iter()
            .filter(|column| column.fills(field))
            .map(|column| {
                let split = column.split.clone()?;
                let side = if column.field.as_ref() == Some(field) {
                    Side::Before
                } else {
                    Side::After
                };
                Some((split, side))
            })
            .collect()
    }

    /// Whether any column fills the field.
    pub fn has(&self, field: &Field) -> bool {
        self.columns.iter().any(|column| column.fills(field))
    }

    /// Sets by hand what a column fills, whole or split; `None` leaves it out.
    pub fn choose(&mut self, column: usize, field: Option<Field>, split: Option<Split>) {
        if let Some(mapped) = self
            .columns
            .iter_mut()
            .find(|mapped| mapped.column == column)
        {
            mapped.confidence = if field.is_some() {
                Confidence::Chosen
            } else {
                Confidence::Unused
            };
            mapped.split = split.filter(|_| field.is_some());
            mapped.field = field;
            mapped.understood = true;
            "chosen by hand".clone_into(&mut mapped.reason);
        }
    }

    /// Makes columns what a saved mapping says of their headers. Where `keep`, columns chosen by
    /// hand stay; other columns give up a field that it needs.
    pub(crate) fn follow(&mut self, saved: &[SharedColumn], catalogue: &Catalogue, keep: bool) {
        let mut left: Vec<&SharedColumn> = saved.iter().collect();
        let by_hand = |column: &&MappedColumn| keep && column.confidence == Confidence::Chosen;
        let given: Vec<Field> = self
            .columns
            .iter()
            .filter(by_hand)
            .flat_map(MappedColumn::fields)
            .filter(|field| !field.is_list())
            .cloned()
            .collect();
        let mut taken: Vec<Field> = Vec::new();
        for column in &mut self.columns {
            // Of equal headers the first is the first again.
            let at = left
                .iter()
                .position(|saved| compact(&saved.header) == compact(&column.header));
            let saved = at.map(|at| left.remove(at));
            let by_hand = keep && column.confidence == Confidence::Chosen;
            let lost = saved
                .and_then(|saved| saved.field.as_ref())
                .is_some_and(|field| !catalogue.has(field) || given.contains(field));
            let Some(saved) = saved.filter(|_| !by_hand && !lost) else {
                continue;
            };
            column.field.clone_from(&saved.field);
            column.split = saved
                .split
                .clone()
                .filter(|split| catalogue.has(&split.field) && !given.contains(&split.field));
            column.confidence = match column.field {
                Some(_) => Confidence::Remembered,
                None => Confidence::Unused,
            };
            column.understood = true;
            "the mapping that was used".clone_into(&mut column.reason);
            taken.extend(column.fields().cloned());
        }
        let needed = |column: &MappedColumn| column.fields().any(|field| taken.contains(field));
        for column in &mut self.columns {
            let known = saved
                .iter()
                .any(|saved| compact(&saved.header) == compact(&column.header));
            let by_hand = keep && column.confidence == Confidence::Chosen;
            if !known && !by_hand && needed(column) && !column.fields().all(Field::is_list) {
                column.field = None;
                column.split = None;
                column.confidence = Confidence::Check;
                "its field goes to a column of the mapping that was used"
                    .clone_into(&mut column.reason);
            }
        }
    }

    /// Refuses a mapping that cannot be used: a field the account does not have, two columns for
    /// one value, a field the preset needs. `given` are fields that have a value for all rows,
    /// `joined` those that several columns fill together.
    pub fn check(
        &self,
        preset: Preset,
        catalogue: &Catalogue,
        given: &[Field],
        joined: &[Field],
    ) -> Result<(), MappingError> {
        self.check_fields(catalogue, joined)?;
        let has = |field: &Field| self.has(field) || given.contains(field);
        let gaps: Vec<Vec<Vec<Field>>> = required(preset, catalogue)
            .into_iter()
            .filter(|ways| !ways.iter().any(|way| way.iter().all(has)))
            .collect();
        if gaps.is_empty() {
            Ok(())
        } else {
            Err(MappingError::RequiredFieldUnmapped { fields: gaps })
        }
    }

    /// Refuses unknown fields, two columns for one value, and columns that cannot be split.
    pub(crate) fn check_fields(
        &self,
        catalogue: &Catalogue,
        joined: &[Field],
    ) -> Result<(), MappingError> {
        for column in &self.columns {
            let unusable = column.split.as_ref().is_some_and(|split| {
                let list = column.fields().any(Field::is_list);
                list || split.separator.is_empty() || column.field.as_ref() == Some(&split.field)
            });
            if unusable {
                return Err(MappingError::SplitUnusable {
                    header: column.header.clone(),
                });
            }
        }
        for field in self.columns.iter().flat_map(MappedColumn::fields) {
            // A module the account does not own is a problem of the rows that ask for it.
            if !catalogue.has(field) && !matches!(field, Field::Module(_)) {
                return Err(MappingError::FieldUnknown {
                    field: field.to_string(),
                });
            }
            if field.is_list() || joined.contains(field) {
                continue;
            }
            let headers: Vec<String> = self
                .columns
                .iter()
                .filter(|column| column.fills(field))
                .map(|column| column.header.clone())
                .collect();
            if headers.len() > 1 {
                return Err(MappingError::ColumnMappedTwice {
                    field: field.clone(),
                    headers,
                });
            }
        }
        Ok(())
    }
}
