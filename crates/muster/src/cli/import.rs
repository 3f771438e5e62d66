//! What can be typed after `muster import`, and how a file is to be read.

use std::path::PathBuf;

use clap::Args;

use super::{Account, FieldChoices, Saved, Values};

/// How a file is to be read; what is not given is detected.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Format {
    /// Encoding, such as utf-8, windows-1252 or `shift_jis`.
    #[arg(long, value_name = "NAME")]
    pub(crate) encoding: Option<String>,
    /// What separates cells; \t for the tab.
    #[arg(long, value_name = "CHAR")]
    pub(crate) delimiter: Option<String>,
    /// What wraps cells; none when nothing does.
    #[arg(long, value_name = "CHAR")]
    pub(crate) quote: Option<String>,
    /// Row of the header from 1, or none.
    #[arg(long, value_name = "N|none")]
    pub(crate) header_row: Option<String>,
    /// Sheet of a workbook, by name or number from 1.
    #[arg(long, value_name = "NAME|N")]
    pub(crate) sheet: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The spreadsheet; - for standard input.
    #[arg(value_name = "FILE|-")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) account: Account,
    /// What the import starts with.
    #[arg(long, default_value = "general", value_parser = ["general", "invite", "team", "roles", "cards"])]
    pub(crate) preset: String,
    /// Stop at the plan.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Whether the people of the import are invited once it is done: none, now.
    #[arg(long, default_value = "none", value_parser = ["none", "now"])]
    pub(crate) invite: String,
    /// Do not ask before writing.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Print one JSON document.
    #[arg(long)]
    pub(crate) json: bool,
    /// Map a column: HEADER=field.
    #[arg(long, value_name = "HEADER=field", value_parser = mapped)]
    pub(crate) map: Vec<(String, String)>,
    /// Leave a column out.
    #[arg(long, value_name = "HEADER")]
    pub(crate) ignore: Vec<String>,
    /// What people are recognised by, in the order of trust.
    #[arg(long = "match", value_name = "KEYS", value_delimiter = ',',
          value_parser = ["external_id", "email", "phone", "card_id"])]
    pub(crate) match_keys: Vec<String>,
    /// Add people, update them, both, or also deactivate those of the scope who are missing.
    #[arg(long, value_parser = ["add-update", "add", "update", "match"])]
    pub(crate) mode: Option<String>,
    /// Whom the file is a complete list of: all, group:NAME or team:NAME; may be given several times.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// What happens to people of the file who are deactivated.
    #[arg(long, value_parser = ["leave", "fresh", "restore", "skip"])]
    pub(crate) former: Option<String>,
    /// What happens to cards that somebody else holds.
    #[arg(long, value_parser = ["refuse", "leave", "move"])]
    pub(crate) card_held: Option<String>,
    /// What happens to people who are there already.
    #[arg(long, value_parser = ["skip", "keep", "overwrite"])]
    pub(crate) existing: Option<String>,
    /// Import the good rows, or nothing unless all are good.
    #[arg(long, value_parser = ["skip", "stop"])]
    pub(crate) bad_rows: Option<String>,
    /// What happens to groups the account does not have.
    #[arg(long, value_parser = ["create", "error"])]
    pub(crate) unknown_group: Option<String>,
    /// Value for people whose row has none: field=value.
    #[arg(long, value_name = "field=value", value_parser = valued)]
    pub(crate) set: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) saved: Saved,
    #[command(flatten)]
    pub(crate) fields: FieldChoices,
    #[command(flatten)]
    pub(crate) values: Values,
    /// Country whose national phone numbers are understood.
    #[arg(long, value_name = "CC")]
    pub(crate) default_country: Option<String>,
    /// Order of dates that are not in ISO form.
    #[arg(long, value_parser = ["ymd", "dmy", "mdy"])]
    pub(crate) date_order: Option<String>,
    #[command(flatten)]
    pub(crate) format: Format,
    /// How card numbers are written.
    #[arg(long, value_parser = ["decimal", "hex"])]
    pub(crate) card_id: Option<String>,
    /// Start of validity for cards without one.
    #[arg(long, value_name = "D")]
    pub(crate) card_start: Option<String>,
    /// End of validity for cards without one.
    #[arg(long, value_name = "D")]
    pub(crate) card_end: Option<String>,
    /// Confirm a plan that asks for its number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) confirm: Option<i64>,
    /// Pause after so many written rows for a look; `muster imports resume` goes on.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    pub(crate) pause_after: Option<i64>,
    /// Write all rows with outcome, `user_id` and error to a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) results: Option<PathBuf>,
    /// Write the rows that were not imported, with their errors, to a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) errors: Option<PathBuf>,
}

/// Splits at the last equals sign: headers may have one, field keys do not.
fn mapped(text: &str) -> Result<(String, String), String> {
    halves(text.rsplit_once('='), "HEADER=field")
}

/// Splits at the first equals sign: values may have one, field keys do not.
pub(super) fn valued(text: &str) -> Result<(String, String), String> {
    halves(text.split_once('='), "field=value")
}

pub(super) fn halves(halves: Option<(&str, &str)>, form: &str) -> Result<(String, String), String> {
    halves
        .map(|(left, right)| (left.trim().to_owned(), right.trim().to_owned()))
        .ok_or_else(|| format!("write it as {form}"))
}

impl Import {
    /// Whether the people of the import are invited once it is done.
    pub(crate) fn invites(&self) -> bool {
        self.invite == "now"
    }
}
