//! Rows of the file as a table: their number, what becomes of them, what is wrong, their cells.

use import::{
    Import, Outcome, ProblemRow, ResultRow,
    fields::{Catalogue, Field},
};
use kernel::{Code, Severity};

use crate::{badge::Badge, icon::Icon};

/// Columns shown beside each other; a wider file shows those that matter first.
const COLUMNS_SHOWN: usize = 12;
/// A longer cell is cut for showing only.
const CELL_CHARS: usize = 120;

/// A table of rows.
#[derive(Debug)]
pub(crate) struct RowTable {
    /// Over the numbers of rows, and over what becomes of them.
    pub(crate) row: Heading,
    pub(crate) outcome: Heading,
    pub(crate) headers: Vec<Header>,
    /// Columns of the file.
    pub(crate) columns: usize,
    /// Rows of the whole, with the one of the headers.
    pub(crate) rows: u64,
    /// Whether the boxes of all rows are ticked to begin with.
    pub(crate) are_selected: bool,
    pub(crate) hidden_columns: usize,
    pub(crate) lines: Vec<RowLine>,
}

/// A column shown.
#[derive(Debug)]
pub(crate) struct Header {
    /// The column, from 0.
    pub(crate) column: usize,
    pub(crate) heading: Heading,
}

/// The name over a column of the table, which may sort by it.
#[derive(Debug)]
pub(crate) struct Heading {
    pub(crate) text: String,
    pub(crate) link: Option<String>,
    /// How the rows are sorted by it: nothing, `ascending` or `descending`.
    pub(crate) sorted: &'static str,
}

impl Heading {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            link: None,
            sorted: "",
        }
    }
}

/// One row of the file.
#[derive(Debug)]
pub(crate) struct RowLine {
    pub(crate) number: u64,
    /// Its place in the whole, from 1 for the headers.
    pub(crate) place: u64,
    pub(crate) badge: Badge,
    pub(crate) person: Option<String>,
    pub(crate) is_left_out: bool,
    pub(crate) problems: Vec<ProblemLine>,
    pub(crate) changes: Vec<ChangeLine>,
    pub(crate) cells: Vec<CellView>,
}

/// One problem of a row in words.
#[derive(Debug)]
pub(crate) struct ProblemLine {
    pub(crate) class: &'static str,
    pub(crate) icon: Icon,
    /// Words, and the values among them.
    pub(crate) parts: Vec<(bool, String)>,
}

