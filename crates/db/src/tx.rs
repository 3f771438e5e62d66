//! A transaction: all work on the database happens in one.
//!
//! Both databases behave alike: after a statement has failed, nothing more can be done in the
//! transaction, and it cannot be committed. What may fail goes into a savepoint.

use std::ops::ControlFlow;

use postgres::types::ToSql;

use crate::{
    bulk::{self, Bulk},
    error::{Error, Result},
    postgres::Prepared,
    row::{Cells, FromRow, Row},
    select::Select,
    sql::{Sql, Text},
    value::{Param, Value},
};

/// How many rows PostgreSQL sends at a time when a result is streamed.
const PORTAL_ROWS: i32 = 1000;

/// An open transaction.
pub struct Tx<'c> {
    pub(crate) driver: Driver<'c>,
    failed: bool,
    depth: u32,
}

pub(crate) enum Driver<'c> {
    Sqlite(rusqlite::Transaction<'c>),
    Postgres(postgres::Transaction<'c>, &'c mut Prepared),
}

impl<'c> Tx<'c> {
    pub(crate) fn new(driver: Driver<'c>) -> Self {
        Self {
            driver,
            failed: false,
            depth: 0,
        }
    }

    /// Runs a statement and says how many rows it changed.
    pub fn execute(&mut self, sql: &Sql, params: &[&dyn Param]) -> Result<u64> {
        let text = sql.text();
        self.attempt(|driver| driver.execute(text, params))
    }

    /// Reads all rows, which must be few.
    pub fn fetch<T: FromRow>(&mut self, sql: &Sql, params: &[&dyn Param]) -> Result<Vec<T>> {
        self.fetch_text(sql.text(), params)
    }

    /// Reads the first row, if there is one.
    pub fn fetch_optional<T: FromRow>(
        &mut self,
        sql: &Sql,
        params: &[&dyn Param],
    ) -> Result<Option<T>> {
        Ok(self.fetch(sql, params)?.into_iter().next())
    }

    /// Reads the first row; its absence is [`Error::NotFound`].
    pub fn fetch_one<T: FromRow>(&mut self, sql: &Sql, params: &[&dyn Param]) -> Result<T> {
        self.fetch_optional(sql, params)?.ok_or(Error::NotFound)
    }

    /// Shows every row to `visit`, with bounded memory, until it breaks.
    pub fn for_each<E: From<Error>>(
        &mut self,
        sql: &Sql,
        params: &[&dyn Param],
        mut visit: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let text = sql.text();
        let mut refusal = None;
        self.attempt(|driver| {
            driver.for_each(text, params, &mut |row| match visit(row) {
                Ok(flow) => flow,
                Err(error) => {
                    refusal = Some(error);
                    ControlFlow::Break(())
                }
            })
        })?;
        refusal.map_or(Ok(()), Err)
    }

