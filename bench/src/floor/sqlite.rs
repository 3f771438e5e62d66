//! A prepared insert loop in one transaction, with the product's own connection settings.

use std::{path::Path, time::Instant};

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, types::ValueRef};

use super::{Column, Kind, Measured};
use crate::{process, spool::Spool};

/// The settings of the product's own writer (`crates/db`): the same durability and the same cache.
const SETTINGS: &str = "
    pragma journal_mode = wal;
    pragma synchronous = full;
    pragma wal_autocheckpoint = 16384;
    pragma journal_size_limit = 67108864;
    pragma foreign_keys = on;
    pragma cache_size = -65536;
";

pub(crate) struct Floor {
    connection: Connection,
}

impl Floor {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection =
            Connection::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        connection.busy_timeout(std::time::Duration::from_secs(30))?;
        connection.execute_batch(SETTINGS)?;
        Ok(Self { connection })
    }

    pub(super) fn prepare(&mut self, filled: bool) -> Result<()> {
        self.remove()?;
        for statement in self.definitions()? {
            self.connection.execute_batch(&statement)?;
        }
        if filled {
            self.connection.execute_batch(
                "insert into floor_users select * from users order by account_id, id",
            )?;
        }
        self.settle()
    }

    /// The statements that made `users` and its indexes, for `floor_users`.
    fn definitions(&self) -> Result<Vec<String>> {
        let mut statement = self.connection.prepare(
            "select name, type, sql from sqlite_schema where tbl_name = 'users' and sql is not null
             order by type desc",
        )?;
        let made = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<Vec<(String, String, String)>, _>>()?;
        if made.is_empty() {
            bail!("the database has no users table: run `muster init` first");
        }
        let renamed = made
            .into_iter()
            .filter(|(_, kind, _)| kind == "table" || kind == "index");
        Ok(renamed
            .map(|(name, kind, sql)| {
                let named = sql.replacen(&name, &format!("floor_{name}"), 1);
                if kind == "index" {
                    named.replacen(" on users ", " on floor_users ", 1)
                } else {
                    named
                }
            })
            .collect())
    }

    pub(super) fn columns(&mut self) -> Result<Vec<Column>> {
        let mut statement = self.connection.prepare(
            "select name, type, \"notnull\" from pragma_table_info('users') order by cid",
        )?;
        let columns = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<Vec<(String, String, bool)>, _>>()?;
        columns
            .into_iter()
            .map(|(name, kind, required)| {
                let kind = match kind.to_lowercase().as_str() {
                    "blob" => Kind::Id,
                    "text" => Kind::Text,
                    "integer" => Kind::Number,
                    other => bail!("the floor does not know the type {other}"),
                };
                Ok(Column {
                    name,
                    nullable: !required,
                    kind,
                })
            })
            .collect()
    }

    pub(super) fn account(&mut self) -> Result<[u8; 16]> {
        self.connection
            .query_row("select id from accounts order by id limit 1", [], |row| {
                row.get(0)
            })
            .context("the database has no account: run `muster init` first")
    }

    pub(super) fn load(&mut self, spool: &Spool) -> Result<Measured> {
        let columns = self.columns()?;
        let places = vec!["?"; columns.len()].join(", ");
        let client_cpu = process::own_seconds()?;
        let clock = Instant::now();
        let transaction = self.connection.transaction()?;
        let mut insert =
            transaction.prepare(&format!("insert into floor_users values ({places})"))?;
        let mut rows = 0;
        spool.each(|fields| {
            let values = fields
                .iter()
                .zip(&columns)
                .map(|(field, column)| bound(field.as_deref(), column.kind));
            for (place, value) in values.enumerate() {
                insert.raw_bind_parameter(place + 1, value?)?;
            }
            insert.raw_execute()?;
            rows += 1;
            Ok(())
        })?;
        drop(insert);
        transaction.commit()?;
        Ok(Measured {
            rows,
            wall: clock.elapsed().as_secs_f64(),
            client_cpu: process::own_seconds()? - client_cpu,
            server_cpu: None,
        })
    }

    pub(super) fn settle(&mut self) -> Result<()> {
        self.connection
            .query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()))?;
        Ok(())
    }

    pub(super) fn remove(&mut self) -> Result<()> {
        self.connection
            .execute_batch("drop table if exists floor_users")?;
        Ok(())
    }
}

fn bound(field: Option<&[u8]>, kind: Kind) -> Result<Bound<'_>> {
    let value = match (field, kind) {
        (None, _) => ValueRef::Null,
        (Some(bytes), Kind::Id) => ValueRef::Blob(bytes),
        (Some(bytes), Kind::Text) => ValueRef::Text(bytes),
        (Some(bytes), Kind::Number) => ValueRef::Integer(i64::from_be_bytes(bytes.try_into()?)),
    };
    Ok(Bound(value))
}

/// A borrowed value: binding copies nothing before SQLite does.
struct Bound<'a>(ValueRef<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(rusqlite::types::ToSqlOutput::Borrowed(self.0))
    }
}
