//! What can be typed about messages.

use clap::{Args, Subcommand};
use delivery::{MessageState, Purpose};
use kernel::MessageId;

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum Outbox {
    /// List messages, newest first, 50 at a time.
    List(Messages),
    /// Show one as its recipient gets it, and what became of it.
    Show {
        /// Its id.
        id: MessageId,
        #[command(flatten)]
        account: Account,
        #[command(flatten)]
        json: Json,
    },
    /// Send everything that is due now, of every account, and end.
    Send(Json),
}

impl Outbox {
    pub(super) const fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json.json,
            Self::Show { json, .. } | Self::Send(json) => json.json,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Messages {
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Only those in this state: queued, sent, captured, bounced, failed, withdrawn.
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub(crate) state: Option<MessageState>,
    /// Only those for this: invitation, reminder, access, `password_reset`, `security_notice`, bounces,
    /// `early_access`, `own_data`.
    #[arg(long, value_name = "PURPOSE", value_parser = purpose)]
    pub(crate) purpose: Option<Purpose>,
    /// Only those whose recipient begins so.
    #[arg(long, value_name = "TEXT")]
    pub(crate) to: Option<String>,
    /// Only those older than this one.
    #[arg(long, value_name = "ID")]
    pub(crate) before: Option<MessageId>,
}

/// A mail that came back, on standard input.
#[derive(Debug, Args)]
pub(crate) struct Bounce {
    /// The address it was delivered to, if the mail server says so.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) recipient: Option<String>,
}

fn state(text: &str) -> Result<MessageState, String> {
    let names = MessageState::ALL.iter().map(|state| state.as_str());
    MessageState::parse(text).ok_or_else(|| one_of(names))
}

fn purpose(text: &str) -> Result<Purpose, String> {
    let names = Purpose::ALL.iter().map(|purpose| purpose.as_str());
    Purpose::parse(text).ok_or_else(|| one_of(names))
}

fn one_of<'n>(names: impl Iterator<Item = &'n str>) -> String {
    format!("use one of {}", names.collect::<Vec<_>>().join(", "))
}
