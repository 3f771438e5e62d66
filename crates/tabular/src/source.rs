//! Opening a file and unpacking its container, within bounds. Knows nothing of rows.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use crate::content::{self, Content, Foreign};
use crate::error::{FileError, UnpackLimit, from_unpacking, guarded};
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

fn read_head(bytes: &mut impl Read) -> io::Result<Vec<u8>> {
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

/// A zip archive: its list of parts, each of which can be opened on its own.
#[derive(Debug)]
pub(crate) struct Archive {
    file: File,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    name: String,
    start: u64,
    packed: u64,
    unpacked: u64,
    method: zip::CompressionMethod,
    encrypted: bool,
    directory: bool,
    /// Why this entry is not looked into, whatever it contains.
    objection: Option<&'static str>,
}

impl Part {
    /// Folders and what operating systems add.
    fn is_noise(&self) -> bool {
        let base = self.name.rsplit('/').next().unwrap_or_default();
        self.directory || self.name.starts_with("__MACOSX/") || base.starts_with('.')
    }
}

/// Names that lead out of the archive, and links, are left alone.
fn objection(name: &str, unix_mode: Option<u32>) -> Option<&'static str> {
    let climbs = name.split(['/', '\\']).any(|step| step == "..");
    let absolute = name.starts_with(['/', '\\']) || name.get(1..2) == Some(":");
    if climbs || absolute {
        return Some("its path leads out of the archive");
    }
    let link = unix_mode.is_some_and(|mode| mode & 0o170_000 == 0o120_000);
    link.then_some("it is a link")
}

impl Archive {
    pub(crate) fn open(file: File, limits: &Limits) -> Result<Self, FileError> {
        let damaged = |reason: String| FileError::Damaged {
            what: "archive",
            reason,
        };
        check_entry_count(&file, limits)?;
        let copy = file.try_clone().map_err(FileError::Unreadable)?;
        let mut archive = guarded("archive", || {
            zip::ZipArchive::new(io::BufReader::new(copy))
                .map_err(|error| damaged(error.to_string()))
        })?;
        if archive.len() > limits.zip_entries {
            return Err(too_many_entries(limits));
        }
        let mut parts = Vec::with_capacity(archive.len());
        for index in 0..archive.len() {
            let entry = archive
                .by_index_raw(index)
                .map_err(|error| damaged(error.to_string()))?;
            let Some(start) = entry.data_start() else {
                continue;
            };
            let name = String::from_utf8_lossy(entry.name_raw()).into_owned();
            parts.push(Part {
                objection: objection(&name, entry.unix_mode()),
                name,
                start,
                packed: entry.compressed_size(),
                unpacked: entry.size(),
                method: entry.compression(),
                encrypted: entry.encrypted(),
                directory: entry.is_dir(),
            });
        }
        let mut names = std::collections::HashSet::new();
        for part in &mut parts {
            if !names.insert(part.name.clone()) {
                part.objection = Some("another entry has the same name");
            }
        }
        Ok(Self { file, parts })
    }

    /// Whether the archive is a document; office documents that are no spreadsheets are refused.
    fn document(&self) -> Result<Option<Table>, FileError> {
        let has = |name: &str| {
            self.parts
                .iter()
                .any(|part| part.name.eq_ignore_ascii_case(name))
        };
        let within = |folder: &str| self.parts.iter().any(|part| part.name.starts_with(folder));
        if has("xl/workbook.xml") {
            return Ok(Some(Table::Xlsx));
        }
        if has("xl/workbook.bin") {
            return Err(FileError::Foreign(Foreign::Xlsb));
        }
        if has("Index/Document.iwa") || has("Index.zip") || has("index.numbers") {
            return Err(FileError::Foreign(Foreign::Numbers));
        }
        if within("word/") && has("[Content_Types].xml") {
            return Err(FileError::Foreign(Foreign::WordDocument));
        }
        if has("mimetype") && has("content.xml") {
            let mut kind = String::new();
            if let Some(bytes) = self.part("mimetype", &Limits::default())? {
                // A mimetype that is no text is no spreadsheet's either.
                let _ = bytes.take(200).read_to_string(&mut kind);
            }
            if kind.contains("opendocument.spreadsheet") {
                return Ok(Some(Table::Ods));
            }
            return Err(FileError::Foreign(Foreign::OfficeDocument));
        }
        if has("[Content_Types].xml") {
            // Strict or unusual writers may keep the workbook elsewhere.
            if self.parts.iter().any(|part| {
                part.name.to_ascii_lowercase().ends_with("/workbook.xml")
                    || part.name.eq_ignore_ascii_case("workbook.xml")
            }) {
                return Ok(Some(Table::Xlsx));
            }
            return Err(FileError::Foreign(Foreign::OfficeDocument));
        }
        Ok(None)
    }

