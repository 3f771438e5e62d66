//! The mapping of a whole file.

use serde::{Deserialize, Serialize};

use super::column::{Confidence, MappedColumn};
use super::error::MappingError;
use super::required::required;
use crate::fields::{Catalogue, Field};
use crate::settings::Preset;

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
        let fills = |column: &&MappedColumn| column.field.as_ref() == Some(field);
        self.columns
            .iter()
            .filter(fills)
            .map(|column| column.column)
            .collect()
    }

    /// Whether any column fills the field.
    pub fn has(&self, field: &Field) -> bool {
        self.columns
            .iter()
            .any(|column| column.field.as_ref() == Some(field))
    }

    /// Sets by hand what a column fills; `None` leaves it out.
    pub fn choose(&mut self, column: usize, field: Option<Field>) {
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
            mapped.field = field;
            mapped.understood = true;
            "chosen by hand".clone_into(&mut mapped.reason);
        }
    }

    /// Refuses a mapping that cannot be used: a field the account does not have, two columns for
    /// one value, a field the preset needs. `given` are fields that have a value for all rows.
    pub fn check(
        &self,
        preset: Preset,
        catalogue: &Catalogue,
        given: &[Field],
    ) -> Result<(), MappingError> {
        self.check_fields(catalogue)?;
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

    /// Refuses unknown fields and two columns for one value.
    pub(super) fn check_fields(&self, catalogue: &Catalogue) -> Result<(), MappingError> {
        for field in self
            .columns
            .iter()
            .filter_map(|column| column.field.as_ref())
        {
            // A module the account does not own is a problem of the rows that ask for it.
            if !catalogue.has(field) && !matches!(field, Field::Module(_)) {
                return Err(MappingError::FieldUnknown {
                    field: field.to_string(),
                });
            }
            if field.is_list() {
                continue;
            }
            let fills = |column: &&MappedColumn| column.field.as_ref() == Some(field);
            let headers: Vec<String> = self
                .columns
                .iter()
                .filter(fills)
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
