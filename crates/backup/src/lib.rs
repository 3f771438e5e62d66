//! One file with everything an installation holds, and an installation made of such a file.
//!
//! [`write()`] reads the database at one moment and copies the files beside it, while servers and imports go on.
//! [`Archive`] opens such a file and can be verified without restoring it; [`Claimed`] fills an empty folder and an empty
//! database. The tables are written in a form of our own that both databases read, so a backup of one restores into the
//! other (docs/decisions/0033). Not here: what rows and files mean, except for drafts of imports (`import::backups`).

mod archive;
mod error;
mod files;
mod manifest;
mod restore;
mod rows;
mod write;

#[cfg(test)]
mod tests;

pub use archive::Archive;
pub use error::BackupError;
pub use manifest::{Draft, FileEntry, Manifest, TableEntry};
pub use restore::{Claimed, is_unfinished};
pub use write::write;
