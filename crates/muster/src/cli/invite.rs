//! What can be typed to give many people access at once.

use std::path::PathBuf;

use clap::Args;
use kernel::{AccessType, Schedule};

use super::{Account, Json};

/// `muster invite`: one access type, some devices, and a list of people.
#[derive(Debug, Args)]
pub(crate) struct Invite {
    /// CSV, TSV, XLSX or ODS with name, phone and notes, in this order or with a header.
    pub(crate) file: PathBuf,
    /// A device, by its name; give the option once for each.
    #[arg(long = "device", value_name = "NAME", required = true)]
    pub(crate) devices: Vec<String>,
    /// full, tenant, always, repeat or temporary.
    #[arg(long, value_name = "TYPE", value_parser = kind)]
    pub(crate) access: AccessType,
    /// The end of temporary access: a day, or a day and a time in the account's time zone.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) until: Option<String>,
    /// The hours of repeated access, such as "Mon-Fri 09:00-17:00".
    #[arg(long, value_name = "HOURS", value_parser = schedule)]
    pub(crate) schedule: Option<Schedule>,
    /// Only say what would happen.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

fn kind(text: &str) -> Result<AccessType, String> {
    AccessType::parse(text).map_err(|fault| fault.to_string())
}

fn schedule(text: &str) -> Result<Schedule, String> {
    Schedule::parse(text).map_err(|fault| fault.to_string())
}
