//! A backup of a live installation, restored into an empty one, and what becomes of those that did not end.

use std::{fs, process::Stdio};

use testkit::TestDb;

use crate::house::{House, until};

/// An address in a schema without tables.
fn empty_schema(of: &TestDb) -> String {
    let statement = db::Sql::new("schema", "create schema restored");
    of.write_blocking(|tx| tx.execute(&statement, db::params![]))
        .unwrap();
    let sign = if of.url().contains('?') { '&' } else { '?' };
    format!("{}{sign}options=-c%20search_path%3Drestored", of.url())
}

fn live_and_restored(house: &House, restored: &House) {
    let server = house.serve(&[]);
    let cookie = server.sign_in();
    let people = house.people(300);
    house.runs(&["import", &people, "--yes"]);
    house.runs(&["groups", "create", "Night shift"]);
    house.runs(&["users", "edit", "person7@example.com", "groups=Night shift"]);
    let file = house.path("backup.zip").display().to_string();
    let written = house.runs(&["backup", &file]);
    assert!(written.contains("rows in"), "{written}");
    assert!(
        house
            .runs(&["backup", "verify", &file])
            .contains("verified")
    );
    assert_eq!(house.output(&["backup", &file]).status.code(), Some(4));
    let refused = house.output(&["restore", &file]);
    assert_eq!(refused.status.code(), Some(4), "{refused:?}");
    assert_eq!(server.get("/users", &cookie).status, 200);

    restored.runs(&["restore", &file]);
    for export in [
        &["users", "export"][..],
        &["activity", "--csv"],
        &["imports", "list", "--json"],
        &["groups", "list", "--json"],
        &["imports", "results", "1"],
    ] {
        let (here, there) = (house.runs(export), restored.runs(export));
        assert!(here.len() > 50, "{export:?}: {here}");
        assert_eq!(here, there, "{export:?}");
    }
    let copy = restored.serve(&[]);
    assert_eq!(copy.get("/users", &cookie).status, 303);
    let cookie = copy.sign_in();
    assert_eq!(copy.get("/users", &cookie).status, 200);
}

#[test]
fn a_live_installation_is_backed_up_and_restored_on_sqlite() {
    live_and_restored(&House::with_account(None), &House::empty(None));
}

#[test]
fn a_live_installation_is_backed_up_and_restored_on_postgres() {
    testkit::on_postgres(|db| {
        let restored = House::empty(Some(empty_schema(db)));
        live_and_restored(&House::with_account(Some(db.url().to_owned())), &restored);
    });
}

#[test]
fn an_import_that_was_running_goes_on_where_it_was_restored() {
    let house = House::with_account(None);
    let server = house.serve(&[]);
    let cookie = server.sign_in();
    let people = house.people(100_000);
    server.import(&cookie, people.as_ref());
    let mut written = 0;
    until("a part is written", || {
        written = house.count();
        written > 1
    });
    let file = house.path("backup.zip").display().to_string();
    house.runs(&["backup", &file]);
    let restored = House::empty(None);
    restored.runs(&["restore", &file]);
    let there = restored.count();
    assert!(
        (10_001..100_001).contains(&there),
        "{there} people in the backup"
    );
    let _worker = restored.serve(&["--role", "worker"]);
    until("the restored import has ended", || {
        restored.newest_import()["state"] == "done"
    });
    assert_eq!(restored.count(), 100_001);
    let import = restored.newest_import();
    assert_eq!(import["created"], 100_000, "{import}");
}

#[test]
fn a_restore_that_was_killed_does_not_look_whole() {
    let house = House::with_account(None);
    let people = house.people(5_000);
    house.runs(&["import", &people, "--yes"]);
    let file = house.path("backup.zip").display().to_string();
    house.runs(&["backup", &file]);
    let restored = House::empty(None);
    let mut child = restored
        .command(&["restore", &file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the restore has begun", || {
        restored.data().join("muster.db").exists()
    });
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    for command in [
        &["users", "count"][..],
        &["serve", "--listen", "127.0.0.1:0"],
        &["doctor"],
        &["restore", &file],
    ] {
        let refused = restored.output(command);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(4), "{command:?}: {refused:?}");
        assert!(said.contains("did not end"), "{said}");
    }
    fs::remove_dir_all(restored.data()).unwrap();
    restored.runs(&["restore", &file]);
    assert_eq!(restored.count(), 5_001);
}
