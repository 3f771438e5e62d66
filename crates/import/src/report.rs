//! One import as it is told outside: the document of `muster import --json`, which a server gives
//! programs too.
//!
//! Not here: rows, and printing it.

use directory::Ctx;
use kernel::ImportId;
use serde::{Deserialize, Serialize};

use crate::{
    Counts, Departed, Import, Imports, Plan, Reason, RedoPreview, Refusal, State, Timings,
    UndoPreview, mapping::Confidence,
};

/// An import, its file, columns, problems, plan and outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its id.
    pub import: ImportId,
    /// Its number in the account.
    pub number: i64,
    /// Where it stands.
    pub state: State,
    /// The file.
    pub file: ReportedFile,
    /// The columns.
    pub mapping: Vec<ReportedColumn>,
    /// The row equation.
    #[serde(flatten)]
    pub counts: Counts,
    /// How many rows have which problem.
    pub problems: Vec<ReportedProblem>,
    /// Seconds of each stage.
    pub seconds: Timings,
    /// Rows through all stages.
    pub rows_per_second: i64,
    /// What would happen, once checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Plan>,
    /// Who is deactivated because the file does not have them, if anybody is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub departures: Option<Departed>,
    /// Why it was refused or failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Reason>,
    /// What its undo did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo: Option<UndoPreview>,
    /// What doing it again did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redo: Option<RedoPreview>,
}

/// The file of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: i64,
    /// What it is.
    pub format: Option<String>,
    /// Its encoding.
    pub encoding: Option<String>,
    /// Its delimiter; none in a workbook.
    pub delimiter: Option<String>,
    /// Row of the header, from 1.
    pub header_row: Option<u64>,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedColumn {
    /// Its header.
    pub column: String,
    /// The field it fills.
    pub field: Option<String>,
    /// How sure that is; nothing where it fills none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
}

/// How many rows have one problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedProblem {
    /// Its code.
    pub code: String,
    /// How much it matters.
    pub severity: String,
    /// The field; nothing for the row as a whole.
    pub field: Option<String>,
    /// Rows that have it.
    pub rows: i64,
}

impl Imports {
    /// An import as it is told outside.
    pub fn report(&self, ctx: &Ctx, import: &Import) -> Result<Report, Refusal> {
        let problems = self.problem_groups(ctx, import.id)?.into_iter();
        let problems = problems.map(|group| ReportedProblem {
            field: (!group.field.is_empty()).then_some(group.field),
            code: group.code,
            severity: group.severity,
            rows: group.rows,
        });
        let mapped = import.mapping.iter().flat_map(|mapping| &mapping.columns);
        let mapping = mapped.map(|column| ReportedColumn {
            column: column.header.clone(),
            confidence: column.field.as_ref().map(|_| column.confidence),
            field: column.field.as_ref().map(|field| field.key().into_owned()),
        });
        let departed = self.departed(ctx, import)?;
        Ok(Report {
            import: import.id,
            number: import.number,
            state: import.state,
            file: file_of(import),
            mapping: mapping.collect(),
            counts: import.counts,
            problems: problems.collect(),
            seconds: import.timings,
            rows_per_second: import.rows_per_second(),
            plan: import.plan.clone(),
            departures: (departed.planned > 0).then_some(departed),
            error: import.reason.clone(),
            undo: import.undo.clone(),
            redo: import.redo.as_ref().map(|redo| RedoPreview {
                created: redo.created,
                updated: redo.updated,
                deactivated: redo.deactivated,
                left: redo.left,
            }),
        })
    }
}

fn file_of(import: &Import) -> ReportedFile {
    let layout = import.layout.as_ref();
    ReportedFile {
        name: import.file.name.clone(),
        bytes: import.file.bytes,
        format: layout.map(|layout| layout.format.as_str().to_owned()),
        encoding: layout.map(|layout| layout.encoding.clone()),
        delimiter: layout.and_then(|layout| layout.delimiter.clone()),
        header_row: layout.and_then(|layout| layout.header_row),
    }
}

impl Report {
    /// The same when it was refused before anything was written.
    #[must_use]
    pub fn refused(self, refusal: &Refusal) -> Self {
        Self {
            counts: self.counts.nothing_written(),
            state: State::Refused,
            error: Some(Reason {
                code: refusal.code().to_owned(),
                message: refusal.to_string(),
            }),
            ..self
        }
    }

    /// Rows that an import which has ended did not bring in.
    pub const fn rows_left(&self) -> i64 {
        self.counts.failed + self.counts.not_started
    }
}
