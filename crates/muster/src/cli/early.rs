//! What can be typed about early access.

use clap::{Args, Subcommand};

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum EarlyAccess {
    /// List people by where their early access stands.
    List {
        /// Where it stands.
        #[arg(long, default_value = "requested",
              value_parser = ["requested", "approved", "refused", "ended", "expired"])]
        state: String,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Give it to people, whether they asked or not, and send them the link.
    Approve(People),
    /// Refuse what people asked for.
    Refuse(People),
    /// Take it back.
    End(People),
    /// Show or set the link and the versions.
    Settings {
        /// Where the early version is installed from; empty for none.
        #[arg(long, value_name = "URL")]
        link: Option<String>,
        /// The early version, such as 2.10.1; empty for none.
        #[arg(long, value_name = "VERSION")]
        early: Option<String>,
        /// The version everybody has; once it has caught up, early access expires.
        #[arg(long, value_name = "VERSION")]
        released: Option<String>,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
}

#[derive(Debug, Args)]
pub(crate) struct People {
    /// Ids, e-mail addresses, phone numbers or external ids.
    #[arg(required = true, value_name = "KEY")]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
}

impl EarlyAccess {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List { json, .. } | Self::Settings { json, .. } => json.json,
            Self::Approve(_) | Self::Refuse(_) | Self::End(_) => false,
        }
    }
}
