//! Looking at a file and saying how it is built, with everything the operator chose kept.

use std::path::Path;

use crate::dialect::{self, Dialect};
use crate::encoding;
use crate::error::FileError;
use crate::header;
use crate::layout::{Format, HeaderChoice, Layout, Quote, ReadOptions, Warning, WarningCode};
use crate::limits::Limits;
use crate::record::Record;
use crate::sheet::Workbook;
use crate::source::{self, Found, Table};
use crate::text::Text;

/// Sheets that are looked into to find the first filled one, and rows of each.
const SAMPLE_SHEETS: usize = 30;
const SAMPLE_ROWS: usize = 300;

/// Text that is looked at to find dialect and header.
const SAMPLE_BYTES: usize = 96 << 10;
/// As much is looked at when lines are long.
const LONG_SAMPLE_BYTES: usize = 2 << 20;
/// Lines that a sample should have.
const SAMPLE_LINES: usize = 10;

/// Says how the file is built: container, encoding, dialect, sheet, header.
pub fn detect(path: &Path, options: &ReadOptions) -> Result<Layout, FileError> {
    let found = source::find(path, &options.limits)?;
    match found.table {
        Table::Text => detect_text(path, options, found),
        Table::Xlsx | Table::Ods | Table::Xls => detect_sheet(path, options, found),
    }
}

fn detect_text(path: &Path, options: &ReadOptions, found: Found) -> Result<Layout, FileError> {
    check_choices(options)?;
    let open = || source::stream(path, found.container.as_ref(), &options.limits);
    let encoded = match &options.encoding {
        Some(name) => encoding::Found {
            encoding: encoding::by_name_and_mark(name, open()?)?,
            evidence: "chosen by the operator".to_owned(),
            certain: true,
        },
        None => encoding::detect(open()?)?,
    };
    let mut text = Text::new(open()?, encoded.encoding);
    fill_sample(&mut text)?;
    let (sample, ended) = sample(&text);
    if sample
        .trim_matches(|character: char| character.is_whitespace() || character == '\0')
        .is_empty()
        && ended
    {
        return Err(FileError::NoDataRows);
    }
    let dialect = dialect::detect(sample, ended, options);
    let rows = dialect::rows(sample, ended, &dialect.dialect);
    let columns = dialect::usual_columns(&rows);
    let mut layout = Layout {
        format: if dialect.dialect.delimiter == "\t" {
            Format::Tsv
        } else {
            Format::Csv
        },
        container: found.container,
        encoding: encoding::name_of(encoded.encoding),
        encoding_evidence: encoded.evidence,
        delimiter: Some(dialect.dialect.delimiter.clone()),
        quote: dialect.dialect.quote,
        escape: dialect.dialect.escape,
        blank_before_quote: dialect.dialect.blank_before_quote,
        wrapped_lines: dialect.dialect.wrapped_lines,
        header_row: None,
        first_row: 1,
        columns,
        sheet: None,
        sheets: Vec::new(),
        preamble: Vec::new(),
        certain: encoded.certain && dialect.certain,
        warnings: found.warnings,
    };
    if !encoded.certain {
        let message = format!(
            "the encoding {} is a guess: {}",
            layout.encoding, layout.encoding_evidence
        );
        layout
            .warnings
            .push(Warning::new(0, WarningCode::EncodingUncertain, message));
    }
    if !dialect.certain && columns > 1 {
        layout.warnings.push(Warning::new(
            0,
            WarningCode::DialectUncertain,
            "the delimiter is a guess: look at the columns",
        ));
    }
    let declared = options.delimiter.is_none() && dialect::declared(sample).is_some();
    place_header(
        &mut layout,
        &rows,
        options.header_row,
        usize::from(declared),
    )?;
    Ok(layout)
}

