//! How cells are separated and wrapped in delimited text, found from a sample.

use crate::cell::{self, Look};
use crate::layout::{Quote, ReadOptions};
use crate::parse::{Parser, Step};
use crate::record::{Fault, Record};

/// Rows that are looked at; the first ones of the file.
const SAMPLE_ROWS: usize = 400;

/// The rules by which a line is cut into cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What separates cells: never empty, never containing a line end.
    pub(crate) delimiter: String,
    pub(crate) quote: Option<char>,
    pub(crate) escape: Option<char>,
    /// Blanks between a delimiter and an opening quote belong to neither.
    pub(crate) blank_before_quote: bool,
    /// Each whole line is wrapped in quotes once more.
    pub(crate) wrapped_lines: bool,
}

impl Dialect {
    pub(crate) fn new(delimiter: &str, quote: Option<char>, escape: Option<char>) -> Self {
        Self {
            delimiter: delimiter.to_owned(),
            quote,
            escape,
            blank_before_quote: false,
            wrapped_lines: false,
        }
    }
}

/// What a sample says about its dialect.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) dialect: Dialect,
    pub(crate) certain: bool,
}

/// Text with double quotes in it is rarely text in which they mean nothing.
const UNQUOTED_TRUST: f64 = 0.8;

/// Delimiters that are tried, with how much they are trusted.
const DELIMITERS: &[(&str, f64)] = &[
    (",", 1.0),
    (";", 1.0),
    ("\t", 1.0),
    ("|", 0.99),
    ("\u{1f}", 1.0),
    ("\u{1}", 1.0),
    ("^", 0.92),
    ("~", 0.92),
    ("\\t", 0.95),
    ("§", 0.9),
    (":", 0.8),
    (" ", 0.72),
    ("#", 0.7),
    ("&", 0.7),
    ("*", 0.6),
    ("/", 0.5),
];

/// Finds the dialect of a sample of text; `ended` says that the sample is the whole text.
pub(crate) fn detect(sample: &str, ended: bool, options: &ReadOptions) -> Found {
    if options.delimiter.is_none()
        && let Some(delimiter) = declared(sample)
    {
        let chosen = ReadOptions {
            delimiter: Some(delimiter),
            ..options.clone()
        };
        return detect(
            sample.split_once(['\n', '\r']).unwrap_or_default().1,
            ended,
            &chosen,
        );
    }
    let mut scores: Vec<(f64, Dialect)> = Vec::new();
    for (delimiter, trust) in delimiters(sample, options) {
        for quote in quotes(sample, options) {
            for escape in escapes(sample, quote) {
                let mut dialect = Dialect::new(&delimiter, quote, escape);
                dialect.blank_before_quote = has_blank_before_quote(sample, &dialect);
                let rows = rows(sample, ended, &dialect);
                let caution = if quote.is_none() { UNQUOTED_TRUST } else { 1.0 };
                scores.push((score(&rows) * trust * caution, dialect));
                if !rows.iter().any(has_broken_quotes) {
                    // Where doubled quotes explain everything, a backslash is only a backslash.
                    break;
                }
            }
        }
    }
    // A stable sort: of equals the one tried first, which is the more usual one.
    scores.sort_by(|first, second| second.0.total_cmp(&first.0));
    let rival = scores
        .iter()
        .find(|(_, dialect)| {
            scores
                .first()
                .is_some_and(|best| best.1.delimiter != dialect.delimiter)
        })
        .map_or(0.0, |rival| rival.0);
    let (best, dialect) = scores
        .into_iter()
        .next()
        .unwrap_or_else(|| (0.0, Dialect::new(",", Some('"'), None)));
    let certain = best > 0.25 && best > rival * 1.08 || options.delimiter.is_some();
    let dialect = refine(dialect, sample, ended, options);
    Found { dialect, certain }
}

fn has_broken_quotes(row: &Record) -> bool {
    row.holds(Fault::UnclosedQuote) || row.holds(Fault::StrayQuote)
}

/// The line `sep=;` with which Excel declares a delimiter.
pub(crate) fn declared(sample: &str) -> Option<String> {
    let line = sample.split(['\n', '\r']).next()?.trim_matches('"');
    let mark = line
        .get(..4)
        .filter(|start| start.eq_ignore_ascii_case("sep="))?;
    let rest = line.get(mark.len()..)?;
    (rest.chars().count() == 1).then(|| rest.to_owned())
}

