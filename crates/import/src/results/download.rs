//! The files to take away: the operator's own columns in their order, with what became of each row.
//!
//! Each can be corrected and imported again: our columns are recognised and left out, and cells that
//! were guarded against being run as formulas are restored.

use std::io::Write;

use directory::{Action, Ctx};
use kernel::{ImportId, Severity};
use tabular::{CsvFormat, CsvWriter, XlsxWriter};

use super::{Outcome, ProblemRow, decode_cells, rows::Lookup};
use crate::{
    Import, Refusal,
    edits::Overlay,
    files::BlockReader,
    imports::{Imports, window::damaged},
    store,
};

/// Rows whose problems are read together.
const WINDOW: usize = 2_000;

/// The column that says what is wrong with a row.
pub(crate) const PROBLEM_COLUMN: &str = "error";
/// The column by which a corrected row is found again.
pub(crate) const ROW_KEY_COLUMN: &str = "muster_row";

/// Which rows, with which columns added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Download {
    /// Rows that were not imported, last column `error` (S3.26).
    Errors,
    /// The same with a key by which corrected rows are found again ([`Imports::correct`]).
    ToFix,
    /// All rows with `outcome`, `user_id` and `error`.
    Results,
    /// Rows of created people with `user_id` (S4.27).
    Created,
}

impl Download {
    /// The name of the file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Errors => "error_log.csv",
            Self::ToFix => "rows_to_fix.csv",
            Self::Results => "results.csv",
            Self::Created => "created_users.csv",
        }
    }

    /// The download with this file name, whatever its ending.
    pub fn parse(name: &str) -> Option<Self> {
        let stem = name.split('.').next().unwrap_or_default();
        [Self::Errors, Self::ToFix, Self::Results, Self::Created]
            .into_iter()
            .find(|download| download.file_name().split('.').next() == Some(stem))
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Errors => &[PROBLEM_COLUMN],
            Self::ToFix => &[ROW_KEY_COLUMN, PROBLEM_COLUMN],
            Self::Results => &["outcome", "user_id", PROBLEM_COLUMN],
            Self::Created => &["user_id"],
        }
    }

    fn wants(self, outcome: Outcome) -> bool {
        match self {
            Self::Errors | Self::ToFix => {
                matches!(outcome, Outcome::Failed | Outcome::NotStarted)
            }
            Self::Results => true,
            Self::Created => outcome == Outcome::Created,
        }
    }
}

/// Where rows go: text with the file's own delimiter, or a workbook of text cells.
pub(super) enum Sink<'a> {
    Csv(CsvWriter<&'a mut (dyn Write + Send)>),
    Xlsx(Box<XlsxWriter>, &'a mut (dyn Write + Send)),
}

impl Sink<'_> {
    /// Writes a row; the places of faulty cells are coloured where there are colours.
    pub(super) fn write(&mut self, cells: &[String], faulty: &[usize]) -> Result<(), Refusal> {
        let cells = cells.iter().map(String::as_str);
        match self {
            Self::Csv(writer) => writer.write_row(cells).map_err(Refusal::Io),
            Self::Xlsx(writer, _) => writer
                .write_marked_row(cells, faulty)
                .map_err(|error| Refusal::Io(std::io::Error::other(error))),
        }
    }

    pub(super) fn finish(self) -> Result<(), Refusal> {
        match self {
            Self::Csv(writer) => writer.finish().map(|_| ()).map_err(Refusal::Io),
            Self::Xlsx(writer, out) => writer
                .finish(out)
                .map_err(|error| Refusal::Io(std::io::Error::other(error))),
        }
    }
}

impl Imports {
    /// Writes a download as CSV, or as a workbook.
    pub fn download(
        &self,
        ctx: &Ctx,
        id: ImportId,
        download: Download,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        let folder = self.folder(id);
        if !folder.has_cells() {
            return Err(Refusal::WrongState(import.state));
        }
        let mut headers = headers(&import);
        let width = headers.len();
        headers.extend(download.columns().iter().map(|name| (*name).to_owned()));
        let mut sink = open(&import, as_workbook, &headers, out)?;
        let mut overlay = Overlay::open(&self.db, &import)?;
        let mut lookup = Lookup::open(&import, &folder)?;
        let mut reader = BlockReader::open(&folder.cells())?;
        let mut window: Vec<(u64, u32, Vec<String>)> = Vec::new();
        loop {
            window.clear();
            let mut seen = 0;
            let mut cells = Vec::new();
            while seen < WINDOW {
                let Some((row, entry)) = reader.next()? else {
                    break;
                };
                seen += 1;
                let place = super::place_of(entry).ok_or_else(damaged)?;
                if download.wants(Outcome::of_code(lookup.outcomes.get(place as usize))) {
                    decode_cells(entry, &mut cells).ok_or_else(damaged)?;
                    if let Some(overlay) = &mut overlay
                        && let Some(changes) = overlay.of(row)?
                    {
                        changes.amend(&mut cells);
                    }
                    window.push((row, place, std::mem::take(&mut cells)));
                }
            }
            if seen == 0 {
                return sink.finish();
            }
            self.write_window(
                &import,
                download,
                &mut window,
                width,
                &mut lookup,
                &mut sink,
            )?;
        }
    }

