//! Rows that are left out because of a value, by a rule of the operator.

use kernel::{Code, Problem};
use tabular::Record;

use super::{RowChecker, Source, names_in};
use crate::{candidate::Links, fields::Field, values::ValueAction};

impl RowChecker {
    /// Why a row is left out, if it is.
    pub(super) fn skipped(&self, record: &Record) -> Option<Problem> {
        self.skipping
            .iter()
            .find_map(|(field, source)| self.skipped_by(record, field, source))
    }

    fn skipped_by(&self, record: &Record, field: &Field, source: &Source) -> Option<Problem> {
        source
            .columns
            .iter()
            .enumerate()
            .find_map(|(place, column)| {
                let cell = tabular::restore(source.text(record, place).trim());
                let value = match Links::of(field) {
                    None => Some(cell).filter(|cell| skips(source, cell)),
                    Some(kind) => {
                        let is_name = |part: &str| {
                            self.references.knows(kind, part) || source.rules.get(part).is_some()
                        };
                        names_in(cell, self.split_at_commas, is_name)
                            .into_iter()
                            .find(|name| skips(source, name))
                    }
                }?;
                let mut problem = Problem::new(Code::ValueSkipped)
                    .field(field.key())
                    .value(value);
                problem.column = Some(*column as u32);
                Some(problem)
            })
    }
}

fn skips(source: &Source, value: &str) -> bool {
    source.rules.get(value) == Some(&ValueAction::SkipRows)
}
