//! Many rows at once: the one place where the databases differ in kind.
//!
//! PostgreSQL takes a binary COPY, SQLite a prepared insert; both are fed by the same [`Bulk`].

use std::{error::Error as StdError, io::Write as _};

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, Type};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    postgres::Prepared,
    value::{Param, Value},
};

/// Bytes collected before they are handed to the connection.
const COPY_BUFFER: usize = 256 * 1024;
const COPY_HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// A row that can be written in bulk.
pub trait Bulk {
    /// The table, which may be a temporary one.
    const TABLE: &'static str;
    /// The columns, in the order in which [`Bulk::write`] puts them.
    const COLUMNS: &'static [&'static str];

    /// Puts one value for each column.
    fn write(&self, row: &mut Cells<'_, '_>);
}

/// Implements [`Bulk`] for a struct: `bulk!(NewUser => "users" { id, email, name: display_name })`.
#[macro_export]
macro_rules! bulk {
    ($type:ty => $table:literal { $($field:ident $(: $column:ident)?),+ $(,)? }) => {
        impl $crate::Bulk for $type {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($crate::bulk!(@name $field $($column)?)),+];

            fn write(&self, row: &mut $crate::Cells<'_, '_>) {
                $(row.put(&self.$field);)+
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $column:ident) => { stringify!($column) };
}

/// Takes the values of one row, one after the other.
pub struct Cells<'s, 'c> {
    sink: Sink<'s, 'c>,
    position: usize,
    failure: Option<Box<dyn StdError + Send + Sync>>,
}

enum Sink<'s, 'c> {
    Sqlite(&'s mut rusqlite::CachedStatement<'c>),
    Postgres {
        types: &'s [Type],
        buffer: &'s mut BytesMut,
    },
}

impl<'s, 'c> Cells<'s, 'c> {
    fn new(sink: Sink<'s, 'c>) -> Self {
        Self {
            sink,
            position: 0,
            failure: None,
        }
    }

    /// Puts the next column's value.
    pub fn put<P: Param + ?Sized>(&mut self, param: &P) -> &mut Self {
        if self.failure.is_none() {
            self.failure = self.try_put(param).err();
            self.position += 1;
        }
        self
    }

    /// Puts the next column's value as [`crate::Tx::read_table`] shows it: a boolean as 0 or 1, an id as 16 bytes.
    pub fn put_plain(&mut self, value: Value<'_>) -> &mut Self {
        let ty = match &self.sink {
            Sink::Sqlite(_) => None,
            Sink::Postgres { types, .. } => types.get(self.position),
        };
        let value = match (value, ty) {
            (Value::Int(number @ 0..=1), Some(&Type::BOOL)) => Value::Bool(number == 1),
            (Value::Bytes(bytes), Some(&Type::UUID)) => {
                Uuid::from_slice(bytes).map_or(value, Value::Uuid)
            }
            _ => value,
        };
        self.put(&value)
    }

    fn try_put<P: Param + ?Sized>(
        &mut self,
        param: &P,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let value = param.value();
        match &mut self.sink {
            Sink::Sqlite(statement) => {
                statement.raw_bind_parameter(self.position + 1, value)?;
            }
            Sink::Postgres { types, buffer } => {
                let ty = types.get(self.position).ok_or("more values than columns")?;
                let start = buffer.len();
                buffer.put_i32(-1);
                if matches!(value.encode(ty, buffer)?, IsNull::No) {
                    let length = i32::try_from(buffer.len() - start - 4)?;
                    if let Some(prefix) = buffer.get_mut(start..start + 4) {
                        prefix.copy_from_slice(&length.to_be_bytes());
                    }
                }
            }
        }
        Ok(())
    }

    fn finish(self, columns: usize) -> Result<(), Box<dyn StdError + Send + Sync>> {
        match self.failure {
            Some(failure) => Err(failure),
            None if self.position != columns => Err("fewer values than columns".into()),
            None => Ok(()),
        }
    }
}

/// Where rows go.
pub(crate) struct Destination<'a> {
    /// What an error calls it.
    pub(crate) statement: &'static str,
    pub(crate) table: &'a str,
    /// The columns as a statement lists them.
    pub(crate) columns: &'a str,
    /// How many that are.
    pub(crate) width: usize,
}