fn delimiters(sample: &str, options: &ReadOptions) -> Vec<(String, f64)> {
    if let Some(delimiter) = &options.delimiter {
        return vec![(delimiter.clone(), 1.0)];
    }
    let mut found: Vec<(String, f64)> = DELIMITERS
        .iter()
        .filter(|(delimiter, _)| sample.contains(delimiter))
        .map(|&(delimiter, trust)| (delimiter.to_owned(), trust))
        .collect();
    if !found
        .iter()
        .any(|(delimiter, _)| matches!(delimiter.as_str(), "," | ";" | "\t"))
    {
        // Something that does not occur, so that one column is a candidate too.
        found.insert(0, (",".to_owned(), 1.0));
    }
    found
}

fn quotes(sample: &str, options: &ReadOptions) -> Vec<Option<char>> {
    match options.quote {
        Some(Quote::Char(quote)) => return vec![Some(quote)],
        Some(Quote::None) => return vec![None],
        None => {}
    }
    let mut quotes = vec![Some('"')];
    if sample.contains('\'') {
        quotes.push(Some('\''));
    }
    if sample.contains('"') {
        quotes.push(None);
    }
    quotes
}

fn escapes(sample: &str, quote: Option<char>) -> Vec<Option<char>> {
    match quote {
        Some(quote) if sample.contains(&format!("\\{quote}")) => vec![None, Some('\\')],
        _ => vec![None],
    }
}

/// Cuts the sample into rows; a row that may be cut off by the end of the sample is left out.
pub(crate) fn rows(sample: &str, ended: bool, dialect: &Dialect) -> Vec<Record> {
    let parser = Parser::new(dialect, sample.len());
    let mut rows = Vec::new();
    let (mut at, mut row, mut line) = (0, 0, 1);
    while rows.len() < SAMPLE_ROWS {
        let mut record = Record::new();
        let rest = sample.get(at..).unwrap_or_default();
        match parser.step(rest, ended, &mut record) {
            Step::End | Step::More => break,
            Step::Taken { bytes, lines } => {
                row += 1;
                record.place(row, line);
                at += bytes;
                line += lines;
            }
        }
        if dialect.wrapped_lines {
            unwrap_line(&parser, &mut record);
        }
        if record.len() > 1 || record.cell(0).is_some_and(|cell| !cell.is_empty()) {
            rows.push(record);
        }
    }
    rows
}

/// Reads the only cell of a record as a line of its own.
pub(crate) fn unwrap_line(parser: &Parser, record: &mut Record) {
    if record.len() != 1 || !record.is_quoted(0) {
        return;
    }
    let line = record.text().to_owned();
    let (row, number) = (record.row(), record.line());
    parser.step(&line, true, record);
    record.place(row, number);
}

/// The number of cells that most rows have; of equals the greater one.
pub(crate) fn usual_columns(rows: &[Record]) -> usize {
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for row in rows {
        match counts.iter_mut().find(|(columns, _)| *columns == row.len()) {
            Some((_, count)) => *count += 1,
            None => counts.push((row.len(), 1)),
        }
    }
    // One cell is what titles and notes have; a table wider than that needs fewer rows to be one.
    counts
        .into_iter()
        .max_by_key(|&(columns, count)| (if columns > 1 { count * 3 } else { count }, columns))
        .map_or(0, |(columns, _)| columns)
}

/// How much the rows look like a table: same number of cells, cells that look like values.
fn score(rows: &[Record]) -> f64 {
    let columns = usual_columns(rows);
    if rows.is_empty() || columns == 0 {
        return 0.0;
    }
    let (mut regular, mut weight, mut cells) = (0.0, 0.0, 0.0);
    let mut quoted = 0.0;
    for row in rows {
        if row.len() != columns || row.holds(Fault::UnclosedQuote) {
            continue;
        }
        regular += if row.holds(Fault::StrayQuote) {
            0.7
        } else {
            1.0
        };
        for (index, cell) in row.iter().enumerate() {
            cells += 1.0;
            if row.is_quoted(index) {
                weight += 1.0;
                quoted += 1.0;
            } else {
                weight += edge(cell, cell::look(cell));
            }
        }
    }
    if cells == 0.0 {
        return 0.0;
    }
    let consistency = regular / rows.len() as f64;
    let width = if columns == 1 {
        0.38
    } else {
        (columns as f64 - 1.0) / columns as f64
    };
    let explained = if quoted > 0.0 {
        1.0 + 0.05 * (quoted / cells)
    } else {
        1.0
    };
    consistency * width * (weight / cells) * explained
}

