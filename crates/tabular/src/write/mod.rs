//! Records to bytes: CSV and XLSX, safe to open in a spreadsheet program and exact to read again.

mod csv;
mod formula;
mod xlsx;

pub use csv::{CsvFormat, CsvWriter, LineEnd};
pub use formula::{is_international_phone, neutralise, restore};
pub use xlsx::{WriteError, XlsxWriter};
