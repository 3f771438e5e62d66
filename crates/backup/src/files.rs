//! The files of the data folder that belong into a backup, and where they go when it is restored.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use import::backups;

use crate::error::{BackupError, at};

/// The folders of the data folder that hold what the database names, but for what is kept for a day: files that are
/// arriving in parts, and exports.
const FOLDERS: [&str; 4] = ["documents", "imports", "own-data", "photos"];

/// Shows every file below the data folder that belongs into a backup, in order.
pub(crate) fn each(
    data: &Path,
    visit: &mut dyn FnMut(&Path, &str) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    for folder in FOLDERS {
        walk(&data.join(folder), folder, visit)?;
    }
    Ok(())
}

fn walk(
    folder: &Path,
    below: &str,
    visit: &mut dyn FnMut(&Path, &str) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let mut entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        // Gone since its parent was read, or never made.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(at(folder)(error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // Muster gives its files plain names; whatever has another one is not ours.
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let place = format!("{below}/{name}");
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => {
                if !backups::is_scratch(&place) {
                    walk(&path, &place, visit)?;
                }
            }
            Ok(kind) if kind.is_file() => visit(&path, &place)?,
            // A link leads out of the folder.
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(at(&path)(error)),
        }
    }
    Ok(())
}

/// Where a file of a backup goes; none if the name leads anywhere but into one of the folders.
pub(crate) fn place(data: &Path, path: &str) -> Option<PathBuf> {
    let parts: Vec<_> = Path::new(path).components().collect();
    let is_plain = parts
        .iter()
        .all(|part| matches!(part, Component::Normal(_)));
    let in_folder = matches!(parts.first(), Some(Component::Normal(first))
        if FOLDERS.iter().any(|folder| first == folder));
    (is_plain && in_folder && parts.len() > 1).then(|| data.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_have_no_place() {
        let data = Path::new("/data");
        assert!(place(data, "imports/1/source").is_some());
        for path in [
            "imports",
            "muster.db",
            "imports/../muster.db",
            "/etc/passwd",
            "../x/y",
            "",
        ] {
            assert_eq!(place(data, path), None, "{path}");
        }
    }
}
