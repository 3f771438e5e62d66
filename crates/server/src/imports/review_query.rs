//! What the address of the review page says: which rows, in which order, with which columns.

use import::{
    CellFilter, Import, Outcome, ProblemGroup, ResultRow, RowFilter, Sort, SortBy,
    fields::Catalogue,
};
use serde::Deserialize;

use super::{edit::cell_filter, review::is_must_fix, rows};
use crate::{format::count, link::Link};

/// Rows of a page.
pub(super) const ROWS_SHOWN: usize = 50;

/// Which rows the page shows, and how.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    pub(super) outcome: String,
    pub(super) code: String,
    pub(super) field: String,
    pub(super) column: String,
    #[serde(rename = "match")]
    pub(super) how: String,
    pub(super) text: String,
    pub(super) sort: String,
    pub(super) after: u64,
    /// The page that ends before this row.
    before: Option<u64>,
    /// The first row wanted, which is one more than `after`.
    from: Option<u64>,
    /// The columns that were chosen.
    #[serde(skip)]
    pub(super) shown: Shown,
    /// `shown` when the boxes of these rows are ticked.
    pub(super) ticked: String,
    /// The change that was just made, undone or redone.
    pub(super) changed: i64,
    /// What a corrected file brought.
    pub(super) found: Option<i64>,
    pub(super) unknown: i64,
    pub(super) repeated: i64,
    pub(super) columns: i64,
}

/// The columns of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Those with problems and those that fill a field, as many as fit.
    #[default]
    Usual,
    /// Only those in which something is wrong.
    Faulty,
    /// Chosen ones, from 0.
    Columns(Vec<usize>),
}

impl Shown {
    /// What the fields `show` of an address say: numbers, several of them with dots between.
    fn of(fields: &[(String, String)]) -> Self {
        let own = || fields.iter().filter(|(name, _)| name == "show");
        if own().any(|(_, value)| value == "problems") {
            return Self::Faulty;
        }
        let mut columns: Vec<usize> = own()
            .flat_map(|(_, value)| value.split('.'))
            .filter_map(|column| column.parse().ok())
            .collect();
        columns.sort_unstable();
        columns.dedup();
        if columns.is_empty() {
            Self::Usual
        } else {
            Self::Columns(columns)
        }
    }

    /// The value of `show` that says the same.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Usual => String::new(),
            Self::Faulty => "problems".to_owned(),
            Self::Columns(columns) => {
                let columns: Vec<String> = columns.iter().map(usize::to_string).collect();
                columns.join(".")
            }
        }
    }
}

impl Query {
    /// The same with the columns that the address names, and the first row as the one after another.
    pub(super) fn settled(mut self, fields: &[(String, String)]) -> Self {
        self.shown = Shown::of(fields);
        if let Some(from) = self.from.take() {
            self.after = from.saturating_sub(1);
        }
        self
    }

    /// Without a choice, the page opens on what needs a person most.
    pub(super) fn or_first_problem(mut self, groups: &[ProblemGroup]) -> Self {
        if self.outcome.is_empty() && self.code.is_empty() && self.cell().is_none() {
            let must_fix = groups.iter().find(|group| is_must_fix(group));
            match must_fix {
                Some(group) => {
                    self.code.clone_from(&group.code);
                    self.field.clone_from(&group.field);
                }
                None => "all".clone_into(&mut self.outcome),
            }
        }
        self
    }

    pub(super) fn filter(&self, import: &Import) -> RowFilter {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        RowFilter {
            outcome: Outcome::parse(&self.outcome),
            code: some(&self.code),
            field: some(&self.field),
            cell: self.cell(),
            after: self.after,
            before: self.before,
            sort: self.order(import),
            limit: ROWS_SHOWN,
        }
    }

