//! Uploads on their way to the disk: written as they come, bounded, and hashed.

use std::{
    fs::File,
    io::{self, Seek, SeekFrom, Write},
};

use crate::app::App;

/// A file that is arriving.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    hasher: blake3::Hasher,
    bytes: u64,
    limit: u64,
}

/// Why a part of a file was not taken.
#[derive(Debug)]
pub(crate) enum Spilled {
    /// The file is larger than this.
    TooLarge(u64),
    /// The disk took no more; logged already.
    NoRoom,
}

impl From<io::Error> for Spilled {
    fn from(error: io::Error) -> Self {
        tracing::error!(%error, "an upload could not be written");
        Self::NoRoom
    }
}

impl Spool {
    /// An empty file that nobody else sees.
    pub(crate) fn begin(app: &App) -> Result<Self, Spilled> {
        Self::bounded(app, app.settings.upload_limit_bytes)
    }

    /// The same with a bound of its own, below that of the server.
    pub(crate) fn bounded(app: &App, limit: u64) -> Result<Self, Spilled> {
        Ok(Self {
            file: tempfile::tempfile_in(&app.settings.data)?,
            hasher: blake3::Hasher::new(),
            bytes: 0,
            limit: limit.min(app.settings.upload_limit_bytes),
        })
    }

    /// Adds what has come. A short write to the page cache; waiting for the client takes the time.
    pub(crate) fn write(&mut self, chunk: &[u8]) -> Result<(), Spilled> {
        self.bytes += chunk.len() as u64;
        if self.bytes > self.limit {
            return Err(Spilled::TooLarge(self.limit));
        }
        self.hasher.update(chunk);
        Ok(self.file.write_all(chunk)?)
    }

    /// The whole file from its beginning, and the hash of its content.
    pub(crate) fn finish(mut self) -> Result<(File, blake3::Hash), Spilled> {
        self.file.seek(SeekFrom::Start(0))?;
        Ok((self.file, self.hasher.finalize()))
    }
}
