//! How a file differs from the last accepted one of its series, row by row.
//!
//! Rows are found again by their first key; rows without one by all their cells. Both files are
//! sorted on disk together, so that their size does not matter.

use std::io;

use serde::{Deserialize, Serialize};

use crate::{
    Import, MatchKey, Refusal,
    fields::Field,
    files::{BlockReader, Folder, Scratch, Sorter},
    imports::{Imports, window::damaged},
    results::decode_cells,
};

/// Memory of the sort.
const SORT_MEMORY: usize = 24 << 20;

/// How the rows of a file differ from those of the last accepted one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// Rows that are new.
    pub added: i64,
    /// Rows that are gone.
    pub removed: i64,
    /// Rows of the same key with other cells.
    pub changed: i64,
    /// Rows that are the same.
    pub same: i64,
}

impl Imports {
    /// Compares the rows of two imports that were checked; nothing if the older ones are gone.
    pub(crate) fn compare_with_last(
        &self,
        last: &Import,
        import: &Import,
    ) -> Result<Option<Comparison>, Refusal> {
        if !self.folder(last.id).has_cells() {
            return Ok(None);
        }
        let folder = self.folder(import.id);
        let mut sorter = Sorter::new(folder.scratch(Scratch::Comparison)?, SORT_MEMORY);
        for (which, import) in [(0, last), (1, import)] {
            add_rows(&mut sorter, which, import, &self.folder(import.id))?;
        }
        let mut merge = sorter.finish()?.merge()?;
        let mut comparison = Comparison::default();
        let mut key: Vec<u8> = Vec::new();
        let mut rows: [Vec<Vec<u8>>; 2] = Default::default();
        while let Some((next, body)) = merge.next()? {
            if next != key {
                comparison.add(&mut rows);
                key.clear();
                key.extend_from_slice(next);
            }
            if let Some((which, print)) = body.split_first()
                && let Some(side) = rows.get_mut(usize::from(*which))
            {
                side.push(print.to_vec());
            }
        }
        comparison.add(&mut rows);
        drop(merge);
        folder.drop_scratch(Scratch::Comparison)?;
        Ok(Some(comparison))
    }
}

impl Comparison {
    /// Counts the rows of one key, before and now.
    fn add(&mut self, rows: &mut [Vec<Vec<u8>>; 2]) {
        let [before, now] = rows;
        before.retain(|print| {
            let found = now.iter().position(|other| other == print);
            if let Some(place) = found {
                now.swap_remove(place);
                self.same += 1;
            }
            found.is_none()
        });
        let changed = before.len().min(now.len());
        self.changed += changed as i64;
        self.removed += (before.len() - changed) as i64;
        self.added += (now.len() - changed) as i64;
        before.clear();
        now.clear();
    }
}

fn add_rows(
    sorter: &mut Sorter,
    which: u8,
    import: &Import,
    folder: &Folder,
) -> Result<(), Refusal> {
    let columns = key_columns(import);
    let mut reader = BlockReader::open(&folder.cells())?;
    let mut cells = Vec::new();
    while let Some((_, entry)) = reader.next()? {
        decode_cells(entry, &mut cells).ok_or_else(damaged)?;
        push(sorter, which, &columns, &cells)?;
    }
    Ok(())
}

fn push(sorter: &mut Sorter, which: u8, columns: &[usize], cells: &[String]) -> io::Result<()> {
    let mut hasher = blake3::Hasher::new();
    for cell in cells {
        hasher.update(cell.as_bytes()).update(&[0xFF]);
    }
    let whole = hasher.finalize();
    let key = columns
        .iter()
        .filter_map(|column| cells.get(*column))
        .map(|cell| kernel::fold(cell.trim()))
        .find(|cell| !cell.is_empty())
        .map_or(whole, |cell| blake3::hash(cell.as_bytes()));
    let mut body = vec![which];
    body.extend_from_slice(short(&whole));
    sorter.push(short(&key), &body)
}

/// Half a hash is enough to tell rows apart.
fn short(hash: &blake3::Hash) -> &[u8] {
    hash.as_bytes().first_chunk::<16>().map_or(&[], |half| half)
}

fn key_columns(import: &Import) -> Vec<usize> {
    let Some(mapping) = &import.mapping else {
        return Vec::new();
    };
    import
        .settings
        .match_keys
        .iter()
        .flat_map(|key| {
            mapping.columns_of(match key {
                MatchKey::ExternalId => &Field::ExternalId,
                MatchKey::Email => &Field::Email,
                MatchKey::Phone => &Field::Phone,
                MatchKey::CardId => &Field::CardId,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_key_are_paired_off() {
        let row = |print: &str| print.as_bytes().to_vec();
        let mut comparison = Comparison::default();
        comparison.add(&mut [vec![row("a"), row("b"), row("c")], vec![row("b"), row("d")]]);
        comparison.add(&mut [Vec::new(), vec![row("e")]]);
        let expected = Comparison {
            added: 1,
            removed: 1,
            changed: 1,
            same: 1,
        };
        assert_eq!(comparison, expected);
    }
}
