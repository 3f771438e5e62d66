//! What the operator says about columns: this header is that field, that header is not wanted.

use super::column::ColumnSample;
use super::error::MappingError;
use super::split::Split;
use crate::fields::{Catalogue, Field, compact};
use crate::settings::SplitRule;

/// What the operator says about columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Header and the field it fills.
    pub map: Vec<(String, Field)>,
    /// Headers of columns that fill nothing.
    pub ignore: Vec<String>,
    /// Header, field before the separator, and the rest.
    pub split: Vec<(String, Field, Split)>,
    /// Fields that several columns fill together.
    pub joined: Vec<Field>,
}

/// What the operator says about one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    LeftOut,
    Fills(Field),
}

impl Overrides {
    /// Reads pairs of header and field, the field given by key or label.
    pub fn parse(
        map: &[(String, String)],
        ignore: &[String],
        catalogue: &Catalogue,
    ) -> Result<Self, MappingError> {
        let map = map
            .iter()
            .map(|(header, name)| {
                let field = catalogue
                    .find(name)
                    .ok_or_else(|| MappingError::FieldUnknown {
                        field: name.clone(),
                    })?;
                Ok((header.clone(), field))
            })
            .collect::<Result<_, MappingError>>()?;
        Ok(Self {
            map,
            ignore: ignore.to_vec(),
            ..Self::default()
        })
    }

    /// The same with the columns that are split and the fields that are joined.
    pub fn with(
        mut self,
        splits: &[SplitRule],
        joined: Vec<Field>,
        catalogue: &Catalogue,
    ) -> Result<Self, MappingError> {
        let find = |name: &String| {
            catalogue
                .find(name)
                .ok_or_else(|| MappingError::FieldUnknown {
                    field: name.clone(),
                })
        };
        for rule in splits {
            let split = Split {
                separator: rule.separator.clone(),
                at: rule.at,
                field: find(&rule.after)?,
            };
            self.split
                .push((rule.header.clone(), find(&rule.before)?, split));
        }
        self.joined = joined;
        Ok(self)
    }

    /// Whether only one column can fill a field.
    pub(super) fn holds_one(&self, field: &Field) -> bool {
        !field.is_list() && !self.joined.contains(field)
    }

    /// The columns that are split, by their place.
    pub(super) fn splits(
        &self,
        columns: &[ColumnSample],
        catalogue: &Catalogue,
    ) -> Result<Vec<(usize, Split)>, MappingError> {
        let mut splits = Vec::new();
        for (header, _, split) in &self.split {
            if !catalogue.has(&split.field) {
                return Err(MappingError::FieldUnknown {
                    field: split.field.to_string(),
                });
            }
            splits.extend(
                positions(columns, header)?
                    .into_iter()
                    .map(|place| (place, split.clone())),
            );
        }
        Ok(splits)
    }

    /// What is said of each column, in order.
    pub(super) fn resolve(
        &self,
        columns: &[ColumnSample],
        catalogue: &Catalogue,
    ) -> Result<Vec<Said>, MappingError> {
        let mut said = vec![Said::Nothing; columns.len()];
        for header in &self.ignore {
            for column in positions(columns, header)? {
                if let Some(choice) = said.get_mut(column) {
                    *choice = Said::LeftOut;
                }
            }
        }
        let split = self.split.iter().map(|(header, field, _)| (header, field));
        let map = self.map.iter().map(|(header, field)| (header, field));
        for (header, field) in map.chain(split) {
            if !catalogue.has(field) {
                return Err(MappingError::FieldUnknown {
                    field: field.to_string(),
                });
            }
            for column in positions(columns, header)? {
                if let Some(choice) = said.get_mut(column) {
                    *choice = Said::Fills(field.clone());
                }
            }
        }
        Ok(said)
    }
}

// A header as it is in the file counts before one that is only spelled alike, and both before the
// letter of a column.
fn positions(columns: &[ColumnSample], header: &str) -> Result<Vec<usize>, MappingError> {
    let wanted = compact(header);
    let tests: [&dyn Fn(&ColumnSample) -> bool; 3] = [
        &|column| column.header == header,
        &|column| !wanted.is_empty() && compact(&column.header) == wanted,
        &|column| column.is_nameless() && column.name().eq_ignore_ascii_case(header.trim()),
    ];
    for test in tests {
        let found: Vec<usize> = columns
            .iter()
            .enumerate()
            .filter(|(_, c)| test(c))
            .map(|(at, _)| at)
            .collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let known = columns.iter().map(ColumnSample::name).collect();
    Err(MappingError::HeaderUnknown {
        header: header.to_owned(),
        known,
    })
}
