//! The account's own names for its fields, spelled once for all headers of a file.

use std::collections::HashMap;

use crate::fields::{Catalogue, Field, compact};

/// The account's own names for its fields.
#[derive(Clone, Debug)]
pub(super) struct OwnNames {
    by_spelling: HashMap<String, Field>,
}

impl OwnNames {
    pub(super) fn of(catalogue: &Catalogue) -> Self {
        let mut by_spelling = HashMap::new();
        for field in catalogue.fields() {
            for name in [field.key(), catalogue.label(&field)] {
                by_spelling
                    .entry(compact(&name))
                    .or_insert_with(|| field.clone());
            }
        }
        Self { by_spelling }
    }

    /// The field with this compact key or label.
    pub(super) fn find(&self, spelling: &str) -> Option<&Field> {
        self.by_spelling.get(spelling)
    }

    /// Every compact key and label with its field.
    pub(super) fn spellings(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.by_spelling
            .iter()
            .map(|(spelling, field)| (spelling.as_str(), field))
    }
}
