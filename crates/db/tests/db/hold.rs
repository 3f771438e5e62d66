//! Names that are held while a process lives.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use db::{Db, Options};
use testkit::on_both;

const ADDRESS: &str = "MUSTER_TEST_HOLD_IN";

on_both! {
    fn a_name_is_held_by_one_until_it_is_dropped(db: &testkit::TestDb) {
        let other = db.reopen();
        assert!(!other.is_held("a").unwrap());
        let mut held = db.hold("a").unwrap().unwrap();
        assert!(held.is_alive());
        assert!(other.is_held("a").unwrap());
        assert!(db.is_held("a").unwrap());
        assert!(!other.is_held("b").unwrap());
        assert!(other.hold("a").unwrap().is_none());
        drop(held);
        assert!(!other.is_held("a").unwrap());
        assert!(other.hold("a").unwrap().is_some());
    }

    fn a_killed_process_lets_go_at_once(db: &testkit::TestDb) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["hold::child", "--exact", "--ignored", "--nocapture"])
            .env(ADDRESS, db.url())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.contains("held")));
        assert!(db.is_held("child").unwrap());
        child.kill().unwrap();
        child.wait().unwrap();
        // The server notices when it reads the closed socket, which may take it a moment.
        let freed = (0..1_000_000).any(|_| !db.is_held("child").unwrap());
        assert!(freed);
        assert!(db.hold("child").unwrap().is_some());
    }
}

#[test]
#[ignore = "the other process of a_killed_process_lets_go_at_once"]
fn child() {
    let address = std::env::var(ADDRESS).unwrap();
    let db = Db::open(&address, &Options::default()).unwrap();
    let _held = db.hold("child").unwrap().unwrap();
    println!("held");
    loop {
        std::thread::park();
    }
}
