//! The list of what a backup holds: its last entry, and the first one read.

use kernel::{AccountId, ImportId};
use serde::{Deserialize, Serialize};

/// The form of backups that this program writes and reads.
pub(crate) const FORMAT: u32 = 1;
/// The manifest's entry.
pub(crate) const NAME: &str = "manifest.json";

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the file.
    pub format: u32,
    /// The version that made it.
    pub version: String,
    /// When the database was read, in microseconds since 1970.
    pub made_at: i64,
    /// The database it was made from, for showing.
    pub database: String,
    /// The migrations that had been applied, oldest first.
    pub migrations: Vec<String>,
    /// The tables, each after those it refers to.
    pub tables: Vec<TableEntry>,
    /// The files of the data folder.
    pub files: Vec<FileEntry>,
    /// Drafts that were changed while the files were copied: they are checked again.
    pub check_again: Vec<Draft>,
}

/// One table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableEntry {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the values of each row.
    pub columns: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
    /// How long it is.
    pub bytes: u64,
    /// The hash of its content, in hexadecimal.
    pub blake3: String,
}

/// One file of the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Where it is in the data folder, with `/` between folders.
    pub path: String,
    /// How long it is.
    pub bytes: u64,
    /// The hash of its content, in hexadecimal.
    pub blake3: String,
}

/// A draft of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Whose it is.
    pub account: AccountId,
    /// The import.
    pub import: ImportId,
}

impl Manifest {
    /// How many rows all tables have together.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// How much all files have together.
    pub fn file_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

impl TableEntry {
    /// The entry of the table's rows.
    pub(crate) fn entry(&self) -> String {
        table_entry(&self.name)
    }
}

impl FileEntry {
    /// The entry of the file's content.
    pub(crate) fn entry(&self) -> String {
        format!("files/{}", self.path)
    }
}

/// The entry of a table's rows.
pub(crate) fn table_entry(name: &str) -> String {
    format!("tables/{name}.jsonl")
}
