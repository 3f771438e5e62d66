//! What can be typed about reports.

use clap::{Args, Subcommand};
use directory::reports::Part;

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum Report {
    /// Last sign-ins, documents of the last weeks, invitations, versions of the app.
    Users(Users),
}

impl Report {
    pub(super) const fn wants_json(&self) -> bool {
        match self {
            Self::Users(users) => users.json.json,
        }
    }
}

/// The report on users.
#[derive(Debug, Args)]
pub(crate) struct Users {
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Print one part as CSV: `sign_ins`, weeks, people, invitations, versions.
    #[arg(long, value_name = "PART", conflicts_with = "json", value_parser = part)]
    pub(crate) csv: Option<Part>,
}

fn part(text: &str) -> Result<Part, String> {
    Part::parse(text).ok_or_else(|| {
        let names = Part::ALL.map(Part::as_str);
        format!("use one of {}", names.join(", "))
    })
}
