//! Groups and teams, modules, and fields of the account's own.

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Groups {
    /// List groups and teams.
    List(List),
    /// Create a group or team.
    Create {
        /// Its name.
        name: String,
        /// What it is.
        #[arg(long, default_value = "group", value_parser = ["group", "team"])]
        kind: String,
        #[command(flatten)]
        account: Account,
    },
    /// Give a group or team another name.
    Rename {
        /// Its name.
        name: String,
        /// The new one.
        new: String,
        #[command(flatten)]
        which: WhichGroup,
    },
    /// Delete a group or team; its people stay.
    Delete {
        /// Its name.
        name: String,
        /// How many people are in it; not needed when nobody is.
        #[arg(long, value_name = "N", default_value_t = 0)]
        people: i64,
        #[command(flatten)]
        which: WhichGroup,
    },
    /// List the people of a group or team.
    Members {
        /// Its name.
        name: String,
        #[command(flatten)]
        which: WhichGroup,
        #[command(flatten)]
        json: Json,
    },
    /// Put somebody into a group or team.
    Add {
        /// Its name.
        name: String,
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        which: WhichGroup,
    },
    /// Take somebody out of a group or team.
    Remove {
        /// Its name.
        name: String,
        /// Id, e-mail address, phone number or external id.
        key: String,
        #[command(flatten)]
        which: WhichGroup,
    },
}

/// Groups and teams may have the same name.
#[derive(Clone, Debug, Args)]
pub(crate) struct WhichGroup {
    /// What it is.
    #[arg(long, default_value = "group", value_parser = ["group", "team"])]
    pub(crate) kind: String,
    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Modules {
    /// List modules with their seats.
    List(List),
    /// Own a module with so many seats.
    Set {
        /// Its key: `lone_working`, `events`, `audits`, or one of your own.
        key: String,
        /// How many people may have it.
        #[arg(long)]
        seats: u32,
        #[command(flatten)]
        account: Account,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Fields {
    /// List fields.
    List(List),
    /// Add a field.
    Create {
        /// Its label; the key is made from it.
        label: String,
        /// What it holds.
        #[arg(long, default_value = "text", value_parser = ["text", "number", "date", "bool", "choice"])]
        kind: String,
        /// A value of a choice; may be given several times.
        #[arg(long = "choice", value_name = "VALUE")]
        choices: Vec<String>,
        #[command(flatten)]
        account: Account,
    },
    /// Give a field another label; its key stays.
    Rename {
        /// Its key, such as `custom.locker`.
        key: String,
        /// The new label.
        label: String,
        #[command(flatten)]
        account: Account,
    },
    /// Remove a field that nobody has a value of.
    Remove {
        /// Its key, such as `custom.locker`.
        key: String,
        #[command(flatten)]
        account: Account,
    },
}