/// A cell with blanks at its edges is a little less likely.
fn edge(cell: &str, look: Look) -> f64 {
    let blanks = look != Look::Blank && (cell.starts_with(' ') || cell.ends_with(' '));
    if blanks {
        look.weight() * 0.93
    } else {
        look.weight()
    }
}

/// Whether quotes are opened behind a blank rather than directly behind the delimiter.
fn has_blank_before_quote(sample: &str, dialect: &Dialect) -> bool {
    let Some(quote) = dialect.quote.filter(|_| dialect.delimiter != " ") else {
        return false;
    };
    let count = |between: &str| {
        let pattern = format!("{}{between}{quote}", dialect.delimiter);
        sample.matches(&pattern).count()
    };
    let padded = count(" ");
    padded > 0 && padded > count("")
}

/// Looks for what the candidates leave open: `, `, doubled delimiters, wrapped lines.
fn refine(dialect: Dialect, sample: &str, ended: bool, options: &ReadOptions) -> Dialect {
    if options.delimiter.is_some() {
        return dialect;
    }
    for longer in [
        format!("{} ", dialect.delimiter),
        dialect.delimiter.repeat(2),
    ] {
        if longer.ends_with(' ') && !matches!(dialect.delimiter.as_str(), "," | ";") {
            continue;
        }
        let candidate = Dialect {
            delimiter: longer,
            ..dialect.clone()
        };
        if is_always_longer(sample, ended, &dialect, &candidate) {
            return Dialect {
                blank_before_quote: false,
                ..candidate
            };
        }
    }
    if let Some(inner) = wrapped(sample, ended, &dialect, options) {
        return inner;
    }
    dialect
}

/// Whether every delimiter of the sample is followed by what makes it the longer one.
fn is_always_longer(sample: &str, ended: bool, short: &Dialect, long: &Dialect) -> bool {
    let plain = Dialect {
        blank_before_quote: true,
        ..short.clone()
    };
    let (before, after) = (rows(sample, ended, &plain), rows(sample, ended, long));
    let (columns, wanted) = (usual_columns(&before), usual_columns(&after));
    if wanted < 2 || before.len() != after.len() {
        return false;
    }
    let doubled =
        long.delimiter.len() == 2 && !long.delimiter.ends_with(' ') || long.delimiter == "\t\t";
    if doubled {
        let all = before
            .iter()
            .all(|row| row.len() == columns && row.iter().skip(1).step_by(2).all(str::is_empty));
        return all && columns == 2 * wanted - 1;
    }
    let cells: usize = before.iter().map(|row| row.len() - 1).sum();
    let kept: usize = after.iter().map(|row| row.len() - 1).sum();
    cells >= 2 && kept * 50 >= cells * 49 && columns == wanted
}

/// Recognises a table each of whose lines is wrapped in quotes as a whole.
fn wrapped(sample: &str, ended: bool, outer: &Dialect, options: &ReadOptions) -> Option<Dialect> {
    let quote = outer.quote?;
    let lines = rows(sample, ended, &Dialect::new(",", Some(quote), None));
    let whole = lines
        .iter()
        .filter(|row| row.len() == 1 && row.is_quoted(0))
        .count();
    if lines.len() < 2 || whole * 10 < lines.len() * 9 {
        return None;
    }
    let inside: Vec<&str> = lines.iter().filter_map(|row| row.cell(0)).collect();
    let found = detect(
        &inside.join("\n"),
        true,
        &ReadOptions {
            quote: Some(Quote::Char(quote)),
            ..options.clone()
        },
    );
    let dialect = Dialect {
        wrapped_lines: true,
        ..found.dialect
    };
    let inner = rows(sample, ended, &dialect);
    let columns = usual_columns(&inner);
    let regular = inner.iter().filter(|row| row.len() == columns).count();
    (columns > 1 && regular * 10 >= inner.len() * 9).then_some(dialect)
}
