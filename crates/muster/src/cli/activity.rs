//! What can be typed about the activity log.

use clap::Args;
use directory::activity::{ActorKind, Area};
use kernel::ActivityId;

use super::{Account, Json};

/// What happened in the account, newest first.
#[derive(Debug, Args)]
pub(crate) struct Activity {
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Print every matching entry as CSV.
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Only from this time on, as clocks of the account show it: `2026-03-01T08:00`.
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only before this time.
    #[arg(long, value_name = "TIME")]
    pub(crate) until: Option<String>,
    /// Only by this kind of actor: person, token, series, system.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    pub(crate) who: Option<ActorKind>,
    /// Only by this person: id, e-mail address or user ID.
    #[arg(long, value_name = "KEY")]
    pub(crate) by: Option<String>,
    /// Only of this part: added, changed, deleted, groups, access, devices, cards, invitations, imports, `sign_in`,
    /// workflows, documents, requests, messages, settings.
    #[arg(long, value_name = "PART", value_parser = area)]
    pub(crate) what: Option<Area>,
    /// Only about this person: id, e-mail address or user ID.
    #[arg(long, value_name = "KEY")]
    pub(crate) on: Option<String>,
    /// Only about the import with this number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) import: Option<i64>,
    /// Only with these words in the sentence.
    #[arg(long, value_name = "WORDS")]
    pub(crate) text: Option<String>,
    /// Only older than this entry; 50 entries are listed at a time.
    #[arg(long, value_name = "ID")]
    pub(crate) before: Option<ActivityId>,
}

fn kind(text: &str) -> Result<ActorKind, String> {
    ActorKind::parse(text).ok_or_else(|| {
        let names = ActorKind::ALL.map(ActorKind::as_str);
        format!("use one of {}", names.join(", "))
    })
}

fn area(text: &str) -> Result<Area, String> {
    Area::parse(text).ok_or_else(|| {
        let names = Area::ALL.map(Area::as_str);
        format!("use one of {}", names.join(", "))
    })
}
