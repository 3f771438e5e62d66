//! A mapping kept from a finished import, for the next file with the same headers.

use serde::{Deserialize, Serialize};

use super::column::{ColumnSample, column_letters};
use super::plan::Mapping;
use super::split::Split;
use crate::fields::{Field, compact};

/// A mapping kept from a finished import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RememberedMapping {
    /// Signature of the headers it belongs to.
    pub signature: String,
    /// Compact header and the field it filled, in the order of that file.
    pub columns: Vec<(String, Option<Field>)>,
    /// How columns were split, in the same order; shorter when none was.
    #[serde(default)]
    pub splits: Vec<Option<Split>>,
    /// Fields that several columns filled, with what was put between their values.
    #[serde(default)]
    pub joins: Vec<(Field, String)>,
}

/// What a column filled, and how it was split.
pub(super) type Recalled = (Option<Field>, Option<Split>);

impl RememberedMapping {
    /// What is worth keeping of a mapping; headerless files leave nothing to recognise.
    pub fn of(mapping: &Mapping) -> Option<Self> {
        let headers: Vec<&str> = mapping.columns.iter().map(|c| c.header.as_str()).collect();
        let spellings = spellings(&headers);
        if spellings.iter().all(String::is_empty) {
            return None;
        }
        let fields = mapping.columns.iter().map(|column| column.field.clone());
        let signature = header_signature(&headers);
        Some(Self {
            signature,
            columns: spellings.into_iter().zip(fields).collect(),
            splits: mapping
                .columns
                .iter()
                .map(|column| column.split.clone())
                .collect(),
            joins: Vec::new(),
        })
    }

    /// For each column in order what it filled, if these are the headers it belongs to.
    pub(super) fn recall(&self, columns: &[ColumnSample]) -> Option<Vec<Recalled>> {
        let headers: Vec<&str> = columns
            .iter()
            .map(|column| column.header.as_str())
            .collect();
        if header_signature(&headers) != self.signature {
            return None;
        }
        // Columns may have changed places; of equal headers the first is the first again.
        let splits = self.splits.iter().chain(std::iter::repeat(&None));
        let mut left: Vec<_> = self.columns.iter().zip(splits).collect();
        let mut recalled = Vec::with_capacity(columns.len());
        for wanted in spellings(&headers) {
            let at = left.iter().position(|((kept, _), _)| *kept == wanted)?;
            let ((_, field), split) = left.remove(at);
            recalled.push((field.clone(), split.clone()));
        }
        Some(recalled)
    }
}

/// A stable hash of the headers of a file, whatever their order, case and spacing.
pub fn header_signature<H: AsRef<str>>(headers: &[H]) -> String {
    let mut spellings = spellings(headers);
    spellings.sort_unstable();
    let mut hasher = blake3::Hasher::new();
    for spelling in spellings {
        hasher.update(spelling.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().chars().take(32).collect()
}

// A letter that stands for a missing header is no header.
fn spellings<H: AsRef<str>>(headers: &[H]) -> Vec<String> {
    let spell = |(index, header): (usize, &H)| {
        let header = header.as_ref();
        if header.trim() == column_letters(index) {
            String::new()
        } else {
            compact(header)
        }
    };
    headers.iter().enumerate().map(spell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signature_ignores_order_case_and_spacing_only() {
        let signature = header_signature(&["First Name", "E-mail"]);
        assert_eq!(signature, header_signature(&["email", "first_name"]));
        assert_ne!(
            signature,
            header_signature(&["email", "first_name", "phone"])
        );
        assert_ne!(
            header_signature(&["ab", "c"]),
            header_signature(&["a", "bc"])
        );
        assert_eq!(signature.len(), 32);
    }

    #[test]
    fn signature_takes_a_column_letter_for_a_missing_header() {
        assert_eq!(
            header_signature(&["Email", ""]),
            header_signature(&["Email", "B"])
        );
        assert_ne!(
            header_signature(&["Email", ""]),
            header_signature(&["Email", "C"])
        );
    }
}
