//! Addresses of databases: `sqlite:PATH` and `postgres://…`.
//!
//! A PostgreSQL address is encrypted if it says `sslmode=require`, `verify-ca` or `verify-full`,
//! which all check the server's certificate; `sslrootcert=FILE` names who may sign it.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use postgres::{Config, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{
    error::{Error, Result},
    tls,
};

/// Where a database is.
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(Server),
}

/// A PostgreSQL server, and how to talk to it.
#[derive(Clone)]
pub(crate) struct Server {
    config: Box<Config>,
    tls: Option<MakeRustlsConnect>,
}

impl Server {
    /// Opens a connection.
    pub(crate) fn connect(&self) -> Result<postgres::Client> {
        match &self.tls {
            Some(tls) => self.config.connect(tls.clone()),
            None => self.config.connect(NoTls),
        }
        .map_err(Error::unavailable)
    }
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Address(
                    "the address of a SQLite database needs a path".into(),
                ));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return server(url).map(Self::Postgres);
        }
        Err(Error::Address(
            "a database is sqlite:PATH or postgres://…".into(),
        ))
    }
}

/// Whether opening this address would make a new database, as SQLite does where there is no file.
pub fn would_be_made(url: &str) -> Result<bool> {
    Ok(match url.parse()? {
        Address::Sqlite(path) => !path.exists(),
        Address::Postgres(_) => false,
    })
}

fn server(url: &str) -> Result<Server> {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut authorities = None;
    let mut kept = Vec::new();
    for parameter in parameters
        .split('&')
        .filter(|parameter| !parameter.is_empty())
    {
        match parameter.split_once('=') {
            Some(("sslrootcert", path)) => authorities = Some(Path::new(path)),
            // The driver knows only the first of these, and leaves the checking to us.
            Some(("sslmode", "verify-ca" | "verify-full")) => kept.push("sslmode=require"),
            _ => kept.push(parameter),
        }
    }
    let mut config: Config = format!("{address}?{}", kept.join("&"))
        .parse()
        .map_err(|error| Error::Address(format!("not a PostgreSQL address: {error}")))?;
    if config.get_application_name().is_none() {
        config.application_name("muster");
    }
    let tls = match config.get_ssl_mode() {
        SslMode::Require => Some(tls::connector(authorities)?),
        _ => None,
    };
    Ok(Server {
        config: Box::new(config),
        tls,
    })
}
