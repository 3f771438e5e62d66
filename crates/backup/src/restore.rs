//! Filling an empty folder and an empty database from a backup.
//!
//! A file in the folder says from the first moment to the last that the restore has not ended; nothing works on such a
//! folder. The tables are made, filled and compared in one transaction: the database is either empty or whole.

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{self, BufReader},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use db::{Db, params, sql};
use import::backups;
use kernel::Timestamp;

use crate::{
    archive::Archive,
    error::{BackupError, at},
    files,
    manifest::TableEntry,
    rows,
};

/// The file that says that a restore has not ended.
const MARK: &str = "RESTORE-HAS-NOT-ENDED";

/// Whether a restore into this data folder did not end.
pub fn is_unfinished(data: &Path) -> bool {
    data.join(MARK).exists()
}

/// A folder that was empty and is being filled, and the verified backup it is filled from.
pub struct Claimed<'a> {
    data: PathBuf,
    backup: &'a mut Archive,
}

impl<'a> Claimed<'a> {
    /// Verifies the backup, then takes a folder that is empty or not there, and marks it as unfinished.
    pub fn folder(backup: &'a mut Archive, data: &Path) -> Result<Self, BackupError> {
        if is_unfinished(data) {
            return Err(BackupError::Unfinished(data.to_owned()));
        }
        backup.verify()?;
        make_folder(data)?;
        let mut entries = fs::read_dir(data).map_err(at(data))?;
        // What a file system keeps at its root is nobody's.
        if entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != "lost+found")) {
            return Err(BackupError::FolderNotEmpty(data.to_owned()));
        }
        let mark = data.join(MARK);
        let file = new_file(&mark)?;
        file.sync_all().map_err(at(&mark))?;
        sync_folder(data)?;
        Ok(Self {
            data: data.to_owned(),
            backup,
        })
    }

    /// Lets go of the folder before anything was put into it.
    pub fn give_up(self) {
        let _ = fs::remove_file(self.data.join(MARK));
    }

    /// Restores files and database, and brings the database to this version's schema.
    ///
    /// Everybody signs in again: a session that was ended since the backup must not come back.
    pub fn fill(mut self, db: &Db, now: Timestamp) -> Result<(), BackupError> {
        if !db.has_no_tables()? {
            self.give_up();
            return Err(BackupError::DatabaseNotEmpty);
        }
        self.restore_files()?;
        restore_database(self.backup, db, now)?;
        db.migrate(now)?;
        // Not earlier: the schema of the backup may be older than their tables.
        db.write_blocking(backups::forget_uploads)?;
        db.write_blocking(requests::exports::forget_written)?;
        db.empty_log()?;
        sync_folder(&self.data)?;
        let mark = self.data.join(MARK);
        fs::remove_file(&mark).map_err(at(&mark))?;
        sync_folder(&self.data)
    }

    fn restore_files(&mut self) -> Result<(), BackupError> {
        let backup = &mut *self.backup;
        let manifest = backup.manifest().clone();
        let stale: Vec<String> = manifest
            .check_again
            .iter()
            .map(|draft| draft.import.to_string())
            .collect();
        let mut folders = BTreeSet::new();
        for file in &manifest.files {
            if stale
                .iter()
                .any(|import| backups::is_made_by_a_check(&file.path, import))
            {
                continue;
            }
            let Some(path) = files::place(&self.data, &file.path) else {
                return Err(backup.damaged(format!("{:?} leads out of the folder", file.path)));
            };
            for folder in path.ancestors().skip(1) {
                if folder == self.data || !folders.insert(folder.to_owned()) {
                    break;
                }
            }
            if let Some(folder) = path.parent() {
                make_folder(folder)?;
            }
            let mut to = new_file(&path)?;
            let copied = io::copy(&mut backup.entry(&file.entry())?, &mut to).map_err(at(&path))?;
            if copied != file.bytes {
                return Err(backup.damaged(format!("{} is cut off", file.path)));
            }
            to.sync_all().map_err(at(&path))?;
        }
        // That a file is in its folder is for the folder to remember.
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }
}

fn restore_database(backup: &mut Archive, db: &Db, now: Timestamp) -> Result<(), BackupError> {
    let manifest = backup.manifest().clone();
    let name = backup.file().to_owned();
    db.found(&manifest.migrations, now, |tx| {
        let tables = tx.tables()?;
        if tables.len() != manifest.tables.len() {
            return Err(backup.damaged("it lacks tables".to_owned()));
        }
        for table in &tables {
            let of_table = |entry: &&TableEntry| entry.name == table.name();
            let entry = manifest
                .tables
                .iter()
                .find(of_table)
                .filter(|entry| entry.columns == table.columns())
                .ok_or_else(|| backup.damaged(format!("{} has other columns", table.name())))?;
            let mut lines = BufReader::new(backup.entry(&entry.entry())?);
            let rows = rows::read(tx, table, &mut lines)
                .map_err(|error| error.of(&name, &entry.entry()))?;
            let tally = rows::write(tx, table, &mut io::sink())
                .map_err(|error| error.of(&name, &entry.entry()))?;
            if rows != entry.rows || tally.lines != entry.rows || tally.hash() != entry.blake3 {
                return Err(BackupError::Different(format!("the table {}", entry.name)));
            }
        }
        for draft in &manifest.check_again {
            backups::check_again(tx, draft.account, draft.import)?;
        }
        tx.execute(sql!("sessions/end_all"), params![])?;
        Ok(())
    })
}

/// Makes a folder that only its owner may look into, with those above it.
fn make_folder(path: &Path) -> Result<(), BackupError> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(at(path))
}

fn new_file(path: &Path) -> Result<File, BackupError> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))
}

fn sync_folder(path: &Path) -> Result<(), BackupError> {
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(at(path))
}
