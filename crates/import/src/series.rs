//! Recurring imports: a name, where files come from, when to look, what to do, and when to hold.
//!
//! Each run is an import of its own through the same use cases a person goes through: receive,
//! check, start. Instead of a person, brakes look at the plan; where one trips, the import stays at
//! its plan for somebody to decide. Source files are only ever read. Not here: what an import does.

mod brakes;
mod comparison;
mod due;
mod folder;
mod keep;
mod people;
mod run;
mod schedule;
pub(crate) mod store;

pub use brakes::Brakes;
pub use comparison::Comparison;
pub use keep::{Also, NewSeries};
pub use schedule::Schedule;

use db::{FromRow, Row};
use kernel::{AccountId, ImportId, SeriesId, SeriesRunId, Timestamp, UserId};

use crate::{Preset, Refusal, Settings, record::parsed};

/// A recurring import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The account.
    pub account: AccountId,
    /// Its id.
    pub id: SeriesId,
    /// Its name, of which the account has one.
    pub name: String,
    /// The folder to look in, below the operator's folder for series; none when files are pushed.
    pub folder: Option<String>,
    /// Which files of the folder are meant: `*` and `?` stand for any characters and any one.
    pub pattern: String,
    /// When to look.
    pub schedule: Schedule,
    /// What each import is to do.
    pub settings: Settings,
    /// When to hold.
    pub brakes: Brakes,
    /// It does nothing by itself at the moment.
    pub paused: bool,
    /// Counts the changes people make to it.
    pub rev: i64,
    /// When it looks next.
    pub next_at: Option<Timestamp>,
    /// Name, size and time of the file that was looked at last.
    pub(crate) seen: Option<String>,
    /// Who saved it; its imports have this person's rights. None for the command line.
    pub saved_by: Option<UserId>,
    /// Their name then.
    pub saved_by_name: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for Series {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let schedule: String = row.get("schedule")?;
        Ok(Self {
            account: row.get("account_id")?,
            id: row.get("id")?,
            name: row.get("name")?,
            folder: row.get("folder")?,
            pattern: row.get("pattern")?,
            schedule: Schedule::parse(&schedule).unwrap_or(Schedule::Pushed),
            settings: parsed(row.get("settings")?).unwrap_or_else(|| Settings::of(Preset::General)),
            brakes: parsed(row.get("brakes")?).unwrap_or_default(),
            paused: row.get("paused")?,
            rev: row.get("rev")?,
            next_at: row.get("next_at")?,
            seen: row.get("seen")?,
            saved_by: row.get("saved_by")?,
            saved_by_name: row.get("saved_by_name")?,
            created_at: row.get("created_at")?,
        })
    }
}

/// What came of one look for a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// The file is being looked at.
    Looking,
    /// The import was started.
    Started,
    /// The import waits for a person.
    Held,
    /// The file is the last one again.
    NothingNew,
    /// There is no file.
    NoFile,
    /// An earlier import of the series still waits for a person.
    Waits,
    /// The file cannot be used.
    Failed,
}

impl RunOutcome {
    const ALL: [Self; 7] = [
        Self::Looking,
        Self::Started,
        Self::Held,
        Self::NothingNew,
        Self::NoFile,
        Self::Waits,
        Self::Failed,
    ];

    /// The outcome with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Looking => "looking",
            Self::Started => "started",
            Self::Held => "held",
            Self::NothingNew => "nothing_new",
            Self::NoFile => "no_file",
            Self::Waits => "waits",
            Self::Failed => "failed",
        }
    }

    /// What to call it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Looking => "Looking",
            Self::Started => "Imported",
            Self::Held => "Held",
            Self::NothingNew => "Nothing new",
            Self::NoFile => "No file",
            Self::Waits => "Waits",
            Self::Failed => "Failed",
        }
    }
}

/// One look of a series for a new file.
#[derive(Clone, Debug)]
pub struct SeriesRun {
    /// The series.
    pub series: SeriesId,
    /// Its id.
    pub id: SeriesRunId,
    /// What came of it.
    pub outcome: RunOutcome,
    /// Why, as sentences.
    pub reasons: Vec<String>,
    /// How the file differs from the last accepted one.
    pub comparison: Option<Comparison>,
    /// The import it made.
    pub import: Option<ImportId>,
    /// The file's name.
    pub file_name: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was decided.
    pub finished_at: Option<Timestamp>,
}

impl FromRow for SeriesRun {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let outcome: String = row.get("outcome")?;
        Ok(Self {
            series: row.get("series_id")?,
            id: row.get("id")?,
            outcome: RunOutcome::parse(&outcome).unwrap_or(RunOutcome::Failed),
            reasons: parsed(row.get("reasons")?).unwrap_or_default(),
            comparison: parsed(row.get("comparison")?),
            import: row.get("import_id")?,
            file_name: row.get("file_name")?,
            started_at: row.get("started_at")?,
            finished_at: row.get("finished_at")?,
        })
    }
}

fn refused(code: &str, message: impl Into<String>) -> Refusal {
    Refusal::File {
        code: code.to_owned(),
        message: message.into(),
    }
}
