//! What can be typed about cards.

use clap::{Args, Subcommand};
use kernel::{CardState, CardType};

use super::{Account, Json};

#[derive(Debug, Subcommand)]
pub(crate) enum Cards {
    /// List cards, newest first, 50 at a time, and how many stand where; numbers are masked.
    List(CardList),
    /// Make a card for somebody who has none.
    Add(Add),
    /// Issue the cards that are reserved for people.
    Issue(Issue),
    /// Stop a card for a while.
    Pause(One),
    /// Let a paused card work again.
    Resume(One),
    /// Take a card back for good.
    Revoke(One),
    /// Give a card to somebody without one.
    Move {
        #[command(flatten)]
        one: One,
        /// The person, by e-mail address, phone, user ID or id.
        #[arg(long, value_name = "USER")]
        to: String,
    },
    /// Revoke a card and make one with another number for its holder, valid for as long.
    Replace {
        #[command(flatten)]
        one: One,
        /// The new number; made up when it is not given, which an RF card needs.
        #[arg(long, value_name = "NUMBER")]
        number: Option<String>,
        #[command(flatten)]
        json: Json,
    },
}

impl Cards {
    pub(super) const fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json.json,
            Self::Add(add) => add.json.json,
            Self::Issue(issue) => issue.json.json,
            Self::Replace { json, .. } => json.json,
            Self::Pause(_) | Self::Resume(_) | Self::Revoke(_) | Self::Move { .. } => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct CardList {
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Only those that stand here: reserved, issued, active, paused, expired, revoked.
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub(crate) state: Option<CardState>,
    /// A card number, or the beginning of a name, e-mail address, phone number or user ID.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["state", "after"])]
    pub(crate) search: Option<String>,
    /// Only those older than this one.
    #[arg(long, value_name = "ID")]
    pub(crate) after: Option<kernel::CardId>,
}

/// One card.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// Its id or number, as the account writes numbers.
    pub(crate) card: String,
    #[command(flatten)]
    pub(crate) account: Account,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The person, by e-mail address, phone, user ID or id.
    pub(crate) user: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The number, as the account writes numbers; made up when it is not given.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// mobile, rf or qr; the account's usual one when it is not given.
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    pub(crate) kind: Option<CardType>,
    #[command(flatten)]
    pub(crate) validity: Dates,
    /// Only reserve it.
    #[arg(long)]
    pub(crate) reserve: bool,
}

/// How long cards are valid.
#[derive(Clone, Debug, Args)]
pub(crate) struct Dates {
    /// From when, as clocks of the account show it, such as `2026-03-01 08:00`.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) from: Option<String>,
    /// Until when; the account's usual validity when it is not given.
    #[arg(long, value_name = "MOMENT")]
    pub(crate) until: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// These people, by e-mail address, phone, user ID or id.
    #[arg(value_name = "USER", required_unless_present_any = ["import", "reserved"])]
    pub(crate) users: Vec<String>,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// The people an import created or changed, by its number or id.
    #[arg(long, value_name = "ID", conflicts_with_all = ["users", "reserved"])]
    pub(crate) import: Option<String>,
    /// Everybody for whom a card is reserved.
    #[arg(long, conflicts_with = "users")]
    pub(crate) reserved: bool,
    #[command(flatten)]
    pub(crate) validity: Dates,
    /// Only say what would happen.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Write what became of everybody to this file, as CSV.
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub(crate) results: Option<std::path::PathBuf>,
}

fn state(text: &str) -> Result<CardState, String> {
    CardState::parse(text).map_err(|fault| fault.to_string())
}

fn kind(text: &str) -> Result<CardType, String> {
    CardType::parse(text).map_err(|fault| fault.to_string())
}