    fn write_window(
        &self,
        import: &Import,
        download: Download,
        window: &mut [(u64, u32, Vec<String>)],
        width: usize,
        lookup: &mut Lookup,
        sink: &mut Sink<'_>,
    ) -> Result<(), Refusal> {
        let (Some(first), Some(last)) = (window.first(), window.last()) else {
            return Ok(());
        };
        let (first, last) = (first.0 as i64, last.0 as i64);
        let mut problems = if download == Download::Created {
            Vec::new()
        } else {
            self.db
                .read_blocking(|tx| store::problems::of_rows(tx, import, first, last))?
        };
        for (row, place, cells) in window {
            let outcome = Outcome::of_code(lookup.outcomes.get(*place as usize));
            let own: Vec<ProblemRow> = problems
                .extract_if(.., |problem| problem.row == *row as i64)
                .collect();
            let extra = cells.split_off(width.min(cells.len()));
            cells.resize(width, String::new());
            for column in download.columns() {
                cells.push(match *column {
                    "outcome" => outcome.as_str().to_owned(),
                    "user_id" => lookup
                        .user(*place, outcome)?
                        .map(|id| id.to_string())
                        .unwrap_or_default(),
                    ROW_KEY_COLUMN => key_of_row(import, *row),
                    _ => sentence(import, &own, outcome, &extra),
                });
            }
            sink.write(cells, &faulty_columns(&own))?;
        }
        Ok(())
    }
}

/// The columns that keep a row from being imported.
pub(super) fn faulty_columns(problems: &[ProblemRow]) -> Vec<usize> {
    problems
        .iter()
        .filter(|problem| problem.severity == Severity::MustFix.as_str())
        .filter_map(|problem| usize::try_from(problem.column?).ok())
        .collect()
}

/// The key of a row. The letters keep spreadsheet programs from taking it for a number or a date.
pub(super) fn key_of_row(import: &Import, row: u64) -> String {
    format!("i{}r{row}", import.number)
}

/// The row of this import that a key names.
pub(crate) fn row_of_key(import: &Import, key: &str) -> Option<u64> {
    let (number, row) = key.trim().strip_prefix('i')?.split_once('r')?;
    let is_own = number.parse() == Ok(import.number);
    row.parse().ok().filter(|_| is_own)
}

/// The file's own headers; the fields' keys for a file without a header, so that it maps again.
pub(crate) fn headers(import: &Import) -> Vec<String> {
    let no_header = import
        .layout
        .as_ref()
        .is_none_or(|layout| layout.header_row.is_none());
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| match (&column.field, no_header) {
            (Some(field), true) => field.key().into_owned(),
            (None, true) => format!("column {}", column.column + 1),
            (_, false) => column.header.clone(),
        })
        .collect()
}

/// Everything that is wrong with a row, naming the columns.
pub(super) fn sentence(
    import: &Import,
    problems: &[ProblemRow],
    outcome: Outcome,
    extra: &[String],
) -> String {
    let mut sentences: Vec<String> = problems
        .iter()
        .filter(|problem| problem.severity != "fixed")
        .map(|problem| {
            let column = problem.column.and_then(|column| {
                let mapping = import.mapping.as_ref()?;
                mapping
                    .columns
                    .iter()
                    .find(|mapped| mapped.column as i64 == column)
            });
            match column {
                Some(column) => format!("{}: {}", column.header, problem.message()),
                None => problem.message(),
            }
        })
        .collect();
    if outcome == Outcome::NotStarted {
        sentences.push("The import was stopped before this row.".to_owned());
    }
    if !extra.is_empty() {
        sentences.push(format!(
            "Cells beyond the last column: {}",
            extra.join(" | ")
        ));
    }
    sentences.join(" ")
}

pub(super) fn open<'a>(
    import: &Import,
    as_workbook: bool,
    headers: &[String],
    out: &'a mut (dyn Write + Send),
) -> Result<Sink<'a>, Refusal> {
    if as_workbook {
        let hidden: Vec<usize> = headers
            .iter()
            .position(|header| header == ROW_KEY_COLUMN)
            .into_iter()
            .collect();
        let writer = XlsxWriter::with_hidden("Rows", headers.iter().map(String::as_str), &hidden)
            .map_err(|error| Refusal::Io(std::io::Error::other(error)))?;
        return Ok(Sink::Xlsx(Box::new(writer), out));
    }
    let delimiter = import
        .layout
        .as_ref()
        .and_then(|layout| layout.delimiter.as_deref())
        .and_then(|delimiter| delimiter.chars().next())
        .filter(|delimiter| matches!(delimiter, ',' | ';' | '\t' | '|'))
        .unwrap_or(',');
    let format = CsvFormat {
        delimiter,
        byte_order_mark: true,
        ..CsvFormat::default()
    };
    let mut sink = Sink::Csv(CsvWriter::new(out, format));
    sink.write(headers, &[])?;
    Ok(sink)
}
