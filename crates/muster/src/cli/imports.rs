//! What can be typed after `muster imports`.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Subcommand};

use super::{Account, List, Target, ToFile};

#[derive(Debug, Subcommand)]
pub(crate) enum Imports {
    /// List imports, newest first.
    List(List),
    /// Show one import.
    Show(Target),
    /// List the mappings that were saved under a name.
    Mappings(List),
    /// Save its columns, options and values under a name, for later imports.
    SaveMapping {
        #[command(flatten)]
        target: Target,
        /// The name.
        name: String,
    },
    /// Remove a saved mapping.
    RemoveMapping {
        /// Its name.
        name: String,
        #[command(flatten)]
        account: Account,
    },
    /// List the distinct values of its list columns, and what they mean.
    Values(Target),
    /// Write all its rows with their outcome.
    Results(ToFile),
    /// Write its rows that were not imported, with the reasons.
    Errors(ToFile),
    /// Write its rows that must be fixed, with keys by which `correct` finds them again.
    ToFix(ToFile),
    /// Take rows that were corrected in a spreadsheet back into it.
    Correct {
        #[command(flatten)]
        target: Target,
        /// The corrected file.
        #[arg(long, value_name = "FILE")]
        file: PathBuf,
    },
    /// Change values of its rows, or leave rows out, before it runs.
    Fix(Box<Fix>),
    /// List what was changed of its rows; undo or redo one of the changes.
    Changes {
        #[command(flatten)]
        target: Target,
        /// Undo the change of this number.
        #[arg(long, value_name = "NUMBER", conflicts_with = "redo")]
        undo: Option<i64>,
        /// Redo the change of this number.
        #[arg(long, value_name = "NUMBER")]
        redo: Option<i64>,
    },
    /// Begin an import of the rows that this one left.
    Rest(Target),
    /// Take it back.
    Undo {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Show or set for how long rows and files of imports are kept.
    Retention {
        #[command(flatten)]
        account: Account,
        /// Keep them for so many months after an import has ended.
        #[arg(long, value_name = "N")]
        months: Option<i64>,
        /// Remove what is older now, rather than with the server's daily work.
        #[arg(long)]
        now: bool,
    },
    /// Do it again after it was taken back; once.
    Redo {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
    /// Go on with an import that was paused, left at its plan, or whose process ended.
    Resume {
        #[command(flatten)]
        target: Target,
        /// Confirm a plan that asks for its number.
        #[arg(long, value_name = "NUMBER")]
        confirm: Option<i64>,
        /// Do not ask again when the plan is out of date and a new check makes another one.
        #[arg(long, short)]
        yes: bool,
    },
    /// End it for good: row details and files are removed, counts are kept.
    Complete {
        #[command(flatten)]
        target: Target,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
    },
}

impl Imports {
    pub(super) fn target_json(&self) -> bool {
        match self {
            Self::List(list) | Self::Mappings(list) => list.json,
            Self::Fix(fix) => fix.target.json.json,
            Self::SaveMapping { target, .. }
            | Self::Show(target)
            | Self::Rest(target)
            | Self::Values(target)
            | Self::Correct { target, .. }
            | Self::Changes { target, .. }
            | Self::Resume { target, .. }
            | Self::Undo { target, .. }
            | Self::Redo { target, .. }
            | Self::Complete { target, .. } => target.json.json,
            Self::Retention { .. }
            | Self::Results(_)
            | Self::Errors(_)
            | Self::ToFix(_)
            | Self::RemoveMapping { .. } => false,
        }
    }
}

impl Imports {
    /// Whose imports, if the database here has them.
    pub(crate) const fn account(&self) -> &Account {
        match self {
            Self::List(list) | Self::Mappings(list) => &list.account,
            Self::Fix(fix) => &fix.target.account,
            Self::SaveMapping { target, .. }
            | Self::Show(target)
            | Self::Rest(target)
            | Self::Values(target)
            | Self::Correct { target, .. }
            | Self::Changes { target, .. }
            | Self::Resume { target, .. }
            | Self::Undo { target, .. }
            | Self::Redo { target, .. }
            | Self::Complete { target, .. } => &target.account,
            Self::Results(file) | Self::Errors(file) | Self::ToFix(file) => &file.account,
            Self::RemoveMapping { account, .. } | Self::Retention { account, .. } => account,
        }
    }
}

/// What is done to which rows of a draft.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that can be typed"
)]
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("action").required(true).args([
    "suggest", "set", "clear", "find", "skip", "take", "accept", "card", "keep",
])))]
pub(crate) struct Fix {
    #[command(flatten)]
    pub(crate) target: Target,
    /// Rows with this problem.
    #[arg(long, value_name = "CODE")]
    pub(crate) code: Option<String>,
    /// The problem's field.
    #[arg(long, value_name = "FIELD", requires = "code")]
    pub(crate) field: Option<String>,
    /// Only where the faulty value is this one.
    #[arg(long, value_name = "VALUE", requires = "code")]
    pub(crate) value: Option<String>,
    /// Rows by number, such as 12 or 12,40.
    #[arg(
        long,
        value_name = "ROWS",
        value_delimiter = ',',
        conflicts_with = "code"
    )]
    pub(crate) rows: Vec<u64>,
    /// Rows with this outcome of the plan, such as skipped.
    #[arg(long, value_name = "OUTCOME", conflicts_with_all = ["code", "rows"],
        value_parser = ["created", "updated", "unchanged", "skipped", "failed"])]
    pub(crate) outcome: Option<String>,
    /// Columns by their headers; those of the problem, or all, when not given.
    #[arg(long, value_name = "HEADER")]
    pub(crate) column: Vec<String>,
    /// Put in what is suggested.
    #[arg(long)]
    pub(crate) suggest: bool,
    /// Set all values to this one.
    #[arg(long, value_name = "VALUE")]
    pub(crate) set: Option<String>,
    /// Clear the values.
    #[arg(long)]
    pub(crate) clear: bool,
    /// Find this text in values and replace it.
    #[arg(long, value_name = "TEXT", requires = "replace")]
    pub(crate) find: Option<String>,
    /// What is put there.
    #[arg(long, value_name = "TEXT", requires = "find")]
    pub(crate) replace: Option<String>,
    /// How the text is found: exact, contains or regex.
    #[arg(long, value_name = "HOW", default_value = "contains", requires = "find",
        value_parser = ["exact", "contains", "regex"])]
    pub(crate) how: String,
    /// Capital letters matter.
    #[arg(long, requires = "find")]
    pub(crate) match_case: bool,
    /// Leave the rows out.
    #[arg(long)]
    pub(crate) skip: bool,
    /// Take rows that were left out back in.
    #[arg(long)]
    pub(crate) take: bool,
    /// Take broken lines as they were read.
    #[arg(long)]
    pub(crate) accept: bool,
    /// What becomes of the rows' cards, which somebody else holds.
    #[arg(long, value_name = "HOW", value_parser = ["refuse", "leave", "move"])]
    pub(crate) card: Option<String>,
    /// Of rows with the same key, keep the first, the last, or the first filled from the others.
    #[arg(long, value_name = "WHICH", requires = "code", value_parser = ["first", "last", "merged"])]
    pub(crate) keep: Option<String>,
    /// Only show what would change.
    #[arg(long)]
    pub(crate) preview: bool,
}
