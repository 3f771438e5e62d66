//! Writing XLSX row by row in constant memory; every cell is text, so nothing is run or reshaped.

use std::io::Write;

use rust_xlsxwriter::{Workbook, XlsxError};

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
        let mut writer = Self {
            workbook: Workbook::new(),
            name: name.to_owned(),
            header: header.into_iter().map(str::to_owned).collect(),
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
        if self.row >= SHEET_ROWS {
            self.sheet += 1;
            self.begin_sheet()?;
        }
        self.put(cells)
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
        self.row = 0;
        if self.header.is_empty() {
            return Ok(());
        }
        sheet.set_freeze_panes(1, 0).map_err(WriteError)?;
        let header = std::mem::take(&mut self.header);
        let result = self.put(header.iter().map(String::as_str));
        self.header = header;
        result
    }

    fn put<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) -> Result<(), WriteError> {
        let sheet = self
            .workbook
            .worksheet_from_index(self.sheet)
            .map_err(WriteError)?;
        for (column, cell) in cells.into_iter().enumerate() {
            if !cell.is_empty() {
                let column = u16::try_from(column).unwrap_or(u16::MAX);
                sheet
                    .write_string(self.row, column, cell)
                    .map_err(WriteError)?;
            }
        }
        self.row += 1;
        Ok(())
    }
}
