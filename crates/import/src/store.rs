//! Reading and writing imports and their problems in the database.

pub(crate) mod departures;

use std::collections::BTreeMap;

use db::{Bulk, Cells, Tx, params, sql};
use kernel::{AccountId, Code, ImportId, JobId, Problem, Severity, Timestamp};

use crate::{
    Refusal,
    record::{Import, json},
    results::{ProblemGroup, ProblemRow, ProblemValue},
    state::State,
};

pub(crate) fn find(tx: &mut Tx<'_>, account: AccountId, id: ImportId) -> Result<Import, Refusal> {
    tx.fetch_optional(sql!("imports/find"), params![account, id])?
        .ok_or(Refusal::NotFound)
}

pub(crate) fn find_number(
    tx: &mut Tx<'_>,
    account: AccountId,
    number: i64,
) -> Result<Import, Refusal> {
    tx.fetch_optional(sql!("imports/find_number"), params![account, number])?
        .ok_or(Refusal::NotFound)
}

/// The newest imports before a number, newest first.
pub(crate) fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    before: Option<i64>,
    limit: i64,
) -> db::Result<Vec<Import>> {
    tx.fetch(
        sql!("imports/page"),
        params![account, before.unwrap_or(i64::MAX), limit],
    )
}

/// Another import of the same content, if there was one.
pub(crate) fn with_hash(tx: &mut Tx<'_>, import: &Import) -> db::Result<Option<Import>> {
    match &import.file.hash {
        Some(hash) => tx.fetch_optional(
            sql!("imports/with_hash"),
            params![import.account, hash, import.id],
        ),
        None => Ok(None),
    }
}

pub(crate) fn insert(tx: &mut Tx<'_>, import: &mut Import) -> db::Result<()> {
    tx.execute(sql!("imports/take_turn"), params![import.account])?;
    import.number = tx
        .fetch_one::<(i64,)>(sql!("imports/next_number"), params![import.account])?
        .0;
    tx.execute(
        sql!("imports/insert"),
        params![
            import.account,
            import.id,
            import.number,
            import.name,
            import.state.as_str(),
            import.settings.preset.as_str(),
            json(&import.settings),
            import.file.hash,
            import.file.name,
            import.file.bytes,
            import.ids.base(),
            import.created_by,
            import.created_by_name,
            import.created_at
        ],
    )?;
    Ok(())
}

/// Writes everything that can change.
pub(crate) fn save(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(
        sql!("imports/save"),
        params![
            import.account,
            import.id,
            import.name,
            import.state.as_str(),
            import.rev,
            json(&import.settings),
            import.layout.as_ref().map(json),
            import.mapping.as_ref().map(json),
            import.plan.as_ref().map(json),
            import.reason.as_ref().map(json),
            import.stage,
            import.counts.rows,
            import.rows_done,
            import.chunks_done,
            import.counts.created,
            import.counts.updated,
            import.counts.unchanged,
            import.counts.skipped,
            import.counts.failed,
            import.counts.not_started,
            json(&import.timings),
            import.undo.as_ref().map(json),
            import.updated_at,
            import.started_at,
            import.finished_at,
            import.completed_at,
            import.redo.as_ref().map(json),
            import.changed.as_ref().map(|change| &change.by),
            import.changed.as_ref().map(|change| &change.what),
            import.changed.as_ref().map(|change| change.at),
            import.changed.as_ref().map(|change| change.from)
        ],
    )?;
    Ok(())
}

/// Writes only how far a stage has come.
pub(crate) fn save_progress(
    tx: &mut Tx<'_>,
    import: &Import,
    stage: &str,
    rows: i64,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("imports/progress"),
        params![import.account, import.id, stage, rows, now],
    )?;
    Ok(())
}

/// Marks a chunk as written, in the transaction that writes it.
pub(crate) fn save_chunk(
    tx: &mut Tx<'_>,
    import: &Import,
    chunks: i64,
    rows: i64,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("imports/save_chunk"),
        params![import.account, import.id, chunks, rows, now],
    )?;
    Ok(())
}

