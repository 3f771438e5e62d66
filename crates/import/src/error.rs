//! Why an import cannot go on: data for the operator, with a stable code.

use std::io;

use directory::Forbidden;
use kernel::Code;
use tabular::FileError;

/// An import or one of its steps was refused; nothing was written by it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The file or the choices are not good enough to go on.
    #[error("{message}")]
    File {
        /// Stable code.
        code: String,
        /// What is wrong and what to do.
        message: String,
    },
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Somebody else changed the import since the page was made.
    #[error("the import was changed by somebody else in the meantime")]
    Stale,
    /// There is no such import.
    #[error("there is no such import")]
    NotFound,
    /// The step does not fit the import's state.
    #[error("the import is {}; this cannot be done now", .0.as_str())]
    WrongState(crate::State),
    /// The database failed.
    #[error(transparent)]
    Db(db::Error),
    /// A file of the import could not be written or read.
    #[error("the import's files cannot be used: {0}")]
    Io(#[from] io::Error),
}

impl Refusal {
    /// A refusal with a code of the table.
    pub fn new(code: Code, detail: impl AsRef<str>) -> Self {
        let detail = detail.as_ref();
        let message = if detail.is_empty() {
            format!("{}. {}", code.title(), code.advice())
        } else {
            format!("{}: {detail}. {}", code.title(), code.advice())
        };
        Self::File {
            code: code.as_str().to_owned(),
            message,
        }
    }

    /// The stable code for programs.
    pub fn code(&self) -> &str {
        match self {
            Self::File { code, .. } => code,
            Self::Forbidden(_) => Code::NotPermitted.as_str(),
            Self::Stale => "changed_meanwhile",
            Self::NotFound => "import_not_found",
            Self::WrongState(_) => "wrong_state",
            Self::Db(_) | Self::Io(_) => "internal",
        }
    }

    /// Why a run is to be paused rather than ended by this, if it is.
    pub(crate) fn halts_a_run(&self) -> Option<Code> {
        match self {
            Self::File { code, .. } if code == Code::TooManyFailures.as_str() => {
                Some(Code::TooManyFailures)
            }
            Self::Db(db::Error::DiskFull) => Some(Code::DiskFull),
            Self::Io(error) if error.kind() == io::ErrorKind::StorageFull => Some(Code::DiskFull),
            _ => None,
        }
    }

    /// Whether the installation failed, rather than the file or the operator.
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Db(_) | Self::Io(_))
    }
}

impl From<db::Error> for Refusal {
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::NotFound => Self::NotFound,
            other => Self::Db(other),
        }
    }
}

impl From<FileError> for Refusal {
    fn from(error: FileError) -> Self {
        Self::File {
            code: error.code().to_owned(),
            message: error.to_string(),
        }
    }
}