    fn kind_of(&self, part: &Part, limits: &Limits) -> Result<Option<Table>, FileError> {
        if part.unpacked == 0 && part.packed <= 2 {
            return Ok(None);
        }
        let mut bytes = self.unpack(part, limits)?;
        let head = read_head(&mut bytes).map_err(|error| from_unpacking(error, "archive"))?;
        match content::identify(&head) {
            Content::Text if looks_like_text(&head) => Ok(Some(Table::Text)),
            Content::Text => Ok(None),
            Content::Compound => Ok(Some(Table::Xls)),
            Content::Foreign(foreign) => Err(FileError::Foreign(foreign)),
            Content::Gzip => Err(FileError::Foreign(Foreign::Archive)),
            Content::Zip => {
                let mut bytes = self.unpack(part, limits)?;
                let mut file = tempfile::tempfile().map_err(FileError::Unreadable)?;
                io::copy(&mut bytes, &mut file)
                    .map_err(|error| from_unpacking(error, "archive"))?;
                let inner = Self::open(file, limits)?;
                inner
                    .document()?
                    .map(Some)
                    .ok_or(FileError::Foreign(Foreign::Archive))
            }
        }
    }

    /// Opens a part by its name, or `None` when there is no such part.
    pub(crate) fn part(&self, name: &str, limits: &Limits) -> Result<Option<Bytes>, FileError> {
        let exact = self
            .parts
            .iter()
            .find(|part| part.name == name && part.objection.is_none());
        let found = exact.or_else(|| {
            self.parts
                .iter()
                .find(|part| part.name.eq_ignore_ascii_case(name))
        });
        found.map(|part| self.unpack(part, limits)).transpose()
    }

    fn unpack(&self, part: &Part, limits: &Limits) -> Result<Bytes, FileError> {
        if part.encrypted {
            return Err(FileError::EncryptedArchive);
        }
        if part.unpacked > limits.unpacked_bytes {
            return Err(FileError::UnpacksTooLarge {
                limit: size_in_words(limits.unpacked_bytes),
            });
        }
        let file = self.file.try_clone().map_err(FileError::Unreadable)?;
        let section = Section {
            file,
            at: part.start,
            left: part.packed,
        };
        let packed = io::BufReader::with_capacity(64 << 10, section);
        match part.method {
            zip::CompressionMethod::Stored => {
                Ok(Box::new(Bounded::new(packed, part.packed, limits)))
            }
            zip::CompressionMethod::Deflated => {
                let unpacked = flate2::bufread::DeflateDecoder::new(packed);
                Ok(Box::new(Bounded::new(unpacked, part.packed, limits)))
            }
            other => Err(FileError::Damaged {
                what: "archive",
                reason: format!("compression {other} is not supported"),
            }),
        }
    }
}

/// Text, or nothing that a table could be made of.
fn looks_like_text(head: &[u8]) -> bool {
    crate::encoding::is_text(head)
}

/// Refuses an archive by the count in its end record, before its directory is read.
fn check_entry_count(file: &File, limits: &Limits) -> Result<(), FileError> {
    let mut tail = Vec::new();
    let mut file = file;
    let length = file.metadata().map_err(FileError::Unreadable)?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(66_000)))
        .map_err(FileError::Unreadable)?;
    file.read_to_end(&mut tail).map_err(FileError::Unreadable)?;
    file.seek(SeekFrom::Start(0))
        .map_err(FileError::Unreadable)?;
    let Some(at) = memchr::memmem::rfind(&tail, b"PK\x05\x06") else {
        return Ok(());
    };
    let count = match tail.get(at + 10..at + 12) {
        Some(&[low, high]) => usize::from(u16::from_le_bytes([low, high])),
        _ => 0,
    };
    if count > limits.zip_entries {
        Err(too_many_entries(limits))
    } else {
        Ok(())
    }
}

fn too_many_entries(limits: &Limits) -> FileError {
    FileError::UnpacksTooLarge {
        limit: format!("{} entries", limits.zip_entries),
    }
}

fn size_in_words(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

/// A stretch of a file, read by position so that several can be read in turn.
#[derive(Debug)]
struct Section {
    file: File,
    at: u64,
    left: u64,
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = self.left.min(buffer.len() as u64) as usize;
        let Some(target) = buffer.get_mut(..wanted) else {
            return Ok(0);
        };
        if target.is_empty() {
            return Ok(0);
        }
        self.file.seek(SeekFrom::Start(self.at))?;
        let count = self.file.read(target)?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

/// Counts what comes out of an unpacker and stops a bomb.
struct Bounded<R> {
    inner: R,
    produced: u64,
    limit: u64,
    limit_words: String,
}

impl<R> Bounded<R> {
    fn new(inner: R, packed: u64, limits: &Limits) -> Self {
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
