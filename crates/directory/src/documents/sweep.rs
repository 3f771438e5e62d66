//! Files of documents that no row names: a process ended after a file got its place and before its
//! row was written.
//!
//! Only what has lain there for a day is removed, so that nothing is taken from under somebody who is
//! just uploading. Ids begin with the moment they were made in.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use db::{Db, params, sql};
use kernel::{AccountId, DocumentId, FileId, Ids, Timestamp};

use super::Documents;
use crate::users::stage_ids;

/// Documents looked at in one question to the database.
const CHUNK: usize = 500;
/// Younger files are left alone.
const SETTLED: Duration = Duration::from_hours(24);

/// Removes files of an account that no row names and that are older than a day; returns how many.
pub(crate) fn sweep(
    db: &Db,
    data: &Path,
    account: AccountId,
    (ids, now): (&Ids, Timestamp),
) -> io::Result<u64> {
    let before = now.checked_sub(SETTLED).unwrap_or(now);
    let oldest_kept: FileId = ids.next(before);
    let place = Documents::place(data);
    let mut removed = arriving(&place, before)?;
    let mut chunk = Vec::new();
    for entry in entries(&place.join(account.to_string()))? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if let Ok(document) = name.parse::<DocumentId>() {
            chunk.push((document, entry));
        }
        if chunk.len() == CHUNK {
            removed += of_chunk(db, account, oldest_kept, &std::mem::take(&mut chunk))?;
        }
    }
    removed += of_chunk(db, account, oldest_kept, &chunk)?;
    Ok(removed)
}

/// Uploads whose process ended before they were whole: they have no id yet.
fn arriving(place: &Path, before: Timestamp) -> io::Result<u64> {
    let mut removed = 0;
    for entry in entries(place)? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("arriving-") && written_at(&entry)? < before {
            fs::remove_file(&entry)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn of_chunk(
    db: &Db,
    account: AccountId,
    oldest_kept: FileId,
    chunk: &[(DocumentId, PathBuf)],
) -> io::Result<u64> {
    if chunk.is_empty() {
        return Ok(0);
    }
    let known = db.read_blocking(|tx| {
        stage_ids(tx, chunk.iter().map(|(document, _)| *document))?;
        let known: Vec<(FileId,)> =
            tx.fetch(sql!("documents/files_of_staged"), params![account])?;
        Ok::<_, db::Error>(known)
    });
    let known: HashSet<FileId> = known
        .map_err(io::Error::other)?
        .into_iter()
        .map(|(file,)| file)
        .collect();
    let mut removed = 0;
    for (_, folder) in chunk {
        let before = removed;
        for path in entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let file = name.parse::<FileId>();
            if file.is_ok_and(|file| file < oldest_kept && !known.contains(&file)) {
                fs::remove_file(&path)?;
                removed += 1;
            }
        }
        if removed > before {
            // One that is not empty stays.
            let _ = fs::remove_dir(folder);
        }
    }
    Ok(removed)
}

/// What is in a folder; nothing if there is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| entry.map(|entry| entry.path()))
            .collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn written_at(file: &Path) -> io::Result<Timestamp> {
    let at = fs::metadata(file)?.modified()?;
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Timestamp::from_micros(
        i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
    ))
}
