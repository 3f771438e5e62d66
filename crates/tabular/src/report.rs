//! Printing what was read, and nothing else: one JSON object, or CSV.

use std::io::Write;
use std::path::Path;

use crate::detect::detect;
use crate::error::FileError;
use crate::layout::{Layout, ReadOptions, Warning, WarningCode};
use crate::reader::{Reader, open};
use crate::record::{Fault, Record};

/// Warnings of one code that are listed one by one.
const LISTED_PER_CODE: u64 = 100;

/// Writes `{"rows": …, "encoding", "delimiter", "quote", "header_row", "warnings"}` as a stream.
pub fn write_json(
    path: &Path,
    options: &ReadOptions,
    output: &mut dyn Write,
) -> Result<(), FileError> {
    let layout = detect(path, options)?;
    let mut reader = open(path, &layout, &options.limits)?;
    let mut notes = Notes::new(&layout);
    let mut first = true;
    for_each_row(&mut reader, |record| {
        // Nothing is written before the first row is known to be readable.
        output.write_all(if first { b"{\"rows\": [\n" } else { b",\n" })?;
        first = false;
        notes.take(record);
        write_cells(record, output)
    })?;
    notes.warnings.extend(reader.warnings().iter().cloned());
    write_tail(&layout, notes.finish(), output).map_err(FileError::Output)
}

/// Writes the rows as RFC 4180 CSV in UTF-8, header first.
pub fn write_csv(
    path: &Path,
    options: &ReadOptions,
    output: &mut dyn Write,
) -> Result<Vec<Warning>, FileError> {
    let layout = detect(path, options)?;
    let mut reader = open(path, &layout, &options.limits)?;
    let mut notes = Notes::new(&layout);
    for_each_row(&mut reader, |record| {
        notes.take(record);
        for (index, cell) in record.iter().enumerate() {
            if index > 0 {
                output.write_all(b",")?;
            }
            let quoted =
                cell.contains(['"', ',', '\n', '\r']) || record.len() == 1 && cell.is_empty();
            if quoted {
                write!(output, "\"{}\"", cell.replace('"', "\"\""))?;
            } else {
                output.write_all(cell.as_bytes())?;
            }
        }
        output.write_all(b"\r\n")
    })?;
    notes.warnings.extend(reader.warnings().iter().cloned());
    Ok(notes.finish())
}

/// Hands the header and then every row to `take`.
fn for_each_row(
    reader: &mut Reader,
    mut take: impl FnMut(&Record) -> std::io::Result<()>,
) -> Result<(), FileError> {
    let mut record = Record::new();
    let mut more = reader.next_with_blanks(&mut record)?;
    match reader.header() {
        Some(header) => take(header).map_err(FileError::Output)?,
        None if !more => return Err(FileError::NoDataRows),
        None => {}
    }
    while more {
        take(&record).map_err(FileError::Output)?;
        more = reader.next_with_blanks(&mut record)?;
    }
    Ok(())
}

fn write_cells(record: &Record, output: &mut dyn Write) -> std::io::Result<()> {
    output.write_all(b"[")?;
    for (index, cell) in record.iter().enumerate() {
        if index > 0 {
            output.write_all(b", ")?;
        }
        serde_json::to_writer(&mut *output, cell)?;
    }
    output.write_all(b"]")
}

fn write_tail(
    layout: &Layout,
    warnings: Vec<Warning>,
    output: &mut dyn Write,
) -> std::io::Result<()> {
    output.write_all(b"\n], ")?;
    let mut field = |name: &str, value: serde_json::Value, end: &str| {
        write!(output, "\"{name}\": {value}{end}")
    };
    field("format", layout.format.as_str().into(), ", ")?;
    field("encoding", layout.encoding.as_str().into(), ", ")?;
    field("delimiter", layout.delimiter.clone().into(), ", ")?;
    field("quote", layout.quote.map(String::from).into(), ", ")?;
    field("header_row", layout.header_row.into(), ", ")?;
    field("sheet", layout.sheet.clone().into(), ", ")?;
    field("preamble", layout.preamble.clone().into(), ", ")?;
    field("warnings", serde_json::to_value(warnings)?, "}\n")
}

/// Collects warnings, a bounded number of each code.
struct Notes {
    warnings: Vec<Warning>,
    counts: [u64; 5],
}

impl Notes {
    fn new(layout: &Layout) -> Self {
        Self {
            warnings: layout.warnings.clone(),
            counts: [0; 5],
        }
    }

    fn take(&mut self, record: &Record) {
        for fault in record.faults() {
            let (code, message) = describe(fault);
            let Some(count) = self.counts.get_mut(fault as usize) else {
                continue;
            };
            *count += 1;
            if *count <= LISTED_PER_CODE {
                self.warnings
                    .push(Warning::new(record.line(), code, message));
            }
        }
    }

    fn finish(mut self) -> Vec<Warning> {
        for count in self.counts {
            if let Some(more) = count.checked_sub(LISTED_PER_CODE).filter(|&more| more > 0) {
                let message = format!(
                    "{more} more lines have a problem that was listed {LISTED_PER_CODE} times"
                );
                self.warnings
                    .push(Warning::new(0, WarningCode::MoreOfThis, message));
            }
        }
        self.warnings
    }
}

fn describe(fault: Fault) -> (WarningCode, &'static str) {
    match fault {
        Fault::BadBytes => (
            WarningCode::BadBytes,
            "bytes that are no character in this encoding were replaced",
        ),
        Fault::UnclosedQuote => (
            WarningCode::UnclosedQuote,
            "a quote is opened and never closed; the row ends at its line end",
        ),
        Fault::StrayQuote => (
            WarningCode::StrayQuote,
            "text stands directly beside a quote",
        ),
        Fault::TooManyColumns => (
            WarningCode::TooManyColumns,
            "the row has more cells than the table has columns",
        ),
        Fault::TooFewColumns => (
            WarningCode::TooFewColumns,
            "the row has fewer cells than the table has columns",
        ),
    }
}
