//! Migrations: forward only, in order, each in a transaction of its own.
//!
//! What was applied is remembered with a checksum; a migration is never edited.

use kernel::Timestamp;

use crate::{
    error::{Error, Result},
    from_row, params,
    pool::Db,
    sql, sql_pair,
    tx::{Driver, Tx},
};

/// A script in the words of each database.
pub(crate) struct Script {
    name: &'static str,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! script {
    ($name:literal) => {
        Script {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// Runs on every new connection: its temporary tables.
pub(crate) const SESSION: Script = script!("session");

/// All migrations, oldest first.
const MIGRATIONS: &[Script] = &[
    script!("0001_directory_and_imports"),
    script!("0002_edits"),
    script!("0003_shared_mappings"),
    script!("0004_scope_and_series"),
    script!("0005_safety"),
    script!("0007_api_tokens"),
    script!("0008_delivery"),
    script!("0009_invitations"),
    script!("0011_own_portal"),
    script!("0012_access"),
    script!("0013_admit"),
    script!("0014_two_factor"),
    script!("0015_photos_and_requests"),
    script!("0016_workflows_and_documents"),
    script!("0017_views_and_bulk"),
    script!("0018_cards"),
    script!("0019_leaving"),
    script!("0020_activity"),
    script!("0021_roles"),
    script!("0022_settings_and_merge"),
    script!("0023_card_runs_given_up"),
    script!("0025_bulk_actor"),
    script!("0026_keep_deleted"),
    script!("0027_notification_choices"),
    script!("0031_provisioning"),
    script!("0032_api"),
    script!("0033_uploads"),
    script!("0034_webhooks"),
    script!("0036_exports"),
    script!("0037_tries"),
];

/// On PostgreSQL one process migrates and the others wait; on SQLite there is one writer anyway.
const LOCK: &str = "select pg_advisory_xact_lock(hashtextextended('migrate', 0))";

struct Applied {
    name: String,
    checksum: String,
}

from_row!(Applied { name, checksum });

impl Db {
    /// Applies what is missing and says what that was.
    ///
    /// Several processes may do this at once: each migration is applied by one of them.
    pub fn migrate(&self, now: Timestamp) -> Result<Vec<String>> {
        let mut applied = Vec::new();
        while let Some(name) = self.write_blocking(|tx| step(tx, now))? {
            applied.push(name);
        }
        Ok(applied)
    }

    /// The migrations that are still to be applied.
    pub fn pending(&self) -> Result<Vec<String>> {
        self.read_blocking(|tx| {
            Ok(missing(tx)?
                .iter()
                .map(|script| script.name.to_owned())
                .collect())
        })
    }
}

/// Applies the next migration, if there is one.
fn step(tx: &mut Tx<'_>, now: Timestamp) -> Result<Option<String>> {
    if let Driver::Postgres(..) = tx.driver {
        tx.batch(LOCK)?;
    }
    let Some(script) = missing(tx)?.first().copied() else {
        return Ok(None);
    };
    apply(tx, script, now)?;
    Ok(Some(script.name.to_owned()))
}

/// The names of the migrations that are applied, oldest first.
pub(crate) fn applied(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let missing = missing(tx)?.len();
    let names = MIGRATIONS.iter().map(|script| script.name.to_owned());
    Ok(names.take(MIGRATIONS.len() - missing).collect())
}

/// Applies the first migrations to a database without tables, if this program knows them by these names.
pub(crate) fn apply_first(tx: &mut Tx<'_>, names: &[String], now: Timestamp) -> Result<()> {
    if let Driver::Postgres(..) = tx.driver {
        tx.batch(LOCK)?;
    }
    for (position, name) in names.iter().enumerate() {
        match MIGRATIONS.get(position) {
            Some(script) if script.name == name => apply(tx, script, now)?,
            _ => {
                return Err(Error::Migration {
                    name: name.clone(),
                    problem: "is not known to this program",
                });
            }
        }
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, script: &Script, now: Timestamp) -> Result<()> {
    tx.execute(sql!("migrations/create"), params![])?;
    let text = script.text(tx);
    tx.batch(text)?;
    let checksum = checksum(text);
    tx.execute(
        sql!("migrations/insert"),
        params![script.name, checksum, now],
    )?;
    Ok(())
}

/// The names of all migrations this program knows, oldest first.
pub fn known_migrations() -> Vec<&'static str> {
    MIGRATIONS.iter().map(|script| script.name).collect()
}

/// The migrations that are not applied, after checking those that are.
fn missing(tx: &mut Tx<'_>) -> Result<Vec<&'static Script>> {
    let (exists,) = tx.fetch_one::<(bool,)>(sql_pair!("migrations/exists"), params![])?;
    let applied: Vec<Applied> = if exists {
        tx.fetch(sql!("migrations/list"), params![])?
    } else {
        Vec::new()
    };
    for (position, done) in applied.iter().enumerate() {
        let problem = match MIGRATIONS.get(position) {
            Some(script) if script.name != done.name => "is not known to this program",
            Some(script) if checksum(script.text(tx)) != done.checksum => {
                "was changed after it had been applied"
            }
            Some(_) => continue,
            None => "was applied by a newer program",
        };
        return Err(Error::Migration {
            name: done.name.clone(),
            problem,
        });
    }
    Ok(MIGRATIONS.iter().skip(applied.len()).collect())
}

/// A checksum of all migrations: the same for programs that make the same tables.
pub fn schema_checksum() -> String {
    let mut hash = blake3::Hasher::new();
    for script in MIGRATIONS {
        hash.update(script.sqlite.as_bytes())
            .update(script.postgres.as_bytes());
    }
    hash.finalize().to_hex().to_string()
}

impl Script {
    fn text(&self, tx: &Tx<'_>) -> &'static str {
        match tx.driver {
            Driver::Sqlite(_) => self.sqlite,
            Driver::Postgres(..) => self.postgres,
        }
    }
}

fn checksum(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
