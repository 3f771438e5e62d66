//! The files of documents: one for each version, below the data folder.
//!
//! `<folder>/<account>/<document>/<file id>`. Nothing is shared between documents, so that removing
//! one removes all of it and nothing else (docs/decisions/0025).

use std::{
    fs::{self, File},
    io::{self, Read, Write as _},
    path::{Path, PathBuf},
};

use kernel::{AccountId, DocumentId, FileId};

use super::file_name;

/// Read from a source at a time, and looked at to see what a file is.
const CHUNK: usize = 64 * 1024;

/// Why a file was not taken in or given out.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is larger than the account allows.
    #[error("the file is larger than {0} MB, which is the limit of this account")]
    TooLarge(u64),
    /// It is not where it should be.
    #[error("the file is missing")]
    Missing,
    /// The disk failed.
    #[error("the file could not be read or written")]
    Io(#[from] io::Error),
}

/// A file that was taken in and belongs to no document yet; it goes when this does.
#[derive(Debug)]
pub struct Received {
    file: tempfile::NamedTempFile,
    /// What it was called, made safe.
    pub name: String,
    /// What it is, by its first bytes.
    pub media_type: &'static str,
    /// Its size.
    pub size_bytes: i64,
    /// The hash of its content, in hexadecimal.
    pub hash: String,
}

/// The folder.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
}

impl Files {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Takes a file in, up to `limit_mb`.
    pub fn receive(
        &self,
        name: &str,
        source: &mut dyn Read,
        limit_mb: u64,
    ) -> Result<Received, FileError> {
        fs::create_dir_all(&self.folder)?;
        let mut file = tempfile::Builder::new()
            .prefix("arriving-")
            .tempfile_in(&self.folder)?;
        let name = file_name::safe(name);
        let mut hasher = blake3::Hasher::new();
        let (mut chunk, mut head, mut size) = (vec![0; CHUNK], Vec::new(), 0_u64);
        loop {
            let read = match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let bytes = chunk.get(..read).unwrap_or_default();
            size += read as u64;
            if size > limit_mb * 1024 * 1024 {
                return Err(FileError::TooLarge(limit_mb));
            }
            if head.len() < CHUNK {
                head.extend_from_slice(bytes);
            }
            hasher.update(bytes);
            file.write_all(bytes)?;
        }
        if size == 0 {
            return Err(FileError::Empty);
        }
        file.as_file().sync_all()?;
        Ok(Received {
            media_type: file_name::media_type(&head, &name),
            size_bytes: i64::try_from(size).unwrap_or(i64::MAX),
            hash: hasher.finalize().to_hex().to_string(),
            file,
            name,
        })
    }

    /// Gives a file its place.
    pub(super) fn keep(
        &self,
        received: Received,
        account: AccountId,
        document: DocumentId,
        file: FileId,
    ) -> Result<(), FileError> {
        let folder = self.of_document(account, document);
        fs::create_dir_all(&folder)?;
        let kept = received
            .file
            .persist(folder.join(file.to_string()))
            .map_err(|error| error.error)?;
        kept.sync_all()?;
        Ok(())
    }

    /// Opens a file.
    pub fn open(
        &self,
        account: AccountId,
        document: DocumentId,
        file: FileId,
    ) -> Result<File, FileError> {
        let path = self.of_document(account, document).join(file.to_string());
        match File::open(path) {
            Ok(file) => Ok(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(FileError::Missing),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes one version of a file; one that is not there is fine.
    pub(super) fn remove(&self, account: AccountId, document: DocumentId, file: FileId) {
        let folder = self.of_document(account, document);
        // What is left over is never shown: no row names it.
        let _ = fs::remove_file(folder.join(file.to_string()));
        let _ = fs::remove_dir(folder);
    }

    /// Removes all files of a document; none being there is fine.
    pub fn remove_all(&self, account: AccountId, document: DocumentId) -> Result<(), FileError> {
        match fs::remove_dir_all(self.of_document(account, document)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn of_document(&self, account: AccountId, document: DocumentId) -> PathBuf {
        let folder: &Path = &self.folder;
        folder.join(account.to_string()).join(document.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_empty_or_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::new(folder.path().to_owned());
        let large = vec![b'x'; 1024 * 1024 + 1];
        let refused = files.receive("x", &mut large.as_slice(), 1).unwrap_err();
        assert!(matches!(refused, FileError::TooLarge(1)));
        let whole = files.receive("x", &mut large.get(1..).unwrap(), 1).unwrap();
        assert_eq!(whole.size_bytes, 1024 * 1024);
        let refused = files.receive("x", &mut [].as_slice(), 1).unwrap_err();
        assert!(matches!(refused, FileError::Empty));
        drop(whole);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