/// One field before and after.
#[derive(Debug)]
pub(crate) struct ChangeLine {
    pub(crate) field: String,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// One cell; faulty ones are marked.
#[derive(Debug)]
pub(crate) struct CellView {
    /// The column, from 0.
    pub(crate) column: usize,
    pub(crate) text: String,
    /// What is wrong with it, and what is meant instead.
    pub(crate) fault: Option<String>,
    /// Changed by hand since the file came.
    pub(crate) is_edited: bool,
    /// Shown whole, so that it can be changed where it stands.
    pub(crate) is_whole: bool,
}

impl RowTable {
    /// Counts the rows by their place in an order rather than by their place in the file.
    pub(crate) fn place(&mut self, after: u64, total: u64) {
        self.rows = total + 1;
        for (line, place) in self.lines.iter_mut().zip(after + 2..) {
            line.place = place;
        }
    }
}

/// The table of these rows.
pub(crate) fn table(import: &Import, catalogue: &Catalogue, rows: &[ResultRow]) -> RowTable {
    table_of(import, catalogue, rows, None)
}

/// The same with these columns; those that matter most when none are named.
pub(crate) fn table_of(
    import: &Import,
    catalogue: &Catalogue,
    rows: &[ResultRow],
    wanted: Option<&[usize]>,
) -> RowTable {
    let columns = import
        .mapping
        .as_ref()
        .map(|mapping| mapping.columns.as_slice());
    let columns = columns.unwrap_or_default();
    let faulty: Vec<usize> = rows
        .iter()
        .flat_map(|row| &row.problems)
        .flat_map(|problem| columns_of(import, problem))
        .collect();
    // What is wrong comes first, then what fills a field, each in the order of the file.
    let mut shown: Vec<&import::mapping::MappedColumn> = columns.iter().collect();
    shown.sort_by_key(|column| {
        (
            !faulty.contains(&column.column),
            column.field.is_none(),
            column.column,
        )
    });
    shown.truncate(COLUMNS_SHOWN);
    if let Some(wanted) = wanted {
        shown = columns
            .iter()
            .filter(|column| wanted.contains(&column.column))
            .collect();
    }
    let places: Vec<usize> = shown.iter().map(|column| column.column).collect();
    RowTable {
        row: Heading::plain("Row"),
        outcome: Heading::plain("Outcome"),
        headers: shown
            .iter()
            .map(|column| Header {
                column: column.column,
                heading: Heading::plain(header(column)),
            })
            .collect(),
        columns: columns.len(),
        rows: last_row(import, rows),
        are_selected: false,
        hidden_columns: columns.len().saturating_sub(places.len()),
        lines: rows
            .iter()
            .map(|row| line(import, catalogue, row, &places))
            .collect(),
    }
}

/// As many rows as the file has, or more when blank lines were counted.
fn last_row(import: &Import, rows: &[ResultRow]) -> u64 {
    let last = rows.iter().map(|row| row.row).max().unwrap_or_default();
    last.max(import.counts.rows as u64 + 1)
}

/// What is wrong with a cell, in the few words that stand under it.
fn fault(import: &Import, row: &ResultRow, column: usize) -> Option<String> {
    let own: Vec<String> = row
        .problems
        .iter()
        .filter(|problem| problem.severity != Severity::Fixed.as_str())
        .filter(|problem| columns_of(import, problem).contains(&column))
        .map(|problem| {
            let detail = Some(&*problem.detail).filter(|detail| !detail.is_empty());
            let suggestion = problem.suggestion.as_ref();
            let parts = [
                Some(title(&problem.code)),
                detail.map(str::to_owned),
                suggestion.map(|text| format!("suggestion {}", shortened(text))),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            parts.join(", ")
        })
        .collect();
    (!own.is_empty()).then(|| own.join("; "))
}

/// The name of a column, or its place if it has none.
pub(super) fn header(column: &import::mapping::MappedColumn) -> String {
    if column.header.trim().is_empty() {
        format!("Column {}", column.column + 1)
    } else {
        column.header.clone()
    }
}

fn line(import: &Import, catalogue: &Catalogue, row: &ResultRow, places: &[usize]) -> RowLine {
    RowLine {
        number: row.row,
        badge: Badge::from(row.outcome),
        person: row.user.map(|user| format!("/users/{user}")),
        place: row.row,
        is_left_out: row.left_out,
        problems: row
            .problems
            .iter()
            .map(|problem| problem_line(catalogue, problem))
            .collect(),
        changes: row
            .changes
            .iter()
            .map(|(field, before, after)| ChangeLine {
                field: label(catalogue, field),
                before: before.clone(),
                after: after.clone(),
            })
            .collect(),
        cells: places
            .iter()
            .map(|place| {
                let cell = row.cells.get(*place).map_or("", String::as_str);
                let text = shortened(cell);
                CellView {
                    column: *place,
                    is_whole: text == cell && !cell.contains('\n'),
                    text,
                    fault: fault(import, row, *place),
                    is_edited: row.edited.contains(place),
                }
            })
            .collect(),
    }
}

/// A problem in words, with the field it is about.
pub(super) fn problem_line(catalogue: &Catalogue, problem: &ProblemRow) -> ProblemLine {
    let (class, icon) = level(&problem.severity);
    let place = problem
        .field
        .as_deref()
        .map(|key| format!("{}: ", label(catalogue, key)))
        .unwrap_or_default();
    let text = format!("{place}{}", problem.message());
    ProblemLine {
        class,
        icon,
        parts: parts(&text),
    }
}

/// The columns a problem is in: its own, or all that fill its field.
pub(super) fn columns_of(import: &Import, problem: &ProblemRow) -> Vec<usize> {
    let own = problem
        .column
        .and_then(|column| usize::try_from(column).ok());
    let field = || Field::from_key(problem.field.as_deref().unwrap_or_default());
    match (own, &import.mapping) {
        (Some(column), _) => vec![column],
        (None, Some(mapping)) => field()
            .map(|field| mapping.columns_of(&field))
            .unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}

/// Values stand between backticks in a message.
fn parts(text: &str) -> Vec<(bool, String)> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(place, part)| (place % 2 == 1, part.to_owned()))
        .collect()
}

/// A cell's text, cut for showing.
pub(super) fn shortened(cell: &str) -> String {
    if cell.chars().count() <= CELL_CHARS {
        return cell.to_owned();
    }
    let mut short: String = cell.chars().take(CELL_CHARS).collect();
    short.push('…');
    short
}

/// What people call a field, by its key.
pub(crate) fn label(catalogue: &Catalogue, key: &str) -> String {
    let plain = || key.replace('_', " ");
    Field::from_key(key).map_or_else(plain, |field| catalogue.label(&field).into_owned())
}

/// Class and icon of a severity, by its stable name.
pub(crate) fn level(severity: &str) -> (&'static str, Icon) {
    match severity.parse() {
        Ok(Severity::MustFix) => ("level-must", Icon::Problem),
        Ok(Severity::Fixed) => ("level-fixed", Icon::Fixed),
        Ok(Severity::Check) | Err(_) => ("level-check", Icon::Warning),
    }
}

/// The title of a code, by its stable name.
pub(crate) fn title(code: &str) -> String {
    code.parse::<Code>()
        .map_or_else(|_| code.replace('_', " "), |code| code.title().to_owned())
}

impl From<Outcome> for Badge {
    fn from(outcome: Outcome) -> Self {
        let (tone, icon, text) = match outcome {
            Outcome::Created => ("good", Icon::Plus, "New"),
            Outcome::Updated => ("info", Icon::Fixed, "Changed"),
            Outcome::Unchanged => ("still", Icon::Check, "Unchanged"),
            Outcome::Skipped => ("warn", Icon::Off, "Skipped"),
            Outcome::Failed => ("bad", Icon::Problem, "Not possible"),
            Outcome::NotStarted => ("still", Icon::Clock, "Not started"),
        };
        Self { tone, icon, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_told_from_words() {
        let parts = parts("E-mail: `anna` has no @");
        let shown: Vec<_> = parts
            .iter()
            .map(|(value, text)| (*value, text.as_str()))
            .collect();
        assert_eq!(
            shown,
            [(false, "E-mail: "), (true, "anna"), (false, " has no @")]
        );
    }

    #[test]
    fn long_cells_are_cut_for_showing_only() {
        assert_eq!(shortened("short"), "short");
        assert_eq!(shortened(&"é".repeat(500)).chars().count(), CELL_CHARS + 1);
    }
}
