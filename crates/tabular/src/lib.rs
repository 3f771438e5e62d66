//! Bytes to records and records to bytes: encodings, dialects, CSV, workbooks, gzip and zip.
//!
//! [`detect`] looks at a file and says how it is built ([`Layout`]); [`open`] reads it as a stream of
//! [`Record`]s with bounded memory; [`write_json`] prints what was read. [`CsvWriter`] and
//! [`XlsxWriter`] write. This crate knows nothing of people, imports or databases.

mod archive;
mod cell;
mod content;
mod detect;
mod dialect;
mod encoding;
mod error;
mod header;
mod layout;
mod limits;
mod line;
mod package;
mod parse;
mod reader;
mod record;
mod report;
mod sheet;
mod source;
mod text;
mod write;

pub use detect::detect;
pub use error::FileError;
pub use layout::{
    Container, Format, HeaderChoice, Layout, Quote, ReadOptions, SheetChoice, Warning, WarningCode,
};
pub use limits::Limits;
pub use package::{Package, Packed};
pub use reader::{Reader, open};
pub use record::{Fault, Record};
pub use report::{write_csv, write_json};
pub use write::{
    CsvFormat, CsvWriter, LineEnd, WriteError, XlsxWriter, is_international_phone, neutralise,
    restore,
};
