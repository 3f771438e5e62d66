//! Writing a backup while everything goes on.
//!
//! The database is read first, all tables at one moment; then the files are copied. So every file that a row names was
//! there, and is missing only if it was removed meanwhile. Files that a row does not name yet do no harm.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read as _, Seek, Write},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use db::Db;
use import::backups::{self, DraftAt};
use kernel::{AccountId, Clock, ImportId};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    error::{BackupError, at},
    files,
    manifest::{self, Draft, FileEntry, Manifest, TableEntry, table_entry},
    rows::{self, Tally},
};

/// Bytes copied at a time.
const BUFFER: usize = 128 * 1024;
/// Packs nearly as small as the usual level, in half the time.
const LEVEL: i64 = 3;

/// Writes a backup to a file that is not there yet, readable by its owner only.
///
/// While it is written it is called `<file>.part`, so a backup under its own name is whole.
pub fn write(
    db: &Db,
    data: &Path,
    to: &Path,
    clock: &Clock,
    version: &str,
) -> Result<Manifest, BackupError> {
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let part = part_of(to);
    let file = claim(&part, to)?;
    // The lock ends with the last handle of the file, and is held until the backup has its name.
    let _held = file.try_clone().map_err(at(&part))?;
    let written = fill(db, data, BufWriter::new(file), &part, clock, version);
    if written.is_err() {
        let _ = fs::remove_file(&part);
        return written;
    }
    fs::rename(&part, to).map_err(at(to))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(at(folder))?;
    written
}

/// The file to be written, empty, and locked as long as it is open.
fn claim(part: &Path, to: &Path) -> Result<File, BackupError> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(part)
        .map_err(at(part))?;
    if file.try_lock().is_err() {
        return Err(BackupError::Busy(to.to_owned()));
    }
    // Between opening and locking another process may have ended its backup: then this file has become that backup,
    // or was removed, and a third process has begun one under the name.
    if to.exists() {
        return Err(BackupError::Exists(to.to_owned()));
    }
    let inode = file.metadata().map_err(at(part))?.ino();
    if !fs::metadata(part).is_ok_and(|there| there.ino() == inode) {
        return Err(BackupError::Busy(to.to_owned()));
    }
    // Left by a backup that did not end.
    file.set_len(0).map_err(at(part))?;
    Ok(file)
}

fn part_of(to: &Path) -> PathBuf {
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    part.into()
}

fn fill(
    db: &Db,
    data: &Path,
    file: BufWriter<File>,
    part: &Path,
    clock: &Clock,
    version: &str,
) -> Result<Manifest, BackupError> {
    let mut zip = ZipWriter::new(file);
    let migrations = db.applied()?;
    let made_at = clock.now();
    let (tables, before) = write_tables(db, &mut zip, part)?;
    let files = copy_files(&mut zip, data, part)?;
    let manifest = Manifest {
        format: manifest::FORMAT,
        version: version.to_owned(),
        made_at: made_at.as_micros(),
        database: db.backend().to_string(),
        migrations,
        tables,
        files,
        check_again: before.changed_since(db)?,
    };
    start(&mut zip, manifest::NAME, part)?;
    serde_json::to_writer(&mut zip, &manifest).map_err(|error| at(part)(error.into()))?;
    let mut file = zip.finish().map_err(|error| at(part)(error.into()))?;
    file.flush().map_err(at(part))?;
    file.get_ref().sync_all().map_err(at(part))?;
    Ok(manifest)
}

/// The drafts of imports at the moment of the tables.
struct Drafts {
    all: Vec<DraftAt>,
    being_checked: Vec<(AccountId, ImportId)>,
}

impl Drafts {
    /// Those whose files may be of a later moment.
    fn changed_since(&self, db: &Db) -> Result<Vec<Draft>, BackupError> {
        let now = db.read_blocking(backups::drafts)?;
        let is_settled = |draft: &&DraftAt| {
            now.contains(*draft) && !self.being_checked.contains(&(draft.account, draft.import))
        };
        let changed = self.all.iter().filter(|draft| !is_settled(draft));
        Ok(changed
            .map(|draft| Draft {
                account: draft.account,
                import: draft.import,
            })
            .collect())
    }
}

