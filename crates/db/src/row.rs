//! Rows, and how a type is made of one.

use crate::{
    error::{Error, Result},
    value::{Read, Value},
};

/// One row of a result; valid until the next one is read.
#[derive(Debug)]
pub struct Row<'a> {
    pub(crate) statement: &'static str,
    pub(crate) cells: Cells<'a>,
}

#[derive(Debug)]
pub(crate) enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// Reads a column by position (fast) or by name.
    pub fn get<'r, T: Read<'r>>(&'r self, column: impl Column) -> Result<T> {
        let value = column
            .position(self)
            .and_then(|position| self.value(position));
        match value.and_then(T::read) {
            Some(value) => Ok(value),
            None => Err(self.mismatch(column.label(), std::any::type_name::<T>())),
        }
    }

    #[inline]
    pub(crate) fn value(&self, position: usize) -> Option<Value<'_>> {
        match self.cells {
            Cells::Sqlite(row) => row.get_ref(position).ok().map(Value::from),
            Cells::Postgres(row) => row.try_get(position).ok(),
        }
    }

    fn name(&self, position: usize) -> Option<&str> {
        match self.cells {
            Cells::Sqlite(row) => row.as_ref().column_name(position).ok(),
            Cells::Postgres(row) => row.columns().get(position).map(postgres::Column::name),
        }
    }

    fn len(&self) -> usize {
        match self.cells {
            Cells::Sqlite(row) => row.as_ref().column_count(),
            Cells::Postgres(row) => row.len(),
        }
    }

    /// Fails unless the row's columns have these names, in this order.
    pub(crate) fn expect_columns(&self, names: &[&'static str]) -> Result<()> {
        let wrong = names
            .iter()
            .enumerate()
            .find(|(position, name)| self.name(*position) != Some(**name));
        match wrong {
            Some((position, name)) => Err(self.mismatch(position.to_string(), name)),
            None => Ok(()),
        }
    }

    #[cold]
    fn mismatch(&self, column: String, expected: &'static str) -> Error {
        Error::Column {
            statement: self.statement,
            column,
            expected,
        }
    }
}

/// A way to name a column: its position or its name.
pub trait Column: Copy {
    /// The column's position in the row.
    fn position(self, row: &Row<'_>) -> Option<usize>;
    /// The column as written in an error.
    fn label(self) -> String;
}

impl Column for usize {
    fn position(self, _: &Row<'_>) -> Option<usize> {
        Some(self)
    }

    fn label(self) -> String {
        self.to_string()
    }
}

impl Column for &str {
    fn position(self, row: &Row<'_>) -> Option<usize> {
        (0..row.len()).find(|position| row.name(*position) == Some(self))
    }

    fn label(self) -> String {
        self.to_owned()
    }
}

/// A type that is made of one row.
pub trait FromRow: Sized {
    /// The columns the row must begin with; checked once per statement. Empty: not checked.
    const COLUMNS: &'static [&'static str] = &[];

    /// Reads the row.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// Implements [`FromRow`] for a struct whose fields are columns, in the statement's order.
///
/// `from_row!(User { id, email, name: display_name })` reads the columns `id`, `email` and
/// `display_name`, by position, after checking once that these are the statement's columns.
#[macro_export]
macro_rules! from_row {
    ($type:ident { $($field:ident $(: $column:ident)?),+ $(,)? }) => {
        impl $crate::FromRow for $type {
            const COLUMNS: &'static [&'static str] = &[$($crate::from_row!(@name $field $($column)?)),+];

            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                let mut position = 0..;
                let mut next = || position.next().unwrap_or_default();
                Ok(Self { $($field: row.get::<_>(next())?),+ })
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $column:ident) => { stringify!($column) };
}

macro_rules! tuples {
    ($(($($type:ident $position:literal),+))+) => {$(
        impl<$($type),+> FromRow for ($($type,)+)
        where
            $($type: for<'r> Read<'r>),+
        {
            fn from_row(row: &Row<'_>) -> Result<Self> {
                Ok(($(row.get::<$type>($position)?,)+))
            }
        }
    )+};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
