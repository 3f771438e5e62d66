//! What can be typed about devices and the access of people to them.

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Devices {
    /// List them.
    List(List),
    /// Create one.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        account: Account,
    },
    /// Rename one, or set what its tenants may give their guests.
    Set(Set),
    /// List who has access to one.
    Users(Users),
    /// Give somebody access to one.
    Give(Give),
    /// Take somebody's access to one away, at once.
    Revoke {
        /// The device, by name or id.
        device: String,
        /// The person, by e-mail address, phone number, user id or id.
        person: String,
        #[command(flatten)]
        account: Account,
    },
    /// Hand one over to a new owner; the old one keeps Full access.
    Transfer {
        /// The device, by name or id.
        device: String,
        /// E-mail address or phone number with which the new owner signs in.
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        #[command(flatten)]
        account: Account,
    },
}

impl Devices {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json,
            Self::Users(users) => users.json.json,
            Self::Create { .. }
            | Self::Set(_)
            | Self::Give(_)
            | Self::Revoke { .. }
            | Self::Transfer { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The device, by name or id.
    pub(crate) device: String,
    #[command(flatten)]
    pub(crate) account: Account,
    /// Its new name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// For how many minutes guests of tenants stay at most, 15 to 4320.
    #[arg(long, value_name = "MINUTES")]
    pub(crate) guest_minutes: Option<i64>,
    /// How many guests of tenants there may be at the same time, 1 to 100.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) guests: Option<i64>,
}

#[derive(Debug, Args)]
pub(crate) struct Users {
    /// The device, by name or id.
    pub(crate) device: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Only those whose access stands so; revoked access is listed only when asked for.
    #[arg(long, value_parser = ["active", "pending", "expired", "deactivated", "revoked"])]
    pub(crate) status: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Give {
    /// The device, by name or id.
    pub(crate) device: String,
    /// The person, by e-mail address, phone number, user id or id.
    pub(crate) person: String,
    #[command(flatten)]
    pub(crate) account: Account,
    /// The type of access.
    #[arg(long = "type", value_name = "TYPE", default_value = "always",
          value_parser = ["full", "tenant", "always", "repeat", "temporary"])]
    pub(crate) kind: String,
    /// Days and hours of repeat access, such as "Mon-Fri 09:00-17:00".
    #[arg(long, value_name = "HOURS")]
    pub(crate) schedule: Option<String>,
    /// From when, as "2025-12-31 08:00" on the clocks of the account.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Until when.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Notes for those who manage the device.
    #[arg(long, value_name = "TEXT")]
    pub(crate) notes: Option<String>,
}
