//! Zip archives: their parts as bounded streams, and whether they are a document. Nothing is ever
//! written to a path from an archive.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use crate::content::{self, Content, Foreign};
use crate::encoding;
use crate::error::{FileError, from_unpacking, guarded};
use crate::limits::Limits;
use crate::source::{Bounded, Bytes, Table, read_head, size_in_words};

/// A zip archive: its list of parts, each of which can be opened on its own.
#[derive(Debug)]
pub(crate) struct Archive {
    file: File,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) name: String,
    start: u64,
    packed: u64,
    unpacked: u64,
    method: zip::CompressionMethod,
    encrypted: bool,
    directory: bool,
    /// Why this entry is not looked into, whatever it contains.
    pub(crate) objection: Option<&'static str>,
}

impl Part {
    /// Folders and what operating systems add.
    pub(crate) fn is_noise(&self) -> bool {
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
    pub(crate) fn document(&self) -> Result<Option<Table>, FileError> {
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

    /// What an entry is, or `None` when it is no table at all.
    pub(crate) fn kind_of(&self, part: &Part, limits: &Limits) -> Result<Option<Table>, FileError> {
        if part.unpacked == 0 && part.packed <= 2 {
            return Ok(None);
        }
        let mut bytes = self.unpack(part, limits)?;
        let head = read_head(&mut bytes).map_err(|error| from_unpacking(error, "archive"))?;
        match content::identify(&head) {
            Content::Text if encoding::is_text(&head) => Ok(Some(Table::Text)),
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

    pub(crate) fn unpack(&self, part: &Part, limits: &Limits) -> Result<Bytes, FileError> {
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
