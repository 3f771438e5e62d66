//! Addresses of databases: `sqlite:PATH` and `postgres://…`.

use std::{path::PathBuf, str::FromStr};

use crate::error::Error;

/// Where a database is.
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Config>),
}

impl FromStr for Address {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() {
                return Err(Error::Address(
                    "the address of a SQLite database needs a path".into(),
                ));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(Error::Address(
                "a database is sqlite:PATH or postgres://…".into(),
            ));
        }
        let mut config: postgres::Config = url
            .parse()
            .map_err(|error| Error::Address(format!("not a PostgreSQL address: {error}")))?;
        if config.get_application_name().is_none() {
            config.application_name("muster");
        }
        Ok(Self::Postgres(Box::new(config)))
    }
}