fn detect_sheet(path: &Path, options: &ReadOptions, found: Found) -> Result<Layout, FileError> {
    let limits = &options.limits;
    let workbook = Workbook::open(path, found.table, found.container.as_ref(), limits)?;
    let mut filled = Vec::new();
    let (index, mut rows) = if let Some(choice) = &options.sheet {
        let index = workbook.choose(choice)?;
        (index, sample_rows(&workbook, index, limits)?)
    } else {
        for (index, _) in workbook
            .sheets()
            .iter()
            .enumerate()
            .filter(|(_, sheet)| !sheet.hidden)
            .take(SAMPLE_SHEETS)
        {
            let rows = sample_rows(&workbook, index, limits)?;
            if !rows.is_empty() {
                filled.push((index, rows));
            }
        }
        if filled.is_empty() {
            return Err(FileError::NoDataRows);
        }
        filled.swap_remove(0)
    };
    if rows.is_empty() {
        return Err(FileError::NoDataRows);
    }
    let columns = sheet_columns(&rows);
    for row in &mut rows {
        row.pad(columns);
    }
    let mut layout = Layout {
        format: match found.table {
            Table::Ods => Format::Ods,
            Table::Xls => Format::Xls,
            Table::Xlsx | Table::Text => Format::Xlsx,
        },
        container: found.container,
        encoding: "utf-8".to_owned(),
        encoding_evidence: "workbooks contain Unicode text".to_owned(),
        delimiter: None,
        quote: None,
        escape: None,
        blank_before_quote: false,
        wrapped_lines: false,
        header_row: None,
        first_row: 1,
        columns,
        sheet: workbook.sheets().get(index).map(|sheet| sheet.name.clone()),
        sheets: workbook
            .sheets()
            .iter()
            .filter(|sheet| !sheet.hidden)
            .map(|sheet| sheet.name.clone())
            .collect(),
        preamble: Vec::new(),
        certain: true,
        warnings: found.warnings,
    };
    let chosen = layout.sheet.clone().unwrap_or_default();
    if !filled.is_empty() {
        layout.certain = false;
        let message = format!("more than one sheet has rows; {chosen} is read");
        layout
            .warnings
            .push(Warning::new(0, WarningCode::SeveralSheets, message));
    }
    if workbook
        .sheets()
        .get(index)
        .is_some_and(|sheet| sheet.hidden)
    {
        let message = format!("the sheet {chosen} is hidden in the workbook");
        layout
            .warnings
            .push(Warning::new(0, WarningCode::HiddenSheet, message));
    }
    place_header(&mut layout, &rows, options.header_row, 0)?;
    Ok(layout)
}

/// The first filled rows of a sheet.
fn sample_rows(
    workbook: &Workbook,
    index: usize,
    limits: &Limits,
) -> Result<Vec<Record>, FileError> {
    let mut source = workbook.rows(index, limits)?;
    let mut rows = Vec::new();
    while rows.len() < SAMPLE_ROWS {
        let mut record = Record::new();
        if !source.next(&mut record)? {
            break;
        }
        rows.push(record);
    }
    Ok(rows)
}

/// The width of the widest row that is not far wider than the usual one.
fn sheet_columns(rows: &[Record]) -> usize {
    let mut widths: Vec<usize> = rows.iter().map(Record::len).collect();
    widths.sort_unstable();
    let usual = widths.get(widths.len() / 2).copied().unwrap_or(0);
    widths
        .into_iter()
        .rev()
        .find(|&width| width <= usual * 4 + 16)
        .unwrap_or(usual)
}

/// Decodes until there are a few lines to look at, however long they are.
fn fill_sample(text: &mut Text) -> Result<(), FileError> {
    text.fill()?;
    while !text.ended() && text.window().len() < LONG_SAMPLE_BYTES && !has_lines(text.window()) {
        text.fill()?;
    }
    Ok(())
}

/// Whether a sample has lines enough to compare.
fn has_lines(sample: &str) -> bool {
    sample
        .bytes()
        .filter(|&byte| byte == b'\n' || byte == b'\r')
        .nth(SAMPLE_LINES)
        .is_some()
}

/// The beginning of the text, cut at a line end unless it is the whole.
fn sample(text: &Text) -> (&str, bool) {
    let window = text.window();
    let mut end = SAMPLE_BYTES;
    while end < window.len() && !window.get(..floor(window, end)).is_some_and(has_lines) {
        end *= 2;
    }
    if window.len() <= end {
        return (window, text.ended());
    }
    let end = floor(window, end);
    let cut = window.get(..end).unwrap_or_default();
    match cut.rfind(['\n', '\r']) {
        Some(at) => (window.get(..=at).unwrap_or_default(), false),
        // One very long line: take what there is.
        None => (window, text.ended()),
    }
}

