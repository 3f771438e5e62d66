//! Many rows at once: the one place where the databases differ in kind.
//!
//! PostgreSQL takes a binary COPY, SQLite a prepared insert; both are fed by the same [`Bulk`].

use std::{error::Error as StdError, io::Write as _};

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, Type};

use crate::{
    error::{Error, Result},
    postgres::Prepared,
    value::Param,
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

/// Writes with a prepared insert.
pub(crate) fn insert<'r, T: Bulk + 'r>(
    tx: &rusqlite::Transaction<'_>,
    rows: impl IntoIterator<Item = &'r T>,
) -> Result<u64> {
    let refused = |error| Error::sqlite(T::TABLE, tx, error);
    let holes: Vec<_> = (1..=T::COLUMNS.len()).map(|n| format!("?{n}")).collect();
    let text = format!(
        "insert into {} ({}) values ({})",
        T::TABLE,
        T::COLUMNS.join(", "),
        holes.join(", ")
    );
    let mut statement = tx.prepare_cached(&text).map_err(refused)?;
    let mut count = 0;
    for row in rows {
        let mut cells = Cells::new(Sink::Sqlite(&mut statement));
        row.write(&mut cells);
        cells.finish(T::COLUMNS.len()).map_err(failed::<T>)?;
        statement.raw_execute().map_err(refused)?;
        count += 1;
    }
    Ok(count)
}

/// Writes with a binary COPY.
pub(crate) fn copy<'r, T: Bulk + 'r>(
    tx: &mut postgres::Transaction<'_>,
    prepared: &mut Prepared,
    rows: impl IntoIterator<Item = &'r T>,
) -> Result<u64> {
    let refused = |error| Error::postgres(T::TABLE, error);
    let columns = T::COLUMNS.join(", ");
    let types = prepared
        .columns(tx, &format!("select {columns} from {} limit 0", T::TABLE))
        .map_err(refused)?;
    let width = i16::try_from(types.len()).map_err(|error| failed::<T>(error.into()))?;
    let text = format!("copy {} ({columns}) from stdin binary", T::TABLE);
    let mut writer = tx.copy_in(text.as_str()).map_err(refused)?;
    let mut buffer = BytesMut::with_capacity(COPY_BUFFER + 8192);
    buffer.put_slice(COPY_HEADER);
    for row in rows {
        buffer.put_i16(width);
        let mut cells = Cells::new(Sink::Postgres {
            types: &types,
            buffer: &mut buffer,
        });
        row.write(&mut cells);
        cells.finish(types.len()).map_err(failed::<T>)?;
        if buffer.len() >= COPY_BUFFER {
            writer
                .write_all(&buffer)
                .map_err(|error| failed::<T>(error.into()))?;
            buffer.clear();
        }
    }
    buffer.put_i16(-1);
    writer
        .write_all(&buffer)
        .map_err(|error| failed::<T>(error.into()))?;
    writer.finish().map_err(refused)
}

fn failed<T: Bulk>(source: Box<dyn StdError + Send + Sync>) -> Error {
    Error::Statement {
        statement: T::TABLE,
        source,
    }
}
