//! Rows of a table as lines of JSON: one array for each, with its values in the order of the columns.
//!
//! Numbers and texts are themselves, bytes are `{"h": hexadecimal}`, floating numbers `{"f": their 64 bits}`. Both
//! databases write the same bytes for the same rows, so hashes of the lines can be compared.

use std::{
    io::{self, BufRead, Read as _, Write},
    path::Path,
};

use db::{Cells, Table, Tx, Value};
use serde_json::Value as Json;

use crate::error::{BackupError, at};

/// The longest line that is read.
const LONGEST: u64 = 1 << 30;

/// Content that was written or read: how much, and its hash.
#[derive(Default)]
pub(crate) struct Tally {
    hash: blake3::Hasher,
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
    }

    pub(crate) fn hash(&self) -> String {
        self.hash.finalize().to_hex().to_string()
    }
}

/// Writes all rows of a table, and says what that was.
pub(crate) fn write(
    tx: &mut Tx<'_>,
    table: &Table,
    out: &mut dyn Write,
) -> Result<Tally, RowError> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    tx.read_table(table, |values| {
        line.clear();
        encode(values, &mut line)?;
        tally.add(&line);
        tally.lines += 1;
        out.write_all(&line)?;
        Ok::<_, RowError>(())
    })?;
    Ok(tally)
}

/// Reads lines into a table, and says how many there were.
pub(crate) fn read(
    tx: &mut Tx<'_>,
    table: &Table,
    lines: &mut dyn BufRead,
) -> Result<u64, RowError> {
    let mut line = Vec::new();
    tx.write_table(table, |cells| {
        line.clear();
        lines.take(LONGEST).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(false);
        }
        let values: Vec<Json> = serde_json::from_slice(&line).map_err(io::Error::from)?;
        if values.len() != table.columns().len() {
            return Err(not_a_value());
        }
        for value in &values {
            decode(value, cells)?;
        }
        Ok::<_, RowError>(true)
    })
}

/// Why rows are not read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RowError {
    #[error("the database failed")]
    Db(#[from] db::Error),
    #[error("the rows cannot be read or written")]
    Io(#[from] io::Error),
}

impl RowError {
    /// The same about a backup that is being written.
    pub(crate) fn writing(self, part: &Path) -> BackupError {
        match self {
            Self::Db(error) => BackupError::Db(error),
            Self::Io(error) => at(part)(error),
        }
    }

    /// The same about an entry of a backup that is read.
    pub(crate) fn of(self, file: &str, entry: &str) -> BackupError {
        match self {
            Self::Db(error) => BackupError::Db(error),
            Self::Io(error) => BackupError::Damaged {
                file: file.to_owned(),
                problem: format!("{entry}: {error}"),
            },
        }
    }
}

fn encode(values: &[Value<'_>], line: &mut Vec<u8>) -> io::Result<()> {
    let mut sign = b'[';
    for value in values {
        line.push(sign);
        sign = b',';
        match value {
            Value::Null => line.extend_from_slice(b"null"),
            Value::Bool(yes) => write!(line, "{}", u8::from(*yes))?,
            Value::Int(number) => write!(line, "{number}")?,
            Value::Float(number) => write!(line, "{{\"f\":{}}}", number.to_bits())?,
            Value::Text(text) => serde_json::to_writer(&mut *line, text)?,
            Value::Bytes(bytes) => hexadecimal(bytes, line)?,
            Value::Uuid(uuid) => hexadecimal(uuid.as_bytes(), line)?,
        }
    }
    line.extend_from_slice(b"]\n");
    Ok(())
}

fn hexadecimal(bytes: &[u8], line: &mut Vec<u8>) -> io::Result<()> {
    line.extend_from_slice(b"{\"h\":\"");
    for byte in bytes {
        write!(line, "{byte:02x}")?;
    }
    line.extend_from_slice(b"\"}");
    Ok(())
}

fn decode(value: &Json, cells: &mut Cells<'_, '_>) -> Result<(), RowError> {
    match value {
        Json::Null => cells.put_plain(Value::Null),
        Json::Number(number) => {
            cells.put_plain(Value::Int(number.as_i64().ok_or_else(not_a_value)?))
        }
        Json::String(text) => cells.put_plain(Value::Text(text)),
        Json::Object(fields) => match (fields.get("h"), fields.get("f")) {
            (Some(Json::String(text)), None) => {
                cells.put_plain(Value::Bytes(&bytes(text).ok_or_else(not_a_value)?))
            }
            (None, Some(Json::Number(number))) => {
                let bits = number.as_u64().ok_or_else(not_a_value)?;
                cells.put_plain(Value::Float(f64::from_bits(bits)))
            }
            _ => return Err(not_a_value()),
        },
        Json::Bool(_) | Json::Array(_) => return Err(not_a_value()),
    };
    Ok(())
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| char::from(letter).to_digit(16);
    text.as_bytes()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(*high)? << 4 | digit(*low)?).ok(),
            _ => None,
        })
        .collect()
}

fn not_a_value() -> RowError {
    RowError::Io(io::Error::new(
        io::ErrorKind::InvalidData,
        "a line is not a row of this table",
    ))
}
