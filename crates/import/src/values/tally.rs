//! The distinct values of the list columns of a file, with a bound on how many are kept.

use std::collections::HashMap;

use kernel::fold;
use serde::{Deserialize, Serialize};

use crate::fields::Field;

/// Distinct values kept of one field.
const KEPT: usize = 2_000;
/// Values that must have been seen before a column is taken for free text.
const ENOUGH: u64 = 1_000;

/// The distinct values of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FieldTally {
    pub(crate) field: Field,
    /// Each value as first written, and the rows that have it.
    pub(crate) values: Vec<(String, u64)>,
    /// Values met that are not kept.
    pub(crate) others: u64,
    pub(crate) looks_like_text: bool,
}

/// Counts the values of one field.
pub(crate) struct Tally {
    field: Field,
    places: HashMap<String, usize>,
    values: Vec<(String, u64)>,
    seen: u64,
    others: u64,
}

impl Tally {
    pub(crate) fn new(field: Field) -> Self {
        Self {
            field,
            places: HashMap::new(),
            values: Vec::new(),
            seen: 0,
            others: 0,
        }
    }

    /// Counts one value of one row.
    pub(crate) fn add(&mut self, value: &str) {
        self.seen += 1;
        let key = fold(value);
        if let Some((_, rows)) = self
            .places
            .get(&*key)
            .and_then(|place| self.values.get_mut(*place))
        {
            *rows += 1;
        } else if self.values.len() < KEPT {
            self.places.insert(key.into_owned(), self.values.len());
            self.values.push((value.to_owned(), 1));
        } else {
            self.others += 1;
        }
    }

    /// What was counted.
    pub(crate) fn finish(self) -> FieldTally {
        // Whether those that are kept come again tells of the others too.
        let seen_of_kept = self.seen - self.others;
        FieldTally {
            field: self.field,
            looks_like_text: self.seen >= ENOUGH && self.values.len() as u64 * 2 > seen_of_kept,
            values: self.values,
            others: self.others,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(values: impl Iterator<Item = String>) -> FieldTally {
        let mut tally = Tally::new(Field::Groups);
        values.for_each(|value| tally.add(&value));
        tally.finish()
    }

    #[test]
    fn counts_spellings_of_one_value_together() {
        let found = counted(["Berlin", "BERLIN", "Köln"].map(str::to_owned).into_iter());
        assert_eq!(
            found.values,
            [("Berlin".to_owned(), 2), ("Köln".to_owned(), 1)]
        );
        assert!(!found.looks_like_text && found.others == 0);
    }

    #[test]
    fn keeps_a_bounded_number_and_recognises_free_text() {
        let found = counted((0..100_000).map(|n| format!("remark {n}")));
        assert_eq!((found.values.len(), found.others), (KEPT, 98_000));
        assert!(found.looks_like_text);
        let found = counted((0..100_000).map(|n| format!("group {}", n % 3_000)));
        assert!(!found.looks_like_text && found.others > 0);
        let found = counted((0..100_000).map(|n| format!("group {}", n % 50)));
        assert_eq!((found.values.len(), found.others), (50, 0));
        assert!(!found.looks_like_text);
    }
}
