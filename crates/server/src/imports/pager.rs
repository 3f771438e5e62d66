//! The links between pages of rows.

use import::{RowPage, Sort};

use super::review_query::{Query, ROWS_SHOWN};

/// Where one can go from a page of rows.
pub(crate) struct Pager {
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    /// The pages with the nearest rows that must be fixed, where not every row shown must be.
    pub(crate) problem_before: Option<String>,
    pub(crate) next_problem: Option<String>,
}

impl Pager {
    /// The links of a page; `problems` are the nearest rows before and after it that must be fixed.
    pub(super) fn of(
        query: &Query,
        base: &str,
        page: &RowPage,
        sort: Option<Sort>,
        problems: (Option<u64>, Option<u64>),
    ) -> Self {
        let shown = page.rows.len() as u64;
        let next = match (sort, page.total) {
            (Some(_), Some(total)) => Some(page.after + shown).filter(|end| *end < total),
            _ if page.rows.len() == ROWS_SHOWN => page.rows.last().map(|row| row.row),
            _ => page.searched_to,
        };
        let before = match sort {
            Some(_) => Some(page.after),
            // A page with no rows lies behind the last.
            None => Some(page.rows.first().map_or(page.after + 1, |row| row.row)),
        };
        let from = |row: u64| query.link(base, row.saturating_sub(1));
        Self {
            first: (page.after > 0).then(|| query.link(base, 0)),
            previous: before
                .filter(|_| page.after > 0)
                .map(|row| query.link_before(base, row)),
            next: next.map(|row| query.link(base, row)),
            problem_before: problems.0.map(from),
            next_problem: problems.1.map(from),
        }
    }

    pub(crate) fn has_any(&self) -> bool {
        let links = [
            &self.first,
            &self.next,
            &self.problem_before,
            &self.next_problem,
        ];
        links.into_iter().any(Option::is_some)
    }
}
