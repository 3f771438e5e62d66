//! What a start of the command leaves for the next one, should it be killed: which upload and which
//! import it was at. Ids, and never a token.

use std::{
    fs,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::PathBuf,
    time::Duration,
};

use anyhow::Result;
use kernel::{Clock, ImportId, Timestamp, UploadId};
use serde::{Deserialize, Serialize};

use crate::cli::Remote;

/// As long as the server keeps an upload.
const KEPT: Duration = Duration::from_hours(24);

/// How far a file got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) began: Timestamp,
    pub(crate) upload: UploadId,
    /// Which choices the import was made with.
    pub(crate) choices: Option<String>,
    pub(crate) import: Option<ImportId>,
}

/// The entry of one content for one server.
#[derive(Debug)]
pub(crate) struct Journal {
    /// Nowhere, if there is no folder for it: then nothing is remembered.
    path: Option<PathBuf>,
}

impl Journal {
    pub(crate) fn of(remote: &Remote, server: &str, content: &blake3::Hash) -> Self {
        let home = || std::env::home_dir().filter(|home| home.is_absolute());
        let folder = remote
            .cache
            .clone()
            .or_else(|| home().map(|home| home.join(".cache").join("muster")));
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(server.as_bytes())
            .update(b"\n")
            .update(content.as_bytes());
        let name = hasher.finalize().to_hex();
        Self {
            path: folder.map(|folder| folder.join(format!("{name}.json"))),
        }
    }

    /// What an earlier start left, unless that is too long ago.
    pub(crate) fn read(&self) -> Option<Entry> {
        let text = fs::read_to_string(self.path.as_ref()?).ok()?;
        let entry: Entry = serde_json::from_str(&text).ok()?;
        (Clock::System.now().since(entry.began) < KEPT).then_some(entry)
    }

    /// Notes how far it is. That it cannot be noted stops nobody.
    pub(crate) fn write(&self, entry: &Entry) {
        let _ = self.try_write(entry);
    }

    fn try_write(&self, entry: &Entry) -> Result<()> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        if let Some(folder) = path.parent() {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)?;
        }
        let unfinished = path.with_extension("new");
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&unfinished)?;
        std::io::Write::write_all(&mut file, serde_json::to_string(entry)?.as_bytes())?;
        Ok(fs::rename(&unfinished, path)?)
    }

    /// Forgets it: whoever starts the command again means a new import.
    pub(crate) fn remove(&self) {
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}
