//! What the review page says of the change that was just made, and which changes it can take back.

use import::{EditRecord, Import, ProblemGroup, ResultRow, Rows, fields::Catalogue};
use kernel::Severity;

use super::{edit::described, review_query::Query};
use crate::format::counted;

/// A change with what there is to say of it.
pub(crate) struct Told {
    pub(crate) number: i64,
    pub(crate) sentence: String,
    pub(crate) extent: String,
    pub(crate) notes: Vec<String>,
    pub(crate) is_undone: bool,
}

/// A change that can be undone, or redone.
pub(crate) struct Turnable {
    pub(crate) number: i64,
    pub(crate) sentence: String,
}

impl Turnable {
    pub(super) fn of(import: &Import, catalogue: &Catalogue, record: &EditRecord) -> Self {
        Self {
            number: record.number,
            sentence: described(import, catalogue, &record.edit),
        }
    }
}

/// The row that an action was about, if it was about one.
pub(super) fn only_row(record: &EditRecord) -> Option<u64> {
    match &record.edit.rows {
        Rows::Numbers { rows } => match rows.as_slice() {
            [row] => Some(*row),
            _ => None,
        },
        Rows::All | Rows::Problem { .. } | Rows::Filter { .. } => None,
    }
}

impl Query {
    /// What was just done, in words; `row` is the row it was about.
    pub(super) fn told(
        &self,
        (import, catalogue): (&Import, &Catalogue),
        record: &EditRecord,
        groups: &[ProblemGroup],
        row: Option<&ResultRow>,
    ) -> Told {
        let sentence = described(import, catalogue, &record.edit);
        let mut notes = Vec::new();
        if let Some(row) = row {
            notes.push(verdict(row));
            let is_shown =
                |group: &&ProblemGroup| group.code == self.code && group.field == self.field;
            if !self.code.is_empty() {
                let left = groups.iter().find(is_shown).map_or(0, |group| group.rows);
                notes.push(format!(
                    "{} left in this group.",
                    counted(left, "row", "rows")
                ));
            }
        }
        notes.extend(self.said_of_file());
        Told {
            number: record.number,
            sentence: if record.is_undone {
                format!("Undone: {sentence}")
            } else {
                sentence
            },
            extent: format!(
                "{} in {}",
                counted(record.cells, "change", "changes"),
                counted(record.rows, "row", "rows")
            ),
            notes,
            is_undone: record.is_undone,
        }
    }

    /// What a corrected file brought.
    fn said_of_file(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(found) = self.found {
            notes.push(format!(
                "{} of the file belong to this import.",
                counted(found, "row", "rows")
            ));
        }
        let mut note = |number: i64, one: &str, many: &str| {
            if number > 0 {
                notes.push(format!("{}.", counted(number, one, many)));
            }
        };
        note(
            self.unknown,
            "row without a key of this import was left alone",
            "rows without a key of this import were left alone",
        );
        note(
            self.repeated,
            "row was in the file before and was left alone",
            "rows were in the file before and were left alone",
        );
        note(
            self.columns,
            "column is not of this import and was left alone",
            "columns are not of this import and were left alone",
        );
        notes
    }
}

/// Whether a row is good now.
fn verdict(row: &ResultRow) -> String {
    let number = row.row;
    if row.left_out {
        return format!("Row {number} is skipped.");
    }
    let must_fix = Severity::MustFix.as_str();
    let has_fault = row
        .problems
        .iter()
        .any(|problem| problem.severity == must_fix);
    if has_fault {
        format!("Row {number} still has to be fixed.")
    } else {
        format!("Row {number} is now OK.")
    }
}