    /// Shows every row of a statement without parameters that was put together here.
    pub(crate) fn stream<E: From<Error>>(
        &mut self,
        name: &'static str,
        text: &str,
        mut visit: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let text = Text {
            name,
            postgres: text,
            sqlite: text,
        };
        let mut refusal = None;
        self.attempt(|driver| {
            driver.for_each(text, &[], &mut |row| match visit(row) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    refusal = Some(error);
                    ControlFlow::Break(())
                }
            })
        })?;
        refusal.map_or(Ok(()), Err)
    }

    /// Writes rows by the fastest way the database has, and says how many.
    pub fn bulk<'r, T: Bulk + 'r>(&mut self, rows: impl IntoIterator<Item = &'r T>) -> Result<u64> {
        self.attempt(|driver| match driver {
            Driver::Sqlite(tx) => bulk::insert(tx, rows),
            Driver::Postgres(tx, prepared) => bulk::copy(tx, prepared, rows),
        })
    }

    /// Reads one page of a list.
    pub fn select<T: FromRow>(&mut self, select: &Select) -> Result<Vec<T>> {
        let rendered = select.page();
        self.fetch_text(rendered.text(), &rendered.params())
    }

    /// Counts a list's rows over all pages, giving up at `limit`.
    pub fn count(&mut self, select: &Select, limit: i64) -> Result<i64> {
        let rendered = select.count(limit);
        let counts: Vec<(i64,)> = self.fetch_text(rendered.text(), &rendered.params())?;
        Ok(counts.first().map_or(0, |(count,)| *count))
    }

    /// Runs `work` so that its failure leaves the transaction as it was before.
    pub fn savepoint<T, E: From<Error>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let name = format!("savepoint_{}", self.depth);
        self.batch(&format!("savepoint {name}"))?;
        self.depth += 1;
        let mut outcome = work(self);
        self.depth -= 1;
        if outcome.is_ok() && self.failed {
            outcome = Err(Error::Aborted.into());
        }
        if outcome.is_err() {
            self.failed = false;
            self.batch(&format!("rollback to savepoint {name}"))?;
        }
        self.batch(&format!("release savepoint {name}"))?;
        outcome
    }

    /// Runs several statements without parameters.
    pub(crate) fn batch(&mut self, text: &str) -> Result<()> {
        self.attempt(|driver| match driver {
            Driver::Sqlite(tx) => tx
                .execute_batch(text)
                .map_err(|error| Error::sqlite("batch", tx, error)),
            Driver::Postgres(tx, _) => tx
                .batch_execute(text)
                .map_err(|error| Error::postgres("batch", error)),
        })
    }

    pub(crate) fn commit(self, temporary: &[String]) -> Result<()> {
        if self.failed {
            return Err(Error::Aborted);
        }
        match self.driver {
            Driver::Sqlite(tx) => commit_sqlite(tx, temporary),
            Driver::Postgres(tx, _) => tx
                .commit()
                .map_err(|error| Error::postgres("commit", error)),
        }
    }

    fn fetch_text<T: FromRow>(&mut self, text: Text<'_>, params: &[&dyn Param]) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        let mut refusal = None;
        self.attempt(|driver| {
            driver.query(text, params, &mut |row| {
                let checked = if rows.is_empty() {
                    row.expect_columns(T::COLUMNS)
                } else {
                    Ok(())
                };
                match checked.and_then(|()| T::from_row(row)) {
                    Ok(value) => rows.push(value),
                    Err(error) => {
                        refusal = Some(error);
                        return ControlFlow::Break(());
                    }
                }
                ControlFlow::Continue(())
            })
        })?;
        refusal.map_or(Ok(rows), Err)
    }

    /// Runs one statement; its failure ends the transaction, as PostgreSQL wants it.
    pub(crate) fn attempt<T>(
        &mut self,
        run: impl FnOnce(&mut Driver<'c>) -> Result<T>,
    ) -> Result<T> {
        if self.failed {
            return Err(Error::Aborted);
        }
        let outcome = run(&mut self.driver);
        self.failed = outcome.is_err();
        outcome
    }
}

type Visit<'v> = &'v mut dyn FnMut(&Row<'_>) -> ControlFlow<()>;

impl Driver<'_> {
    fn execute(&mut self, text: Text<'_>, params: &[&dyn Param]) -> Result<u64> {
        match self {
            Self::Sqlite(tx) => execute_sqlite(tx, text, params)
                .map_err(|error| Error::sqlite(text.name, tx, error)),
            Self::Postgres(tx, prepared) => with_values(params, |values| {
                let statement = prepared.statement(tx, text)?;
                tx.execute(&statement, values)
            })
            .map_err(|error| Error::postgres(text.name, error)),
        }
    }

    /// Shows all rows at once, which is one exchange with PostgreSQL.
    fn query(&mut self, text: Text<'_>, params: &[&dyn Param], visit: Visit<'_>) -> Result<()> {
        match self {
            Self::Sqlite(tx) => query_sqlite(tx, text, params, visit)
                .map_err(|error| Error::sqlite(text.name, tx, error)),
            Self::Postgres(tx, prepared) => {
                let rows = with_values(params, |values| {
                    let statement = prepared.statement(tx, text)?;
                    tx.query(&statement, values)
                })
                .map_err(|error| Error::postgres(text.name, error))?;
                let _ = show(&rows, text.name, visit);
                Ok(())
            }
        }
    }

    /// Shows the rows a batch at a time.
    fn for_each(&mut self, text: Text<'_>, params: &[&dyn Param], visit: Visit<'_>) -> Result<()> {
        match self {
            Self::Sqlite(tx) => query_sqlite(tx, text, params, visit)
                .map_err(|error| Error::sqlite(text.name, tx, error)),
            Self::Postgres(tx, prepared) => stream_postgres(tx, prepared, text, params, visit)
                .map_err(|error| Error::postgres(text.name, error)),
        }
    }
}

