//! Values on their way into and out of a statement, the same for both drivers.
//!
//! [`Value`] borrows; it is made for one parameter or one cell and gone a moment later. What a
//! type looks like in the database is decided here and nowhere else.

use bytes::{BufMut, BytesMut};
use postgres::types::{FromSql, IsNull, ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};
use uuid::Uuid;

type Boxed = Box<dyn std::error::Error + Sync + Send>;

/// One parameter or one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// `boolean`; 0 or 1 on SQLite.
    Bool(bool),
    /// `bigint`, and the smaller integers.
    Int(i64),
    /// `double precision`.
    Float(f64),
    /// `text`, and the two JSON types of PostgreSQL.
    Text(&'a str),
    /// `bytea`, `blob`.
    Bytes(&'a [u8]),
    /// `uuid`; 16 bytes on SQLite.
    Uuid(Uuid),
}

/// A type that can be bound to a statement.
pub trait Param {
    /// The value to bind.
    fn value(&self) -> Value<'_>;
}

/// A type that can be read from a cell.
pub trait Read<'r>: Sized {
    /// Takes the value, or refuses it with `None`.
    fn read(value: Value<'r>) -> Option<Self>;
}

impl<'a> From<ValueRef<'a>> for Value<'a> {
    #[inline]
    fn from(cell: ValueRef<'a>) -> Self {
        match cell {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Int(number),
            ValueRef::Real(number) => Self::Float(number),
            // Text that is not UTF-8 cannot have been written by us; it is shown as bytes.
            ValueRef::Text(text) => std::str::from_utf8(text).map_or(Self::Bytes(text), Self::Text),
            ValueRef::Blob(bytes) => Self::Bytes(bytes),
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Bool(yes) => ValueRef::Integer(i64::from(*yes)),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Float(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
            Self::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
        }))
    }
}

impl<'a> FromSql<'a> for Value<'a> {
    #[inline]
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(match *ty {
            Type::BOOL => Self::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Self::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Self::Float(f64::from_sql(ty, raw)?),
            Type::BYTEA => Self::Bytes(raw),
            Type::UUID => Self::Uuid(Uuid::from_slice(raw)?),
            // The first byte of `jsonb` is the version of its format.
            Type::JSONB => Self::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            _ => Self::Text(std::str::from_utf8(raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Boxed> {
        Ok(Self::Null)
    }

    fn accepts(ty: &Type) -> bool {
        is_supported(ty)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        self.encode(ty, out)
    }

    fn accepts(_: &Type) -> bool {
        // Whether the type fits depends on the value: `encode` decides.
        true
    }

    fn to_sql_checked(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        self.encode(ty, out)
    }
}

impl Value<'_> {
    /// Appends the value in PostgreSQL's binary form.
    pub(crate) fn encode(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match (self, ty) {
            (Self::Null, _) => return Ok(IsNull::Yes),
            (Self::Bool(yes), &Type::BOOL) => out.put_u8(u8::from(*yes)),
            (Self::Int(number), &Type::INT8) => out.put_i64(*number),
            (Self::Int(number), &Type::INT4) => out.put_i32((*number).try_into()?),
            (Self::Int(number), &Type::INT2) => out.put_i16((*number).try_into()?),
            (Self::Float(number), &Type::FLOAT8) => out.put_f64(*number),
            (Self::Text(text), &Type::JSONB) => {
                out.put_u8(1);
                out.put_slice(text.as_bytes());
            }
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR | Type::JSON)) => {
                out.put_slice(text.as_bytes());
            }
            (Self::Bytes(bytes), &Type::BYTEA) => out.put_slice(bytes),
            (Self::Uuid(uuid), &Type::UUID) => out.put_slice(uuid.as_bytes()),
            _ => return Err(format!("{} does not fit a column of type {ty}", self.kind()).into()),
        }
        Ok(IsNull::No)
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "a byte string",
            Self::Uuid(_) => "a uuid",
        }
    }
}

/// Whether a column or parameter of this PostgreSQL type can be read and bound.
pub(crate) fn is_supported(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::BOOL
            | Type::INT8
            | Type::INT4
            | Type::INT2
            | Type::FLOAT8
            | Type::TEXT
            | Type::VARCHAR
            | Type::NAME
            | Type::JSON
            | Type::JSONB
            | Type::BYTEA
            | Type::UUID
    )
}
