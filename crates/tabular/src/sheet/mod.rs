//! Workbooks: their sheets as streams of rows, read cell by cell. Knows nothing of headers.

mod biff;
mod ods;
mod strings;
mod value;
mod xls;
mod xlsx;
mod xlsx_parts;
mod xml;

use std::path::Path;

use crate::error::FileError;
use crate::layout::{Container, SheetChoice};
use crate::limits::Limits;
use crate::record::Record;
use crate::source::{self, Table};

/// Blank cells that may be written out to keep columns aligned, in one sheet.
const PADDING_CELLS: u64 = 50_000_000;

/// Rows that a sheet can have.
const SHEET_ROWS: u64 = 1_048_576;

/// One sheet as the workbook lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) hidden: bool,
}

/// An opened workbook whose sheets can be read one at a time.
pub(crate) enum Workbook {
    Xlsx(Box<xlsx::Workbook>),
    Ods(ods::Workbook),
    Xls(Box<xls::Workbook>),
}

impl Workbook {
    /// Opens a workbook, its container taken off.
    pub(crate) fn open(
        path: &Path,
        table: Table,
        container: Option<&Container>,
        limits: &Limits,
    ) -> Result<Self, FileError> {
        let file = source::seekable(path, container, limits)?;
        match table {
            Table::Xlsx | Table::Text => {
                Ok(Self::Xlsx(Box::new(xlsx::Workbook::open(file, limits)?)))
            }
            Table::Ods => Ok(Self::Ods(ods::Workbook::open(file, limits)?)),
            Table::Xls => Ok(Self::Xls(Box::new(xls::Workbook::open(file, limits)?))),
        }
    }

    /// All sheets in their order.
    pub(crate) fn sheets(&self) -> &[Sheet] {
        match self {
            Self::Xlsx(workbook) => workbook.sheets(),
            Self::Ods(workbook) => workbook.sheets(),
            Self::Xls(workbook) => workbook.sheets(),
        }
    }

    /// Finds the chosen sheet.
    pub(crate) fn choose(&self, choice: &SheetChoice) -> Result<usize, FileError> {
        let sheets = self.sheets();
        let found = match choice {
            SheetChoice::Name(name) => {
                let exact = sheets.iter().position(|sheet| sheet.name == *name);
                let folded = || {
                    sheets
                        .iter()
                        .position(|sheet| sheet.name.to_lowercase() == name.to_lowercase())
                };
                exact.or_else(folded)
            }
            SheetChoice::Number(number) => {
                number.checked_sub(1).filter(|&index| index < sheets.len())
            }
        };
        found.ok_or_else(|| FileError::SheetUnknown {
            wanted: match choice {
                SheetChoice::Name(name) => name.clone(),
                SheetChoice::Number(number) => number.to_string(),
            },
            sheets: sheets
                .iter()
                .take(50)
                .map(|sheet| sheet.name.clone())
                .collect(),
        })
    }

    /// Begins to read a sheet.
    pub(crate) fn rows(&self, index: usize, limits: &Limits) -> Result<SheetRows, FileError> {
        let source = match self {
            Self::Xlsx(workbook) => Source::Xlsx(Box::new(workbook.rows(index, limits)?)),
            Self::Ods(workbook) => Source::Ods(Box::new(workbook.rows(index, limits)?)),
            Self::Xls(workbook) => Source::Xls(Box::new(workbook.rows(index)?)),
        };
        Ok(SheetRows {
            source,
            row: Row::default(),
            columns: limits.columns,
            cell_bytes: limits.cell_bytes,
            padding: 0,
            last: 0,
            missing_values: false,
        })
    }
}

enum Source {
    Xlsx(Box<xlsx::Rows>),
    Ods(Box<ods::Rows>),
    Xls(Box<xls::Rows>),
}

/// The cells of one sheet row, sparse and in any order.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Number of the row, counted from 1.
    number: u64,
    cells: Vec<(u32, String)>,
    /// A formula without a stored result was met.
    missing_value: bool,
}

impl Row {
    fn begin(&mut self, number: u64) {
        self.number = number;
        self.cells.clear();
    }

    fn put(&mut self, column: u32, text: String) {
        if !text.is_empty() {
            self.cells.push((column, text));
        }
    }
}

/// A stream of the rows of one sheet that have anything in them.
pub(crate) struct SheetRows {
    source: Source,
    row: Row,
    columns: usize,
    cell_bytes: usize,
    padding: u64,
    last: u64,
    missing_values: bool,
}

impl SheetRows {
    /// Reads the next row with a filled cell; `false` at the end of the sheet.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        loop {
            let found = match &mut self.source {
                Source::Xlsx(rows) => rows.next(&mut self.row)?,
                Source::Ods(rows) => rows.next(&mut self.row)?,
                Source::Xls(rows) => rows.next(&mut self.row),
            };
            self.missing_values |= self.row.missing_value;
            if !found {
                return Ok(false);
            }
            self.last = self.last.max(self.row.number);
            if !self.row.cells.is_empty() {
                self.spread(record)?;
                return Ok(true);
            }
        }
    }

    /// Number of the last row met.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Whether a formula had no stored result.
    pub(crate) fn missing_values(&self) -> bool {
        self.missing_values
    }

    /// Writes the sparse cells into the record, with empty cells between them.
    fn spread(&mut self, record: &mut Record) -> Result<(), FileError> {
        record.clear();
        record.place(self.row.number, self.row.number);
        if !self.row.cells.is_sorted_by_key(|cell| cell.0) {
            self.row.cells.sort_by_key(|cell| cell.0);
        }
        for (column, text) in &self.row.cells {
            let column = *column as usize;
            if column >= self.columns {
                return Err(FileError::TooManyColumns {
                    line: self.row.number,
                    limit: self.columns,
                });
            }
            if text.len() > self.cell_bytes {
                return Err(FileError::CellTooLong {
                    line: self.row.number,
                    limit_bytes: self.cell_bytes,
                });
            }
            self.padding += column.saturating_sub(record.len()) as u64;
            record.pad(column);
            // Of two cells that claim one place, the first stays.
            if record.len() == column {
                record.push(text);
            }
        }
        if self.padding > PADDING_CELLS {
            let limit = format!("{} million blank cells", PADDING_CELLS / 1_000_000);
            return Err(FileError::UnpacksTooLarge { limit });
        }
        Ok(())
    }
}
