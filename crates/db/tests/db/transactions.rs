//! Transactions and failures behave alike on both databases.

use std::sync::mpsc;

use db::{Db, Error, OnConflict as _, Sql, params};
use testkit::{NOW, TestDb, on_both};

use crate::notes::{self, texts};

static BAD: Sql = Sql::new("bad", "select nothing from nowhere");

fn committed(db: &Db) -> Vec<String> {
    db.read_blocking(texts).unwrap()
}

on_both! {
    fn an_error_undoes_everything(db: &TestDb) {
        notes::create(db);
        let outcome: Result<(), Error> = db.write_blocking(|tx| {
            notes::insert(tx, 1, "one")?;
            Err(Error::NotFound)
        });
        assert!(matches!(outcome, Err(Error::NotFound)));
        assert_eq!(committed(db), [] as [&str; 0]);
    }

    fn a_failed_statement_ends_the_transaction_even_if_its_error_is_dropped(db: &TestDb) {
        notes::create(db);
        let outcome = db.write_blocking(|tx| {
            notes::insert(tx, 1, "one")?;
            assert!(matches!(tx.execute(&BAD, params![]), Err(Error::Statement { .. })));
            assert!(matches!(notes::insert(tx, 2, "two"), Err(Error::Aborted)));
            Ok::<_, Error>(())
        });
        assert!(matches!(outcome, Err(Error::Aborted)));
        assert_eq!(committed(db), [] as [&str; 0]);
    }

    fn a_failed_savepoint_leaves_what_was_before(db: &TestDb) {
        notes::create(db);
        db.write_blocking(|tx| {
            notes::insert(tx, 1, "one")?;
            let inner = tx.savepoint(|tx| {
                notes::insert(tx, 2, "two")?;
                notes::insert(tx, 1, "one again")
            });
            assert!(inner.unwrap_err().is_unique("notes_pkey"));
            let swallowed = tx.savepoint(|tx| {
                notes::insert(tx, 3, "three")?;
                let _ = tx.execute(&BAD, params![]);
                Ok::<_, Error>(())
            });
            assert!(matches!(swallowed, Err(Error::Aborted)));
            tx.savepoint(|tx| tx.savepoint(|tx| notes::insert(tx, 4, "four")))
        })
        .unwrap();
        assert_eq!(committed(db), ["one", "four"]);
    }

    fn names_the_violated_index(db: &TestDb) {
        notes::create(db);
        let violation = |column: &str, values: [&str; 2]| -> Error {
            let [first, second] = values;
            let text = format!(
                "insert into notes (id, text, {column}) values (1, 'a', {first}), (2, 'b', {second})"
            );
            let text: &'static str = text.leak();
            db.write_blocking(|tx| tx.execute(&Sql::new("two", text), params![])).unwrap_err()
        };
        // An index over some rows, and one over an expression.
        assert!(violation("tag", ["'same'", "'same'"]).is_unique("notes_tag"));
        assert!(violation("label", ["'Fold'", "'fold'"]).is_unique("notes_label"));
        let twice = |first: (i64, &str), second: (i64, &str)| -> Error {
            db.write_blocking(|tx| {
                notes::insert(tx, first.0, first.1)?;
                notes::insert(tx, second.0, second.1)
            })
            .unwrap_err()
        };
        assert!(twice((1, "same"), (2, "same")).is_unique("notes_text"));
        assert!(twice((1, "a"), (1, "b")).is_unique("notes_pkey"));
        assert!(!twice((1, "a"), (1, "b")).is_unique("notes_text"));
    }

    fn turns_a_violation_into_the_callers_error(db: &TestDb) {
        #[derive(Debug)]
        enum Create {
            Taken,
            Other,
        }
        impl From<Error> for Create {
            fn from(_: Error) -> Self {
                Self::Other
            }
        }
        notes::create(db);
        let outcome = db.write_blocking(|tx| {
            notes::insert(tx, 1, "a")?;
            notes::insert(tx, 2, "a").on_conflict("notes_text", Create::Taken)
        });
        assert!(matches!(outcome, Err(Create::Taken)));
        let outcome: Result<(), Create> = db.write_blocking(|tx| {
            notes::insert(tx, 1, "a").on_conflict("notes_text", Create::Taken)?;
            notes::insert(tx, 1, "b").on_conflict("notes_text", Create::Taken)
        });
        assert!(matches!(outcome, Err(Create::Other)));
    }

    fn names_a_missing_reference(db: &TestDb) {
        notes::create(db);
        let outcome = db.write_blocking(|tx| {
            tx.execute(
                &Sql::new("reply", "insert into replies (note_id) values ($1)"),
                params![7_i64],
            )
        });
        assert!(matches!(outcome, Err(Error::ForeignKeyViolation)));
    }

    fn fetch_one_misses_a_row(db: &TestDb) {
        notes::create(db);
        let find = Sql::new("find", "select id from notes where text = $1");
        db.write_blocking(|tx| {
            assert!(matches!(tx.fetch_one::<(i64,)>(&find, params!["no"]), Err(Error::NotFound)));
            assert_eq!(tx.fetch_optional::<(i64,)>(&find, params!["no"])?, None);
            // A missing row is not a failed statement.
            notes::insert(tx, 1, "yes")?;
            assert_eq!(tx.fetch_one::<(i64,)>(&find, params!["yes"])?, (1,));
            Ok::<_, Error>(())
        })
        .unwrap();
    }

    fn a_read_cannot_write(db: &TestDb) {
        notes::create(db);
        let outcome = db.read_blocking(|tx| notes::insert(tx, 1, "one"));
        assert!(matches!(outcome, Err(Error::Statement { .. })));
    }

    fn a_reader_sees_one_moment_and_is_not_blocked_by_a_writer(db: &TestDb) {
        notes::create(db);
        db.write_blocking(|tx| notes::insert(tx, 1, "old")).unwrap();
        let ((written, has_written), (finished, has_read)) = (mpsc::channel(), mpsc::channel());
        std::thread::scope(|scope| {
            scope.spawn(move || {
                db.write_blocking(|tx| {
                    notes::insert(tx, 2, "new")?;
                    written.send(()).unwrap();
                    // The writer is still at work while the reader finishes.
                    has_read.recv().unwrap();
                    Ok::<_, Error>(())
                })
                .unwrap();
            });
            has_written.recv().unwrap();
            assert_eq!(committed(db), ["old"]);
            finished.send(()).unwrap();
        });
        assert_eq!(committed(db), ["old", "new"]);
        db.read_blocking(|tx| {
            assert_eq!(texts(tx)?.len(), 2);
            db.write_blocking(|tx| notes::insert(tx, 3, "newer"))?;
            assert_eq!(texts(tx)?.len(), 2);
            Ok::<_, Error>(())
        })
        .unwrap();
    }

    fn a_panic_undoes_everything_and_leaves_the_pool_usable(db: &TestDb) {
        notes::create(db);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            db.write_blocking(|tx| -> Result<(), Error> {
                notes::insert(tx, 1, "one")?;
                panic!("in the middle")
            })
        }));
        assert!(panicked.is_err());
        db.write_blocking(|tx| notes::insert(tx, 2, "two")).unwrap();
        assert_eq!(committed(db), ["two"]);
    }

    fn works_from_an_async_runtime_and_closes_there(db: &TestDb) {
        notes::create(db);
        let db = db.reopen();
        let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
        runtime.block_on(async move {
            let writes = (0..20_i64).map(|id| {
                let db = db.clone();
                tokio::spawn(async move {
                    db.write(move |tx| notes::insert(tx, id, &id.to_string())).await
                })
            });
            for write in writes.collect::<Vec<_>>() {
                write.await.unwrap().unwrap();
            }
            assert_eq!(db.read(texts).await.unwrap().len(), 20);
            drop(db);
        });
    }

    fn migrates_once(db: &TestDb) {
        assert_eq!(db.pending().unwrap(), [] as [&str; 0]);
        assert_eq!(db.migrate(NOW).unwrap(), [] as [&str; 0]);
        assert_eq!(db.reopen().migrate(NOW).unwrap(), [] as [&str; 0]);
    }

    fn refuses_a_migration_that_was_edited_or_is_unknown(db: &TestDb) {
        let set = |text| db.write_blocking(|tx| tx.execute(&Sql::new("set", text), params![])).unwrap();
        set("insert into schema_migrations (name, checksum, applied_at) values ('9999_later', '', 0)");
        let newer = db.migrate(NOW).unwrap_err();
        assert_eq!(newer.to_string(), "migration 9999_later was applied by a newer program");
        set("delete from schema_migrations where name = '9999_later'");
        set("update schema_migrations set checksum = 'other'");
        let edited = db.pending().unwrap_err();
        assert!(edited.to_string().ends_with("was changed after it had been applied"), "{edited}");
    }
}

