//! Writing XLSX row by row in constant memory; every cell is text, so nothing is run or reshaped, and
//! what somebody types into it stays text.

use std::io::Write;

use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

/// Rows of one sheet; what goes beyond continues on the next.
const SHEET_ROWS: u32 = 1_048_576;

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written")]
pub struct WriteError(#[source] XlsxError);

/// Writes rows of text as a workbook.
pub struct XlsxWriter {
    workbook: Workbook,
    name: String,
    header: Vec<String>,
    /// Columns that are hidden from view.
    hidden: Vec<usize>,
    plain: Format,
    marked: Format,
    sheet: usize,
    row: u32,
}

impl std::fmt::Debug for XlsxWriter {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("XlsxWriter")
            .field("row", &self.row)
            .finish_non_exhaustive()
    }
}

impl XlsxWriter {
    /// A workbook whose sheets carry `name` and begin with `header`.
    pub fn new<'a>(
        name: &str,
        header: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, WriteError> {
        Self::with_hidden(name, header, &[])
    }

    /// The same with columns, counted from 0, that are hidden from view.
    pub fn with_hidden<'a>(
        name: &str,
        header: impl IntoIterator<Item = &'a str>,
        hidden: &[usize],
    ) -> Result<Self, WriteError> {
        let plain = Format::new().set_num_format("@");
        let mut writer = Self {
            workbook: Workbook::new(),
            name: name.to_owned(),
            header: header.into_iter().map(str::to_owned).collect(),
            hidden: hidden.to_vec(),
            marked: plain.clone().set_background_color(Color::RGB(0x00FF_D9D2)),
            plain,
            sheet: 0,
            row: 0,
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    /// Writes one row.
    pub fn write_row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), WriteError> {
        self.write_marked_row(cells, &[])
    }

    /// Writes one row with some of its cells, counted from 0, in another colour.
    pub fn write_marked_row<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
        marked: &[usize],
    ) -> Result<(), WriteError> {
        if self.row >= SHEET_ROWS {
            self.sheet += 1;
            self.begin_sheet()?;
        }
        self.put(cells, marked)
    }

    /// Writes the workbook to `output`.
    pub fn finish(mut self, output: impl Write + Send) -> Result<(), WriteError> {
        self.workbook.save_to_writer(output).map_err(WriteError)
    }

    fn begin_sheet(&mut self) -> Result<(), WriteError> {
        let name = match self.sheet {
            0 => self.name.clone(),
            number => format!("{} {}", self.name, number + 1),
        };
        let sheet = self
            .workbook
            .add_worksheet_with_constant_memory()
            .map_err(WriteError)?;
        sheet.set_name(name).map_err(WriteError)?;
        for column in 0..self.header.len() {
            let place = u16::try_from(column).unwrap_or(u16::MAX);
            sheet
                .set_column_format(place, &self.plain)
                .map_err(WriteError)?;
            if self.hidden.contains(&column) {
                sheet.set_column_hidden(place).map_err(WriteError)?;
            }
        }
        self.row = 0;
        if self.header.is_empty() {
            return Ok(());
        }
        sheet.set_freeze_panes(1, 0).map_err(WriteError)?;
        let header = std::mem::take(&mut self.header);
        let result = self.put(header.iter().map(String::as_str), &[]);
        self.header = header;
        result
    }

    fn put<'a>(
        &mut self,
        cells: impl IntoIterator<Item = &'a str>,
        marked: &[usize],
    ) -> Result<(), WriteError> {
        let sheet = self
            .workbook
            .worksheet_from_index(self.sheet)
            .map_err(WriteError)?;
        for (column, cell) in cells.into_iter().enumerate() {
            let place = u16::try_from(column).unwrap_or(u16::MAX);
            if marked.contains(&column) {
                // A blank cell is marked, too: it may be the one that must be filled.
                sheet
                    .write_string_with_format(self.row, place, cell, &self.marked)
                    .map_err(WriteError)?;
            } else if !cell.is_empty() {
                sheet
                    .write_string_with_format(self.row, place, cell, &self.plain)
                    .map_err(WriteError)?;
            }
        }
        self.row += 1;
        Ok(())
    }
}
