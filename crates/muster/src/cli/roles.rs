//! What can be typed about administrator roles of the account's own.

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Roles {
    /// List them with how many people have each.
    List(List),
    /// Show what one allows.
    Show {
        /// Its name or id.
        role: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Make one, of a template or of single permissions.
    Add(Add),
    /// Change one: what is not named stays.
    Edit(Edit),
    /// Delete one.
    Delete {
        /// Its name or id.
        role: String,
        /// What whoever has it gets instead: another role of the account's own, or user.
        #[arg(long, value_name = "ROLE")]
        instead: Option<String>,
        #[command(flatten)]
        account: Account,
    },
}

impl Roles {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json,
            Self::Show { json, .. } => json.json,
            Self::Add(_) | Self::Edit(_) | Self::Delete { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Its name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Begin with what a template allows: people, site, importer, workflows or auditor.
    #[arg(long, value_name = "KEY")]
    pub(crate) template: Option<String>,
    /// Something it allows, such as users.edit; may be given several times.
    #[arg(long = "may", value_name = "PERMISSION")]
    pub(crate) may: Vec<String>,
    #[command(flatten)]
    pub(crate) scope: RoleScope,
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// Its name or id.
    pub(crate) role: String,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Another name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// All that it allows from now on; may be given several times.
    #[arg(long = "may", value_name = "PERMISSION")]
    pub(crate) may: Vec<String>,
    #[command(flatten)]
    pub(crate) scope: RoleScope,
}

/// For whom, and for which workflows.
#[derive(Debug, Args)]
pub(crate) struct RoleScope {
    /// Only for the people of this group or team, by name or id; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    pub(crate) groups: Vec<String>,
    /// For everybody.
    #[arg(long, conflicts_with = "groups")]
    pub(crate) all_groups: bool,
    /// Only for this workflow, by name or id; may be given several times.
    #[arg(long = "workflow", value_name = "WORKFLOW")]
    pub(crate) workflows: Vec<String>,
    /// For all workflows.
    #[arg(long, conflicts_with = "workflows")]
    pub(crate) all_workflows: bool,
}
