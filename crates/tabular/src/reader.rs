//! Reading a file of known layout as a stream of records.

use std::path::Path;

use crate::dialect::{self};
use crate::encoding;
use crate::error::FileError;
use crate::layout::{Format, Layout, SheetChoice, Warning, WarningCode};
use crate::limits::Limits;
use crate::parse::{Parser, Step};
use crate::record::{Fault, Record};
use crate::sheet::{SheetRows, Workbook};
use crate::source::{self, Table};
use crate::text::Text;

/// Opens a file whose layout is known.
pub fn open(path: &Path, layout: &Layout, limits: &Limits) -> Result<Reader, FileError> {
    let rows = match layout.format {
        Format::Csv | Format::Tsv => Rows::Text(Box::new(TextRows::open(path, layout, limits)?)),
        Format::Xlsx => Rows::Sheet(Box::new(open_sheet(path, Table::Xlsx, layout, limits)?)),
        Format::Ods => Rows::Sheet(Box::new(open_sheet(path, Table::Ods, layout, limits)?)),
        Format::Xls => Rows::Sheet(Box::new(open_sheet(path, Table::Xls, layout, limits)?)),
    };
    let mut reader = Reader {
        rows,
        header: None,
        columns: layout.columns,
        first_row: layout.first_row,
        pending: None,
        warnings: Vec::new(),
    };
    reader.take_header(layout.header_row)?;
    Ok(reader)
}

fn open_sheet(
    path: &Path,
    table: Table,
    layout: &Layout,
    limits: &Limits,
) -> Result<SheetRows, FileError> {
    let workbook = Workbook::open(path, table, layout.container.as_ref(), limits)?;
    let choice = match &layout.sheet {
        Some(name) => SheetChoice::Name(name.clone()),
        None => SheetChoice::Number(1),
    };
    workbook.rows(workbook.choose(&choice)?, limits)
}

/// A stream of the rows of one table.
pub struct Reader {
    rows: Rows,
    header: Option<Record>,
    columns: usize,
    first_row: u64,
    /// A row read while looking for the header.
    pending: Option<Record>,
    warnings: Vec<Warning>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Reader")
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// Where rows come from.
enum Rows {
    Text(Box<TextRows>),
    Sheet(Box<SheetRows>),
}

impl Rows {
    fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        match self {
            Self::Text(rows) => rows.next(record),
            Self::Sheet(rows) => rows.next(record),
        }
    }
}

impl Reader {
    /// The header row, if the layout has one.
    pub fn header(&self) -> Option<&Record> {
        self.header.as_ref()
    }

