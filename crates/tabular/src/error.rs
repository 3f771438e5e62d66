//! Why a file as a whole cannot be read, in words that say what to do.

use std::io;

use crate::content::Foreign;

/// A file that cannot be read at all; problems of single rows are [`crate::Fault`]s.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system could not deliver the bytes.
    #[error("the file cannot be read from disk")]
    Unreadable(#[source] io::Error),
    /// No bytes at all.
    #[error("the file is empty: save the spreadsheet again and choose that file")]
    Empty,
    /// Larger than the upload limit.
    #[error("the file is larger than the limit of {} MiB: split it into several files", .limit_bytes >> 20)]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// Unpacks to more than is allowed.
    #[error(
        "the file unpacks to more than is allowed ({limit}): save it as plain CSV, or split it"
    )]
    UnpacksTooLarge {
        /// The limit, in words.
        limit: String,
    },
    /// There is no row with anything in it.
    #[error("the file has no rows: only blank lines or blank cells were found")]
    NoDataRows,
    /// The chosen header row lies after the last row.
    #[error("header row {row} is beyond the end of the file, which has {rows} rows")]
    HeaderRowOutOfRange {
        /// The chosen row.
        row: u64,
        /// Rows in the file.
        rows: u64,
    },
    /// Not a table, but something we know.
    #[error("{}", .0.message())]
    Foreign(Foreign),
    /// A workbook protected by a password.
    #[error(
        "the workbook is protected by a password: open it, remove the password, save it and choose that file"
    )]
    EncryptedWorkbook,
    /// An archive entry protected by a password.
    #[error("the archive is protected by a password: unpack it and choose the file inside")]
    EncryptedArchive,
    /// An archive without a table in it.
    #[error(
        "the archive contains no table: put one CSV or workbook into it, or choose that file itself"
    )]
    NoTableInArchive,
    /// An archive with several tables in it.
    #[error("the archive contains several tables ({}): choose one of them and import it by itself", .names.join(", "))]
    SeveralTables {
        /// Names of the tables inside.
        names: Vec<String>,
    },
    /// The chosen sheet does not exist.
    #[error("there is no sheet {wanted}: the workbook has {}", .sheets.join(", "))]
    SheetUnknown {
        /// What was asked for.
        wanted: String,
        /// What there is.
        sheets: Vec<String>,
    },
    /// The chosen encoding has a name nobody knows.
    #[error(
        "the encoding {name} is not known: try utf-8, windows-1252, macintosh, shift_jis, gbk or utf-16le"
    )]
    EncodingUnknown {
        /// The name given.
        name: String,
    },
    /// The chosen delimiter or quote cannot be used.
    #[error("{reason}")]
    DialectInvalid {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A record with more cells than allowed.
    #[error(
        "line {line} has more than {limit} columns: check the delimiter, or remove the unused columns"
    )]
    TooManyColumns {
        /// The line.
        line: u64,
        /// The limit.
        limit: usize,
    },
    /// A record longer than allowed.
    #[error("line {line} is longer than {} MiB: check that the file is a table with line ends", .limit_bytes >> 20)]
    LineTooLong {
        /// The line.
        line: u64,
        /// The limit.
        limit_bytes: usize,
    },
    /// A cell longer than allowed.
    #[error("line {line} has a cell longer than {} KiB: check its quotes", .limit_bytes >> 10)]
    CellTooLong {
        /// The line.
        line: u64,
        /// The limit.
        limit_bytes: usize,
    },
    /// Truncated or contradictory bytes.
    #[error(
        "the {what} is damaged ({reason}): open it in a spreadsheet program, save it again and choose that file"
    )]
    Damaged {
        /// The kind of file.
        what: &'static str,
        /// What was found.
        reason: String,
    },
    /// Writing what was read failed.
    #[error("the output cannot be written")]
    Output(#[source] io::Error),
}

impl FileError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "unreadable",
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::UnpacksTooLarge { .. } => "unpacks_too_large",
            Self::NoDataRows => "no_data_rows",
            Self::HeaderRowOutOfRange { .. } => "header_row_out_of_range",
            Self::Foreign(foreign) => foreign.code(),
            Self::EncryptedWorkbook => "encrypted_workbook",
            Self::EncryptedArchive => "encrypted_archive",
            Self::NoTableInArchive => "no_table_in_archive",
            Self::SeveralTables { .. } => "several_tables",
            Self::SheetUnknown { .. } => "sheet_unknown",
            Self::EncodingUnknown { .. } => "encoding_unknown",
            Self::DialectInvalid { .. } => "dialect_invalid",
            Self::TooManyColumns { .. } => "too_many_columns_in_line",
            Self::LineTooLong { .. } => "line_too_long",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::Damaged { .. } => "damaged",
            Self::Output(_) => "output",
        }
    }
}

/// A limit that was met while unpacking; it travels inside an [`io::Error`].
#[derive(Debug, thiserror::Error)]
#[error("unpacks to more than is allowed ({0})")]
pub(crate) struct UnpackLimit(pub(crate) String);

/// Turns an error of an unpacking reader into ours; `what` is the kind of file.
pub(crate) fn from_unpacking(error: io::Error, what: &'static str) -> FileError {
    if let Some(limit) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<UnpackLimit>())
    {
        return FileError::UnpacksTooLarge {
            limit: limit.0.clone(),
        };
    }
    match error.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
            FileError::Damaged {
                what,
                reason: error.to_string(),
            }
        }
        _ => FileError::Unreadable(error),
    }
}

/// Runs a parser that is not ours; should hostile bytes make it panic, the file is called damaged.
pub(crate) fn guarded<T>(
    what: &'static str,
    parse: impl FnOnce() -> Result<T, FileError>,
) -> Result<T, FileError> {
    // The parser's state is dropped with the panic, so nothing half-made is seen afterwards.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(parse)).unwrap_or_else(|_| {
        Err(FileError::Damaged {
            what,
            reason: "its structure contradicts itself".to_owned(),
        })
    })
}
