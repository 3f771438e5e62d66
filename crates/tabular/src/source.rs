//! Opening a file and unpacking its container, within bounds. Knows nothing of rows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::archive::Archive;
use crate::content::{self, Content, Foreign};
use crate::error::{FileError, UnpackLimit, from_unpacking};
use crate::layout::{Container, Warning, WarningCode};
use crate::limits::Limits;

/// How many bytes are looked at to tell what a file is.
const HEAD_BYTES: usize = 4096;

/// Unpacking may be as wasteful as it likes up to here; ratios say nothing about small files.
const RATIO_GRACE_BYTES: u64 = 16 << 20;

/// A stream of bytes that can be sent to another thread.
pub(crate) type Bytes = Box<dyn Read + Send>;

/// What kind of table a file holds, once its container is off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    Text,
    Xlsx,
    Ods,
    Xls,
}

/// What was found on opening a file.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) table: Table,
    pub(crate) container: Option<Container>,
    pub(crate) warnings: Vec<Warning>,
}

/// Looks at the first bytes, and into the container if there is one.
pub(crate) fn find(path: &Path, limits: &Limits) -> Result<Found, FileError> {
    let mut file = open_file(path, limits)?;
    let head = read_head(&mut file).map_err(FileError::Unreadable)?;
    match content::identify(&head) {
        Content::Text => Ok(Found {
            table: Table::Text,
            container: None,
            warnings: Vec::new(),
        }),
        Content::Compound => Ok(Found {
            table: Table::Xls,
            container: None,
            warnings: Vec::new(),
        }),
        Content::Foreign(foreign) => Err(FileError::Foreign(foreign)),
        Content::Zip => find_in_zip(file, limits),
        Content::Gzip => {
            let container = Container::Gzip;
            let table = find_inside(path, &container, limits)?;
            Ok(Found {
                table,
                container: Some(container),
                warnings: Vec::new(),
            })
        }
    }
}

/// The bytes of a table, its container taken off.
pub(crate) fn stream(
    path: &Path,
    container: Option<&Container>,
    limits: &Limits,
) -> Result<Bytes, FileError> {
    let mut file = open_file(path, limits)?;
    let packed = file.metadata().map_err(FileError::Unreadable)?.len();
    match container {
        None => Ok(Box::new(file)),
        Some(Container::Gzip) => {
            file.seek(SeekFrom::Start(0))
                .map_err(FileError::Unreadable)?;
            let unpacked = flate2::read::MultiGzDecoder::new(io::BufReader::new(file));
            Ok(Box::new(Bounded::new(unpacked, packed, limits)))
        }
        Some(Container::Zip { entry }) => {
            let archive = Archive::open(file, limits)?;
            archive
                .part(entry, limits)?
                .ok_or(FileError::NoTableInArchive)
        }
    }
}

/// A workbook as a file that can be read at any place, its container taken off.
pub(crate) fn seekable(
    path: &Path,
    container: Option<&Container>,
    limits: &Limits,
) -> Result<File, FileError> {
    if container.is_none() {
        return open_file(path, limits);
    }
    let mut bytes = stream(path, container, limits)?;
    let mut file = tempfile::tempfile().map_err(FileError::Unreadable)?;
    io::copy(&mut bytes, &mut file).map_err(|error| from_unpacking(error, "archive"))?;
    file.seek(SeekFrom::Start(0))
        .map_err(FileError::Unreadable)?;
    Ok(file)
}

fn open_file(path: &Path, limits: &Limits) -> Result<File, FileError> {
    let file = File::open(path).map_err(FileError::Unreadable)?;
    let metadata = file.metadata().map_err(FileError::Unreadable)?;
    if metadata.is_dir() {
        return Err(FileError::Unreadable(io::Error::from(
            io::ErrorKind::IsADirectory,
        )));
    }
    if metadata.len() > limits.upload_bytes {
        return Err(FileError::TooLarge {
            limit_bytes: limits.upload_bytes,
        });
    }
    if metadata.is_file() && metadata.len() == 0 {
        return Err(FileError::Empty);
    }
    Ok(file)
}

/// Reads the bytes that tell what a file is.
pub(crate) fn read_head(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    bytes.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
    Ok(head)
}

/// A table inside gzip or a zip entry; a container inside a container is not opened again.
fn find_inside(path: &Path, container: &Container, limits: &Limits) -> Result<Table, FileError> {
    let mut bytes = stream(path, Some(container), limits)?;
    let head = read_head(&mut bytes).map_err(|error| from_unpacking(error, "archive"))?;
    match content::identify(&head) {
        Content::Text if head.is_empty() => Err(FileError::Empty),
        Content::Text => Ok(Table::Text),
        Content::Compound => Ok(Table::Xls),
        Content::Foreign(foreign) => Err(FileError::Foreign(foreign)),
        Content::Gzip => Err(FileError::Foreign(Foreign::Archive)),
        Content::Zip => {
            let archive = Archive::open(seekable(path, Some(container), limits)?, limits)?;
            archive
                .document()?
                .ok_or(FileError::Foreign(Foreign::Archive))
        }
    }
}

fn find_in_zip(file: File, limits: &Limits) -> Result<Found, FileError> {
    let archive = Archive::open(file, limits)?;
    if let Some(table) = archive.document()? {
        return Ok(Found {
            table,
            container: None,
            warnings: Vec::new(),
        });
    }
    let mut warnings = Vec::new();
    let mut tables = Vec::new();
    let mut refused = None;
    for part in &archive.parts {
        if part.is_noise() {
            continue;
        }
        if let Some(reason) = part.objection {
            let message = format!("{} was left out: {reason}", part.name);
            warnings.push(Warning::new(0, WarningCode::EntryIgnored, message));
            continue;
        }
        match archive.kind_of(part, limits) {
            Ok(Some(table)) => tables.push((table, part.name.clone())),
            Ok(None) => {}
            Err(error) => refused = Some(error),
        }
    }
    warnings.truncate(20);
    match (tables.pop(), tables.is_empty()) {
        (Some((table, entry)), true) => Ok(Found {
            table,
            container: Some(Container::Zip { entry }),
            warnings,
        }),
        (Some(last), false) => {
            tables.push(last);
            let names = tables.into_iter().map(|(_, name)| name).take(20).collect();
            Err(FileError::SeveralTables { names })
        }
        (None, _) => Err(refused.unwrap_or(FileError::NoTableInArchive)),
    }
}

/// A size as the message of a limit shows it.
pub(crate) fn size_in_words(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// Counts what comes out of an unpacker and stops a bomb.
pub(crate) struct Bounded<R> {
    inner: R,
    produced: u64,
    limit: u64,
    limit_words: String,
}

impl<R> Bounded<R> {
    /// Bounds `inner`, which unpacks `packed` bytes.
    pub(crate) fn new(inner: R, packed: u64, limits: &Limits) -> Self {
        let by_ratio = packed
            .saturating_mul(limits.unpack_ratio)
            .max(RATIO_GRACE_BYTES);
        let limit_words = if by_ratio < limits.unpacked_bytes {
            format!("{} times its packed size", limits.unpack_ratio)
        } else {
            size_in_words(limits.unpacked_bytes)
        };
        Self {
            inner,
            produced: 0,
            limit: by_ratio.min(limits.unpacked_bytes),
            limit_words,
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.produced += count as u64;
        if self.produced > self.limit {
            return Err(io::Error::other(UnpackLimit(self.limit_words.clone())));
        }
        Ok(count)
    }
}
