//! Which columns the table of rows has, and how it is sorted by them.

use import::{Import, ProblemGroup, Sort, SortBy, fields::Field};
use kernel::Severity;

use super::{
    review_query::{Query, Shown},
    rows::{self, Heading, RowTable},
};
use crate::choice::Choice;

/// The most columns shown at once, whatever was chosen.
const MOST: usize = 24;

/// The boxes by which columns are chosen, and the links to the usual ones and to the faulty ones.
pub(crate) struct ColumnPicker {
    pub(crate) columns: Vec<Choice>,
    pub(crate) usual: Option<String>,
    pub(crate) faulty: Option<String>,
    pub(crate) most: usize,
}

/// The columns that were asked for; nothing for the usual ones.
pub(super) fn wanted(
    import: &Import,
    groups: &[ProblemGroup],
    shown: &Shown,
) -> Option<Vec<usize>> {
    let mut columns = match shown {
        Shown::Usual => return None,
        Shown::Faulty => faulty(import, groups),
        Shown::Columns(columns) => columns.clone(),
    };
    columns.retain(|column| all(import).any(|other| other == *column));
    columns.truncate(MOST);
    (!columns.is_empty()).then_some(columns)
}

/// The columns in which any row has something to fix or to look at.
fn faulty(import: &Import, groups: &[ProblemGroup]) -> Vec<usize> {
    let Some(mapping) = &import.mapping else {
        return Vec::new();
    };
    let mut columns: Vec<usize> = groups
        .iter()
        .filter(|group| group.severity != Severity::Fixed.as_str())
        .filter_map(|group| Field::from_key(&group.field))
        .flat_map(|field| mapping.columns_of(&field))
        .collect();
    columns.sort_unstable();
    columns.dedup();
    columns
}

fn all(import: &Import) -> impl Iterator<Item = usize> {
    let columns = import.mapping.iter().flat_map(|mapping| &mapping.columns);
    columns.map(|column| column.column)
}

/// The form for choosing columns, with those ticked that the table has.
pub(super) fn picker(
    import: &Import,
    groups: &[ProblemGroup],
    query: &Query,
    table: &RowTable,
    base: &str,
) -> ColumnPicker {
    let is_shown = |column: usize| table.headers.iter().any(|header| header.column == column);
    let columns = import.mapping.iter().flat_map(|mapping| &mapping.columns);
    let link = |shown: Shown| (query.shown != shown).then(|| query.link_showing(base, shown));
    ColumnPicker {
        columns: columns
            .map(|column| {
                let value = column.column.to_string();
                Choice::new(value, rows::header(column), is_shown(column.column))
            })
            .collect(),
        usual: link(Shown::Usual),
        faulty: link(Shown::Faulty).filter(|_| !faulty(import, groups).is_empty()),
        most: MOST,
    }
}

/// Makes the headings of a table links that sort by them; `order` is the present one.
pub(super) fn make_sortable(table: &mut RowTable, query: &Query, order: Option<Sort>, base: &str) {
    let link = |heading: &mut Heading, by: SortBy| {
        let present = order.filter(|order| order.by == by);
        heading.sorted = match present {
            None => "",
            Some(Sort { descending, .. }) if descending => "descending",
            Some(_) => "ascending",
        };
        // One way, the other way, and as in the file; by number, that is the first way.
        let next = match present {
            None => Some(by == SortBy::Row),
            Some(order) if order.descending => None,
            Some(_) => Some(true),
        };
        let next = next.map(|descending| Sort { by, descending }.name());
        heading.link = Some(query.link_sorted(base, &next.unwrap_or_default()));
    };
    link(&mut table.row, SortBy::Row);
    link(&mut table.outcome, SortBy::Outcome);
    for header in &mut table.headers {
        link(&mut header.heading, SortBy::Column(header.column));
    }
    if order.is_none() {
        table.row.sorted = "ascending";
    }
}

/// What rows are sorted by, in words.
pub(super) fn sorted_by(import: &Import, order: Sort) -> String {
    let name = match order.by {
        SortBy::Row => "row".to_owned(),
        SortBy::Outcome => "outcome".to_owned(),
        SortBy::Column(column) => super::edit::column_name(import, column as i64),
    };
    if order.descending {
        format!("{name}, last first")
    } else {
        name
    }
}