/// Moves an import from one state to another unless somebody else has; says whether it did.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ImportId,
    from: State,
    to: State,
    now: Timestamp,
) -> db::Result<bool> {
    let moved = tx.execute(
        sql!("imports/ask"),
        params![account, id, to.as_str(), from.as_str(), now],
    )?;
    Ok(moved > 0)
}

/// The job that works or waits to work on an import.
pub(crate) fn job_of(tx: &mut Tx<'_>, import: &Import) -> db::Result<Option<JobId>> {
    let named = format!("%\"import\":\"{}\"%", import.id);
    let found: Option<(JobId,)> =
        tx.fetch_optional(sql!("imports/job"), params![import.account, named])?;
    Ok(found.map(|(id,)| id))
}

pub(crate) fn state(tx: &mut Tx<'_>, account: AccountId, id: ImportId) -> db::Result<State> {
    let name: (String,) = tx.fetch_one(sql!("imports/state"), params![account, id])?;
    Ok(State::parse(&name.0).unwrap_or(State::Failed))
}

/// A problem of one row, ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewProblem {
    pub(crate) account: AccountId,
    pub(crate) import: ImportId,
    pub(crate) row: i64,
    pub(crate) position: i64,
    pub(crate) line: i64,
    pub(crate) problem: Problem,
    pub(crate) while_applying: bool,
}

impl Bulk for NewProblem {
    const TABLE: &'static str = "import_problems";
    const COLUMNS: &'static [&'static str] = &[
        "account_id",
        "import_id",
        "row_no",
        "position",
        "line",
        "code",
        "severity",
        "field",
        "column_no",
        "value",
        "detail",
        "suggestion",
        "while_applying",
        "other_row",
    ];

    fn write(&self, row: &mut Cells<'_, '_>) {
        let problem = &self.problem;
        row.put(&self.account)
            .put(&self.import)
            .put(&self.row)
            .put(&self.position)
            .put(&self.line)
            .put(&problem.code.as_str())
            .put(&problem.severity.as_str())
            .put(&problem.field)
            .put(&problem.column.map(i64::from))
            .put(&problem.value)
            .put(&problem.detail)
            .put(&problem.suggestion)
            .put(&self.while_applying)
            .put(&problem.other_row.map(|row| row as i64));
    }
}

/// How many rows have a problem, by code and field.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProblemCounts {
    kinds: BTreeMap<(Code, Option<String>), (Severity, i64)>,
    /// One kind has several severities, of which the first counts.
    is_mixed: bool,
}

impl ProblemCounts {
    /// Counts one row with this problem, and says how many there are now.
    pub(crate) fn add(&mut self, code: Code, severity: Severity, field: Option<&str>) -> i64 {
        // The common case is a known pair, for which no text is made.
        if let Some((_, (known, rows))) = self
            .kinds
            .iter_mut()
            .find(|((known, of), _)| *known == code && of.as_deref() == field)
        {
            self.is_mixed |= *known != severity;
            *rows += 1;
            *rows
        } else {
            self.kinds
                .insert((code, field.map(str::to_owned)), (severity, 1));
            1
        }
    }

    /// Counts as [`ProblemCounts::entries`] gave them.
    pub(crate) fn of(entries: &[(Code, Option<String>, Severity, i64)]) -> Self {
        let entries = entries.iter();
        Self {
            kinds: entries
                .map(|(code, field, severity, rows)| ((*code, field.clone()), (*severity, *rows)))
                .collect(),
            is_mixed: false,
        }
    }

    /// Whether the severity of a kind depends on which row has it first.
    pub(crate) const fn is_mixed(&self) -> bool {
        self.is_mixed
    }

    /// Code, field, severity and number of rows of each.
    pub(crate) fn entries(&self) -> Vec<(Code, Option<String>, Severity, i64)> {
        let entries = self.kinds.iter();
        entries
            .map(|((code, field), (severity, rows))| (*code, field.clone(), *severity, *rows))
            .collect()
    }

    /// How many rows have a problem.
    pub(crate) fn rows(&self, code: Code, field: Option<&str>) -> i64 {
        self.kinds
            .get(&(code, field.map(str::to_owned)))
            .map_or(0, |(_, rows)| *rows)
    }

