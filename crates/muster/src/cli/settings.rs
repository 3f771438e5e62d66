//! What can be typed after `muster settings`.

use clap::Args;

use super::{Account, Json};

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Settings to change as KEY=VALUE; all are printed when none is named.
    #[arg(value_name = "KEY=VALUE")]
    pub(crate) values: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}
