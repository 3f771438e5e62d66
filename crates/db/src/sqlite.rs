//! What only SQLite needs: opening a file well, and the names of violated indexes.

use std::{fs::OpenOptions, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags};

use crate::error::{Error, Result};

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const STATEMENTS: usize = 256;
/// A connection that only empties the log reads nothing twice.
const CHECKPOINT_CACHE_KIB: u32 = 1024;

/// What a connection is for; only the writer may change the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
}

/// Creates the file, readable by its owner only, if it is missing.
pub(crate) fn create(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|source| {
        Error::unavailable(std::io::Error::new(
            source.kind(),
            format!("{}: {source}", path.display()),
        ))
    })
}

/// Opens a connection to an existing file.
pub(crate) fn open(path: &Path, purpose: Purpose, cache_kib: u32) -> Result<Connection> {
    let access = match purpose {
        Purpose::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Purpose::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Error::unavailable)?;
    configure(&connection, purpose, cache_kib).map_err(Error::unavailable)?;
    Ok(connection)
}

fn configure(connection: &Connection, purpose: Purpose, cache_kib: u32) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    if purpose == Purpose::Write {
        // What is deleted or replaced is overwritten in the file, and so not found by whoever reads it past us.
        // The log may grow to 64 MiB before it is copied back: random pages are then written once
        // per checkpoint and not once per transaction.
        connection.execute_batch(
            "pragma journal_mode = wal; pragma synchronous = full; \
             pragma wal_autocheckpoint = 16384; pragma journal_size_limit = 67108864; \
             pragma secure_delete = on",
        )?;
    }
    connection.execute_batch(&format!(
        "pragma foreign_keys = on; pragma trusted_schema = off; pragma cache_size = -{cache_kib}"
    ))
}

/// Copies the log back and empties it; `false` if a reader was in the way.
pub(crate) fn empty_log(path: &Path) -> Result<bool> {
    let connection = open(path, Purpose::Write, CHECKPOINT_CACHE_KIB)?;
    let busy: i64 = connection
        .query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))
        .map_err(Error::unavailable)?;
    Ok(busy == 0)
}

/// The tables that live as long as the connection.
pub(crate) fn temporary_tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare("select name from sqlite_temp_schema where type = 'table'")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The name of the unique index in a message such as `UNIQUE constraint failed: users.email`.
///
/// SQLite names the index only if it has expressions, and lists columns otherwise. The index is
/// then looked up by its columns; no two unique indexes of a table have the same ones.
pub(crate) fn violated_index(connection: &Connection, message: &str) -> String {
    let violated = message
        .rsplit_once("constraint failed: ")
        .map_or(message, |(_, violated)| violated);
    if let Some(name) = violated.strip_prefix("index '") {
        return name.trim_end_matches('\'').to_owned();
    }
    let mut columns = Vec::new();
    let mut table = "";
    for column in violated.split(", ") {
        let (owner, name) = column.split_once('.').unwrap_or_default();
        table = owner;
        columns.push(name);
    }
    let columns = columns.join(",");
    index_with_columns(connection, table, &columns)
        .unwrap_or_else(|_| format!("{table}_{}_key", columns.replace(',', "_")))
}

fn index_with_columns(
    connection: &Connection,
    table: &str,
    columns: &str,
) -> rusqlite::Result<String> {
    connection.query_row(
        "select case list.origin when 'pk' then ?1 || '_pkey' else list.name end
         from pragma_index_list(?1) as list
         where list.\"unique\" = 1 and list.origin in ('pk', 'c')
         and ?2 = (select group_concat(name, ',') from
             (select name from pragma_index_info(list.name) order by seqno))",
        [table, columns],
        |row| row.get(0),
    )
}