    /// The severity of a problem that rows have.
    pub(crate) fn severity(&self, code: Code, field: Option<&str>) -> Option<Severity> {
        self.kinds
            .get(&(code, field.map(str::to_owned)))
            .map(|(severity, _)| *severity)
    }

    /// Takes away what others count.
    pub(crate) fn subtract(&mut self, other: &Self) {
        for (kind, (_, rows)) in &other.kinds {
            if let Some((_, left)) = self.kinds.get_mut(kind) {
                *left -= rows;
            }
        }
        self.kinds.retain(|_, (_, rows)| *rows > 0);
    }

    /// Adds the counts to those stored.
    pub(crate) fn save(&self, tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
        for ((code, field), (severity, rows)) in &self.kinds {
            tx.execute(
                sql!("problems/add_to_group"),
                params![
                    import.account,
                    import.id,
                    code.as_str(),
                    field.as_deref().unwrap_or_default(),
                    severity.as_str(),
                    *rows
                ],
            )?;
        }
        Ok(())
    }
}

/// Removes everything about single rows, and who looked at them.
pub(crate) fn clear_rows(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    clear_problems(tx, import)?;
    clear_picks(tx, import)?;
    tx.execute(sql!("visitors/clear"), params![import.account, import.id])?;
    Ok(())
}

pub(crate) fn clear_problems(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(sql!("problems/clear"), params![import.account, import.id])?;
    tx.execute(
        sql!("problems/clear_groups"),
        params![import.account, import.id],
    )?;
    Ok(())
}

/// How many problems are stored.
pub(crate) fn count_problem_rows(tx: &mut Tx<'_>, import: &Import) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(sql!("problems/count"), params![import.account, import.id])
        .map(|(count,)| count)
}

/// The last row of which a problem is listed.
pub(crate) fn last_listed(
    tx: &mut Tx<'_>,
    import: &Import,
    code: Code,
    field: &str,
) -> db::Result<Option<i64>> {
    tx.fetch_one::<(Option<i64>,)>(
        sql!("problems/last_listed"),
        params![import.account, import.id, code.as_str(), field],
    )
    .map(|(row,)| row)
}

/// Removes what comparing with the directory found, which begins at a position, and all counts.
pub(crate) fn clear_decisions(tx: &mut Tx<'_>, import: &Import, from: i64) -> db::Result<()> {
    tx.execute(
        sql!("problems/clear_decisions"),
        params![import.account, import.id, from],
    )?;
    tx.execute(
        sql!("problems/clear_groups"),
        params![import.account, import.id],
    )?;
    Ok(())
}

/// Removes what the check of an action's rows found, which ends before a position.
pub(crate) fn clear_rows_of_edit(
    tx: &mut Tx<'_>,
    import: &Import,
    edit: i64,
    before: i64,
) -> db::Result<()> {
    tx.execute(
        sql!("problems/clear_rows_of_edit"),
        params![import.account, import.id, edit, before],
    )?;
    Ok(())
}

/// Records a problem that may have been recorded before.
pub(crate) fn replace_problem(tx: &mut Tx<'_>, new: &NewProblem) -> db::Result<()> {
    let problem = &new.problem;
    tx.execute(
        sql!("problems/replace"),
        params![
            new.account,
            new.import,
            new.row,
            new.position,
            new.line,
            problem.code.as_str(),
            problem.severity.as_str(),
            problem.field,
            problem.column.map(i64::from),
            problem.value,
            problem.detail,
            problem.suggestion,
            new.while_applying
        ],
    )?;
    Ok(())
}

pub(crate) fn problem_groups(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ImportId,
) -> db::Result<Vec<ProblemGroup>> {
    tx.fetch(sql!("problems/groups"), params![account, id])
}

/// Problems of one kind after a row, in the order of rows.
pub(crate) fn problem_page(
    tx: &mut Tx<'_>,
    import: &Import,
    code: &str,
    field: Option<&str>,
    after: i64,
    limit: i64,
) -> db::Result<Vec<ProblemRow>> {
    tx.fetch(
        sql!("problems/page"),
        params![import.account, import.id, code, field, after, limit],
    )
}

