//! What a person changes of an import's rows before it runs: corrected values, rows left out.
//!
//! The file stays as it was uploaded. Every action is one [`Edit`], kept with its cells; it can be
//! previewed, listed, undone and redone in any order, because of several actions on one cell the latest
//! that is not undone counts. Rows are read with all of this on top ([`Overlay`]): by the next check, on
//! pages, in downloads. Not here: whether the new values are right, which the next check says.

mod corrected;
mod duplicates;
mod make;
mod overlay;
mod rewrite;
mod selection;
mod store;
mod walk;

pub use corrected::Corrected;
pub use duplicates::{DuplicateGroup, DuplicateRow};
pub use make::{EditPreview, EditedCell};
pub(crate) use overlay::{Overlay, RowChanges, RowMark};
pub(crate) use rewrite::{Matcher, in_place};
pub(crate) use store::{clear, live, rows_of};
pub(crate) use walk::has_text;

use db::{FromRow, Row};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{results::Outcome, settings::CardHeld};

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Fix {
    /// Each faulty value becomes what the check suggests.
    Suggest,
    /// Every value becomes this one.
    Set {
        /// The new value; blank clears.
        value: String,
    },
    /// Several values become others: what stands there, and what is to stand there.
    Values {
        /// Old and new value; spaces around the old one do not matter.
        pairs: Vec<(String, String)>,
    },
    /// A text is found and replaced within values.
    Replace(Pattern),
    /// Cells of one row get new values: column from 0, value.
    Cells {
        /// Columns and their new values.
        cells: Vec<(usize, String)>,
    },
    /// The rows are left out.
    Skip,
    /// Rows that were left out are wanted again.
    Take,
    /// The cells of broken lines are right as they were read.
    Accept,
    /// What becomes of the rows' cards, which somebody else holds.
    Card {
        /// What.
        held: CardHeld,
    },
    /// Of rows that repeat an earlier one, this one is kept.
    Duplicates {
        /// Which.
        keep: Keep,
    },
    /// Corrected rows came back as a file.
    Corrected {
        /// Its name.
        file: String,
    },
}

/// Which of several rows with the same key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The first; the others are left out.
    First,
    /// The last; the others are left out.
    Last,
    /// The first, its blank cells filled from the others, which are left out.
    Merged,
}

impl Keep {
    /// The choice with this name.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_value(text.into()).ok()
    }
}

/// What to find, and what to put there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    /// The text, or the regular expression.
    pub find: String,
    /// How it is looked for.
    pub how: How,
    /// Whether capital letters matter.
    pub match_case: bool,
    /// What is put there; `$1` stands for the first group of a regular expression.
    pub with: String,
}

/// How a text is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The whole value.
    Exact,
    /// Anywhere in the value.
    Contains,
    /// A regular expression, matched in time linear in the text.
    Regex,
    /// The value is blank.
    Blank,
}

impl How {
    /// Every way.
    pub const ALL: [Self; 4] = [Self::Exact, Self::Contains, Self::Regex, Self::Blank];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Contains => "contains",
            Self::Regex => "regex",
            Self::Blank => "blank",
        }
    }

    /// The way with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.as_str() == text)
    }
}

/// Which rows an action is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Rows {
    /// Every row of the file.
    #[default]
    All,
    /// Rows by their numbers.
    Numbers {
        /// Row numbers as a spreadsheet shows them.
        rows: Vec<u64>,
    },
    /// Rows with a problem.
    Problem {
        /// The problem's code.
        code: String,
        /// The field it is about; blank for the row as a whole.
        field: String,
        /// Only where the faulty value is this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
    },
    /// Rows with an outcome, a text in a cell, or both.
    Filter {
        /// What would become of the row.
        outcome: Option<String>,
        /// What stands in a cell.
        cell: Option<CellFilter>,
    },
}

/// Rows by what stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellFilter {
    /// The column from 0; any column when not given.
    pub column: Option<usize>,
    /// How the text is compared.
    pub how: How,
    /// The text; capital letters do not matter.
    pub text: String,
}

impl Rows {
    /// Rows with an outcome.
    pub fn with_outcome(outcome: Outcome) -> Self {
        Self::Filter {
            outcome: Some(outcome.as_str().to_owned()),
            cell: None,
        }
    }
}

/// One action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What is done.
    pub fix: Fix,
    /// With which rows.
    #[serde(default)]
    pub rows: Rows,
    /// In which columns, from 0; those the problem is in, or all, when there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<usize>,
}

impl Edit {
    /// As programs see it: pairs of columns and values have names.
    pub fn described(&self) -> Value {
        let mut value = json!(self);
        if let Fix::Cells { cells } = &self.fix
            && let Some(fix) = value.get_mut("fix").and_then(Value::as_object_mut)
        {
            let cells = cells.iter();
            let cells = cells.map(|(column, value)| json!({"column": column, "value": value}));
            fix.insert("cells".to_owned(), cells.collect());
        }
        value
    }
}

/// An action that was done.
#[derive(Clone, Debug)]
pub struct EditRecord {
    /// Its number within the import, from 1.
    pub number: i64,
    /// What was done.
    pub edit: Edit,
    /// Rows it changed.
    pub rows: i64,
    /// Cells it changed.
    pub cells: i64,
    /// Who did it.
    pub made_by: String,
    /// When.
    pub made_at: Timestamp,
    /// Whether it was undone.
    pub is_undone: bool,
    /// When it was.
    pub undone_at: Option<Timestamp>,
}

impl EditRecord {
    /// Of some actions, the last that counts: what *undo* takes back.
    pub fn last_done(edits: &[Self]) -> Option<&Self> {
        edits
            .iter()
            .filter(|edit| !edit.is_undone)
            .max_by_key(|edit| edit.number)
    }

    /// Of some actions, the one that was undone last: what *redo* lets count again.
    pub fn last_undone(edits: &[Self]) -> Option<&Self> {
        edits
            .iter()
            .filter(|edit| edit.is_undone)
            // Of those undone in one moment, the earlier was undone later: undoing goes backwards.
            .max_by_key(|edit| (edit.undone_at, -edit.number))
    }
}

impl FromRow for EditRecord {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let action: String = row.get(1)?;
        let undone_at: Option<Timestamp> = row.get(6)?;
        Ok(Self {
            number: row.get(0)?,
            edit: serde_json::from_str(&action).unwrap_or(Edit {
                fix: Fix::Cells { cells: Vec::new() },
                rows: Rows::All,
                columns: Vec::new(),
            }),
            rows: row.get(2)?,
            cells: row.get(3)?,
            made_by: row.get(4)?,
            made_at: row.get(5)?,
            is_undone: undone_at.is_some(),
            undone_at,
        })
    }
}
