//! What can be typed about backups.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Json;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    pub(crate) command: Option<BackupCommand>,
    /// The file to write; it must not be there yet.
    #[arg(required = true)]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BackupCommand {
    /// Read a whole backup and compare it with its checksums, without restoring it.
    Verify {
        /// The backup.
        file: PathBuf,
        #[command(flatten)]
        json: Json,
    },
}

impl Backup {
    pub(super) fn wants_json(&self) -> bool {
        match &self.command {
            Some(BackupCommand::Verify { json, .. }) => json.json,
            None => self.json.json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) json: Json,
}
