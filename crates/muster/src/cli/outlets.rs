//! The options about messages: how they leave, and what their links begin with.

use std::path::PathBuf;

use clap::Args;

/// The ways out; shown by `--help`, not by `-h`.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Messages")]
pub(crate) struct Outlets {
    /// What links in messages begin with, such as `https://people.example.com` [default: http://
    /// and the address that is listened on].
    #[arg(
        long,
        global = true,
        env = "MUSTER_PUBLIC_URL",
        value_name = "URL",
        hide_short_help = true
    )]
    pub(crate) public_url: Option<String>,
    /// Mail server: `smtp[s]://[user:password@]host[:port][?tls=required|offered|none&ca=FILE]`;
    /// e-mail is kept in the outbox when not given.
    #[arg(
        long,
        global = true,
        env = "MUSTER_SMTP",
        value_name = "URL",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) smtp: Option<String>,
    /// File whose first line is the address of the mail server.
    #[arg(
        long,
        global = true,
        env = "MUSTER_SMTP_FILE",
        value_name = "FILE",
        conflicts_with = "smtp",
        hide_short_help = true
    )]
    pub(crate) smtp_file: Option<PathBuf>,
    /// Address that e-mail comes from; needed with a mail server.
    #[arg(
        long,
        global = true,
        env = "MUSTER_MAIL_FROM",
        value_name = "ADDRESS",
        hide_short_help = true
    )]
    pub(crate) mail_from: Option<String>,
    /// Mailbox for mail that comes back; each message gets its own address, `name+id@domain`.
    #[arg(
        long,
        global = true,
        env = "MUSTER_BOUNCES_TO",
        value_name = "ADDRESS",
        hide_short_help = true
    )]
    pub(crate) bounces_to: Option<String>,
    /// E-mails a second at most, by all processes together [default: 50].
    #[arg(
        long,
        global = true,
        env = "MUSTER_MAIL_RATE",
        value_name = "N",
        hide_short_help = true
    )]
    pub(crate) mail_rate: Option<String>,
    /// SMS gateway that takes what Twilio takes: `https://sid:token@host?from=+12025550123`; SMS are
    /// kept in the outbox when not given.
    #[arg(
        long,
        global = true,
        env = "MUSTER_SMS",
        value_name = "URL",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) sms: Option<String>,
    /// File whose first line is the address of the SMS gateway.
    #[arg(
        long,
        global = true,
        env = "MUSTER_SMS_FILE",
        value_name = "FILE",
        conflicts_with = "sms",
        hide_short_help = true
    )]
    pub(crate) sms_file: Option<PathBuf>,
    /// SMS a second at most, by all processes together [default: 5].
    #[arg(
        long,
        global = true,
        env = "MUSTER_SMS_RATE",
        value_name = "N",
        hide_short_help = true
    )]
    pub(crate) sms_rate: Option<String>,
    /// Secret of the address where a mail server may leave returned mail, `/hooks/bounces`; the
    /// address is closed when not given.
    #[arg(
        long,
        global = true,
        env = "MUSTER_BOUNCE_TOKEN",
        value_name = "SECRET",
        hide_env_values = true,
        hide_short_help = true
    )]
    pub(crate) bounce_token: Option<String>,
    /// File whose first line is that secret.
    #[arg(
        long,
        global = true,
        env = "MUSTER_BOUNCE_TOKEN_FILE",
        value_name = "FILE",
        conflicts_with = "bounce_token",
        hide_short_help = true
    )]
    pub(crate) bounce_token_file: Option<PathBuf>,
    /// Private networks that webhooks may be in, such as 10.1.0.0/16; with commas between. None when not given.
    #[arg(
        long,
        global = true,
        env = "MUSTER_WEBHOOK_NETWORKS",
        value_name = "NETWORKS",
        value_delimiter = ',',
        hide_short_help = true
    )]
    pub(crate) webhook_networks: Vec<String>,
}
