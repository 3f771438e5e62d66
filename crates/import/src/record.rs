//! One import as the database holds it.

use db::{FromRow, Row};
use directory::Ctx;
use kernel::{AccountId, IdRange, ImportId, Timestamp, UserId};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tabular::Layout;
use uuid::Uuid;

use crate::{mapping::Mapping, plan::Plan, settings::Settings, state::State};

/// The row equation's terms: rows = created + updated + unchanged + skipped + failed + not started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows in the file.
    pub rows: i64,
    /// New people.
    pub created: i64,
    /// People whose fields or links change.
    pub updated: i64,
    /// People who are as the file says.
    pub unchanged: i64,
    /// Rows left out by choice or policy.
    pub skipped: i64,
    /// Rows that cannot be imported.
    pub failed: i64,
    /// Rows an early stop left.
    pub not_started: i64,
}

impl Counts {
    /// The same rows when nothing was written: those that could have been are not started.
    #[must_use]
    pub const fn nothing_written(self) -> Self {
        Self {
            created: 0,
            updated: 0,
            unchanged: 0,
            not_started: self.not_started + self.created + self.updated + self.unchanged,
            ..self
        }
    }

    /// Whether every row of the file is accounted for.
    pub const fn adds_up(&self) -> bool {
        self.rows
            == self.created
                + self.updated
                + self.unchanged
                + self.skipped
                + self.failed
                + self.not_started
    }
}

/// Seconds each stage took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// Storing and hashing the file, finding format and mapping.
    pub intake: f64,
    /// Reading and checking every row.
    pub check: f64,
    /// Matching and deciding.
    pub plan: f64,
    /// Writing.
    pub apply: f64,
}

/// What is known of the file itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// The name it was uploaded under.
    pub name: String,
    /// Its size.
    pub bytes: i64,
    /// BLAKE3 of its content.
    pub hash: Option<Vec<u8>>,
}

/// The reason an import was refused or failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// The last change somebody made to an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// Who made it, as named then.
    pub by: String,
    /// What it was about: the columns, rows.
    pub what: String,
    /// When.
    pub at: Timestamp,
    /// The revision it was made from.
    pub from: i64,
}

impl LastChange {
    fn from_row(row: &Row<'_>) -> db::Result<Option<Self>> {
        let by: Option<String> = row.get("changed_by_name")?;
        let what: Option<String> = row.get("changed_what")?;
        let at: Option<Timestamp> = row.get("changed_at")?;
        let from: Option<i64> = row.get("changed_from")?;
        Ok(by.zip(at).map(|(by, at)| Self {
            by,
            what: what.unwrap_or_default(),
            at,
            from: from.unwrap_or_default(),
        }))
    }
}

/// One import.
#[derive(Clone, Debug)]
pub struct Import {
    /// The account.
    pub account: AccountId,
    /// Its id.
    pub id: ImportId,
    /// Its number in the account, from 1.
    pub number: i64,
    /// The name to show; the file's unless another was given.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// Counts the changes people made to it; a form with an old one is refused.
    pub rev: i64,
    /// What was chosen.
    pub settings: Settings,
    /// How the file is built, once known.
    pub layout: Option<Layout>,
    /// What each column is, once known.
    pub mapping: Option<Mapping>,
    /// What would happen, once checked.
    pub plan: Option<Plan>,
    /// Why it was refused or failed.
    pub reason: Option<Reason>,
    /// The file.
    pub file: FileFacts,
    /// The ids its new people get.
    pub ids: IdRange,
    /// What is being done, for progress: reading, deciding, sorting, writing.
    pub stage: String,
    /// Rows done of the present stage.
    pub rows_done: i64,
    /// Chunks written, which is where a restart goes on.
    pub chunks_done: i64,
    /// The row equation.
    pub counts: Counts,
    /// Seconds per stage.
    pub timings: Timings,
    /// What the undo did, once done.
    pub undo: Option<crate::undo::UndoPreview>,
    /// What doing it again after its undo did, once done.
    pub redo: Option<crate::redo::Redone>,
    /// The last change somebody made.
    pub changed: Option<LastChange>,
    /// Who started it; none for the command line.
    pub created_by: Option<UserId>,
    /// Their name then.
    pub created_by_name: String,
    /// When it was uploaded.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When writing began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// When an administrator pressed Complete, which removed rows and files.
    pub completed_at: Option<Timestamp>,
}

impl Import {
    /// Notes who changes it now, and what: for whoever was looking at it meanwhile. Before its
    /// revision is counted up.
    pub(crate) fn changed_by(&mut self, ctx: &Ctx, what: &str) {
        self.changed = Some(LastChange {
            by: ctx.actor.name.clone(),
            what: what.to_owned(),
            at: ctx.now(),
            from: self.rev,
        });
    }

    /// Rows per second over all stages; 0 before any was measured.
    pub fn rows_per_second(&self) -> i64 {
        let seconds =
            self.timings.intake + self.timings.check + self.timings.plan + self.timings.apply;
        if seconds > 0.0 {
            (self.counts.rows as f64 / seconds).round() as i64
        } else {
            0
        }
    }
}

pub(crate) fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn parsed<T: DeserializeOwned>(text: Option<String>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(&text).ok())
}

impl FromRow for Import {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let settings: String = row.get("settings")?;
        Ok(Self {
            account: row.get("account_id")?,
            id: row.get("id")?,
            number: row.get("number")?,
            name: row.get("name")?,
            state: State::parse(&row.get::<String>("state")?).unwrap_or(State::Failed),
            rev: row.get("rev")?,
            settings: parsed(Some(settings))
                .unwrap_or_else(|| Settings::of(crate::Preset::General)),
            layout: parsed(row.get("layout")?),
            mapping: parsed(row.get("mapping")?),
            plan: parsed(row.get("plan")?),
            reason: parsed(row.get("error")?),
            file: FileFacts {
                name: row.get("source_name")?,
                bytes: row.get("source_bytes")?,
                hash: row.get("content_hash")?,
            },
            ids: IdRange::from_uuid(row.get::<Uuid>("id_base")?),
            stage: row.get("stage")?,
            rows_done: row.get("rows_done")?,
            chunks_done: row.get("chunks_done")?,
            counts: Counts {
                rows: row.get("rows_total")?,
                created: row.get("rows_created")?,
                updated: row.get("rows_updated")?,
                unchanged: row.get("rows_unchanged")?,
                skipped: row.get("rows_skipped")?,
                failed: row.get("rows_failed")?,
                not_started: row.get("rows_not_started")?,
            },
            timings: parsed(row.get("timings")?).unwrap_or_default(),
            undo: parsed(row.get("undo")?),
            redo: parsed(row.get("redo")?),
            changed: LastChange::from_row(row)?,
            created_by: row.get("created_by")?,
            created_by_name: row.get("created_by_name")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            started_at: row.get("started_at")?,
            finished_at: row.get("finished_at")?,
            completed_at: row.get("completed_at")?,
        })
    }
}
