//! Throw-away databases for one measurement each.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use postgres::{Client, NoTls};

/// Where to measure: `sqlite`, or a PostgreSQL server whose user may create databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Sqlite,
    Postgres(String),
}

impl Place {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == "sqlite" {
            Ok(Self::Sqlite)
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else {
            Err("give `sqlite` or a postgres:// address".to_owned())
        }
    }

    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }
}

/// A database that is removed when dropped, with a data folder for the product.
pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) folder: PathBuf,
    server: Option<(String, String)>,
}

impl Database {
    /// Makes an empty database.
    pub(crate) fn create(place: &Place, folder: &Path, number: u32) -> Result<Self> {
        let name = format!("muster_bench_{}_{number}", std::process::id());
        let folder = folder.join(&name);
        fs::create_dir_all(&folder)?;
        let Place::Postgres(server) = place else {
            let url = format!("sqlite:{}", folder.join("bench.db").display());
            return Ok(Self {
                url,
                folder,
                server: None,
            });
        };
        let mut client = Client::connect(server, NoTls).context("cannot connect to PostgreSQL")?;
        client.batch_execute(&format!("create database {name}"))?;
        let (before, options) = server
            .split_once('?')
            .map_or((server.as_str(), ""), |(url, options)| (url, options));
        let (host, _) = before
            .rsplit_once('/')
            .context("the address names no database")?;
        let separator = if options.is_empty() { "" } else { "?" };
        Ok(Self {
            url: format!("{host}/{name}{separator}{options}"),
            folder,
            server: Some((server.clone(), name)),
        })
    }

    /// Removes the database and its folder.
    pub(crate) fn remove(&mut self) -> Result<()> {
        if let Some((server, name)) = self.server.take() {
            let mut client = Client::connect(&server, NoTls)?;
            client.batch_execute(&format!("drop database if exists {name} with (force)"))?;
        }
        fs::remove_dir_all(&self.folder)?;
        Ok(())
    }
}
