//! Where the page before a row begins: pages are read forwards, so going back is finding their begin.
//!
//! That is after the row which is one too many for the page; nothing is before the first page.

use super::{RowFilter, decode_cells, place_of, rows::Lookup};
use crate::{
    Import, Refusal,
    edits::{Matcher, Overlay, has_text},
    files::{BlockReader, Folder},
    imports::{Imports, window::damaged},
    store,
};

/// Rows looked at together for a text; more each time nothing is found.
const WINDOW: u64 = 2_000;
/// Rows in which a text is looked for before the page is given out as it is.
const SEARCHED: u64 = 100_000;

impl Imports {
    /// The row after which a page of `limit` rows ends right before a row.
    pub(super) fn begin_before(
        &self,
        import: &Import,
        folder: &Folder,
        filter: &RowFilter,
        (before, limit): (u64, usize),
        lookup: &Lookup,
    ) -> Result<u64, Refusal> {
        if let Some(code) = &filter.code {
            let field = filter.field.as_deref();
            let one_more = limit as i64 + 1;
            let rows = self.db.read_blocking(|tx| {
                store::problems::rows(tx, import, (code, field), before, one_more, true)
            })?;
            return Ok(rows.get(limit).copied().unwrap_or_default());
        }
        if filter.cell.is_some() {
            return self.begin_before_text(import, folder, filter, (before, limit), lookup);
        }
        begin_before_outcome(folder, filter, (before, limit), lookup)
    }

    fn begin_before_text(
        &self,
        import: &Import,
        folder: &Folder,
        filter: &RowFilter,
        (before, limit): (u64, usize),
        lookup: &Lookup,
    ) -> Result<u64, Refusal> {
        let Some(cell) = &filter.cell else {
            return Ok(0);
        };
        let matcher = Matcher::of_filter(cell)?;
        let (mut end, mut size, mut found) = (before, WINDOW, 0);
        let mut cells = Vec::new();
        while end > 1 && before - end < SEARCHED {
            let begin = end.saturating_sub(size).max(1);
            let mut overlay = Overlay::open(&self.db, import)?;
            let mut reader = BlockReader::open_at(&folder.cells(), begin)?;
            let mut rows = Vec::new();
            while let Some((row, entry)) = reader.next()? {
                if row >= end {
                    break;
                }
                let place = decode_cells(entry, &mut cells).ok_or_else(damaged)?;
                if !filter.wants(lookup.outcomes.get(place as usize)) {
                    continue;
                }
                if let Some(overlay) = &mut overlay
                    && let Some(changes) = overlay.of(row)?
                {
                    changes.amend(&mut cells);
                }
                if has_text(&cells, cell.column, &matcher) {
                    rows.push(row);
                }
            }
            found += rows.len();
            if let Some(over) = found.checked_sub(limit + 1) {
                return Ok(rows.get(over).copied().unwrap_or_default());
            }
            (end, size) = (begin, size * 2);
        }
        // What lies further back is found by going back again.
        Ok(end.saturating_sub(1))
    }
}

fn begin_before_outcome(
    folder: &Folder,
    filter: &RowFilter,
    (before, limit): (u64, usize),
    lookup: &Lookup,
) -> Result<u64, Refusal> {
    let mut reader = BlockReader::open_at(&folder.cells(), before)?;
    let end = match reader.next()? {
        Some((_, entry)) => place_of(entry).ok_or_else(damaged)? as usize,
        None => lookup.outcomes.len(),
    };
    let one_too_many = (0..end)
        .rev()
        .filter(|place| filter.wants(lookup.outcomes.get(*place)))
        .nth(limit);
    match one_too_many {
        Some(place) => super::rows::number_of(folder, place),
        None => Ok(0),
    }
}
