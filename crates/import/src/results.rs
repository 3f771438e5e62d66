//! Looking at an import's rows: outcomes, problems, and the files to take away.

mod backwards;
mod departures;
mod differences;
mod download;
mod order;
mod row_file;
mod rows;

pub use download::Download;
pub(crate) use download::{
    PROBLEM_COLUMN, ROW_KEY_COLUMN, headers as download_headers, row_of_key,
};
pub(crate) use order::Orders;
pub use order::{Sort, SortBy};
pub(crate) use row_file::{RowFile, SelectedRow};

use db::{FromRow, Row};
use tabular::Record;

use crate::{
    edits::{CellFilter, in_place},
    fields::Field,
};

/// What becomes, or became, of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It cannot be imported.
    Failed,
    /// A new person.
    Created,
    /// A person whose fields or links change.
    Updated,
    /// A person who is as the row says.
    Unchanged,
    /// Left out by choice or policy.
    Skipped,
    /// Left by an early stop.
    NotStarted,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Created,
        Self::Updated,
        Self::Unchanged,
        Self::Skipped,
        Self::Failed,
        Self::NotStarted,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::NotStarted => "not_started",
        }
    }

    /// The outcome with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == text)
    }

    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Failed => 0,
            Self::Created => 1,
            Self::Updated => 2,
            Self::Unchanged => 3,
            Self::Skipped => 4,
            Self::NotStarted => 5,
        }
    }

    pub(crate) fn of_code(code: u8) -> Self {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.code() == code)
            .unwrap_or(Self::Failed)
    }
}

/// How many rows have one problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemGroup {
    /// The problem's code.
    pub code: String,
    /// The field it is about; blank for the row as a whole.
    pub field: String,
    /// How much it matters.
    pub severity: String,
    /// Rows that have it.
    pub rows: i64,
}

impl FromRow for ProblemGroup {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            code: row.get(0)?,
            field: row.get(1)?,
            severity: row.get(2)?,
            rows: row.get(3)?,
        })
    }
}

/// One problem of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemRow {
    /// Row number as a spreadsheet shows it.
    pub row: i64,
    /// Physical line.
    pub line: i64,
    /// The problem's code.
    pub code: String,
    /// How much it matters.
    pub severity: String,
    /// The field it is about.
    pub field: Option<String>,
    /// The column it is in, from 0.
    pub column: Option<i64>,
    /// The value as written.
    pub value: String,
    /// What exactly.
    pub detail: String,
    /// A value that is probably meant.
    pub suggestion: Option<String>,
    /// The earlier row that has the same value, where that is the problem.
    pub other_row: Option<i64>,
}

impl FromRow for ProblemRow {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            row: row.get(0)?,
            line: row.get(2)?,
            code: row.get(3)?,
            severity: row.get(4)?,
            field: row.get(5)?,
            column: row.get(6)?,
            value: row.get(7)?,
            detail: row.get(8)?,
            suggestion: row.get(9)?,
            other_row: row.get(10)?,
        })
    }
}

impl ProblemRow {
    /// The cell with its faulty part replaced: of a list one name, otherwise everything.
    pub fn corrected(&self, cell: &str, by: &str) -> String {
        let field = self.field.as_deref().and_then(Field::from_key);
        let is_list = field.as_ref().is_some_and(Field::is_list);
        in_place(cell, is_list.then_some(&*self.value), by)
    }

    /// The problem in words, without its place.
    pub fn message(&self) -> String {
        let Ok(code) = self.code.parse::<kernel::Code>() else {
            return self.code.clone();
        };
        let mut problem = kernel::Problem::new(code)
            .value(&*self.value)
            .detail(&*self.detail);
        problem.suggestion.clone_from(&self.suggestion);
        if let Ok(severity) = self.severity.parse() {
            problem.severity = severity;
        }
        problem.message()
    }
}

/// A faulty value and how many rows have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemValue {
    /// The value as written.
    pub value: String,
    /// A value that is probably meant.
    pub suggestion: Option<String>,
    /// Rows that have it.
    pub rows: i64,
}

db::from_row!(ProblemValue {
    value,
    suggestion: suggested,
    rows: row_count
});

/// A page of rows.
#[derive(Clone, Debug, Default)]
pub struct RowPage {
    /// The rows, in file order or as they are sorted.
    pub rows: Vec<ResultRow>,
    /// What the page begins after: a row, or when the rows are sorted how many of them.
    pub after: u64,
    /// How many rows there are in all, where that was counted.
    pub total: Option<u64>,
    /// The last row that was looked at, when a search was ended before the end of the file.
    pub searched_to: Option<u64>,
}

impl From<Vec<ResultRow>> for RowPage {
    fn from(rows: Vec<ResultRow>) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }
}

