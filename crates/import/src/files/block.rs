//! A file of variable-length entries in order, with an index for jumping to an entry by its number.
//!
//! Every [`EVERY`]th entry's number and offset go into `<path>.index`. Entries are numbered by the
//! caller in ascending order; numbers may have gaps.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// Entries between two index marks.
const EVERY: u32 = 128;

/// The longest entry that can be written, in bytes.
const LONGEST: u32 = 64 << 20;

fn index_path(path: &Path) -> PathBuf {
    path.with_extension("index")
}

/// Writes entries.
pub(crate) struct BlockWriter {
    out: BufWriter<File>,
    index: BufWriter<File>,
    offset: u64,
    since_mark: u32,
}

impl BlockWriter {
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        Ok(Self {
            out: BufWriter::with_capacity(256 << 10, File::create(path)?),
            index: BufWriter::new(File::create(index_path(path))?),
            offset: 0,
            since_mark: 0,
        })
    }

    /// Appends an entry.
    pub(crate) fn push(&mut self, number: u64, entry: &[u8]) -> io::Result<()> {
        if self.since_mark == 0 {
            self.index.write_all(&number.to_le_bytes())?;
            self.index.write_all(&self.offset.to_le_bytes())?;
        }
        self.since_mark = (self.since_mark + 1) % EVERY;
        let length = u32::try_from(entry.len())
            .ok()
            .filter(|length| *length <= LONGEST)
            .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the row is too long"))?;
        self.out.write_all(&number.to_le_bytes())?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(entry)?;
        self.offset += 12 + u64::from(length);
        Ok(())
    }

    /// The same, and then gives them the names of others, whose place they take.
    pub(crate) fn finish_into(self, from: &Path, to: &Path) -> io::Result<()> {
        self.finish()?;
        fs::rename(from, to)?;
        fs::rename(index_path(from), index_path(to))
    }

    /// Flushes both files to the disk.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        self.index.flush()?;
        self.out.get_ref().sync_data()?;
        self.index.get_ref().sync_data()
    }
}

/// Reads entries in order, from the first or from a number.
pub(crate) struct BlockReader {
    input: BufReader<File>,
    entry: Vec<u8>,
    number: u64,
    /// The entry that was read while seeking and is to be delivered next.
    ready: bool,
}

impl BlockReader {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            input: BufReader::with_capacity(256 << 10, File::open(path)?),
            entry: Vec::new(),
            number: 0,
            ready: false,
        })
    }

    /// Opens a file so that the first entry delivered is the first numbered at least `from`.
    pub(crate) fn open_at(path: &Path, from: u64) -> io::Result<Self> {
        let mut reader = Self::open(path)?;
        let offset = offset_before(&index_path(path), from)?;
        reader.input.seek(SeekFrom::Start(offset))?;
        while reader.advance()? {
            if reader.number >= from {
                reader.ready = true;
                break;
            }
        }
        Ok(reader)
    }

    /// The next entry and its number.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, &[u8])>> {
        let found = if self.ready { true } else { self.advance()? };
        self.ready = false;
        Ok(found.then_some((self.number, self.entry.as_slice())))
    }

    fn advance(&mut self) -> io::Result<bool> {
        let mut head = [0; 12];
        match self.input.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(false),
            Err(error) => return Err(error),
        }
        let [n0, n1, n2, n3, n4, n5, n6, n7, l0, l1, l2, l3] = head;
        self.number = u64::from_le_bytes([n0, n1, n2, n3, n4, n5, n6, n7]);
        let length = u32::from_le_bytes([l0, l1, l2, l3]);
        if length > LONGEST {
            return Err(io::Error::new(
                ErrorKind::InvalidData,
                "the import's file is damaged",
            ));
        }
        self.entry.resize(length as usize, 0);
        self.input.read_exact(&mut self.entry)?;
        Ok(true)
    }
}

/// The offset of the last mark at or before a number.
fn offset_before(index: &Path, number: u64) -> io::Result<u64> {
    let marks = fs::read(index)?;
    let (marks, _) = marks.as_chunks::<16>();
    let read = |mark: &[u8; 16]| {
        let (number, offset) = mark.split_at(8);
        (u64_of(number), u64_of(offset))
    };
    let after = marks.partition_point(|mark| read(mark).0 <= number);
    Ok(after
        .checked_sub(1)
        .and_then(|place| marks.get(place))
        .map_or(0, |mark| read(mark).1))
}

fn u64_of(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(numbers: impl Iterator<Item = u64>) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows");
        let mut writer = BlockWriter::create(&path).unwrap();
        for number in numbers {
            writer
                .push(number, format!("row {number}").as_bytes())
                .unwrap();
        }
        writer.finish().unwrap();
        (folder, path)
    }

    #[test]
    fn delivers_every_entry_in_order() {
        let (_folder, path) = written((0..1000).map(|n| n * 3));
        let mut reader = BlockReader::open(&path).unwrap();
        for n in 0..1000 {
            let (number, entry) = reader.next().unwrap().unwrap();
            assert_eq!(
                (number, entry),
                (n * 3, format!("row {}", n * 3).as_bytes())
            );
        }
        assert!(reader.next().unwrap().is_none());
    }

    #[test]
    fn jumps_to_the_first_entry_at_or_after_a_number() {
        let (_folder, path) = written((1..=1000).map(|n| n * 3));
        for from in [0, 1, 3, 4, 384, 385, 1500, 3000] {
            let mut reader = BlockReader::open_at(&path, from).unwrap();
            let (number, _) = reader.next().unwrap().unwrap();
            assert_eq!(number, from.next_multiple_of(3).max(3), "from {from}");
        }
        assert!(
            BlockReader::open_at(&path, 3001)
                .unwrap()
                .next()
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn says_so_when_the_file_is_damaged() {
        let (_folder, path) = written(0..10);
        fs::write(&path, [0xFF; 100]).unwrap();
        assert!(BlockReader::open(&path).unwrap().next().is_err());
    }
}
