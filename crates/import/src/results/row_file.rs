//! A file of some rows with their keys and problems, to be corrected and brought back.

use std::io::Write;

use db::Db;

use super::{
    Outcome, PROBLEM_COLUMN, ProblemRow, ROW_KEY_COLUMN,
    download::{Sink, faulty_columns, key_of_row, open, sentence},
    download_headers,
};
use crate::{Import, Refusal, store};

/// A row as it is now.
pub(crate) struct SelectedRow {
    pub(crate) row: u64,
    pub(crate) cells: Vec<String>,
}

/// The file being written.
pub(crate) struct RowFile<'a> {
    import: &'a Import,
    sink: Sink<'a>,
    width: usize,
}

impl<'a> RowFile<'a> {
    /// Begins with the headers.
    pub(crate) fn open(
        import: &'a Import,
        as_workbook: bool,
        out: &'a mut (dyn Write + Send),
    ) -> Result<Self, Refusal> {
        let mut headers = download_headers(import);
        let width = headers.len();
        headers.extend([ROW_KEY_COLUMN, PROBLEM_COLUMN].map(str::to_owned));
        Ok(Self {
            sink: open(import, as_workbook, &headers, out)?,
            import,
            width,
        })
    }

    /// Appends rows that are near each other in the file.
    pub(crate) fn write(&mut self, db: &Db, rows: &[SelectedRow]) -> Result<(), Refusal> {
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(());
        };
        let (first, last) = (first.row as i64, last.row as i64);
        let mut problems =
            db.read_blocking(|tx| store::problems::of_rows(tx, self.import, first, last))?;
        for SelectedRow { row, cells } in rows {
            let own: Vec<ProblemRow> = problems
                .extract_if(.., |problem| problem.row == *row as i64)
                .collect();
            let mut cells = cells.clone();
            let extra = cells.split_off(self.width.min(cells.len()));
            cells.resize(self.width, String::new());
            cells.push(key_of_row(self.import, *row));
            cells.push(sentence(self.import, &own, Outcome::Failed, &extra));
            self.sink.write(&cells, &faulty_columns(&own))?;
        }
        Ok(())
    }

    /// Completes the file.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        self.sink.finish()
    }
}