/// A row of the file with what becomes of it.
#[derive(Clone, Debug)]
pub struct ResultRow {
    /// Row number as a spreadsheet shows it.
    pub row: u64,
    /// The cells as they stand in the file.
    pub cells: Vec<String>,
    /// What becomes, or became, of it.
    pub outcome: Outcome,
    /// The person, for rows about one.
    pub user: Option<kernel::UserId>,
    /// What changes: field, before, after.
    pub changes: Vec<(String, String, String)>,
    /// What is wrong with it.
    pub problems: Vec<ProblemRow>,
    /// Whether it was ticked or unticked by hand.
    pub picked: bool,
    /// Columns whose cells were changed by hand since the file came.
    pub edited: Vec<usize>,
    /// Whether it was left out by hand.
    pub left_out: bool,
}

/// Which rows are wanted.
#[derive(Clone, Debug, Default)]
pub struct RowFilter {
    /// Rows with this outcome.
    pub outcome: Option<Outcome>,
    /// Rows with this problem.
    pub code: Option<String>,
    /// Rows with the problem in this field.
    pub field: Option<String>,
    /// Rows with a text in a cell; not together with a problem.
    pub cell: Option<CellFilter>,
    /// Rows after this number; when they are sorted, after so many of them.
    pub after: u64,
    /// Instead, the rows right before this number, or this place.
    pub before: Option<u64>,
    /// In this order; in that of the file when there is none.
    pub sort: Option<Sort>,
    /// At most so many, up to 500.
    pub limit: usize,
}

impl RowFilter {
    /// This row, or the next there is.
    pub fn of_row(row: u64) -> Self {
        Self {
            after: row.saturating_sub(1),
            limit: 1,
            ..Self::default()
        }
    }

    /// Whether rows with the outcome of this code are meant.
    pub(crate) fn wants(&self, code: u8) -> bool {
        self.outcome.is_none_or(|outcome| outcome.code() == code)
    }
}

/// Appends a row's cells with its place in the file.
pub(crate) fn encode_cells(place: u32, record: &Record, out: &mut Vec<u8>) {
    out.extend_from_slice(&place.to_le_bytes());
    for cell in record.iter() {
        out.extend_from_slice(&(cell.len() as u32).to_le_bytes());
        out.extend_from_slice(cell.as_bytes());
    }
}

/// The place of an entry of the cells file.
pub(crate) fn place_of(entry: &[u8]) -> Option<u32> {
    entry
        .first_chunk::<4>()
        .map(|bytes| u32::from_le_bytes(*bytes))
}

/// Reads what [`encode_cells`] wrote.
pub(crate) fn decode_cells(entry: &[u8], cells: &mut Vec<String>) -> Option<u32> {
    cells.clear();
    each_cell(entry, |cell| cells.push(cell.to_owned()))?;
    place_of(entry)
}

/// Calls `each` with the cells of an entry; `true`, or nothing if the entry is damaged.
pub(crate) fn each_cell(entry: &[u8], mut each: impl FnMut(&str)) -> Option<bool> {
    let (_, mut rest) = entry.split_first_chunk::<4>()?;
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (text, next) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        each(std::str::from_utf8(text).ok()?);
        rest = next;
    }
    Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_one_code_and_one_name_each() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_code(outcome.code()), outcome);
            assert_eq!(Outcome::parse(outcome.as_str()), Some(outcome));
        }
    }

    #[test]
    fn of_a_list_only_the_faulty_name_is_corrected() {
        let problem = |field: &str, value: &str| ProblemRow {
            row: 2,
            line: 2,
            code: "group_unknown".to_owned(),
            severity: "must_fix".to_owned(),
            field: Some(field.to_owned()),
            column: Some(0),
            value: value.to_owned(),
            detail: String::new(),
            suggestion: None,
            other_row: None,
        };
        let groups = problem("groups", "Nigth");
        assert_eq!(groups.corrected("Nigth; Day", "Night"), "Night; Day");
        assert_eq!(
            problem("role", "Manger").corrected("Manger", "manager"),
            "manager"
        );
    }

    #[test]
    fn cells_come_back_as_they_were() {
        let mut record = Record::new();
        ["a", "", "Żółć, \"quoted\"\n"]
            .into_iter()
            .for_each(|cell| record.push(cell));
        let mut entry = Vec::new();
        encode_cells(7, &record, &mut entry);
        let mut cells = Vec::new();
        assert_eq!(decode_cells(&entry, &mut cells), Some(7));
        assert_eq!(cells, ["a", "", "Żółć, \"quoted\"\n"]);
        assert_eq!(place_of(&entry), Some(7));
    }
}
