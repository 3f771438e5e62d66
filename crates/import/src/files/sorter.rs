//! Sorting more than fits in memory: runs sorted in memory, written out, and merged while reading.
//!
//! BE ADVISED: the in-memory index holds the first eight bytes of each key as one integer, so that
//! most comparisons never touch the keys themselves. Equal keys keep the order they came in, both
//! within a run (the offset breaks ties) and between runs (the earlier run wins).

use std::{
    cmp::Ordering,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
    path::PathBuf,
};

/// Bytes before each entry: the lengths of its key and its body.
const HEAD: usize = 6;

/// Collects entries and writes them out as sorted runs.
pub(crate) struct Sorter {
    folder: PathBuf,
    limit: usize,
    arena: Vec<u8>,
    index: Vec<(u64, u32)>,
    runs: Vec<PathBuf>,
}

impl Sorter {
    /// Sorts below a folder, with about `memory` bytes.
    pub(crate) fn new(folder: PathBuf, memory: usize) -> Self {
        Self {
            folder,
            limit: memory,
            arena: Vec::new(),
            index: Vec::new(),
            runs: Vec::new(),
        }
    }

    /// Adds an entry. Keys are at most 65,535 bytes long.
    pub(crate) fn push(&mut self, key: &[u8], body: &[u8]) -> io::Result<()> {
        let too_long = || io::Error::new(ErrorKind::InvalidInput, "a row is too long to sort");
        let key_length = u16::try_from(key.len()).map_err(|_| too_long())?;
        let body_length = u32::try_from(body.len()).map_err(|_| too_long())?;
        let used = self.arena.len() + self.index.len() * 16;
        if used + HEAD + key.len() + body.len() > self.limit && !self.index.is_empty() {
            self.spill()?;
        }
        let offset = u32::try_from(self.arena.len()).map_err(|_| too_long())?;
        self.index.push((prefix(key), offset));
        self.arena.extend_from_slice(&key_length.to_le_bytes());
        self.arena.extend_from_slice(&body_length.to_le_bytes());
        self.arena.extend_from_slice(key);
        self.arena.extend_from_slice(body);
        Ok(())
    }

    /// Ends collecting.
    pub(crate) fn finish(mut self) -> io::Result<Sorted> {
        if !self.index.is_empty() {
            self.spill()?;
        }
        Ok(Sorted { runs: self.runs })
    }

    fn spill(&mut self) -> io::Result<()> {
        let arena = &self.arena;
        self.index.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0)
                .then_with(|| key_at(arena, a.1).cmp(key_at(arena, b.1)))
                .then_with(|| a.1.cmp(&b.1))
        });
        let path = self.folder.join(format!("run-{:05}", self.runs.len()));
        let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
        for (_, offset) in &self.index {
            out.write_all(entry_at(arena, *offset))?;
        }
        out.flush()?;
        self.runs.push(path);
        self.arena.clear();
        self.index.clear();
        Ok(())
    }
}

fn prefix(key: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (place, byte) in bytes.iter_mut().zip(key) {
        *place = *byte;
    }
    u64::from_be_bytes(bytes)
}

fn lengths(head: &[u8]) -> (usize, usize) {
    match head {
        [k0, k1, b0, b1, b2, b3, ..] => (
            usize::from(u16::from_le_bytes([*k0, *k1])),
            u32::from_le_bytes([*b0, *b1, *b2, *b3]) as usize,
        ),
        _ => (0, 0),
    }
}

fn entry_at(arena: &[u8], offset: u32) -> &[u8] {
    let entry = arena.get(offset as usize..).unwrap_or_default();
    let (key, body) = lengths(entry);
    entry.get(..HEAD + key + body).unwrap_or_default()
}

fn key_at(arena: &[u8], offset: u32) -> &[u8] {
    let entry = arena.get(offset as usize..).unwrap_or_default();
    let (key, _) = lengths(entry);
    entry.get(HEAD..HEAD + key).unwrap_or_default()
}

/// Sorted runs, to be read merged.
#[derive(Debug)]
pub(crate) struct Sorted {
    runs: Vec<PathBuf>,
}

