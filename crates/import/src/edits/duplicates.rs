//! Rows that have the same key as an earlier row, side by side, and which of them is kept.

use directory::{Action, Ctx};
use kernel::ImportId;

use super::{
    Edit, Keep, Rows,
    make::{Changed, EachChange},
    overlay::{ROW, RowMark},
    walk::RowReader,
};
use crate::{Import, Refusal, imports::Imports, store};

/// Pairs of rows read together.
const PAIRS: i64 = 5_000;

/// Takes the row numbers of a group and the value they share; says whether it wants another.
type EachGroup<'a> = dyn FnMut(&[u64], &str) -> Result<bool, Refusal> + 'a;

/// Rows with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateGroup {
    /// The value they share.
    pub value: String,
    /// The rows, first the one that is kept unless something else is chosen.
    pub rows: Vec<DuplicateRow>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateRow {
    /// Row number as a spreadsheet shows it.
    pub row: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

impl DuplicateGroup {
    /// Whether the rows differ in a column.
    pub fn differs(&self, column: usize) -> bool {
        let cell = |row: &DuplicateRow| {
            row.cells
                .get(column)
                .map_or("", |cell| cell.trim())
                .to_owned()
        };
        let mut cells = self.rows.iter().map(cell);
        let first = cells.next();
        cells.any(|cell| Some(cell) != first)
    }
}

impl Imports {
    /// Groups of rows with the same key, for one code and field, after a group's first row.
    pub fn duplicates(
        &self,
        ctx: &Ctx,
        id: ImportId,
        (code, field): (&str, &str),
        after: u64,
        limit: usize,
    ) -> Result<Vec<DuplicateGroup>, Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        let mut groups = Vec::new();
        let mut reader = RowReader::open(self, &import)?;
        self.each_group(&import, (code, field), after, &mut |numbers, value| {
            if groups.len() == limit {
                return Ok(false);
            }
            let mut rows = Vec::new();
            for row in numbers {
                if let Some(found) = reader.find(*row)? {
                    rows.push(DuplicateRow {
                        row: *row,
                        cells: found.cells.to_vec(),
                    });
                }
            }
            groups.push(DuplicateGroup {
                value: value.to_owned(),
                rows,
            });
            Ok(true)
        })?;
        Ok(groups)
    }

    /// Calls `each` with the row numbers of every group and the value they share, until it has enough.
    fn each_group(
        &self,
        import: &Import,
        (code, field): (&str, &str),
        mut after: u64,
        each: &mut EachGroup<'_>,
    ) -> Result<(), Refusal> {
        loop {
            let mut pairs = self.db.read_blocking(|tx| {
                store::problems::duplicate_pairs(tx, import, code, field, after as i64, PAIRS)
            })?;
            let Some(last) = pairs.last().map(|pair| pair.0) else {
                return Ok(());
            };
            let is_full = pairs.len() as i64 == PAIRS;
            if is_full && pairs.first().is_some_and(|first| first.0 != last) {
                // The last group may have more rows than there was room for.
                pairs.retain(|pair| pair.0 != last);
            }
            for group in pairs.chunk_by(|a, b| a.0 == b.0) {
                let Some((first, _, value)) = group.first() else {
                    continue;
                };
                let mut rows = vec![*first as u64];
                rows.extend(group.iter().map(|pair| pair.1 as u64));
                after = *first as u64;
                if !each(&rows, value)? {
                    return Ok(());
                }
            }
            if !is_full {
                return Ok(());
            }
        }
    }

    /// What keeping one row of each group changes.
    pub(super) fn duplicates_kept(
        &self,
        import: &Import,
        edit: &Edit,
        keep: Keep,
        each: &mut EachChange<'_>,
    ) -> Result<(), Refusal> {
        let Rows::Problem { code, field, value } = &edit.rows else {
            return Ok(());
        };
        let mut reader = RowReader::open(self, import)?;
        self.each_group(import, (code, field), 0, &mut |rows, shared| {
            if value.as_deref().is_some_and(|value| value != shared) {
                return Ok(true);
            }
            let kept = match keep {
                Keep::First | Keep::Merged => rows.first(),
                Keep::Last => rows.last(),
            };
            if keep == Keep::Merged {
                merge(&mut reader, rows, each)?;
            }
            for row in rows.iter().filter(|row| Some(*row) != kept) {
                let mark = (ROW, String::new(), RowMark::Skip.as_str().to_owned());
                each(*row, &[], &[mark])?;
            }
            Ok(true)
        })
    }
}

/// Fills the blank cells of the first row from the others, the earliest first.
fn merge(
    reader: &mut RowReader<'_>,
    rows: &[u64],
    each: &mut EachChange<'_>,
) -> Result<(), Refusal> {
    let Some((first, others)) = rows.split_first() else {
        return Ok(());
    };
    let Some(found) = reader.find(*first)? else {
        return Ok(());
    };
    let kept = found.cells.to_vec();
    let mut changed: Vec<Changed> = Vec::new();
    for other in others {
        let Some(found) = reader.find(*other)? else {
            continue;
        };
        for (column, cell) in found.cells.iter().enumerate() {
            let is_blank = kept.get(column).is_none_or(|cell| cell.trim().is_empty());
            let is_filled = changed.iter().any(|cell| cell.0 == column as i64);
            if is_blank && !is_filled && !cell.trim().is_empty() {
                let before = kept.get(column).cloned().unwrap_or_default();
                changed.push((column as i64, before, cell.clone()));
            }
        }
    }
    each(*first, &kept, &changed)
}
