//! The product as somebody at a terminal runs it.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::database::Database;
use crate::process::{self, Ended};

/// The binary under measurement.
pub(crate) struct Product {
    binary: PathBuf,
}

/// One import from the first byte to the last result.
#[derive(Debug, Clone, Default)]
pub(crate) struct Import {
    pub(crate) id: String,
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
    pub(crate) peak_bytes: u64,
    pub(crate) counts: BTreeMap<String, u64>,
    pub(crate) stages: BTreeMap<String, f64>,
}

/// The owner of the account under measurement.
pub(crate) const EMAIL: &str = "owner@bench.example";
pub(crate) const PASSWORD: &str = "bench-only-correct-horse-battery";

const COUNTS: &[&str] = &[
    "rows",
    "created",
    "updated",
    "unchanged",
    "skipped",
    "failed",
];
/// Some rows of a generated file are bad on purpose.
const DONE_WITH_PROBLEMS: i32 = 3;

impl Product {
    pub(crate) fn find(binary: &Path) -> Result<Self> {
        let binary = std::fs::canonicalize(binary)
            .with_context(|| format!("cannot find {}", binary.display()))?;
        Ok(Self { binary })
    }

    /// Makes the account.
    pub(crate) fn init(&self, database: &Database) -> Result<()> {
        let password = database.folder.join("password");
        std::fs::write(&password, PASSWORD)?;
        let ended = self.run(
            database,
            [
                OsStr::new("init"),
                OsStr::new("--account"),
                OsStr::new("Bench"),
                OsStr::new("--email"),
                OsStr::new(EMAIL),
                OsStr::new("--password-file"),
                password.as_os_str(),
            ],
        )?;
        succeeded(&ended, &[0])
    }

    /// Imports the file.
    pub(crate) fn import(&self, database: &Database, file: &Path, dry_run: bool) -> Result<Import> {
        let mut arguments = vec![
            OsStr::new("import"),
            file.as_os_str(),
            OsStr::new("--json"),
            OsStr::new("--default-country"),
            OsStr::new("ZA"),
        ];
        arguments.push(OsStr::new(if dry_run { "--dry-run" } else { "--yes" }));
        let ended = self.run(database, arguments)?;
        succeeded(&ended, &[0, DONE_WITH_PROBLEMS])?;
        let answer: Value = serde_json::from_slice(&ended.output.stdout)
            .context("the answer of `muster import --json` is not JSON")?;
        let counts = COUNTS
            .iter()
            .filter_map(|key| Some(((*key).to_owned(), answer.get(*key)?.as_u64()?)))
            .collect();
        let stages = answer
            .get("seconds")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter_map(|(stage, seconds)| Some((stage.clone(), seconds.as_f64()?)))
            .collect();
        let id = answer
            .get("import")
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Import {
            id: id.to_owned(),
            wall: ended.wall,
            cpu: ended.cpu,
            peak_bytes: ended.peak_bytes,
            counts,
            stages,
        })
    }

    /// Exports all users to a file and says how long that took.
    pub(crate) fn export(&self, database: &Database, file: &Path) -> Result<Ended> {
        let ended = self.run(
            database,
            [
                OsStr::new("users"),
                OsStr::new("export"),
                OsStr::new("--format"),
                OsStr::new("csv"),
                OsStr::new("-o"),
                file.as_os_str(),
            ],
        )?;
        succeeded(&ended, &[0])?;
        Ok(ended)
    }

    /// The server on this database, at any free port.
    pub(crate) fn serve(&self, database: &Database) -> Command {
        self.command(
            database,
            ["serve", "--listen", "127.0.0.1:0"].map(OsStr::new),
        )
    }

    fn run<'a>(
        &self,
        database: &Database,
        arguments: impl IntoIterator<Item = &'a OsStr>,
    ) -> Result<Ended> {
        process::run(&mut self.command(database, arguments))
    }

    fn command<'a>(
        &self,
        database: &Database,
        arguments: impl IntoIterator<Item = &'a OsStr>,
    ) -> Command {
        let mut command = Command::new(&self.binary);
        command
            .args(arguments)
            .arg("--database")
            .arg(&database.url)
            .arg("--data")
            .arg(&database.folder);
        command
    }
}

fn succeeded(ended: &Ended, codes: &[i32]) -> Result<()> {
    if ended
        .output
        .status
        .code()
        .is_some_and(|code| codes.contains(&code))
    {
        return Ok(());
    }
    bail!(
        "muster ended with {}: {}",
        ended.output.status,
        String::from_utf8_lossy(&ended.output.stderr)
    )
}
