//! What can be typed after `muster workflows` and `muster documents`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Workflows {
    /// List them.
    List(List),
    /// Create one.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        account: Account,
    },
    /// Show its steps, groups and number of people.
    Show {
        /// Its name.
        name: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Let somebody take part.
    Add(Part),
    /// Let somebody take part no longer; documents assigned to them stay so.
    Remove(Part),
}

#[derive(Debug, Args)]
pub(crate) struct Part {
    /// Name of the workflow.
    pub(crate) name: String,
    /// E-mail address, user id, phone number or full name of the person.
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) account: Account,
}

/// Which documents.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// Only those of this workflow.
    #[arg(long, value_name = "NAME")]
    pub(crate) workflow: Option<String>,
    /// Only those in this state.
    #[arg(long, value_parser = ["inbox", "draft", "returned", "submitted", "reviewed", "approved", "completed"])]
    pub(crate) state: Option<String>,
    /// Only those of this person.
    #[arg(long, value_name = "KEY")]
    pub(crate) person: Option<String>,
    /// Only those with this in their title.
    #[arg(long)]
    pub(crate) text: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Documents {
    /// List documents, newest first, at most 1,000.
    List {
        #[command(flatten)]
        chosen: Chosen,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Write the newest version of a document's file, or those of many as a ZIP.
    Download {
        /// The document's id.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All that the filters choose, at most 500.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        chosen: Chosen,
        /// Where to write to.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        #[command(flatten)]
        account: Account,
    },
    /// Make documents somebody else's work and tell them, all or none.
    Reassign {
        /// The documents' ids.
        #[arg(required = true)]
        ids: Vec<String>,
        /// E-mail address, user id, phone number or full name of the person.
        #[arg(long, value_name = "KEY")]
        to: String,
        /// What to say to them.
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        account: Account,
    },
}
