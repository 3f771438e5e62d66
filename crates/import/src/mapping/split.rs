//! A column that fills two fields: how its cells are split.

use serde::{Deserialize, Serialize};

use crate::fields::Field;

/// At which separator a cell is split, if it has several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitAt {
    /// The first.
    #[default]
    First,
    /// The last.
    Last,
}

/// How a column is split: what is before the separator fills the column's own field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The separator.
    pub separator: String,
    /// Which one.
    pub at: SplitAt,
    /// The field that what is after the separator fills.
    pub field: Field,
}

/// One side of a split column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

impl Split {
    /// The part of a cell on one side, without white space around it. A cell without the separator
    /// is all before it.
    pub(crate) fn part<'c>(&self, cell: &'c str, side: Side) -> &'c str {
        let cell = cell.trim();
        let halves = match self.at {
            SplitAt::First => cell.split_once(&self.separator),
            SplitAt::Last => cell.rsplit_once(&self.separator),
        };
        match (halves, side) {
            (Some((before, _)), Side::Before) => before.trim(),
            (Some((_, after)), Side::After) => after.trim(),
            (None, Side::Before) => cell,
            // Both sides are cleared, and not only the first.
            (None, Side::After) if crate::check::is_empty_word(cell) => cell,
            (None, Side::After) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(at: SplitAt, separator: &str, cell: &str) -> [String; 2] {
        let split = Split {
            separator: separator.to_owned(),
            at,
            field: Field::FirstName,
        };
        [Side::Before, Side::After].map(|side| split.part(cell, side).to_owned())
    }

    #[test]
    fn splits_at_the_first_or_the_last_separator() {
        assert_eq!(
            parts(SplitAt::First, ",", " Nkosi,  Thandi "),
            ["Nkosi", "Thandi"]
        );
        assert_eq!(
            parts(SplitAt::First, " ", "Anna Maria Lee"),
            ["Anna", "Maria Lee"]
        );
        assert_eq!(
            parts(SplitAt::Last, " ", "Anna Maria Lee"),
            ["Anna Maria", "Lee"]
        );
        assert_eq!(parts(SplitAt::Last, " / ", "Cher"), ["Cher", ""]);
        assert_eq!(parts(SplitAt::Last, ",", "{empty}"), ["{empty}", "{empty}"]);
        assert_eq!(parts(SplitAt::First, ",", ""), ["", ""]);
    }
}
