//! A backup that is read: its manifest, its entries, and whether they are what the manifest says.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use zip::{ZipArchive, read::ZipFile};

use crate::{
    error::{BackupError, at},
    manifest::{self, Manifest},
    rows::Tally,
};

/// The largest manifest that is read: of about a million files.
const LARGEST_MANIFEST: u64 = 512 << 20;
/// Bytes read at a time.
const BUFFER: usize = 128 * 1024;

/// An open backup.
pub struct Archive {
    file: String,
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

impl Archive {
    /// Opens a backup and reads its manifest.
    ///
    /// One of a newer program is refused: this one would not know its tables.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(at(path))?;
        let damaged = |problem: String| BackupError::Damaged {
            file: name.clone(),
            problem,
        };
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| {
            damaged("it is cut off, or not a file that muster backup has written".to_owned())
        })?;
        let entry = zip
            .by_name(manifest::NAME)
            .map_err(|_| damaged("it has no manifest".to_owned()))?;
        let mut text = Vec::new();
        entry
            .take(LARGEST_MANIFEST)
            .read_to_end(&mut text)
            .map_err(|error| damaged(format!("{}: {error}", manifest::NAME)))?;
        // A newer form may have other fields: its number and version are looked at before anything else.
        let version: Version = serde_json::from_slice(&text)
            .map_err(|error| damaged(format!("{}: {error}", manifest::NAME)))?;
        if version.format != manifest::FORMAT {
            return Err(BackupError::Newer {
                version: version.version,
            });
        }
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| damaged(format!("{}: {error}", manifest::NAME)))?;
        let known = db::known_migrations();
        let is_known = manifest.migrations.len() <= known.len()
            && manifest.migrations.iter().zip(&known).all(|(a, b)| a == b);
        if !is_known {
            return Err(BackupError::Newer {
                version: manifest.version,
            });
        }
        Ok(Self {
            file: name,
            zip,
            manifest,
        })
    }

    /// What it holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What it is called.
    pub(crate) fn file(&self) -> &str {
        &self.file
    }

    /// Reads everything and compares it with the manifest.
    pub fn verify(&mut self) -> Result<(), BackupError> {
        let manifest = self.manifest.clone();
        let mut listed = BTreeSet::from([manifest::NAME.to_owned()]);
        for table in &manifest.tables {
            let tally = self.tally(&table.entry())?;
            let is_same = tally.bytes == table.bytes && tally.hash() == table.blake3;
            if !is_same || tally.lines != table.rows {
                return Err(self.changed(&table.entry()));
            }
            listed.insert(table.entry());
        }
        for file in &manifest.files {
            let tally = self.tally(&file.entry())?;
            if tally.bytes != file.bytes || tally.hash() != file.blake3 {
                return Err(self.changed(&file.entry()));
            }
            listed.insert(file.entry());
        }
        if listed.len() != self.zip.len() {
            return Err(self.damaged("it has entries that its manifest does not list".to_owned()));
        }
        Ok(())
    }

    fn tally(&mut self, name: &str) -> Result<Tally, BackupError> {
        let mut entry = self.entry(name)?;
        let mut tally = Tally::default();
        let mut buffer = vec![0; BUFFER];
        let read: io::Result<()> = loop {
            match entry.read(&mut buffer) {
                Ok(0) => break Ok(()),
                Ok(length) => {
                    let bytes = buffer.get(..length).unwrap_or_default();
                    tally.lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
                    tally.add(bytes);
                }
                Err(error) => break Err(error),
            }
        };
        drop(entry);
        read.map_err(|error| self.damaged(format!("{name}: {error}")))?;
        Ok(tally)
    }

    /// One entry, to be read from its beginning.
    pub(crate) fn entry(
        &mut self,
        name: &str,
    ) -> Result<ZipFile<'_, BufReader<File>>, BackupError> {
        let file = &self.file;
        self.zip
            .by_name(name)
            .map_err(|error| BackupError::Damaged {
                file: file.clone(),
                problem: format!("{name}: {error}"),
            })
    }

    pub(crate) fn damaged(&self, problem: String) -> BackupError {
        BackupError::Damaged {
            file: self.file.clone(),
            problem,
        }
    }

    fn changed(&self, entry: &str) -> BackupError {
        self.damaged(format!("{entry} is not what was written"))
    }
}

/// What every form of backups says of itself.
#[derive(serde::Deserialize)]
struct Version {
    format: u32,
    version: String,
}
