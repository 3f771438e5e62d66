//! Files of documents that no row names: a process ended after a file got its place and before its
//! row was written.
//!
//! Only what has lain there for a day is looked at, so that nothing is taken from under somebody who is
//! just uploading.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use db::{Db, params, sql};
use kernel::{AccountId, DocumentId, FileId};

use super::Documents;
use crate::users::stage_ids;

/// Documents looked at in one question to the database.
const CHUNK: usize = 500;
/// Younger files are left alone.
const SETTLED: Duration = Duration::from_hours(24);

/// Removes files that no row names, of an account; returns how many.
pub(crate) fn sweep(db: &Db, data: &Path, account: AccountId) -> io::Result<u64> {
    let place = Documents::place(data);
    let mut removed = arriving(&place)?;
    let mut chunk = Vec::new();
    for entry in entries(&place.join(account.to_string()))? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if let Ok(document) = name.parse::<DocumentId>() {
            chunk.push((document, entry));
        }
        if chunk.len() == CHUNK {
            removed += of_chunk(db, account, &std::mem::take(&mut chunk))?;
        }
    }
    removed += of_chunk(db, account, &chunk)?;
    Ok(removed)
}

/// Uploads whose process ended before they were whole.
fn arriving(place: &Path) -> io::Result<u64> {
    let mut removed = 0;
    for entry in entries(place)? {
        let name = entry.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("arriving-") && is_settled(&entry) {
            fs::remove_file(&entry)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn of_chunk(db: &Db, account: AccountId, chunk: &[(DocumentId, PathBuf)]) -> io::Result<u64> {
    if chunk.is_empty() {
        return Ok(0);
    }
    let known = db.read_blocking(|tx| {
        stage_ids(tx, chunk.iter().map(|(document, _)| *document))?;
        let known: Vec<(FileId,)> =
            tx.fetch(sql!("documents/files_of_staged"), params![account])?;
        Ok::<_, db::Error>(known)
    });
    let known: HashSet<String> = known
        .map_err(io::Error::other)?
        .into_iter()
        .map(|(file,)| file.to_string())
        .collect();
    let mut removed = 0;
    for (_, folder) in chunk {
        for file in entries(folder)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            if !known.contains(&*name) && is_settled(&file) {
                fs::remove_file(&file)?;
                removed += 1;
            }
        }
        // One that is not empty stays.
        let _ = fs::remove_dir(folder);
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

fn is_settled(file: &Path) -> bool {
    let age = fs::metadata(file)
        .and_then(|facts| facts.modified())
        .map(|at| SystemTime::now().duration_since(at));
    matches!(age, Ok(Ok(age)) if age >= SETTLED)
}
