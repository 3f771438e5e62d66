//! What can be typed about photos.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum Photos {
    /// Take in many at once: the files of a folder, or a ZIP.
    Import(Import),
    /// Take an upload back: whoever still has a photo of it gets the former one, or none.
    Undo {
        /// The upload's id, as `import --json` prints it and the address of its page says.
        batch: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The folder or ZIP; each file is named after its person.
    #[arg(value_name = "DIR|ZIP")]
    pub(crate) source: PathBuf,
    /// What a file name says without its ending, in the order of trust.
    #[arg(long = "by", value_name = "KEYS", value_delimiter = ',',
          default_value = "external_id,email,id", value_parser = ["external_id", "email", "id"])]
    pub(crate) recognise: Vec<String>,
    /// Replace the photos of people who have one.
    #[arg(long)]
    pub(crate) replace: bool,
    /// Write what became of each file to a CSV file.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

impl Photos {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::Import(import) => import.json.json,
            Self::Undo { json, .. } => json.json,
        }
    }
}
