//! People taken out as a file by a job: kept for a day, for whoever asked for it and nobody else.
//!
//! The file holds whom its maker saw when it was written. If what they may see is another by then, it is
//! not theirs any more. Not here: what the columns mean, see [`directory::users::ExportColumns`].

mod job;
mod write;

use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use db::{Tx, from_row, params, sql};
use directory::{
    Action, Actor, Ctx, Forbidden, activity,
    users::{Selection, UserFilter},
};
use jobs::NewJob;
use kernel::{AccountId, ExportId, Timestamp, UserId};

pub use job::register;
pub use write::write;

/// For so long a file is kept.
const KEPT: Duration = Duration::from_hours(24);
/// Somebody has no more of them at once.
pub const MOST: i64 = 20;

/// Where an export stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// Waiting to be written, or being written.
    Queued,
    /// There to be taken.
    Ready,
    /// It could not be written; why is in the log of the server.
    Failed,
}

impl ExportState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ready => "ready",
            Self::Failed => "failed",
        }
    }

    fn parse(name: &str) -> Self {
        [Self::Queued, Self::Ready]
            .into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Failed)
    }
}

/// Forgets those that were written: a backup has no files of them.
pub fn forget_written(tx: &mut Tx<'_>) -> db::Result<u64> {
    tx.execute(sql!("exports/forget_written"), params![])
}

/// People taken out as a file.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its id.
    pub id: ExportId,
    /// Whether it is a workbook, and not CSV.
    pub is_workbook: bool,
    /// Where it stands.
    pub state: ExportState,
    /// How many people are in it, once it is written.
    pub rows: Option<i64>,
    /// How large it is.
    pub size_bytes: Option<i64>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// Until when it is there.
    pub expires_at: Timestamp,
}

/// Why nothing was begun.
#[derive(Debug, thiserror::Error)]
pub enum ExportRefusal {
    /// Not allowed, or nobody who could get it.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There are enough.
    #[error("you have {MOST} exports already; they are removed a day after they were made")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

struct Stored {
    id: ExportId,
    is_workbook: bool,
    state: String,
    sight: Option<String>,
    rows: Option<i64>,
    size_bytes: Option<i64>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

from_row!(Stored {
    id,
    is_workbook,
    state,
    sight,
    rows,
    size_bytes,
    created_at,
    expires_at
});

/// Has everybody whom a filter lets through written to a file.
pub fn begin(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &UserFilter,
    is_workbook: bool,
) -> Result<ExportId, ExportRefusal> {
    ctx.require(Action::ExportUsers)?;
    let maker = ctx.actor.user.ok_or(Forbidden(Action::ExportUsers))?;
    let (there,): (i64,) = tx.fetch_one(sql!("exports/count"), params![ctx.account, maker])?;
    if there >= MOST {
        return Err(ExportRefusal::TooMany);
    }
    let id: ExportId = ctx.new_id();
    let expires = ctx.now().checked_add(KEPT).unwrap_or_else(|| ctx.now());
    let selection = serde_json::to_string(filter).unwrap_or_default();
    tx.execute(
        sql!("exports/insert"),
        params![
            ctx.account,
            id,
            maker,
            selection,
            is_workbook,
            ctx.now(),
            expires
        ],
    )?;
    activity::record(tx, ctx, "users.export", Some(id.uuid()), "")?;
    for (kind, at) in [(job::WRITE, ctx.now()), (job::FORGET, expires)] {
        if let Ok(job) = NewJob::new(kind, &id) {
            let job = job.account(ctx.account).run_at(at);
            jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?;
        }
    }
    Ok(id)
}

/// An export of the actor's own, as long as they see whom they saw when it was written.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: ExportId) -> Result<Option<Export>, ExportRefusal> {
    ctx.require(Action::ExportUsers)?;
    let Some(maker) = ctx.actor.user else {
        return Ok(None);
    };
    let stored: Option<Stored> =
        tx.fetch_optional(sql!("exports/find"), params![ctx.account, id, maker])?;
    let now = ctx.now();
    let sight = sight(&ctx.actor);
    Ok(stored
        .filter(|stored| stored.expires_at > now)
        .filter(|stored| stored.sight.as_ref().is_none_or(|kept| *kept == sight))
        .map(|stored| Export {
            id: stored.id,
            is_workbook: stored.is_workbook,
            state: ExportState::parse(&stored.state),
            rows: stored.rows,
            size_bytes: stored.size_bytes,
            created_at: stored.created_at,
            expires_at: stored.expires_at,
        }))
}

/// Ends every export of an account: nobody gets their files any more, and a job removes them at once.
///
/// For whoever erases people: a file that was written before names them, and so may what was searched for.
pub fn end_all(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<()> {
    let now = ctx.now();
    tx.execute(sql!("exports/end"), params![ctx.account, now])?;
    let ended: Vec<(ExportId,)> = tx.fetch(sql!("exports/ended"), params![ctx.account, now])?;
    for (id,) in ended {
        if let Ok(job) = NewJob::new(job::FORGET, &id) {
            jobs::enqueue(tx, &ctx.ids, now, &job.account(ctx.account))?;
        }
    }
    Ok(())
}

/// What decides whom somebody sees, and of them what.
fn sight(actor: &Actor) -> String {
    let custom = actor.custom.as_ref();
    let custom = custom.map(|role| format!("{}@{}", role.id, role.version));
    format!("{} {}", actor.role.as_str(), custom.unwrap_or_default())
}

/// Opens the file of an export that is ready.
pub fn open(data: &Path, export: &Export) -> std::io::Result<File> {
    File::open(file(data, export.id))
}

/// Where the file of an export is kept.
fn file(data: &Path, id: ExportId) -> PathBuf {
    data.join("exports").join(id.to_string())
}

struct Asked {
    made_by: UserId,
    selection: String,
    is_workbook: bool,
}

from_row!(Asked {
    made_by,
    selection,
    is_workbook
});

/// What is to be written, unless it was written already or is over.
fn asked(tx: &mut Tx<'_>, account: AccountId, id: ExportId) -> db::Result<Option<Asked>> {
    tx.fetch_optional(sql!("exports/queued"), params![account, id])
}

impl Asked {
    fn people(&self) -> Option<Selection> {
        let filter: UserFilter = serde_json::from_str(&self.selection).ok()?;
        Some(Selection::Matching(filter))
    }
}