#[test]
fn several_processes_may_migrate_at_once() {
    testkit::on_empty_databases(|open| {
        let db = open();
        let missing = db.pending().unwrap().len();
        assert!(missing > 1);
        let applied: Vec<_> = std::thread::scope(|scope| {
            let threads = [0, 1, 2].map(|_| scope.spawn(|| open().migrate(NOW).unwrap().len()));
            threads
                .map(|thread| thread.join().unwrap())
                .into_iter()
                .collect()
        });
        assert_eq!(applied.iter().sum::<usize>(), missing, "{applied:?}");
        assert!(db.pending().unwrap().is_empty());
    });
}

#[test]
fn refuses_an_address_of_no_database() {
    for address in [
        "",
        "muster.db",
        "mysql://host/name",
        "sqlite:",
        "postgres://host:port/",
    ] {
        let refused = Db::open(address, &db::Options::default());
        assert!(matches!(refused, Err(Error::Address(_))), "{address}");
    }
    let missing = Db::open("sqlite:/nowhere/at/all.db", &db::Options::default());
    assert!(matches!(missing, Err(Error::Unavailable(_))));
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let db = TestDb::sqlite();
    let path = db.url().strip_prefix("sqlite:").unwrap();
    for file in [path.to_owned(), format!("{path}-wal")] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn goes_on_after_a_restart_of_the_server() {
    testkit::on_postgres(|db| {
        notes::create(db);
        let kill = Sql::new(
            "kill",
            "select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()",
        );
        let neighbour = db.reopen();
        let lost: Result<(), Error> = db.write_blocking(|tx| {
            notes::insert(tx, 1, "lost")?;
            neighbour.read_blocking(|tx| tx.fetch::<(bool,)>(&kill, params![]))?;
            notes::insert(tx, 2, "lost too")
        });
        assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
        for id in 3..8 {
            db.write_blocking(|tx| notes::insert(tx, id, &id.to_string()))
                .unwrap();
        }
        assert_eq!(committed(db), ["3", "4", "5", "6", "7"]);
    });
}

#[test]
fn a_connection_that_is_to_be_encrypted_is_never_a_plain_one() {
    testkit::on_postgres(|db| {
        let sign = if db.url().contains('?') { '&' } else { '?' };
        let open = |parameters: &str| {
            Db::open(
                &format!("{}{sign}{parameters}", db.url()),
                &db::Options::default(),
            )
        };
        // The test server has no certificate.
        for mode in ["require", "verify-ca", "verify-full"] {
            open(&format!("sslmode={mode}")).unwrap_err();
        }
        let missing = open("sslmode=require&sslrootcert=/nowhere.pem").unwrap_err();
        assert!(matches!(missing, Error::Address(_)), "{missing}");
    });
}