    /// Number of columns of the table.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// What was noticed while reading, beyond the faults of single rows.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Reads the next row that is not blank; `false` at the end. Rows above the header are left out.
    pub fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        while self.next_with_blanks(record)? {
            let filled = record
                .cell(0)
                .is_some_and(|cell| !cell.trim_start().is_empty());
            if filled || !record.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As [`Self::next`], but rows that consist of empty cells are delivered too; empty lines are not.
    pub fn next_with_blanks(&mut self, record: &mut Record) -> Result<bool, FileError> {
        if let Some(pending) = self.pending.take() {
            record.clone_from(&pending);
            self.check_columns(record);
            return Ok(true);
        }
        while self.rows.next(record)? {
            if record.row() >= self.first_row {
                self.check_columns(record);
                return Ok(true);
            }
        }
        self.finish();
        Ok(false)
    }

    fn check_columns(&self, record: &mut Record) {
        if matches!(self.rows, Rows::Sheet(_)) {
            // A sheet is a rectangle: cells that are not stored are empty.
            record.pad(self.columns);
        }
        let count = record.len();
        if count == self.columns || self.columns == 0 {
            return;
        }
        record.mark(if count < self.columns {
            Fault::TooFewColumns
        } else {
            Fault::TooManyColumns
        });
    }

    /// Reads up to the header, which decides how many columns the table has.
    fn take_header(&mut self, header_row: Option<u64>) -> Result<(), FileError> {
        let Some(wanted) = header_row else {
            return Ok(());
        };
        let mut record = Record::new();
        let mut rows = 0;
        while self.rows.next(&mut record)? {
            rows = record.row();
            if rows == wanted {
                if matches!(self.rows, Rows::Sheet(_)) {
                    record.pad(self.columns);
                }
                self.columns = self.columns.max(record.len());
                self.first_row = wanted + 1;
                self.header = Some(record);
                return Ok(());
            }
            if rows > wanted {
                // The chosen row is blank: a header without names.
                self.first_row = wanted + 1;
                self.pending = Some(record);
                self.header = Some(Record::new());
                return Ok(());
            }
        }
        Err(FileError::HeaderRowOutOfRange { row: wanted, rows })
    }

    fn finish(&mut self) {
        if !self.warnings.is_empty() {
            return;
        }
        match &self.rows {
            Rows::Text(rows) => {
                if rows.nul {
                    self.warn(
                        WarningCode::NulCharacters,
                        "the text contains NUL characters",
                    );
                }
            }
            Rows::Sheet(rows) => {
                let (last, missing) = (rows.last(), rows.missing_values());
                if last == 65_536 || last == 1_048_576 {
                    self.warn(
                        WarningCode::RowsMayBeMissing,
                        "the sheet is exactly as long as spreadsheet programs cut it: rows may be missing",
                    );
                }
                if missing {
                    self.warn(
                        WarningCode::FormulaWithoutValue,
                        "some formulas have no stored result: open and save the workbook in a spreadsheet program",
                    );
                }
            }
        }
    }

    fn warn(&mut self, code: WarningCode, message: &'static str) {
        self.warnings.push(Warning::new(0, code, message));
    }
}

/// Rows of delimited text.
struct TextRows {
    text: Text,
    parser: Parser,
    wrapped_lines: bool,
    limits: Limits,
    row: u64,
    line: u64,
    nul: bool,
}

impl TextRows {
    fn open(path: &Path, layout: &Layout, limits: &Limits) -> Result<Self, FileError> {
        let source = source::stream(path, layout.container.as_ref(), limits)?;
        let dialect = layout.dialect();
        let mut parser = Parser::new(&dialect, limits.cell_bytes);
        if !dialect.wrapped_lines {
            parser.expect_columns(layout.columns);
        }
        Ok(Self {
            text: Text::new(source, encoding::by_name(&layout.encoding)?),
            parser,
            wrapped_lines: dialect.wrapped_lines,
            limits: limits.clone(),
            row: 0,
            line: 1,
            nul: false,
        })
    }

    /// Reads the next line or lines that hold anything.
    fn next(&mut self, record: &mut Record) -> Result<bool, FileError> {
        loop {
            let step = self
                .parser
                .step(self.text.window(), self.text.ended(), record);
            let step = match step {
                Step::More if self.text.window().len() > self.limits.record_bytes => self
                    .parser
                    .step_alone(self.text.window(), record)
                    .ok_or(FileError::LineTooLong {
                        line: self.line,
                        limit_bytes: self.limits.record_bytes,
                    })?,
                other => other,
            };
            match step {
                Step::End => return Ok(false),
                Step::More => {
                    self.text.fill()?;
                    self.nul |= self.text.window().contains('\0');
                }
                Step::Taken { bytes, lines } => {
                    if self.take(bytes, lines, record)? {
                        return Ok(true);
                    }
                }
            }
        }
    }

    /// Places a record that was taken; `false` for an empty line.
    fn take(&mut self, bytes: usize, lines: u64, record: &mut Record) -> Result<bool, FileError> {
        self.text.consume(bytes);
        self.row += 1;
        record.place(self.row, self.line);
        self.line += lines;
        if record.len() == 1 && record.text().is_empty() && !record.is_quoted(0) {
            return Ok(false);
        }
        if self.wrapped_lines {
            dialect::unwrap_line(&self.parser, record);
        }
        if record.len() > self.limits.columns {
            return Err(FileError::TooManyColumns {
                line: record.line(),
                limit: self.limits.columns,
            });
        }
        if bytes > self.limits.cell_bytes && record.longest() > self.limits.cell_bytes {
            return Err(FileError::CellTooLong {
                line: record.line(),
                limit_bytes: self.limits.cell_bytes,
            });
        }
        if self.text.bad() && record.text().contains('\u{fffd}') {
            record.mark(Fault::BadBytes);
        }
        Ok(true)
    }
}
