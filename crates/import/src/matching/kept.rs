//! The keys of a file's rows as a check sorted them, kept for the next one.
//!
//! Entries of a fixed length in the order of hashes. Which rows have others by now is said by whoever
//! reads them.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
};

use crate::files::Folder;

/// Bytes of a hash.
const HASH: usize = 16;
/// Bytes of what is said of a row's key: kind, row, fingerprint.
pub(super) const ROW_BODY: usize = 13;

/// Writes them.
pub(super) struct KeyWriter(BufWriter<File>);

impl KeyWriter {
    pub(super) fn create(folder: &Folder) -> io::Result<Self> {
        let file = File::create(folder.next_row_keys())?;
        Ok(Self(BufWriter::with_capacity(256 << 10, file)))
    }

    pub(super) fn push(&mut self, key: &[u8], body: &[u8]) -> io::Result<()> {
        self.0.write_all(key)?;
        self.0.write_all(body)
    }

    /// Puts them in the place of those of the last check.
    pub(super) fn finish(mut self, folder: &Folder) -> io::Result<()> {
        self.0.flush()?;
        self.0.get_ref().sync_data()?;
        fs::rename(folder.next_row_keys(), folder.row_keys())
    }
}

/// How many there are.
pub(crate) fn count(folder: &Folder) -> io::Result<i64> {
    let bytes = fs::metadata(folder.row_keys())?.len();
    Ok(bytes as i64 / (HASH + ROW_BODY) as i64)
}

/// Reads them.
pub(super) struct KeptKeys {
    input: BufReader<File>,
    without: HashSet<u32>,
    pub(super) ahead: Option<([u8; HASH], [u8; ROW_BODY])>,
}

impl KeptKeys {
    pub(super) fn open(folder: &Folder, without: HashSet<u32>) -> io::Result<Self> {
        let mut kept = Self {
            input: BufReader::with_capacity(256 << 10, File::open(folder.row_keys())?),
            without,
            ahead: None,
        };
        kept.advance()?;
        Ok(kept)
    }

    pub(super) fn advance(&mut self) -> io::Result<()> {
        loop {
            let (mut key, mut body) = ([0; HASH], [0; ROW_BODY]);
            match self.input.read_exact(&mut key) {
                Ok(()) => self.input.read_exact(&mut body)?,
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                    self.ahead = None;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
            let [_, a, b, c, d, ..] = body;
            if !self.without.contains(&u32::from_be_bytes([a, b, c, d])) {
                self.ahead = Some((key, body));
                return Ok(());
            }
        }
    }
}
