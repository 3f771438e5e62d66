//! What can go wrong, in terms a caller can act on.

use std::error::Error as StdError;

use postgres::error::SqlState;
use rusqlite::ffi;

/// The result of database work.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure of the database or of its use.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A unique index or primary key refused a row.
    #[error("{constraint} already has this value")]
    UniqueViolation {
        /// The index's name, the same on both databases; `<table>_pkey` for a primary key.
        constraint: String,
    },
    /// A reference to a row that does not exist, or to one that is still needed.
    #[error("reference to a row that does not exist")]
    ForeignKeyViolation,
    /// Another transaction holds what this one needs; worth another try.
    #[error("the database is busy")]
    Busy,
    /// There is no room left where the database is stored.
    #[error("the disk of the database is full")]
    DiskFull,
    /// There is no such row.
    #[error("no such row")]
    NotFound,
    /// An earlier statement of this transaction failed, so that nothing more can be done in it.
    #[error("an earlier statement of the transaction failed")]
    Aborted,
    /// A column is missing or holds another type.
    #[error("column {column} of {statement} is not {expected}")]
    Column {
        /// The statement that was read.
        statement: &'static str,
        /// The column's position or name.
        column: String,
        /// The Rust type or the name that was expected.
        expected: &'static str,
    },
    /// Any other refusal of a statement.
    #[error("{statement} failed")]
    Statement {
        /// The statement's name.
        statement: &'static str,
        /// What the driver says.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened")]
    Unavailable(#[source] Box<dyn StdError + Send + Sync>),
    /// The address is not one of a database.
    #[error("{0}")]
    Address(String),
    /// The database's migrations are not those of this program.
    #[error("migration {name} {problem}")]
    Migration {
        /// The migration.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Error {
    /// Whether the unique index with this name refused a row.
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::UniqueViolation { constraint } if constraint == name)
    }

    pub(crate) fn unavailable(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Unavailable(source.into())
    }

    pub(crate) fn postgres(statement: &'static str, source: postgres::Error) -> Self {
        let Some(refusal) = source.as_db_error() else {
            let is_lost = source.is_closed()
                || StdError::source(&source).is_some_and(<dyn StdError>::is::<std::io::Error>);
            return if is_lost {
                Self::unavailable(source)
            } else {
                Self::Statement {
                    statement,
                    source: source.into(),
                }
            };
        };
        match *refusal.code() {
            SqlState::UNIQUE_VIOLATION => Self::UniqueViolation {
                constraint: refusal.constraint().unwrap_or_default().to_owned(),
            },
            SqlState::FOREIGN_KEY_VIOLATION => Self::ForeignKeyViolation,
            SqlState::T_R_SERIALIZATION_FAILURE
            | SqlState::T_R_DEADLOCK_DETECTED
            | SqlState::LOCK_NOT_AVAILABLE => Self::Busy,
            SqlState::DISK_FULL => Self::DiskFull,
            SqlState::IN_FAILED_SQL_TRANSACTION => Self::Aborted,
            SqlState::ADMIN_SHUTDOWN | SqlState::CRASH_SHUTDOWN | SqlState::CANNOT_CONNECT_NOW => {
                Self::unavailable(source)
            }
            _ => Self::Statement {
                statement,
                source: source.into(),
            },
        }
    }

    /// Translates a failure on SQLite, asking the connection for the index's name if need be.
    pub(crate) fn sqlite(
        statement: &'static str,
        connection: &rusqlite::Connection,
        source: rusqlite::Error,
    ) -> Self {
        let Some(code) = source.sqlite_error() else {
            return Self::Statement {
                statement,
                source: source.into(),
            };
        };
        match code.extended_code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                Self::UniqueViolation {
                    constraint: crate::sqlite::violated_index(connection, &source.to_string()),
                }
            }
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::ForeignKeyViolation,
            ffi::SQLITE_FULL => Self::DiskFull,
            _ if matches!(
                code.code,
                rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked
            ) =>
            {
                Self::Busy
            }
            _ => Self::Statement {
                statement,
                source: source.into(),
            },
        }
    }
}

/// Turns a unique violation into the caller's own error.
pub trait OnConflict<T> {
    /// `error` if the unique index `name` refused the row; any other failure as it is.
    fn on_conflict<E: From<Error>>(self, name: &str, error: E) -> Result<T, E>;
}

impl<T> OnConflict<T> for Result<T> {
    fn on_conflict<E: From<Error>>(self, name: &str, error: E) -> Result<T, E> {
        self.map_err(|failure| {
            if failure.is_unique(name) {
                error
            } else {
                failure.into()
            }
        })
    }
}
