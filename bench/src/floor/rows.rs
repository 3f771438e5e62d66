//! Fills the columns of `users` from clean rows.

use std::{env, path::Path, process};

use anyhow::{Result, bail};

use super::{Column, Kind};
use crate::{
    clean::{self, Row},
    spool::{Spool, Value, Writer},
};

/// Any fixed day in 2025: the rows only have to look like real ones.
const NOW_MICROSECONDS: i64 = 1_750_000_000_000_000;
const IMPORT: [u8; 16] = *b"\x01\x97\x5e\x00\x00\x00\x70\x00\x80\x00import";

pub(super) fn spool(file: &Path, columns: &[Column], account: [u8; 16]) -> Result<Spool> {
    let path = env::temp_dir().join(format!("muster-bench-{}.spool", process::id()));
    let mut writer = Writer::create(&path)?;
    let mut number = 0;
    let mut values = Vec::with_capacity(columns.len());
    clean::each_row(file, |row| {
        number += 1;
        values.clear();
        for column in columns {
            values.push(value(column, &row, account, number)?);
        }
        writer.push(&values)
    })?;
    writer.finish()
}

fn value(column: &Column, row: &Row, account: [u8; 16], number: u64) -> Result<Value> {
    let name = || format!("{} {}", row.first_name, row.last_name);
    let value = match column.name.as_str() {
        "account_id" => Value::Id(account),
        "id" => Value::Id(ordered_id(number)),
        "import_id" => Value::Id(IMPORT),
        "external_id" => Value::Text(row.external_id.clone()),
        "external_id_key" => Value::Text(row.external_id.to_lowercase()),
        "first_name" => Value::Text(row.first_name.clone()),
        "last_name" => Value::Text(row.last_name.clone()),
        "name_key" => Value::Text(name().to_lowercase()),
        "last_name_key" => Value::Text(row.last_name.to_lowercase()),
        "email" => Value::Text(row.email.clone()),
        "email_key" => Value::Text(row.email.to_lowercase()),
        "phone" => optional(row.phone.as_ref()),
        "notes" => optional(row.notes.as_ref()),
        "title" => optional(row.title.as_ref()),
        "department" => optional(row.department.as_ref()),
        "language" => optional(row.language.as_ref()),
        "role" => Value::Text("user".to_owned()),
        "status" => Value::Text("active".to_owned()),
        "person_kind" => Value::Text(row.kind.clone()),
        "version" => Value::Number(1),
        "created_at" | "updated_at" => Value::Number(NOW_MICROSECONDS),
        _ if column.nullable => Value::Null,
        other => bail!("the floor does not know the required column {other}"),
    };
    let fits = matches!(
        (&value, column.kind),
        (Value::Null, _)
            | (Value::Id(_), Kind::Id)
            | (Value::Text(_), Kind::Text)
            | (Value::Number(_), Kind::Number)
    );
    anyhow::ensure!(
        fits,
        "the floor's value for {} has another type",
        column.name
    );
    Ok(value)
}

fn optional(text: Option<&String>) -> Value {
    text.map_or(Value::Null, |text| Value::Text(text.clone()))
}

/// A version 7 UUID that grows with the number, as ids of one bulk load do.
fn ordered_id(number: u64) -> [u8; 16] {
    let milliseconds = NOW_MICROSECONDS.unsigned_abs() / 1000 + (number >> 12);
    let high = (u128::from(milliseconds) << 80) | (0x7 << 76) | (u128::from(number & 0xFFF) << 64);
    let spread = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 2;
    (high | (0b10 << 62) | u128::from(spread)).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_ids_of_version_seven_that_grow() {
        let ids = [1, 2, 4095, 4096, 1_000_000].map(ordered_id);
        assert!(ids.is_sorted());
        for id in ids {
            assert_eq!(id[6] >> 4, 7);
            assert_eq!(id[8] >> 6, 2);
        }
    }
}
