//! Backups of databases with rows of every kind, forth and back between both databases, and what is refused.

use std::{
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use db::{Db, Options, Sql, Table, params};
use kernel::Clock;
use tempfile::TempDir;
use testkit::{NOW, TestDb};

use crate::{Archive, BackupError, Claimed, is_unfinished, rows, write};

/// A data folder with a file in each of its folders, and where its backup goes.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let data = folder.path().join("data");
        for (path, text) in [
            ("imports/1/source", "Name\nThandi\n"),
            ("imports/1/sorted/0", "scratch"),
            ("imports/1/comparison/0", "scratch"),
            ("imports/1/corrected/source", "scratch"),
            ("imports/1/rest/rows.csv", "scratch"),
            ("uploads/4.part", "Na"),
            ("documents/a/b/1", "%PDF"),
            ("photos/2.zip", "PK"),
            ("own-data/3.zip", "PK"),
            ("sending/lane", "not in a backup"),
        ] {
            let path = data.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self { folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("backup.zip")
    }

    fn back_up(&self, db: &Db) -> Archive {
        write(db, &self.data(), &self.file(), &Clock::fixed(NOW), "0.1.0").unwrap();
        Archive::open(&self.file()).unwrap()
    }

    fn sqlite(&self, name: &str) -> Db {
        let path = self.folder.path().join(name);
        Db::open(&format!("sqlite:{}", path.display()), &Options::default()).unwrap()
    }
}

fn fill(db: &TestDb) {
    db.write_blocking(|tx| {
        for text in [
            "insert into accounts (id, slug, name, time_zone, locked_while_importing, created_at) values ($1, 'harbour', 'Häfen \"&\" \u{1f600}', 'UTC', $2, 1750000000000000)",
            "insert into imports (account_id, id, number, name, state, rev, preset, settings, plan, source_name, source_bytes, id_base, stage, created_by_name, created_at, updated_at) values ($1, $1, 1, 'people', 'planned', 3, 'general', '{}', '{}', 'people.csv', 5, $1, '', 'Maria', 1, 9223372036854775807)",
        ] {
            let statement = Sql::new("fill", text);
            let id = uuid_like();
            if text.contains("$2") {
                tx.execute(&statement, params![id, true])?;
            } else {
                tx.execute(&statement, params![id])?;
            }
        }
        Ok::<_, db::Error>(())
    })
    .unwrap();
}

fn uuid_like() -> kernel::AccountId {
    kernel::Ids::system().next(NOW)
}

/// Every row of every table.
fn content(db: &Db) -> Vec<(Table, Vec<u8>)> {
    db.read_blocking(|tx| {
        let tables = tx.tables()?;
        let mut all = Vec::new();
        for table in tables {
            let mut bytes = Vec::new();
            rows::write(tx, &table, &mut bytes).unwrap();
            all.push((table, bytes));
        }
        Ok::<_, db::Error>(all)
    })
    .unwrap()
}

testkit::on_both! {
    fn a_backup_restores_into_either_database(db: &TestDb) {
        fill(db);
        let place = Place::new();
        let mut backup = place.back_up(db);
        assert!(backup.manifest().rows() >= 2);
        let mode = fs::metadata(place.file()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        backup.verify().unwrap();
        testkit::on_empty_databases(|open| {
            let target = place.folder.path().join(format!("restored-{}", open().backend()));
            let restored = open();
            Claimed::folder(&mut Archive::open(&place.file()).unwrap(), &target).unwrap().fill(&restored, NOW).unwrap();
            assert_eq!(content(db), content(&restored));
            assert_eq!(restored.pending().unwrap(), [] as [String; 0]);
            assert!(!is_unfinished(&target));
            assert_eq!(fs::read(target.join("imports/1/source")).unwrap(), b"Name\nThandi\n");
            assert_eq!(fs::read(target.join("documents/a/b/1")).unwrap(), b"%PDF");
            assert!(!target.join("imports/1/sorted").exists());
            for scratch in ["comparison", "corrected", "rest"] {
                assert!(!target.join("imports/1").join(scratch).exists(), "{scratch}");
            }
            assert!(!target.join("sending").exists());
        });
    }

    fn files_that_were_arriving_in_parts_are_forgotten_with_what_had_arrived(db: &TestDb) {
        fill(db);
        let count = |db: &Db| -> i64 {
            let uploads = Sql::new("count", "select count(*) as number from uploads");
            db.read_blocking(|tx| tx.fetch_one::<(i64,)>(&uploads, params![])).unwrap().0
        };
        let upload = "insert into uploads (account_id, id, name, size_bytes, received_bytes, created_by_name, created_at) select id, id, 'people.csv', 4, 2, 'Maria', 1 from accounts";
        db.write_blocking(|tx| tx.execute(&Sql::new("upload", upload), params![])).unwrap();
        assert_eq!(count(db), 1);
        let place = Place::new();
        let mut backup = place.back_up(db);
        let restored = place.sqlite("restored.db");
        let target = place.folder.path().join("restored");
        Claimed::folder(&mut backup, &target).unwrap().fill(&restored, NOW).unwrap();
        assert!(!target.join("uploads").exists());
        assert_eq!(count(&restored), 0);
    }

    fn a_draft_that_changed_while_its_files_were_copied_is_checked_again(db: &TestDb) {
        fill(db);
        let place = Place::new();
        drop(place.back_up(db));
        // The same as if somebody had worked on it between the reading of the database and of the files.
        let (import,): (kernel::ImportId,) = db
            .read_blocking(|tx| tx.fetch_one(&Sql::new("id", "select id from imports"), params![]))
            .unwrap();
        let outcomes = place.data().join(format!("imports/{import}"));
        fs::create_dir_all(&outcomes).unwrap();
        fs::write(outcomes.join("outcomes"), "1").unwrap();
        fs::write(outcomes.join("source"), "Name").unwrap();
        fs::remove_file(place.file()).unwrap();
        let made = write(db, &place.data(), &place.file(), &Clock::fixed(NOW), "0.1.0").unwrap();
        assert!(made.check_again.is_empty());
        db.write_blocking(|tx| {
            tx.execute(&Sql::new("check", "update imports set state = 'checking'"), params![])
        })
        .unwrap();
        fs::remove_file(place.file()).unwrap();
        let mut backup = place.back_up(db);
        assert_eq!(backup.manifest().check_again.len(), 1);
        let target = place.folder.path().join("restored");
        let restored = place.sqlite("restored.db");
        Claimed::folder(&mut backup, &target).unwrap().fill(&restored, NOW).unwrap();
        assert!(target.join(format!("imports/{import}/source")).exists());
        assert!(!target.join(format!("imports/{import}/outcomes")).exists());
    }
}

#[test]
fn tables_come_after_those_they_refer_to_on_both_databases() {
    testkit::on_sqlite(|lite| {
        testkit::on_postgres(|server| {
            let names = |db: &Db| -> Vec<(String, Vec<String>)> {
                content(db)
                    .into_iter()
                    .map(|(table, _)| (table.name().to_owned(), table.columns().to_vec()))
                    .collect()
            };
            assert_eq!(names(lite), names(server));
            assert!(names(lite).len() > 50);
        });
    });
}

#[test]
fn a_backup_that_was_cut_off_or_changed_is_refused() {
    testkit::on_sqlite(|db| {
        fill(db);
        let place = Place::new();
        drop(place.back_up(db));
        let whole = fs::read(place.file()).unwrap();
        let bad = place.folder.path().join("bad.zip");
        for length in [0, 10, whole.len() / 2, whole.len() - 1] {
            fs::write(&bad, &whole[..length]).unwrap();
            assert_damaged(&bad);
        }
        for at in (0..whole.len()).step_by(whole.len() / 40) {
            let mut changed = whole.clone();
            changed[at] ^= 0x20;
            fs::write(&bad, &changed).unwrap();
            let outcome = Archive::open(&bad).and_then(|mut backup| backup.verify());
            // A bit in a date or a name's extra field changes nothing that is read.
            if let Err(error) = outcome {
                assert!(matches!(error, BackupError::Damaged { .. }), "{error:?}");
            }
        }
        assert_damaged(&exchange(&place, "files/documents/a/b/1", b"%PDG"));
    });
}

fn assert_damaged(path: &Path) {
    let outcome = Archive::open(path).and_then(|mut backup| backup.verify());
    assert!(
        matches!(outcome, Err(BackupError::Damaged { .. })),
        "{outcome:?}"
    );
}

/// A copy of the backup whose entry holds something else, under a checksum that fits.
fn exchange(place: &Place, entry: &str, content: &[u8]) -> PathBuf {
    let path = place.folder.path().join("exchanged.zip");
    let mut from = zip::ZipArchive::new(File::open(place.file()).unwrap()).unwrap();
    let mut to = zip::ZipWriter::new(File::create(&path).unwrap());
    for index in 0..from.len() {
        let mut file = from.by_index(index).unwrap();
        let name = file.name().unwrap().to_string();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        if name == entry {
            bytes = content.to_vec();
        }
        to.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap();
    path
}

#[test]
fn a_backup_of_a_newer_program_is_refused() {
    testkit::on_sqlite(|db| {
        let place = Place::new();
        let manifest = place.back_up(db).manifest().clone();
        let mut newer = manifest.clone();
        newer.version = "9.0.0".to_owned();
        newer.migrations.push("9999_more".to_owned());
        let path = exchange(
            &place,
            "manifest.json",
            &serde_json::to_vec(&newer).unwrap(),
        );
        assert!(
            matches!(Archive::open(&path), Err(BackupError::Newer { version }) if version == "9.0.0")
        );
        let form = br#"{"format":2,"version":"9.0.0","parts":[]}"#;
        let path = exchange(&place, "manifest.json", form);
        assert!(matches!(
            Archive::open(&path),
            Err(BackupError::Newer { .. })
        ));
    });
}

#[test]
fn a_backup_of_an_older_schema_is_brought_forward() {
    testkit::on_empty_databases(|open| {
        let place = Place::new();
        let all: Vec<String> = db::known_migrations()
            .into_iter()
            .map(str::to_owned)
            .collect();
        let old = place.sqlite("old.db");
        old.found(&all[..all.len() - 3], NOW, |_| Ok::<_, db::Error>(()))
            .unwrap();
        let mut backup = place.back_up(&old);
        let restored = open();
        let target = place.folder.path().join(restored.backend().to_string());
        Claimed::folder(&mut backup, &target)
            .unwrap()
            .fill(&restored, NOW)
            .unwrap();
        assert_eq!(restored.applied().unwrap(), all);
    });
}

#[test]
fn only_what_is_empty_is_restored_into() {
    testkit::on_sqlite(|db| {
        let place = Place::new();
        let mut backup = place.back_up(db);
        assert!(matches!(
            Claimed::folder(&mut backup, &place.data()),
            Err(BackupError::FolderNotEmpty(_))
        ));
        let target = place.folder.path().join("target");
        let refused = Claimed::folder(&mut backup, &target).unwrap().fill(db, NOW);
        assert!(matches!(refused, Err(BackupError::DatabaseNotEmpty)));
        assert!(!is_unfinished(&target));
        let again = write(
            db,
            &place.data(),
            &place.file(),
            &Clock::fixed(NOW),
            "0.1.0",
        );
        assert!(matches!(again, Err(BackupError::Exists(_))));
    });
}

#[test]
fn what_a_killed_backup_left_is_written_anew_unless_somebody_is_at_it() {
    testkit::on_sqlite(|db| {
        let place = Place::new();
        let part = place.folder.path().join("backup.zip.part");
        fs::write(
            &part,
            "half a backup, and longer than nothing".repeat(100_000),
        )
        .unwrap();
        let held = File::open(&part).unwrap();
        held.lock().unwrap();
        let refused = write(
            db,
            &place.data(),
            &place.file(),
            &Clock::fixed(NOW),
            "0.1.0",
        );
        assert!(matches!(refused, Err(BackupError::Busy(_))));
        drop(held);
        place.back_up(db).verify().unwrap();
        assert!(!part.exists());
    });
}

#[test]
fn a_restore_that_did_not_end_is_seen() {
    testkit::on_sqlite(|db| {
        let place = Place::new();
        let mut backup = place.back_up(db);
        let target = place.folder.path().join("target");
        // As if the process had been killed.
        std::mem::forget(Claimed::folder(&mut backup, &target).unwrap());
        assert!(is_unfinished(&target));
        assert!(matches!(
            Claimed::folder(&mut backup, &target),
            Err(BackupError::Unfinished(_))
        ));
    });
}