/// Writes all tables as they are at one moment.
fn write_tables<W: Write + Seek>(
    db: &Db,
    zip: &mut ZipWriter<W>,
    part: &Path,
) -> Result<(Vec<TableEntry>, Drafts), BackupError> {
    db.read_blocking(|tx| {
        let drafts = Drafts {
            all: backups::drafts(tx)?,
            being_checked: backups::drafts_being_checked(tx)?,
        };
        let mut tables = Vec::new();
        for table in tx.tables()? {
            let entry = table_entry(table.name());
            start(zip, &entry, part)?;
            let tally = rows::write(tx, &table, zip).map_err(|error| error.writing(part))?;
            tables.push(TableEntry {
                name: table.name().to_owned(),
                columns: table.columns().to_vec(),
                rows: tally.lines,
                bytes: tally.bytes,
                blake3: tally.hash(),
            });
        }
        Ok((tables, drafts))
    })
}

fn start<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    entry: &str,
    part: &Path,
) -> Result<(), BackupError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .large_file(true)
        .unix_permissions(0o600);
    zip.start_file(entry, options)
        .map_err(|error| at(part)(error.into()))
}

fn copy_files<W: Write + Seek>(
    zip: &mut ZipWriter<W>,
    data: &Path,
    part: &Path,
) -> Result<Vec<FileEntry>, BackupError> {
    let mut copied = Vec::new();
    let mut buffer = vec![0; BUFFER];
    files::each(data, &mut |path, place| {
        let mut source = match File::open(path) {
            Ok(source) => source,
            // Removed since the folder was read.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(at(path)(error)),
        };
        let mut file = FileEntry {
            path: place.to_owned(),
            bytes: 0,
            blake3: String::new(),
        };
        start(zip, &file.entry(), part)?;
        let mut tally = Tally::default();
        loop {
            let length = source.read(&mut buffer).map_err(at(path))?;
            let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            tally.add(bytes);
            zip.write_all(bytes).map_err(at(part))?;
        }
        file.bytes = tally.bytes;
        file.blake3 = tally.hash();
        copied.push(file);
        Ok(())
    })?;
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, SeekFrom};

    use db::{Sql, params};
    use testkit::NOW;

    use super::*;

    /// A disk with room for so many bytes.
    struct Disk(Cursor<Vec<u8>>, usize);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.get_ref().len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Disk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    #[test]
    fn a_full_disk_is_not_called_a_damaged_backup() {
        testkit::on_sqlite(|db| {
            // What does not pack goes out at once, in the middle of a table.
            let mut long = String::new();
            let mut hash = blake3::hash(b"");
            while long.len() < 1 << 20 {
                hash = blake3::hash(hash.as_bytes());
                long.push_str(&hash.to_hex());
            }
            let text = "insert into accounts (id, slug, name, time_zone, locked_while_importing, created_at) values ($1, 'harbour', $2, 'UTC', $3, 1)";
            let id: AccountId = kernel::Ids::system().next(NOW);
            db.write_blocking(|tx| tx.execute(&Sql::new("fill", text), params![id, long, true]))
                .unwrap();
            let mut zip = ZipWriter::new(Disk(Cursor::default(), 100_000));
            let part = Path::new("backup.zip.part");
            let refused = write_tables(db, &mut zip, part).map(|(tables, _)| tables.len());
            assert!(
                matches!(&refused, Err(BackupError::Io { path, .. }) if path == part),
                "{refused:?}"
            );
        });
    }

    #[test]
    fn a_backup_that_another_process_has_just_ended_is_not_emptied() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("backup.zip");
        let part = part_of(&to);
        // Opened under its first name while the other process gave it its last.
        fs::write(&to, "a whole backup").unwrap();
        fs::hard_link(&to, &part).unwrap();
        assert!(matches!(claim(&part, &to), Err(BackupError::Exists(_))));
        assert_eq!(fs::read(&to).unwrap(), b"a whole backup");
    }
}
