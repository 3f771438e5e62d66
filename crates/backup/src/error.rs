//! Why there is no backup, or nothing is restored.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why a backup is not written, not good, or not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file that is to be written is there.
    #[error("{0} is there already; a backup never replaces a file")]
    Exists(PathBuf),
    /// Another process writes this backup.
    #[error("another process is writing {0}")]
    Busy(PathBuf),
    /// The file is not one of ours, was cut off, or was changed.
    #[error("{file} is not a whole backup: {problem}")]
    Damaged {
        /// The backup.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A newer program made it.
    #[error(
        "the backup was made by Muster {version}, which is newer than this one; restore it with that version or a later one"
    )]
    Newer {
        /// The version that made it.
        version: String,
    },
    /// The folder has something in it.
    #[error("{0} is not empty; restore into a folder that is")]
    FolderNotEmpty(PathBuf),
    /// A restore into the folder did not end.
    #[error(
        "{0} was left by a restore that did not end; remove the folder and restore the backup again"
    )]
    Unfinished(PathBuf),
    /// The database has tables.
    #[error("the database is not empty; restore into one that is")]
    DatabaseNotEmpty,
    /// What was written is not what the backup holds.
    #[error("{0} is not in the database as the backup has it; nothing was kept")]
    Different(String),
    /// A file cannot be read or written.
    #[error("{}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The database failed.
    #[error("the database failed")]
    Db(#[from] db::Error),
}

impl BackupError {
    /// Its stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exists(_) => "backup_exists",
            Self::Busy(_) => "backup_busy",
            Self::Damaged { .. } => "backup_damaged",
            Self::Newer { .. } => "backup_newer",
            Self::FolderNotEmpty(_) => "folder_not_empty",
            Self::Unfinished(_) => "restore_unfinished",
            Self::DatabaseNotEmpty => "database_not_empty",
            Self::Different(_) => "restore_different",
            Self::Io { .. } | Self::Db(_) => "failed",
        }
    }

    /// Whether it is the machine that failed, and not a refusal.
    pub fn is_internal(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Db(_) | Self::Different(_))
    }
}

/// Names the file a failure is about.
pub(crate) fn at(path: &Path) -> impl Fn(io::Error) -> BackupError {
    move |source| BackupError::Io {
        path: path.to_owned(),
        source,
    }
}