/// Writes with a prepared insert.
pub(crate) fn insert<'r, T: Bulk + 'r>(
    tx: &rusqlite::Transaction<'_>,
    rows: impl IntoIterator<Item = &'r T>,
) -> Result<u64> {
    let columns = T::COLUMNS.join(", ");
    insert_rows(tx, &destination::<T>(&columns), one_by_one(rows))
}

/// Writes with a binary COPY.
pub(crate) fn copy<'r, T: Bulk + 'r>(
    tx: &mut postgres::Transaction<'_>,
    prepared: &mut Prepared,
    rows: impl IntoIterator<Item = &'r T>,
) -> Result<u64> {
    let columns = T::COLUMNS.join(", ");
    copy_rows(tx, prepared, &destination::<T>(&columns), one_by_one(rows))
}

fn destination<T: Bulk>(columns: &str) -> Destination<'_> {
    Destination {
        statement: T::TABLE,
        table: T::TABLE,
        columns,
        width: T::COLUMNS.len(),
    }
}

fn one_by_one<'r, T: Bulk + 'r>(
    rows: impl IntoIterator<Item = &'r T>,
) -> impl FnMut(&mut Cells<'_, '_>) -> bool {
    let mut rows = rows.into_iter();
    move |cells| match rows.next() {
        Some(row) => {
            row.write(cells);
            true
        }
        None => false,
    }
}

/// Inserts rows until `next` has put none.
pub(crate) fn insert_rows(
    tx: &rusqlite::Transaction<'_>,
    to: &Destination<'_>,
    mut next: impl FnMut(&mut Cells<'_, '_>) -> bool,
) -> Result<u64> {
    let refused = |error| Error::sqlite(to.statement, tx, error);
    let holes: Vec<_> = (1..=to.width).map(|n| format!("?{n}")).collect();
    let text = format!(
        "insert into {} ({}) values ({})",
        to.table,
        to.columns,
        holes.join(", ")
    );
    let mut statement = tx.prepare_cached(&text).map_err(refused)?;
    let mut count = 0;
    loop {
        let mut cells = Cells::new(Sink::Sqlite(&mut statement));
        if !next(&mut cells) {
            return Ok(count);
        }
        cells
            .finish(to.width)
            .map_err(|source| failed(to, source))?;
        statement.raw_execute().map_err(refused)?;
        count += 1;
    }
}

/// Copies rows until `next` has put none.
pub(crate) fn copy_rows(
    tx: &mut postgres::Transaction<'_>,
    prepared: &mut Prepared,
    to: &Destination<'_>,
    mut next: impl FnMut(&mut Cells<'_, '_>) -> bool,
) -> Result<u64> {
    let refused = |error| Error::postgres(to.statement, error);
    let (table, columns) = (to.table, to.columns);
    let types = prepared
        .columns(tx, &format!("select {columns} from {table} limit 0"))
        .map_err(refused)?;
    let width = i16::try_from(types.len()).map_err(|error| failed(to, error.into()))?;
    let text = format!("copy {table} ({columns}) from stdin binary");
    let mut writer = tx.copy_in(text.as_str()).map_err(refused)?;
    let mut buffer = BytesMut::with_capacity(COPY_BUFFER + 8192);
    buffer.put_slice(COPY_HEADER);
    loop {
        let start = buffer.len();
        buffer.put_i16(width);
        let mut cells = Cells::new(Sink::Postgres {
            types: &types,
            buffer: &mut buffer,
        });
        if !next(&mut cells) {
            buffer.truncate(start);
            break;
        }
        cells
            .finish(types.len())
            .map_err(|source| failed(to, source))?;
        if buffer.len() >= COPY_BUFFER {
            writer
                .write_all(&buffer)
                .map_err(|error| failed(to, error.into()))?;
            buffer.clear();
        }
    }
    buffer.put_i16(-1);
    writer
        .write_all(&buffer)
        .map_err(|error| failed(to, error.into()))?;
    writer.finish().map_err(refused)
}

fn failed(to: &Destination<'_>, source: Box<dyn StdError + Send + Sync>) -> Error {
    Error::Statement {
        statement: to.statement,
        source,
    }
}