impl Sorted {
    /// Opens the runs.
    pub(crate) fn merge(&self) -> io::Result<Merge> {
        let buffer = (8 << 20) / self.runs.len().max(1);
        let mut merge = Merge {
            runs: Vec::new(),
            heap: BinaryHeap::new(),
            last: None,
        };
        for (place, path) in self.runs.iter().enumerate() {
            let input =
                BufReader::with_capacity(buffer.clamp(16 << 10, 1 << 20), File::open(path)?);
            merge.runs.push(Run {
                input,
                key_length: 0,
                entry: Vec::new(),
            });
            merge.refill(place)?;
        }
        Ok(merge)
    }
}

struct Run {
    input: BufReader<File>,
    key_length: usize,
    entry: Vec<u8>,
}

impl Run {
    fn advance(&mut self) -> io::Result<bool> {
        let mut head = [0; HEAD];
        match self.input.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
        let (key, body) = lengths(&head);
        self.key_length = key;
        self.entry.resize(key + body, 0);
        self.input.read_exact(&mut self.entry)?;
        Ok(true)
    }

    fn key(&self) -> &[u8] {
        self.entry.get(..self.key_length).unwrap_or_default()
    }
}

/// The head of one run, ordered so that the smallest key is the heap's greatest.
struct Head {
    prefix: u64,
    rest: Vec<u8>,
    run: usize,
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .prefix
            .cmp(&self.prefix)
            .then_with(|| other.rest.cmp(&self.rest))
            .then_with(|| other.run.cmp(&self.run))
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

/// Delivers the entries of all runs in the order of their keys.
pub(crate) struct Merge {
    runs: Vec<Run>,
    heap: BinaryHeap<Head>,
    /// The run whose head was delivered and is to be moved on, with the memory of its key.
    last: Option<Head>,
}

impl Merge {
    /// The next entry: key and body.
    pub(crate) fn next(&mut self) -> io::Result<Option<(&[u8], &[u8])>> {
        if let Some(last) = self.last.take() {
            self.refill_with(last.run, last.rest)?;
        }
        let Some(head) = self.heap.pop() else {
            return Ok(None);
        };
        let place = head.run;
        self.last = Some(head);
        Ok(self
            .runs
            .get(place)
            .and_then(|run| run.entry.split_at_checked(run.key_length)))
    }

    fn refill(&mut self, place: usize) -> io::Result<()> {
        self.refill_with(place, Vec::new())
    }

    fn refill_with(&mut self, place: usize, mut rest: Vec<u8>) -> io::Result<()> {
        let Some(run) = self.runs.get_mut(place) else {
            return Ok(());
        };
        if run.advance()? {
            rest.clear();
            rest.extend_from_slice(run.key());
            self.heap.push(Head {
                prefix: prefix(run.key()),
                rest,
                run: place,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sorted(entries: &[(Vec<u8>, u32)], memory: usize) -> Vec<(Vec<u8>, u32)> {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(folder.path().to_owned(), memory);
        for (key, body) in entries {
            sorter.push(key, &body.to_le_bytes()).unwrap();
        }
        let sorted = sorter.finish().unwrap();
        let mut merge = sorted.merge().unwrap();
        let mut out = Vec::new();
        while let Some((key, body)) = merge.next().unwrap() {
            out.push((key.to_vec(), u32::from_le_bytes(body.try_into().unwrap())));
        }
        out
    }

    proptest! {
        #[test]
        fn sorts_like_the_standard_library_whatever_the_memory(
            keys in proptest::collection::vec(proptest::collection::vec(0_u8..3, 0..12), 0..200),
            memory in 1_usize..4000,
        ) {
            let entries: Vec<_> = keys.into_iter().zip(0_u32..).collect();
            let mut expected = entries.clone();
            expected.sort_by(|a, b| a.0.cmp(&b.0));
            prop_assert_eq!(sorted(&entries, memory), expected);
        }
    }

    #[test]
    fn nothing_sorts_to_nothing() {
        assert!(sorted(&[], 100).is_empty());
    }
}
