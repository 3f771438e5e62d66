//! One connection to either database, and the transactions on it.

use std::path::PathBuf;

use crate::{
    address::Server,
    error::{Error, Result},
    migrations,
    postgres::{self, Connection as PostgresConnection},
    sqlite::{self, Purpose},
    tx::{Driver, Tx},
};

/// Where connections go, and how they are set up.
#[derive(Clone)]
pub(crate) enum Target {
    Sqlite {
        path: PathBuf,
        purpose: Purpose,
        cache_kib: u32,
    },
    Postgres(Server),
}

/// An open connection.
pub(crate) struct Conn {
    driver: Wire,
    is_broken: bool,
}

enum Wire {
    Sqlite {
        connection: rusqlite::Connection,
        temporary: Vec<String>,
        purpose: Purpose,
    },
    Postgres(Box<PostgresConnection>),
}

/// What a transaction may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

impl Target {
    /// Opens a connection and makes its temporary tables.
    pub(crate) fn connect(&self) -> Result<Conn> {
        let driver = match self {
            Self::Sqlite {
                path,
                purpose,
                cache_kib,
            } => {
                let connection = sqlite::open(path, *purpose, *cache_kib)?;
                connection
                    .execute_batch(migrations::SESSION.sqlite)
                    .map_err(Error::unavailable)?;
                let temporary =
                    sqlite::temporary_tables(&connection).map_err(Error::unavailable)?;
                Wire::Sqlite {
                    connection,
                    temporary,
                    purpose: *purpose,
                }
            }
            Self::Postgres(server) => {
                let mut connection = postgres::Connection::open(server)?;
                connection
                    .client()?
                    .batch_execute(migrations::SESSION.postgres)
                    .map_err(Error::unavailable)?;
                Wire::Postgres(Box::new(connection))
            }
        };
        Ok(Conn {
            driver,
            is_broken: false,
        })
    }
}

impl Conn {
    /// Takes `work` and runs it in a transaction, which is committed if it succeeds and may write.
    ///
    /// If no transaction can begin, `work` stays where it is.
    pub(crate) fn run<T, E: From<Error>>(
        &mut self,
        access: Access,
        work: &mut Option<impl FnOnce(&mut Tx<'_>) -> Result<T, E>>,
    ) -> Result<T, E> {
        // Stays set if `work` panics: the pool then throws the connection away.
        self.is_broken = true;
        let outcome = self.transact(access, work);
        self.is_broken = work.is_some() && matches!(self.driver, Wire::Postgres(_));
        outcome
    }

    fn transact<T, E: From<Error>>(
        &mut self,
        access: Access,
        work: &mut Option<impl FnOnce(&mut Tx<'_>) -> Result<T, E>>,
    ) -> Result<T, E> {
        let (driver, temporary) = begin(&mut self.driver, access)?;
        let work = work.take().ok_or(Error::Aborted)?;
        let mut tx = Tx::new(driver);
        let value = work(&mut tx)?;
        match access {
            // A read has nothing to keep; what it put into temporary tables goes.
            Access::Read => drop(tx),
            Access::Write => tx.commit(temporary)?,
        }
        Ok(value)
    }

    /// Whether the connection must not be used again.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken
            || match &self.driver {
                Wire::Sqlite { .. } => false,
                Wire::Postgres(connection) => connection.is_closed(),
            }
    }
}

fn begin(driver: &mut Wire, access: Access) -> Result<(Driver<'_>, &[String])> {
    match driver {
        Wire::Sqlite {
            connection,
            temporary,
            purpose,
        } => {
            let behavior = match purpose {
                Purpose::Read => rusqlite::TransactionBehavior::Deferred,
                Purpose::Write => rusqlite::TransactionBehavior::Immediate,
            };
            let tx = rusqlite::Transaction::new(connection, behavior);
            match tx {
                Ok(tx) => Ok((Driver::Sqlite(tx), temporary)),
                Err(error) => Err(begin_failed(error)),
            }
        }
        Wire::Postgres(connection) => {
            let (client, prepared) = connection.parts()?;
            let tx = match access {
                // Like a read on SQLite: every statement sees the same moment.
                Access::Read => client
                    .build_transaction()
                    .isolation_level(::postgres::IsolationLevel::RepeatableRead)
                    .read_only(true)
                    .start(),
                Access::Write => client.transaction(),
            };
            let tx = tx.map_err(|error| Error::postgres("begin", error))?;
            Ok((Driver::Postgres(tx, prepared), &[]))
        }
    }
}

fn begin_failed(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy) => Error::Busy,
        _ => Error::Statement {
            statement: "begin",
            source: error.into(),
        },
    }
}
