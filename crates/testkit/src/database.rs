//! A database for one test.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering},
};

use db::{Db, Options, Sql, params};
use kernel::Timestamp;
use postgres::{Client, NoTls};
use tempfile::TempDir;

use crate::server::{self, Server};

/// When every test database was made.
pub const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_000_000);

/// A migrated database of its own, gone when dropped.
#[derive(Debug)]
pub struct TestDb {
    db: Option<Db>,
    url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    Folder(#[expect(dead_code, reason = "removes the folder when dropped")] TempDir),
    Server {
        server: &'static Server,
        name: String,
    },
}

impl TestDb {
    /// An empty SQLite database in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let db = open(&url);
        db.migrate(NOW).expect("the migrations apply");
        Self {
            db: Some(db),
            url,
            home: Home::Folder(folder),
        }
    }

    /// An empty PostgreSQL database; `Err` says why there is no server.
    pub fn postgres() -> Result<Self, String> {
        let server = server::running()?;
        let mut client = connect(server);
        let template = template(server, &mut client);
        let name = unique_name();
        let text =
            format!("drop database if exists {name}; create database {name} template {template}");
        for statement in text.split("; ") {
            client
                .batch_execute(statement)
                .expect("a database for the test");
        }
        let url = server.url(&name);
        Ok(Self {
            db: Some(open(&url)),
            url,
            home: Home::Server { server, name },
        })
    }

    /// The address, for a process or a second [`Db`] on the same database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A second set of connections, as another process has them.
    pub fn reopen(&self) -> Db {
        open(&self.url)
    }
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        self.db
            .as_ref()
            .expect("the database is there until it is dropped")
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        self.db = None;
        if let Home::Server { server, name } = &self.home
            && let Ok(mut client) = Client::connect(&server.url("postgres"), NoTls)
        {
            // What remains is removed with the server.
            let _ = client.batch_execute(&format!("drop database if exists {name} with (force)"));
        }
    }
}

/// Runs a test on SQLite.
pub fn on_sqlite(test: impl FnOnce(&TestDb)) {
    test(&TestDb::sqlite());
}

/// Runs a test on PostgreSQL; without a server it is skipped, or fails if `CI` is `true`.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn on_postgres(test: impl FnOnce(&TestDb)) {
    match TestDb::postgres() {
        Ok(db) => test(&db),
        Err(reason) if std::env::var("CI").is_ok_and(|ci| ci == "true") => panic!("{reason}"),
        Err(reason) => eprintln!("skipped: {reason}"),
    }
}

/// Runs a test on databases without tables, one of each kind; it is given a way to open them.
pub fn on_empty_databases(test: impl Fn(&(dyn Fn() -> Db + Sync))) {
    on_sqlite(|sibling| {
        let url = format!("{}-empty", sibling.url());
        test(&|| open(&url));
    });
    on_postgres(|sibling| {
        let schema = "create schema empty";
        sibling
            .write_blocking(|tx| tx.execute(&Sql::new("schema", schema), params![]))
            .expect("a schema");
        let sign = if sibling.url().contains('?') {
            '&'
        } else {
            '?'
        };
        let url = format!("{}{sign}options=-c%20search_path%3Dempty", sibling.url());
        test(&|| open(&url));
    });
}

fn open(url: &str) -> Db {
    let options = Options {
        connections: 4,
        ..Options::default()
    };
    Db::open(url, &options).expect("the database opens")
}

fn connect(server: &Server) -> Client {
    Client::connect(&server.url("postgres"), NoTls).expect("the test server answers")
}

/// The name of a migrated database to copy, made by the first test that needs it.
fn template(server: &Server, client: &mut Client) -> String {
    let checksum = db::schema_checksum();
    let name = format!("template_{}", checksum.get(..16).unwrap_or(&checksum));
    let exists = |client: &mut Client| {
        client
            .query_opt("select 1 from pg_database where datname = $1", &[&name])
            .expect("the list of databases")
            .is_some()
    };
    if exists(client) {
        return name;
    }
    client
        .batch_execute("select pg_advisory_lock(1)")
        .expect("a lock");
    if !exists(client) {
        let draft = format!("{name}_draft");
        let drop = format!("drop database if exists {draft} with (force)");
        let create = format!("create database {draft}");
        let publish = format!("alter database {draft} rename to {name}");
        client.batch_execute(&drop).expect("no draft");
        client.batch_execute(&create).expect("a draft");
        open(&server.url(&draft))
            .migrate(NOW)
            .expect("the migrations apply");
        client.batch_execute(&publish).expect("a template");
    }
    client
        .batch_execute("select pg_advisory_unlock(1)")
        .expect("the lock");
    name
}

fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
