//! Rows in the order of a column: sorted once on disk for a filter, kept beside the rows until they change.
//!
//! A file below `orders/` holds how many rows have something to sort by, then four bytes per row: its
//! number. Rows with nothing in the column come last, whichever way the others go.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use directory::Ctx;
use kernel::{ImportId, fold};

use super::{Outcome, RowFilter};
use crate::{
    Import, Refusal,
    edits::{Edit, Fix, Rows},
    files::{Codes, Sorter},
    imports::Imports,
};

/// Bytes used while sorting.
const MEMORY: usize = 64 << 20;
/// Orders kept for one import; the oldest goes first.
const KEPT: usize = 8;
/// A longer text is sorted by its beginning, in bytes.
const KEY: usize = 256;

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SortBy {
    /// Their number in the file.
    Row,
    /// What becomes of them.
    Outcome,
    /// A column, from 0: numbers by their size before texts by their letters.
    Column(usize),
}

/// An order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sort {
    /// What they are sorted by.
    pub by: SortBy,
    /// The greatest first.
    pub descending: bool,
}

impl Sort {
    /// The order with this name: `row`, `outcome` or a column from 0, after `-` the greatest first.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text, false),
        };
        let by = match name {
            "row" => SortBy::Row,
            "outcome" => SortBy::Outcome,
            column => SortBy::Column(column.parse().ok()?),
        };
        Some(Self { by, descending })
    }

    /// The stable name.
    pub fn name(self) -> String {
        let sign = if self.descending { "-" } else { "" };
        match self.by {
            SortBy::Row => format!("{sign}row"),
            SortBy::Outcome => format!("{sign}outcome"),
            SortBy::Column(column) => format!("{sign}{column}"),
        }
    }
}

/// Orders that this process is making.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders(Arc<Mutex<HashSet<PathBuf>>>);

/// The right to make an order, until it is dropped.
struct Making(Orders, PathBuf);

impl Orders {
    fn begin(&self, path: &Path) -> Option<Making> {
        let mut paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paths
            .insert(path.to_owned())
            .then(|| Making(self.clone(), path.to_owned()))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        let mut paths = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        paths.remove(&self.1);
    }
}

impl Imports {
    /// Whether rows can be shown in the order of a filter without sorting them first.
    pub fn is_sorted(&self, ctx: &Ctx, id: ImportId, filter: &RowFilter) -> Result<bool, Refusal> {
        let import = self.find(ctx, id)?;
        Ok(filter
            .sort
            .is_none_or(|sort| self.order_path(&import, filter, sort).exists()))
    }

    /// Sorts the rows of a filter, unless they are; `false` when they are being sorted already.
    pub fn sort_rows(&self, ctx: &Ctx, id: ImportId, filter: &RowFilter) -> Result<bool, Refusal> {
        let import = self.find(ctx, id)?;
        let Some(sort) = filter.sort else {
            return Ok(true);
        };
        let path = self.order_path(&import, filter, sort);
        if path.exists() {
            return Ok(true);
        }
        let Some(_making) = self.orders.begin(&path) else {
            return Ok(false);
        };
        self.make_order(&import, filter, sort, &path)?;
        Ok(true)
    }

    fn make_order(
        &self,
        import: &Import,
        filter: &RowFilter,
        sort: Sort,
        path: &Path,
    ) -> Result<(), Refusal> {
        let folder = self.folder(import.id);
        make_room(&folder.orders())?;
        // Another process may be making the same one.
        let scratch = path.with_extension(format!("{}.new", std::process::id()));
        fs::create_dir_all(&scratch)?;
        let outcomes = match sort.by {
            SortBy::Outcome => Codes::load(&folder.outcomes())?,
            SortBy::Row | SortBy::Column(_) => Codes::default(),
        };
        let mut sorter = Sorter::new(scratch.clone(), MEMORY);
        let mut key = Vec::new();
        let mut filled: u32 = 0;
        let looking = Edit {
            fix: Fix::Cells { cells: Vec::new() },
            rows: filter.rows(),
            columns: Vec::new(),
        };
        self.walk(import, &looking, &mut |visit| {
            let is_filled = match sort.by {
                SortBy::Row => number_key(visit.row as f64, &mut key),
                SortBy::Outcome => {
                    number_key(f64::from(outcomes.get(visit.place as usize)), &mut key)
                }
                SortBy::Column(column) => {
                    text_key(visit.cells.get(column).map_or("", String::as_str), &mut key)
                }
            };
            filled += u32::from(is_filled);
            // A file has fewer rows than fit into four bytes.
            sorter.push(&key, &(visit.row as u32).to_le_bytes())?;
            Ok(ControlFlow::Continue(()))
        })?;
        let mut merge = sorter.finish()?.merge()?;
        let done = scratch.join("done");
        let mut out = BufWriter::with_capacity(256 << 10, File::create(&done)?);
        out.write_all(&filled.to_le_bytes())?;
        while let Some((_, row)) = merge.next()? {
            out.write_all(row)?;
        }
        out.flush()?;
        drop(out);
        fs::rename(&done, path)?;
        fs::remove_dir_all(&scratch)?;
        Ok(())
    }

