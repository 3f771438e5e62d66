//! Writes `src/phone/rules.tsv` from libphonenumber's compiled metadata.
//!
//! `cargo run -p kernel --example phone_rules -- path/to/metadata.bin crates/kernel/src/phone/rules.tsv`
//!
//! The file is `src/generated/metadata/metadata.bin` of the `rlibphonenumber` sources. Run it when
//! that dependency is updated; the tests of `phone` compare the table with the dependency.

use std::{collections::BTreeMap, fmt::Write, fs};

use anyhow::{Context, Result, bail};

/// The number types in which a number is valid, by their field in `phonemetadata.proto`:
/// fixed line, mobile, toll free, premium rate, shared cost, personal, voip, pager, uan, voicemail.
const TYPES: [u64; 10] = [2, 3, 4, 5, 6, 7, 8, 21, 25, 28];
const SAME_MOBILE_AND_FIXED: u64 = 18;
const MOBILE: u64 = 3;

type Message<'a> = BTreeMap<u64, Vec<Value<'a>>>;

#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let source = arguments.next().context("first argument: metadata.bin")?;
    let target = arguments.next().context("second argument: rules.tsv")?;
    let bytes = fs::read(source)?;
    let mut table = String::new();
    for entry in message(&bytes)?.remove(&1).context("no entries")? {
        let Value::Bytes(bytes) = entry else {
            bail!("an entry is not a message")
        };
        line(&mut table, &message(bytes)?)?;
    }
    fs::write(target, table)?;
    Ok(())
}

/// Region, calling code, international prefix, national prefix, whether it has a transform rule,
/// leading digits, general description, and the description of each type.
fn line(table: &mut String, region: &Message<'_>) -> Result<()> {
    let general = child(region, 1)?;
    let (id, code) = (text(region, 9)?, number(region, 10));
    let (idd, prefix) = (pattern(region, 11)?, pattern(region, 15)?);
    let (transform, leading) = (!text(region, 16)?.is_empty(), pattern(region, 23)?);
    let main = number(region, 22);
    write!(
        table,
        "{id}\t{code}\t{main}\t{idd}\t{prefix}\t{}\t{leading}",
        u8::from(transform)
    )?;
    let local = lengths(&general, 10);
    write!(
        table,
        "\t{}\t{local}\t{}",
        lengths(&general, 9),
        pattern(&general, 2)?
    )?;
    for field in TYPES {
        let desc = child(region, field)?;
        let skipped = field == MOBILE && number(region, SAME_MOBILE_AND_FIXED) == 1;
        if !skipped && desc.contains_key(&2) {
            write!(table, "\t{}\t{}", lengths(&desc, 9), pattern(&desc, 2)?)?;
        }
    }
    table.push('\n');
    Ok(())
}

/// Reads the fields of a protobuf message; only numbers and byte strings occur.
fn message(mut bytes: &[u8]) -> Result<Message<'_>> {
    let mut fields = Message::new();
    while !bytes.is_empty() {
        let key = varint(&mut bytes)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut bytes)?),
            2 => {
                let length = usize::try_from(varint(&mut bytes)?)?;
                let (value, rest) = bytes.split_at_checked(length).context("cut short")?;
                bytes = rest;
                Value::Bytes(value)
            }
            other => bail!("wire type {other}"),
        };
        fields.entry(key >> 3).or_default().push(value);
    }
    Ok(fields)
}

fn varint(bytes: &mut &[u8]) -> Result<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().context("cut short")?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    bail!("number too long")
}

fn child<'a>(parent: &Message<'a>, field: u64) -> Result<Message<'a>> {
    match parent.get(&field).and_then(|values| values.last()) {
        Some(Value::Bytes(bytes)) => message(bytes),
        _ => Ok(Message::new()),
    }
}

fn number(parent: &Message<'_>, field: u64) -> u64 {
    match parent.get(&field).and_then(|values| values.last()) {
        Some(Value::Number(number)) => *number,
        _ => 0,
    }
}

fn text<'a>(parent: &Message<'a>, field: u64) -> Result<&'a str> {
    match parent.get(&field).and_then(|values| values.last()) {
        Some(Value::Bytes(bytes)) => Ok(std::str::from_utf8(bytes)?),
        _ => Ok(""),
    }
}

/// A pattern without the anchors that every stored pattern has.
fn pattern<'a>(parent: &Message<'a>, field: u64) -> Result<&'a str> {
    let stored = text(parent, field)?;
    if stored.is_empty() {
        return Ok("");
    }
    let inner = stored
        .strip_prefix("^(?:")
        .and_then(|rest| rest.strip_suffix(")$"));
    inner
        .filter(|inner| !inner.is_empty())
        .with_context(|| format!("not anchored: {stored}"))
}

/// Lengths as a bit set; 0 where none are given, and where the type has no numbers only bit 63.
fn lengths(desc: &Message<'_>, field: u64) -> u64 {
    let values = desc.get(&field).map_or(&[][..], Vec::as_slice);
    values.iter().fold(0, |set, value| match value {
        Value::Number(length) if *length < 63 => set | 1 << length,
        Value::Number(_) => set | 1 << 63,
        Value::Bytes(_) => set,
    })
}
