//! What can be done with the rows selected on the review page.

use import::{Import, Outcome, Picks, ProblemGroup, RowFilter};

use super::rows;
use crate::{
    choice::Choice,
    format::{count, counted},
    link::Link,
};

/// The buttons above the rows.
pub(crate) struct Toolbar {
    /// The name of the box that selects every row of the filter.
    pub(crate) all: String,
    /// What is said when it is ticked.
    pub(crate) said: String,
    /// This page with every row shown selected.
    pub(crate) tick_shown: String,
    /// Columns a value can be set in.
    pub(crate) columns: Vec<Choice>,
    /// Only chosen rows are imported.
    pub(crate) wants_some: bool,
}

/// The buttons for the rows of a filter; `counted_rows` is their number if they were counted.
pub(super) fn toolbar(
    import: &Import,
    groups: &[ProblemGroup],
    filter: &RowFilter,
    counted_rows: Option<u64>,
    here: &str,
) -> Toolbar {
    let total = counted_rows
        .map(|rows| rows as i64)
        .or_else(|| total(import, groups, filter));
    let is_everything = filter.code.is_none() && filter.outcome.is_none() && filter.cell.is_none();
    let of = if is_everything {
        "of the file"
    } else {
        "of this filter"
    };
    Toolbar {
        all: match total {
            Some(1) => format!("Select the only row {of}"),
            Some(rows) => format!("Select all {} rows {of}", count(rows)),
            None => format!("Select all rows {of}"),
        },
        said: match total {
            Some(rows) => format!("{} selected, all {of}", counted(rows, "row", "rows")),
            None => format!("All rows {of} selected"),
        },
        tick_shown: Link::to(here).with("ticked", "shown").into_string(),
        columns: columns(import, filter),
        wants_some: import.settings.picks == Picks::Only,
    }
}

/// How many rows a filter has, where that is known without looking.
fn total(import: &Import, groups: &[ProblemGroup], filter: &RowFilter) -> Option<i64> {
    if let Some(code) = &filter.code {
        let field = filter.field.as_deref().unwrap_or_default();
        let own = |group: &&ProblemGroup| group.code == *code && group.field == field;
        return groups.iter().find(own).map(|group| group.rows);
    }
    if filter.cell.is_some() {
        return None;
    }
    let counts = &import.counts;
    Some(match filter.outcome {
        None => counts.rows,
        Some(Outcome::Created) => counts.created,
        Some(Outcome::Updated) => counts.updated,
        Some(Outcome::Unchanged) => counts.unchanged,
        Some(Outcome::Skipped) => counts.skipped,
        Some(Outcome::Failed) => counts.failed,
        Some(Outcome::NotStarted) => counts.not_started,
    })
}

/// The columns of the file; the one that the filter is about is chosen.
fn columns(import: &Import, filter: &RowFilter) -> Vec<Choice> {
    let looked_at = filter.cell.as_ref().and_then(|cell| cell.column);
    let is_meant = |column: &import::mapping::MappedColumn| {
        let field = column.field.as_ref().map(|field| field.key().into_owned());
        Some(column.column) == looked_at || (field.is_some() && field == filter.field)
    };
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| {
            let value = column.column.to_string();
            Choice::new(value, rows::header(column), is_meant(column))
        })
        .collect()
}
