//! Problems of rows in the database: written in bulk, read in pages, counted by kind.

use db::{Bulk, Cells, Tx, params, sql};
use kernel::{AccountId, Code, ImportId, Problem};

use crate::{
    record::Import,
    results::{ProblemGroup, ProblemRow, ProblemValue},
};

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

pub(crate) fn clear(tx: &mut Tx<'_>, import: &Import) -> db::Result<()> {
    tx.execute(sql!("problems/clear"), params![import.account, import.id])?;
    tx.execute(
        sql!("problems/clear_groups"),
        params![import.account, import.id],
    )?;
    Ok(())
}

/// How many problems are stored.
pub(crate) fn count(tx: &mut Tx<'_>, import: &Import) -> db::Result<i64> {
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
pub(crate) fn replace(tx: &mut Tx<'_>, new: &NewProblem) -> db::Result<()> {
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

pub(crate) fn groups(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ImportId,
) -> db::Result<Vec<ProblemGroup>> {
    tx.fetch(sql!("problems/groups"), params![account, id])
}

/// Problems of one kind after a row, in the order of rows.
pub(crate) fn page(
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

pub(crate) fn of_rows(
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
pub(crate) fn rows(
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
pub(crate) fn next(
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
pub(crate) fn values(
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