pub(crate) fn problems_of_rows(
    tx: &mut Tx<'_>,
    import: &Import,
    first: i64,
    last: i64,
) -> db::Result<Vec<ProblemRow>> {
    tx.fetch(
        sql!("problems/of_rows"),
        params![import.account, import.id, first, last],
    )
}

/// Numbers of the rows that failed while writing.
pub(crate) fn failed_while_applying(tx: &mut Tx<'_>, import: &Import) -> db::Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.fetch(
        sql!("problems/while_applying"),
        params![import.account, import.id],
    )?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}

/// Ticks or unticks rows.
pub(crate) fn set_picks(
    tx: &mut Tx<'_>,
    import: &Import,
    rows: &[i64],
    picked: bool,
) -> db::Result<()> {
    let statement = if picked {
        sql!("picks/add")
    } else {
        sql!("picks/remove")
    };
    for row in rows {
        tx.execute(statement, params![import.account, import.id, *row])?;
    }
    Ok(())
}

pub(crate) fn clear_picks(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(sql!("picks/clear"), params![import.account, import.id])?;
    Ok(())
}

pub(crate) fn picks(tx: &mut Tx<'_>, import: &Import) -> db::Result<Vec<i64>> {
    let rows: Vec<(i64,)> = tx.fetch(sql!("picks/list"), params![import.account, import.id])?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}

pub(crate) fn remember_mapping(
    tx: &mut Tx<'_>,
    account: AccountId,
    signature: &str,
    columns: &str,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("mappings/remember"),
        params![account, signature, columns, now],
    )?;
    Ok(())
}

pub(crate) fn recall_mapping(
    tx: &mut Tx<'_>,
    account: AccountId,
    signature: &str,
) -> db::Result<Option<String>> {
    let found: Option<(String,)> =
        tx.fetch_optional(sql!("mappings/recall"), params![account, signature])?;
    Ok(found.map(|(text,)| text))
}

/// Rows with the same key as an earlier one: the earlier row, the row, the value they share.
pub(crate) fn duplicate_pairs(
    tx: &mut Tx<'_>,
    import: &Import,
    code: &str,
    field: &str,
    after: i64,
    limit: i64,
) -> db::Result<Vec<(i64, i64, String)>> {
    tx.fetch(
        sql!("problems/duplicate_pairs"),
        params![import.account, import.id, code, field, after, limit],
    )
}

/// Numbers of rows with a problem after a row, or before one, from there on.
pub(crate) fn problem_rows(
    tx: &mut Tx<'_>,
    import: &Import,
    (code, field): (&str, Option<&str>),
    row: u64,
    limit: i64,
    backwards: bool,
) -> db::Result<Vec<u64>> {
    let statement = if backwards {
        sql!("problems/rows_before")
    } else {
        sql!("problems/rows_after")
    };
    let found: Vec<(i64,)> = tx.fetch(
        statement,
        params![import.account, import.id, code, field, row as i64, limit],
    )?;
    Ok(found.into_iter().map(|(row,)| row as u64).collect())
}

/// The next row after or before one that must be fixed.
pub(crate) fn next_problem(
    tx: &mut Tx<'_>,
    import: &Import,
    row: u64,
    backwards: bool,
) -> db::Result<Option<u64>> {
    let statement = if backwards {
        sql!("problems/previous")
    } else {
        sql!("problems/next")
    };
    let found: Option<(i64,)> =
        tx.fetch_optional(statement, params![import.account, import.id, row as i64])?;
    Ok(found.map(|(row,)| row as u64))
}

/// The most frequent faulty values of a kind of problem among its first rows.
pub(crate) fn problem_values(
    tx: &mut Tx<'_>,
    import: &Import,
    code: &str,
    field: Option<&str>,
    first_rows: i64,
    limit: i64,
) -> db::Result<Vec<ProblemValue>> {
    tx.fetch(
        sql!("problems/values"),
        params![import.account, import.id, code, field, first_rows, limit],
    )
}