    /// The order of a filter; the rows are sorted when that has not been done.
    pub(super) fn order(
        &self,
        import: &Import,
        filter: &RowFilter,
        sort: Sort,
    ) -> Result<Order, Refusal> {
        let path = self.order_path(import, filter, sort);
        if !path.exists() {
            self.make_order(import, filter, sort, &path)?;
        }
        Ok(Order::open(&path, sort.descending)?)
    }

    /// Named after all that an order depends on: what is sorted by what, and the check it is of.
    fn order_path(&self, import: &Import, filter: &RowFilter, sort: Sort) -> PathBuf {
        let compared = import.plan.as_ref().and_then(|plan| plan.compared_at);
        let of = serde_json::to_vec(&(filter.rows(), import.rev, compared)).unwrap_or_default();
        let name = Sort {
            descending: false,
            ..sort
        }
        .name();
        let hash = blake3::hash(&of).to_hex();
        let hash = hash.get(..24).unwrap_or_default();
        self.folder(import.id)
            .orders()
            .join(format!("{name}-{hash}"))
    }
}

/// Makes the folder, and removes the oldest orders when there are many.
fn make_room(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut orders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        if about.is_file() {
            orders.push((about.modified()?, entry.path()));
        }
    }
    orders.sort();
    for (_, path) in orders.iter().take((orders.len() + 1).saturating_sub(KEPT)) {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// Numbers sort before texts, and nothing last.
fn text_key(cell: &str, key: &mut Vec<u8>) -> bool {
    key.clear();
    let text = cell.trim();
    if text.is_empty() {
        key.push(3);
        return false;
    }
    if let Ok(number) = text.replace(',', ".").parse::<f64>()
        && number.is_finite()
    {
        number_key(number, key);
    } else {
        key.push(2);
    }
    let folded = fold(text);
    key.extend(folded.bytes().take(KEY));
    true
}

/// The bytes of a number so that smaller ones come first.
fn number_key(number: f64, key: &mut Vec<u8>) -> bool {
    let bits = number.to_bits();
    let ordered = if bits >> 63 == 0 {
        bits | 1 << 63
    } else {
        !bits
    };
    key.clear();
    key.push(1);
    key.extend_from_slice(&ordered.to_be_bytes());
    true
}

/// An order that was made.
pub(super) struct Order {
    file: File,
    /// Rows with something to sort by; the others follow.
    filled: u64,
    rows: u64,
    descending: bool,
}

impl Order {
    fn open(path: &Path, descending: bool) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let mut filled = [0; 4];
        file.read_exact(&mut filled)?;
        Ok(Self {
            rows: (file.metadata()?.len() / 4).saturating_sub(1),
            filled: u32::from_le_bytes(filled).into(),
            file,
            descending,
        })
    }

    pub(super) const fn len(&self) -> u64 {
        self.rows
    }

    /// The numbers of some rows from a place on.
    pub(super) fn rows(&mut self, from: u64, limit: usize) -> io::Result<Vec<u64>> {
        let to = self.rows.min(from.saturating_add(limit as u64));
        (from..to)
            .map(|place| {
                let is_turned = self.descending && place < self.filled;
                let at = if is_turned {
                    self.filled - 1 - place
                } else {
                    place
                };
                self.file.seek(SeekFrom::Start(4 + at * 4))?;
                let mut row = [0; 4];
                self.file.read_exact(&mut row)?;
                Ok(u32::from_le_bytes(row).into())
            })
            .collect()
    }
}

impl RowFilter {
    /// The rows of the filter, as an action names them.
    pub fn rows(&self) -> Rows {
        if let Some(code) = &self.code {
            return Rows::Problem {
                code: code.clone(),
                field: self.field.clone().unwrap_or_default(),
                value: None,
            };
        }
        if self.outcome.is_none() && self.cell.is_none() {
            return Rows::All;
        }
        Rows::Filter {
            outcome: self.outcome.map(Outcome::as_str).map(str::to_owned),
            cell: self.cell.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for name in ["row", "-row", "outcome", "-outcome", "0", "-17"] {
            assert_eq!(Sort::parse(name).unwrap().name(), name);
        }
        for name in ["", "-", "--1", "name"] {
            assert_eq!(Sort::parse(name), None, "{name}");
        }
    }

    #[test]
    fn numbers_sort_by_size_texts_by_letters_and_nothing_last() {
        let mut cells = vec![
            "  ", "émile", "Zoe", "10", "9,5", "-3", "Emil", "", "+27 82", "adam", "0", "-20",
        ];
        let key = |cell: &str| {
            let mut key = Vec::new();
            text_key(cell, &mut key);
            key
        };
        cells.sort_by_key(|cell| key(cell));
        assert_eq!(
            cells,
            [
                "-20", "-3", "0", "9,5", "10", "+27 82", "adam", "Emil", "Zoe", "émile", "  ", ""
            ]
        );
    }
}
