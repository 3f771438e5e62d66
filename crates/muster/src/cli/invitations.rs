//! What can be typed about invitations.

use clap::{Args, Subcommand};
use invite::{Standing, wave::Wanted};
use kernel::InvitationId;

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum Invitations {
    /// List invitations, newest first, 50 at a time, and how many stand where.
    List(InvitationList),
    /// Invite people who never signed in.
    Send(Send),
    /// Make a link to hand over; it is printed this once, and earlier links of the person stop working.
    Link {
        /// The person, by e-mail address, phone, user ID or id.
        user: String,
        #[command(flatten)]
        account: Account,
    },
    /// Take an open invitation back.
    Withdraw {
        /// Its id.
        id: InvitationId,
        #[command(flatten)]
        account: Account,
    },
    /// Let the link of an open invitation work for so many days from now on.
    Extend {
        /// Its id.
        id: InvitationId,
        /// 1 to 90.
        #[arg(long, default_value_t = 14)]
        days: i64,
        #[command(flatten)]
        account: Account,
    },
}

impl Invitations {
    pub(super) const fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json.json,
            Self::Send(send) => send.json.json,
            Self::Link { .. } | Self::Withdraw { .. } | Self::Extend { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct InvitationList {
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Only those that stand here: prepared, waiting, sent, bounced, failed, accepted, expired, withdrawn.
    #[arg(long, value_name = "STANDING", value_parser = standing)]
    pub(crate) standing: Option<Standing>,
    /// Only those older than this one.
    #[arg(long, value_name = "ID")]
    pub(crate) before: Option<InvitationId>,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// These people, by e-mail address, phone, user ID or id.
    #[arg(value_name = "USER", required_unless_present_any = ["import", "everybody", "standing"])]
    pub(crate) users: Vec<String>,
    /// The people an import created or changed, by its id or number.
    #[arg(long, value_name = "IMPORT", conflicts_with_all = ["users", "everybody"])]
    pub(crate) import: Option<String>,
    /// Everybody who never signed in.
    #[arg(long, conflicts_with = "users")]
    pub(crate) everybody: bool,
    /// Everybody whose invitation stands here: prepared, waiting, sent, bounced, failed, expired. Use it with --again.
    #[arg(long, value_name = "STANDING", value_parser = standing, requires = "again", conflicts_with_all = ["users", "import", "everybody"])]
    pub(crate) standing: Option<Standing>,
    /// Also those who were invited before and have not come.
    #[arg(long)]
    pub(crate) again: bool,
    /// How: any (e-mail, or SMS where there is no address), email, sms.
    #[arg(long, default_value = "any", value_parser = channel)]
    pub(crate) channel: Wanted,
    /// For so many days the links work, 1 to 90; the account's setting when not given.
    #[arg(long)]
    pub(crate) days: Option<i64>,
    /// Not before this moment, such as 2026-12-01T09:00, as clocks of the account show it; at most 90 days ahead.
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    /// Say what would happen, and invite nobody.
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

fn standing(text: &str) -> Result<Standing, String> {
    let names: Vec<_> = Standing::ALL
        .iter()
        .map(|standing| standing.as_str())
        .collect();
    Standing::parse(text).ok_or_else(|| format!("use one of {}", names.join(", ")))
}

fn channel(text: &str) -> Result<Wanted, String> {
    Wanted::parse(text).ok_or_else(|| "use one of any, email, sms".to_owned())
}
