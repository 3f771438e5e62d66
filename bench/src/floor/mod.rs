//! The write floors: the fastest plain way to put the same rows into an identical table.
//!
//! Each floor makes `floor_users` beside the product's own `users`, with the same columns, constraints and
//! indexes, so that both stand in the same database under the same settings.

mod postgres;
mod rows;
mod sqlite;

use std::path::Path;

use anyhow::{Result, bail};

use crate::spool::Spool;

/// What a load took.
#[derive(Debug, Clone, Default)]
pub(crate) struct Measured {
    pub(crate) rows: u64,
    pub(crate) wall: f64,
    pub(crate) client_cpu: f64,
    pub(crate) server_cpu: Option<f64>,
}

impl Measured {
    pub(crate) fn rows_per_second(&self) -> f64 {
        self.rows as f64 / self.wall
    }

    pub(crate) fn cpu(&self) -> f64 {
        self.client_cpu + self.server_cpu.unwrap_or_default()
    }
}

/// A column of the product's table, as the database's catalogue describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    nullable: bool,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Id,
    Text,
    Number,
}

/// One of the two databases, open for a floor.
pub(crate) enum Floor {
    Postgres(postgres::Floor),
    Sqlite(sqlite::Floor),
}

impl Floor {
    /// Opens the database at a URL as the command line of the product takes it.
    pub(crate) fn open(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            return Ok(Self::Sqlite(sqlite::Floor::open(Path::new(path))?));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(postgres::Floor::open(url)?));
        }
        bail!("{url} is neither sqlite:PATH nor postgres://…");
    }

    /// Makes an empty `floor_users`; with `filled`, with all rows that `users` has now.
    pub(crate) fn prepare(&mut self, filled: bool) -> Result<()> {
        match self {
            Self::Postgres(floor) => floor.prepare(filled),
            Self::Sqlite(floor) => floor.prepare(filled),
        }
    }

    /// Turns the clean rows of a generated file into the table's own columns, ready to load.
    pub(crate) fn spool(&mut self, file: &Path) -> Result<Spool> {
        let (columns, account) = match self {
            Self::Postgres(floor) => (floor.columns()?, floor.account()?),
            Self::Sqlite(floor) => (floor.columns()?, floor.account()?),
        };
        rows::spool(file, &columns, account)
    }

    /// Loads the rows in one transaction and measures it.
    pub(crate) fn load(&mut self, spool: &Spool) -> Result<Measured> {
        match self {
            Self::Postgres(floor) => floor.load(spool),
            Self::Sqlite(floor) => floor.load(spool),
        }
    }

    /// Stages and merges a raw file into `floor_users` with set-based SQL; PostgreSQL only.
    pub(crate) fn merge(&mut self, file: &Path) -> Result<Measured> {
        match self {
            Self::Postgres(floor) => floor.merge(file),
            Self::Sqlite(_) => bail!("the merge floor is a PostgreSQL script"),
        }
    }

    /// Writes what is still in memory, so that the next measurement does not pay for this one.
    pub(crate) fn settle(&mut self) -> Result<()> {
        match self {
            Self::Postgres(floor) => floor.settle(),
            Self::Sqlite(floor) => floor.settle(),
        }
    }

    /// Seconds the server has computed; `None` for SQLite, which has none.
    pub(crate) fn server_seconds(&mut self) -> Option<f64> {
        match self {
            Self::Postgres(floor) => floor.server_seconds(),
            Self::Sqlite(_) => None,
        }
    }

    /// Removes the floor's table.
    pub(crate) fn remove(&mut self) -> Result<()> {
        match self {
            Self::Postgres(floor) => floor.remove(),
            Self::Sqlite(floor) => floor.remove(),
        }
    }
}

#[cfg(test)]
mod tests {
    use directory::accounts::{self, NewAccount};
    use kernel::{Clock, Ids};
    use tempfile::TempDir;

    use super::*;
    use crate::generate;

    testkit::on_both! {
        fn loads_every_clean_row_of_a_generated_file(db: &testkit::TestDb) {
            let (folder, file) = sheet();
            with_account(db);
            let mut floor = Floor::open(db.url()).unwrap();
            let spool = floor.spool(&file).unwrap();
            assert!((900..1000).contains(&spool.rows), "{} of 1000 rows are clean", spool.rows);
            for filled in [false, true] {
                floor.prepare(filled).unwrap();
                assert_eq!(floor.load(&spool).unwrap().rows, spool.rows);
            }
            floor.remove().unwrap();
            drop(folder);
        }
    }

    #[test]
    fn merges_a_raw_file() {
        testkit::on_postgres(|db| {
            let (folder, file) = sheet();
            with_account(db);
            let mut floor = Floor::open(db.url()).unwrap();
            floor.prepare(false).unwrap();
            assert_eq!(floor.merge(&file).unwrap().rows, 1000);
            // The second time the rows are known: a merge that inserted again would break a unique index.
            assert_eq!(floor.merge(&file).unwrap().rows, 1000);
            drop(folder);
        });
    }

    fn sheet() -> (TempDir, std::path::PathBuf) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("people.csv");
        let request = generate::Request {
            rows: 1000,
            seed: 5,
            dirty: 5.0,
            after: 0,
            groups: false,
            updates_of: None,
            format: "csv".to_owned(),
            output: file.clone(),
        };
        generate::write(&request).unwrap();
        (folder, file)
    }

    fn with_account(db: &testkit::TestDb) {
        db.write_blocking(|tx| {
            let new = NewAccount {
                name: "Bench".to_owned(),
                default_country: None,
                time_zone: None,
            };
            accounts::create(tx, &Clock::fixed(testkit::NOW), &Ids::seeded(1), &new).map(drop)
        })
        .unwrap();
    }
}
