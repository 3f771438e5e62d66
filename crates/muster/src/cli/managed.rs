//! What can be typed after `muster managed-configuration`.

use std::path::PathBuf;

use clap::Args;

use super::Account;

#[derive(Debug, Args)]
pub(crate) struct Managed {
    /// One person, by id, e-mail address, phone number or external id: with their own address.
    #[arg(
        conflicts_with = "placeholder",
        required_unless_present = "placeholder"
    )]
    pub(crate) key: Option<String>,
    /// What the MDM replaces by the address of a device's user, such as {{mail}}.
    #[arg(long, value_name = "TEXT")]
    pub(crate) placeholder: Option<String>,
    /// For Apple's devices (plist) or Android's (json).
    #[arg(long, default_value = "plist", value_parser = ["plist", "json"])]
    pub(crate) form: String,
    /// File to write; standard output when not given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) account: Account,
}
