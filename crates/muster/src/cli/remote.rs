//! What can be typed to work against a server.

use std::path::PathBuf;

use clap::Args;

/// The server that commands work against, instead of a database.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Against a server")]
pub(crate) struct Remote {
    /// Address of a server, such as `https://people.example.com`: the command works there, not on a database.
    #[arg(
        long = "server",
        global = true,
        env = "MUSTER_SERVER",
        value_name = "URL"
    )]
    pub(crate) server_url: Option<String>,
    /// Token of the server's API; whoever sees the processes of this machine sees it, which a file or the
    /// environment avoids.
    #[arg(
        long = "token",
        global = true,
        env = "MUSTER_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true
    )]
    pub(crate) api_token: Option<String>,
    /// File whose first line is the token.
    #[arg(
        long = "token-file",
        global = true,
        env = "MUSTER_TOKEN_FILE",
        value_name = "FILE",
        conflicts_with = "api_token"
    )]
    pub(crate) api_token_file: Option<PathBuf>,
    /// Certificates (PEM) that are trusted beside those of this machine.
    #[arg(
        long = "ca-file",
        global = true,
        env = "MUSTER_CA_FILE",
        value_name = "FILE"
    )]
    pub(crate) ca_file: Option<PathBuf>,
    /// Folder in which uploads that were not finished are remembered [default: ~/.cache/muster].
    #[arg(
        long = "cache",
        global = true,
        env = "MUSTER_CACHE",
        value_name = "DIR"
    )]
    pub(crate) cache: Option<PathBuf>,
}
