//! The folder a series looks into. Files are found and read, never moved, changed or removed.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

use kernel::Timestamp;

use super::refused;
use crate::{Refusal, imports::Imports};

/// A file is whole when nobody has written to it for so long.
const SETTLED_AFTER: Duration = Duration::from_secs(10);
/// Entries of a folder looked at.
const MOST_ENTRIES: usize = 10_000;

/// The newest file of a folder that a pattern means.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) changed_at: Timestamp,
}

impl Found {
    /// What tells it from another file of the name.
    pub(super) fn mark(&self) -> String {
        format!(
            "{}|{}|{}",
            self.name,
            self.bytes,
            self.changed_at.as_micros()
        )
    }

    /// Whether nobody is writing it any more.
    pub(super) fn is_settled(&self, now: Timestamp) -> bool {
        now.since(self.changed_at) >= SETTLED_AFTER
    }
}

impl Imports {
    /// The folder of a series on the disk, which lies below the operator's.
    pub(super) fn series_path(&self, folder: &str) -> Result<PathBuf, Refusal> {
        let base = self.series_folder.as_ref().ok_or_else(|| {
            refused(
                "folder_not_allowed",
                "This installation watches no folders. The operator allows it with \
                 --series-folder; files can be pushed without.",
            )
        })?;
        let outside = || {
            refused(
                "folder_not_allowed",
                format!("The folder {folder:?} is not below the operator's folder for series."),
            )
        };
        let is_plain = Path::new(folder)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !is_plain {
            return Err(outside());
        }
        let missing = |path: &Path, error: &io::Error| {
            refused(
                "folder_missing",
                format!("The folder {} cannot be read: {error}.", path.display()),
            )
        };
        let base = base.canonicalize().map_err(|error| missing(base, &error))?;
        let wanted = base.join(folder);
        let path = wanted
            .canonicalize()
            .map_err(|error| missing(&wanted, &error))?;
        // A link may lead out of it.
        if path.starts_with(&base) {
            Ok(path)
        } else {
            Err(outside())
        }
    }
}

/// The newest plain file of a folder whose name fits; the last name of several of one moment.
pub(super) fn newest(folder: &Path, pattern: &str) -> io::Result<Option<Found>> {
    let mut best: Option<Found> = None;
    for entry in fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Of links nobody knows where they lead.
        let known = entry.metadata()?;
        if name.starts_with('.') || !known.is_file() || !fits(pattern, &name) {
            continue;
        }
        let since = known.modified()?.duration_since(UNIX_EPOCH);
        let micros = since.map_or(0, |since| since.as_micros() as i64);
        let found = Found {
            path: entry.path(),
            bytes: known.len(),
            changed_at: Timestamp::from_micros(micros),
            name,
        };
        let is_newer = best
            .as_ref()
            .is_none_or(|best| (found.changed_at, &found.name) > (best.changed_at, &best.name));
        if is_newer {
            best = Some(found);
        }
    }
    Ok(best)
}

/// Whether a name fits a pattern in which `*` stands for any characters and `?` for any one.
fn fits(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), name.chars().collect());
    // The last star, and how much of the name it has taken so far.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(letter) if *letter == '?' || Some(letter) == name.get(n) => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                p = at + 1;
                n = taken + 1;
            }
        }
    }
    pattern.iter().skip(p).all(|letter| *letter == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_letters() {
        for (pattern, name, expected) in [
            ("*", "people.csv", true),
            ("*.csv", "people.csv", true),
            ("*.csv", "people.csv.part", false),
            ("hr-????.csv", "hr-2026.csv", true),
            ("hr-????.csv", "hr-20261.csv", false),
            ("a*b*c", "axxbxxbc", true),
            ("a*b*c", "axxbxxbd", false),
            ("people.csv", "people.csv", true),
            ("", "people.csv", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn the_newest_plain_file_is_found() {
        let folder = tempfile::tempdir().unwrap();
        assert!(newest(folder.path(), "*.csv").unwrap().is_none());
        for name in ["a.csv", "b.csv", "c.txt", ".d.csv"] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::create_dir(folder.path().join("e.csv")).unwrap();
        std::os::unix::fs::symlink("/etc/hosts", folder.path().join("f.csv")).unwrap();
        let old = UNIX_EPOCH + Duration::from_hours(1);
        let set = |name: &str| {
            fs::File::open(folder.path().join(name))
                .unwrap()
                .set_modified(old)
        };
        set("b.csv").unwrap();
        let found = newest(folder.path(), "*.csv").unwrap().unwrap();
        assert_eq!(found.name, "a.csv");
    }
}