    /// The order of the rows, if it is by something there is.
    pub(super) fn order(&self, import: &Import) -> Option<Sort> {
        let has = |column: usize| {
            import
                .mapping
                .iter()
                .flat_map(|mapping| &mapping.columns)
                .any(|mapped| mapped.column == column)
        };
        Sort::parse(&self.sort).filter(|sort| match sort.by {
            SortBy::Row => sort.descending,
            SortBy::Outcome => true,
            SortBy::Column(column) => has(column),
        })
    }

    /// Every row, in the order of the file.
    pub(super) fn is_of_everything(&self) -> bool {
        self.code.is_empty() && self.sort.is_empty() && self.cell().is_none() && {
            Outcome::parse(&self.outcome).is_none()
        }
    }

    /// The page that begins after a row, or after so many sorted ones.
    pub(super) fn link(&self, base: &str, after: u64) -> String {
        self.at(base, "after", after).into_string()
    }

    /// The page that ends before a row, or a place.
    pub(super) fn link_before(&self, base: &str, before: u64) -> String {
        self.at(base, "before", before).into_string()
    }

    /// The same rows in another order, from the first.
    pub(super) fn link_sorted(&self, base: &str, sort: &str) -> String {
        let query = Self {
            sort: sort.to_owned(),
            ..self.clone()
        };
        query.link(base, 0)
    }

    /// The same rows with other columns.
    pub(super) fn link_showing(&self, base: &str, shown: Shown) -> String {
        let query = Self {
            shown,
            ..self.clone()
        };
        query.link(base, self.after)
    }

    fn at(&self, base: &str, cursor: &str, row: u64) -> Link {
        let row = if row == 0 {
            String::new()
        } else {
            row.to_string()
        };
        Link::to(base)
            .with("outcome", &self.outcome)
            .with("code", &self.code)
            .with("field", &self.field)
            .with("column", &self.column)
            .with("match", &self.how)
            .with("text", &self.text)
            .with("sort", &self.sort)
            .with("show", &self.shown.name())
            .with(cursor, &row)
    }

    /// The text that is looked for; a problem's rows are not searched.
    pub(super) fn cell(&self) -> Option<CellFilter> {
        if self.code.is_empty() {
            cell_filter(&self.column, &self.how, &self.text)
        } else {
            None
        }
    }

    pub(super) fn sentence(
        &self,
        catalogue: &Catalogue,
        rows: &[ResultRow],
        sorted_by: Option<&str>,
    ) -> String {
        let what = if self.cell().is_some() {
            "Rows found".to_owned()
        } else if self.code.is_empty() {
            match Outcome::parse(&self.outcome) {
                Some(outcome) => crate::badge::Badge::from(outcome).text.to_owned(),
                None => "All rows".to_owned(),
            }
        } else if self.field.is_empty() {
            rows::title(&self.code)
        } else {
            format!(
                "{}: {}",
                rows::label(catalogue, &self.field),
                rows::title(&self.code)
            )
        };
        if let Some(column) = sorted_by {
            return format!("{what} by {column}");
        }
        match (rows.first(), rows.last()) {
            (Some(first), Some(last)) if first.row == last.row => {
                format!("{what}, row {}", count(first.row as i64))
            }
            (Some(first), Some(last)) => {
                let (first, last) = (count(first.row as i64), count(last.row as i64));
                format!("{what}, rows {first} to {last}")
            }
            _ => what,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[&str]) -> Shown {
        let fields: Vec<_> = values
            .iter()
            .map(|value| ("show".to_owned(), (*value).to_owned()))
            .collect();
        Shown::of(&fields)
    }

    #[test]
    fn columns_are_named_one_by_one_or_together() {
        assert_eq!(shown(&[]), Shown::Usual);
        assert_eq!(shown(&["", "x"]), Shown::Usual);
        assert_eq!(shown(&["3", "0", "3"]), shown(&["0.3"]));
        assert_eq!(shown(&["0.3"]).name(), "0.3");
        assert_eq!(shown(&["2", "problems"]), Shown::Faulty);
    }
}
