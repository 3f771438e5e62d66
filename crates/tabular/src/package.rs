//! A zip archive of files that are no tables: listed, and read one after the other within bounds.

use std::{fs::File, io::Read};

use crate::{
    archive::Archive,
    error::{FileError, from_unpacking},
    limits::Limits,
};

/// An archive of files.
#[derive(Debug)]
pub struct Package {
    archive: Archive,
    /// The entries that are files of somebody, not of an operating system.
    entries: Vec<usize>,
    limits: Limits,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packed {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It has more bytes than wanted.
    TooLarge,
    /// Why it is not looked into.
    Refused(String),
}

impl Package {
    /// Opens an archive; files that operating systems add are left out.
    pub fn open(file: File, limits: &Limits) -> Result<Self, FileError> {
        let archive = Archive::open(file, limits)?;
        let of_somebody =
            |(place, part): (usize, &crate::archive::Part)| (!part.is_noise()).then_some(place);
        let entries = archive
            .parts
            .iter()
            .enumerate()
            .filter_map(of_somebody)
            .collect();
        Ok(Self {
            archive,
            entries,
            limits: limits.clone(),
        })
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The name of a file, with its folders.
    pub fn name(&self, place: usize) -> Option<&str> {
        let part = self.archive.parts.get(*self.entries.get(place)?)?;
        Some(&part.name)
    }

    /// Reads a file of at most so many bytes; what is wrong with it alone does not end the reading of others.
    pub fn read(&self, place: usize, most_bytes: u64) -> Packed {
        let entry = self
            .entries
            .get(place)
            .and_then(|entry| self.archive.parts.get(*entry));
        let Some(part) = entry else {
            return Packed::Refused("it is not there".to_owned());
        };
        if let Some(objection) = part.objection {
            return Packed::Refused(objection.to_owned());
        }
        let mut bytes = Vec::new();
        let read = self.archive.unpack(part, &self.limits).and_then(|packed| {
            packed
                .take(most_bytes.saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(|error| from_unpacking(error, "archive"))
        });
        match read {
            Ok(count) if count as u64 > most_bytes => Packed::TooLarge,
            Ok(_) => Packed::Bytes(bytes),
            Err(error) => Packed::Refused(error.to_string()),
        }
    }
}
