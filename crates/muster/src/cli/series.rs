//! What can be typed about recurring imports.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Account, Json, List};

#[derive(Debug, Subcommand)]
pub(crate) enum Series {
    /// List them.
    List(List),
    /// Show one with its last ten runs.
    Show(Named),
    /// Make one.
    Add(Box<Add>),
    /// Look for a file now, also if it is the last one again.
    Run(Named),
    /// Hand a file over.
    Push {
        #[command(flatten)]
        series: Named,
        /// The spreadsheet; - for standard input.
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
    },
    /// Let it do nothing by itself.
    Pause(Named),
    /// Let it go on.
    Resume(Named),
    /// Remove it; its imports stay.
    Remove {
        #[command(flatten)]
        series: Named,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

impl Series {
    pub(super) fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.json,
            Self::Add(add) => add.json.json,
            Self::Show(series)
            | Self::Run(series)
            | Self::Pause(series)
            | Self::Resume(series)
            | Self::Push { series, .. }
            | Self::Remove { series, .. } => series.json.json,
        }
    }
}

/// A series by its name.
#[derive(Clone, Debug, Args)]
pub(crate) struct Named {
    /// Its name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Its name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) account: Account,
    #[command(flatten)]
    pub(crate) json: Json,
    /// Folder to look in, below the one given by --series-folder; without, files are pushed.
    #[arg(long, value_name = "DIR")]
    pub(crate) folder: Option<String>,
    /// Which of its files are meant; * stands for any characters, ? for any one.
    #[arg(long, default_value = "*", value_name = "PATTERN")]
    pub(crate) pattern: String,
    /// When to look: `new-file`, `every:MINUTES`, `daily:HH:MM`, or push for never by itself.
    #[arg(long, default_value = "push", value_name = "WHEN")]
    pub(crate) schedule: String,
    /// Do as this import did: its settings and columns, by its number or id.
    #[arg(long, value_name = "IMPORT")]
    pub(crate) like: Option<String>,
    /// What imports start with, if they are not like another.
    #[arg(long, default_value = "general", value_parser = ["general", "invite", "team", "roles", "cards"])]
    pub(crate) preset: String,
    /// Add people, update them, both, or also deactivate those of the scope who are missing.
    #[arg(long, value_parser = ["add-update", "add", "update", "match"])]
    pub(crate) mode: Option<String>,
    /// Whom files are a complete list of: series (people of its earlier imports), all, group:NAME or
    /// team:NAME; may be given several times.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Vec<String>,
    /// What happens to people of a file who are deactivated.
    #[arg(long, value_parser = ["leave", "fresh", "restore", "skip"])]
    pub(crate) former: Option<String>,
    /// What happens to cards that somebody else holds.
    #[arg(long, value_parser = ["refuse", "leave", "move"])]
    pub(crate) card_held: Option<String>,
    /// Hold when more of the scope's people would be deactivated, in percent [default: 2].
    #[arg(long, value_name = "PERCENT")]
    pub(crate) most_removed: Option<i64>,
    /// Hold when more people would be deactivated [default: 25].
    #[arg(long, value_name = "PEOPLE")]
    pub(crate) most_people: Option<i64>,
    /// Hold when the file's size or rows differ more from the last one, in percent [default: 25].
    #[arg(long, value_name = "PERCENT")]
    pub(crate) most_changed: Option<i64>,
    /// Hold when more rows cannot be imported, in percent [default: 5].
    #[arg(long, value_name = "PERCENT")]
    pub(crate) most_failed: Option<i64>,
}
