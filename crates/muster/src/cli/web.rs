//! What can be typed about how the server is reached, and about configuration, completions and manual pages.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::Json;

/// How the server is reached, and what it tells of itself.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Network and logs")]
pub(crate) struct Web {
    /// Certificate chain as PEM: the server then speaks https itself; needs --tls-key.
    #[arg(long, env = "MUSTER_TLS_CERT", value_name = "FILE")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// Key of the certificate as PEM. Both files are read again on SIGHUP, and within a minute after they changed.
    #[arg(long, env = "MUSTER_TLS_KEY", value_name = "FILE")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Address and port without encryption that only sends browsers to the public URL.
    #[arg(long, env = "MUSTER_REDIRECT_LISTEN", value_name = "ADDR")]
    pub(crate) redirect_listen: Option<String>,
    /// Proxies that are believed about whom a request comes from, such as 10.0.0.0/8; with commas between.
    #[arg(
        long,
        env = "MUSTER_TRUSTED_PROXIES",
        value_name = "NETWORKS",
        value_delimiter = ','
    )]
    pub(crate) trusted_proxies: Vec<String>,
    /// Address and port of the page of numbers for Prometheus, /metrics; none when not given.
    #[arg(long, env = "MUSTER_METRICS_LISTEN", value_name = "ADDR")]
    pub(crate) metrics_listen: Option<String>,
    /// How log lines look [default: text].
    #[arg(long, value_enum, env = "MUSTER_LOG_FORMAT")]
    pub(crate) log_format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Look whether the settings can work: keys, files, permissions of secrets, addresses, certificates.
    Check(Json),
    /// Print the JSON schema of the configuration file.
    Schema,
    /// Print a configuration file with every setting explained.
    Example,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Folder for the pages; made if it is not there.
    pub(crate) folder: PathBuf,
}
