//! One column of a file: what was read of it and what it was mapped to.

use serde::{Deserialize, Serialize};

use super::split::Split;
use crate::fields::Field;

/// What the mapping sees of one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnSample {
    /// Position in the file, from 0.
    pub index: usize,
    /// The header cell; empty when the file has none.
    pub header: String,
    /// The first cells that are not empty, up to about 200.
    pub samples: Vec<String>,
    /// Rows of the file.
    pub rows: u64,
    /// Rows in which the cell is not empty.
    pub filled: u64,
}

/// How sure a mapping of one column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The header is a name we know for the field.
    Exact,
    /// A former import of a file with these headers mapped it so.
    Remembered,
    /// Words, spelling or values point to the field.
    Likely,
    /// A guess, or a column that nobody could place: a person should look.
    Check,
    /// The column fills nothing.
    Unused,
    /// The operator said so.
    Chosen,
}

/// One column and the field it fills.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappedColumn {
    /// Position in the file, from 0.
    pub column: usize,
    /// The header cell as it is in the file.
    pub header: String,
    /// The field the column fills, if any.
    pub field: Option<Field>,
    /// How sure that is.
    pub confidence: Confidence,
    /// Why, as a fragment for people.
    pub reason: String,
    /// Whether we know what the column is, be it mapped or left out for a good reason.
    pub understood: bool,
    /// How the column fills a second field, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
}

impl MappedColumn {
    /// Whether the column fills a field, whole or in part.
    pub fn fills(&self, field: &Field) -> bool {
        self.field.as_ref() == Some(field)
            || self
                .split
                .as_ref()
                .is_some_and(|split| split.field == *field)
    }

    /// The fields the column fills.
    pub fn fields(&self) -> impl Iterator<Item = &Field> {
        let second = self.split.as_ref().map(|split| &split.field);
        self.field.iter().chain(second)
    }
}

impl ColumnSample {
    /// The name people see: the header, or the column's letter when it has none.
    pub fn name(&self) -> String {
        if self.header.trim().is_empty() {
            column_letters(self.index)
        } else {
            self.header.clone()
        }
    }

    /// Whether the file has no header for this column, or only the letter a reader gave it.
    pub(super) fn is_nameless(&self) -> bool {
        let header = self.header.trim();
        header.is_empty() || header == column_letters(self.index)
    }

    /// Whether rows were read and none has a value here.
    pub(super) fn is_blank(&self) -> bool {
        self.filled == 0 && self.samples.is_empty() && self.rows > 0
    }
}

/// The letters spreadsheets give a column: 0 is `A`, 26 is `AA`.
pub(super) fn column_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_columns_as_spreadsheets_do() {
        for (index, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(column_letters(index), letters);
        }
    }
}