fn execute_sqlite(
    tx: &rusqlite::Transaction<'_>,
    text: Text<'_>,
    params: &[&dyn Param],
) -> rusqlite::Result<u64> {
    let mut statement = tx.prepare_cached(text.sqlite)?;
    let values = params.iter().map(|param| param.value());
    statement
        .execute(rusqlite::params_from_iter(values))
        .map(|changed| changed as u64)
}

fn query_sqlite(
    tx: &rusqlite::Transaction<'_>,
    text: Text<'_>,
    params: &[&dyn Param],
    visit: Visit<'_>,
) -> rusqlite::Result<()> {
    let mut statement = tx.prepare_cached(text.sqlite)?;
    let values = params.iter().map(|param| param.value());
    let mut rows = statement.query(rusqlite::params_from_iter(values))?;
    while let Some(row) = rows.next()? {
        let row = Row {
            statement: text.name,
            cells: Cells::Sqlite(row),
        };
        if visit(&row).is_break() {
            break;
        }
    }
    Ok(())
}

fn stream_postgres(
    tx: &mut postgres::Transaction<'_>,
    prepared: &mut Prepared,
    text: Text<'_>,
    params: &[&dyn Param],
    visit: Visit<'_>,
) -> Result<(), postgres::Error> {
    let portal = with_values(params, |values| {
        let statement = prepared.statement(tx, text)?;
        tx.bind(&statement, values)
    })?;
    loop {
        let rows = tx.query_portal(&portal, PORTAL_ROWS)?;
        if show(&rows, text.name, visit).is_break() || rows.len() < PORTAL_ROWS as usize {
            return Ok(());
        }
    }
}

fn show(rows: &[postgres::Row], statement: &'static str, visit: Visit<'_>) -> ControlFlow<()> {
    rows.iter().try_for_each(|row| {
        visit(&Row {
            statement,
            cells: Cells::Postgres(row),
        })
    })
}

/// Hands the parameters over in the form the PostgreSQL driver wants.
fn with_values<T>(params: &[&dyn Param], run: impl FnOnce(&[&(dyn ToSql + Sync)]) -> T) -> T {
    let values: Vec<Value<'_>> = params.iter().map(|param| param.value()).collect();
    let values: Vec<&(dyn ToSql + Sync)> = values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect();
    run(&values)
}

/// Commits, with the connection's temporary tables emptied as `on commit delete rows` does.
fn commit_sqlite(tx: rusqlite::Transaction<'_>, temporary: &[String]) -> Result<()> {
    let empty = |table: &String| {
        tx.prepare_cached(&format!("delete from temp.{table}"))?
            .execute([])
            .map(drop)
    };
    temporary
        .iter()
        .try_for_each(empty)
        .map_err(|error| Error::sqlite("commit", &tx, error))?;
    tx.commit()
        .map_err(|source| match source.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DatabaseBusy) => Error::Busy,
            Some(rusqlite::ErrorCode::ConstraintViolation) => Error::ForeignKeyViolation,
            _ => Error::Statement {
                statement: "commit",
                source: source.into(),
            },
        })
}
