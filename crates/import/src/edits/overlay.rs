//! Rows as they are after what people changed.

use std::collections::{HashMap, HashSet};

use db::{Db, Tx};
use tabular::Record;

use super::store::{self, LiveCell};
use crate::{Import, Refusal, settings::CardHeld};

/// Row numbers whose changes are read together.
const WINDOW: u64 = 10_000;
/// The column that says what becomes of the row as a whole.
pub(super) const ROW: i64 = -1;
/// The column that says what becomes of the row's card, which somebody else holds.
pub(super) const CARD: i64 = -2;

/// What was said of a row as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowMark {
    /// It is left out.
    Skip,
    /// It is wanted, as any other.
    Take,
    /// Its cells are right although its line is broken.
    Accept,
}

impl RowMark {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Take => "take",
            Self::Accept => "accept",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Skip, Self::Take, Self::Accept]
            .into_iter()
            .find(|mark| mark.as_str() == text)
    }
}

/// The changes of one row.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowChanges {
    /// What was said of the row.
    pub(crate) mark: Option<RowMark>,
    /// What was said of its card, which somebody else holds.
    pub(crate) card_held: Option<CardHeld>,
    /// Columns with their new values.
    pub(crate) cells: Vec<(usize, String)>,
}

impl RowChanges {
    /// Puts the changes into cells that were read.
    pub(crate) fn amend(&self, cells: &mut Vec<String>) {
        for (column, value) in &self.cells {
            if cells.len() <= *column {
                cells.resize(*column + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(*column) {
                cell.clone_from(value);
            }
        }
    }

    /// Puts the changes into a record.
    pub(crate) fn amend_record(&self, record: &mut Record) {
        for (column, value) in &self.cells {
            record.replace(*column, value);
        }
        if self.mark == Some(RowMark::Accept) {
            record.forgive();
        }
    }
}

/// What people changed, to be asked for in the order of rows.
pub(crate) struct Overlay<'a> {
    db: &'a Db,
    import: &'a Import,
    /// The rows that `changes` knows: from, and before which.
    window: (u64, u64),
    changes: HashMap<u64, RowChanges>,
}

impl<'a> Overlay<'a> {
    /// Nothing when nobody has changed anything.
    pub(crate) fn open(db: &'a Db, import: &'a Import) -> Result<Option<Self>, Refusal> {
        let has_any = db.read_blocking(|tx| store::has_any(tx, import))?;
        Ok(has_any.then(|| Self {
            db,
            import,
            window: (0, 0),
            changes: HashMap::new(),
        }))
    }

    /// The changes of a row.
    pub(crate) fn of(&mut self, row: u64) -> Result<Option<&RowChanges>, Refusal> {
        if row < self.window.0 || row >= self.window.1 {
            let to = row + WINDOW;
            let Self { db, import, .. } = self;
            self.changes = db.read_blocking(|tx| Self::between(tx, import, row, to - 1))?;
            self.window = (row, to);
        }
        Ok(self.changes.get(&row))
    }

    /// The changes of the rows from one to another.
    pub(crate) fn between(
        tx: &mut Tx<'_>,
        import: &Import,
        first: u64,
        last: u64,
    ) -> db::Result<HashMap<u64, RowChanges>> {
        Ok(Self::laid(store::live_cells(tx, import, first, last)?))
    }

    /// The same as it was when only these actions counted.
    pub(crate) fn as_it_was(
        tx: &mut Tx<'_>,
        import: &Import,
        first: u64,
        last: u64,
        live: &HashSet<i64>,
    ) -> db::Result<HashMap<u64, RowChanges>> {
        let cells = store::all_cells(tx, import, first, last)?;
        let cells = cells.into_iter().filter(|cell| live.contains(&cell.3));
        let cells = cells.map(|(row, column, value, _)| LiveCell { row, column, value });
        Ok(Self::laid(cells.collect()))
    }

    fn laid(cells: Vec<LiveCell>) -> HashMap<u64, RowChanges> {
        let mut changes: HashMap<u64, RowChanges> = HashMap::new();
        for LiveCell { row, column, value } in cells {
            let row = changes.entry(row as u64).or_default();
            if column == ROW {
                row.mark = RowMark::parse(&value);
                continue;
            }
            if column == CARD {
                row.card_held = CardHeld::parse(&value);
                continue;
            }
            // The cells of a column come oldest first, so that the latest wins.
            let column = column as usize;
            row.cells.retain(|(other, _)| *other != column);
            row.cells.push((column, value));
        }
        changes
    }
}