/// The nearest character boundary at or below `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// Refuses a delimiter or quote that could not work.
fn check_choices(options: &ReadOptions) -> Result<(), FileError> {
    if let Some(delimiter) = &options.delimiter
        && (delimiter.is_empty() || delimiter.len() > 16 || delimiter.contains(['\n', '\r']))
    {
        return Err(FileError::DialectInvalid {
            reason: "the delimiter must be one to sixteen characters and no line end",
        });
    }
    if let Some(Quote::Char(quote)) = options.quote
        && (!quote.is_ascii() || quote.is_ascii_control())
    {
        return Err(FileError::DialectInvalid {
            reason: "the quote must be one ASCII character",
        });
    }
    Ok(())
}

/// Sets header row, first row and columns from the sample and the operator's choice.
pub(crate) fn place_header(
    layout: &mut Layout,
    rows: &[Record],
    choice: HeaderChoice,
    skipped: usize,
) -> Result<(), FileError> {
    let table = rows.get(skipped..).unwrap_or_default();
    match choice {
        HeaderChoice::Detect => {
            let found = header::detect(table, layout.columns);
            let first = table.get(found.first);
            layout.first_row = first.map_or(1, Record::row);
            layout.header_row = found.header.then_some(layout.first_row);
            layout.certain &= found.certain;
        }
        HeaderChoice::None => {
            layout.first_row = table.first().map_or(1, Record::row);
        }
        HeaderChoice::Row(0) => {
            return Err(FileError::HeaderRowOutOfRange {
                row: 0,
                rows: rows.len() as u64,
            });
        }
        HeaderChoice::Row(row) => {
            layout.header_row = Some(row);
            layout.first_row = row;
        }
    }
    if let Some(header) = rows.iter().find(|row| Some(row.row()) == layout.header_row) {
        warn_of_headers(layout, header);
    } else if layout.header_row.is_none() {
        layout.warnings.push(Warning::new(
            0,
            WarningCode::NoHeader,
            "no header row was found: the first row is data",
        ));
    }
    note_preamble(layout, rows);
    Ok(())
}

fn note_preamble(layout: &mut Layout, rows: &[Record]) {
    let above = rows.iter().take_while(|row| row.row() < layout.first_row);
    for row in above.take(100) {
        let text = row
            .iter()
            .filter(|cell| !cell.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let text: String = text.chars().take(300).collect();
        layout.warnings.push(Warning::new(
            row.line(),
            WarningCode::Preamble,
            format!("above the table: {text}"),
        ));
        layout.preamble.push(text);
    }
}

fn warn_of_headers(layout: &mut Layout, header: &Record) {
    let mut seen = std::collections::HashMap::new();
    for (index, name) in header.iter().enumerate() {
        let column = index + 1;
        if name.trim().is_empty() {
            let message = format!("column {column} has no header");
            layout.warnings.push(Warning::new(
                header.line(),
                WarningCode::BlankHeader,
                message,
            ));
        } else if let Some(first) = seen.insert(name.trim().to_lowercase(), column) {
            let short: String = name.chars().take(60).collect();
            let message = format!("columns {first} and {column} have the same header {short}");
            layout.warnings.push(Warning::new(
                header.line(),
                WarningCode::DuplicateHeader,
                message,
            ));
        }
        if layout.warnings.len() > 200 {
            break;
        }
    }
}

impl Layout {
    /// The dialect of delimited text.
    pub(crate) fn dialect(&self) -> Dialect {
        let delimiter = self
            .delimiter
            .as_deref()
            .filter(|delimiter| !delimiter.is_empty());
        Dialect {
            delimiter: delimiter.unwrap_or(",").to_owned(),
            quote: self.quote,
            escape: self.escape,
            blank_before_quote: self.blank_before_quote,
            wrapped_lines: self.wrapped_lines,
        }
    }
}
