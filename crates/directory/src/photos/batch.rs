//! Many photos at once: what was asked for, how far it got, and what became of each file.
//!
//! Every file is stored, replaced, kept or refused, and their sum is the number of files: the database holds to that.

use std::{fs, ops::ControlFlow, path::Path};

use db::{Tx, from_row, params, sql};
use jobs::NewJob;
use kernel::{AccountId, JobId, PhotoBatchId, Timestamp, UserId};

use super::{PhotoRefusal, parcel, undo};
use crate::{Action, Ctx, activity, lock::require_unlocked};

/// So many results a page has.
pub const PAGE: i64 = 100;

/// What the name of a file may say, without its ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognise {
    /// The organisation's own id of a person.
    ExternalId,
    /// Their e-mail address.
    Email,
    /// Their id here.
    Id,
}

impl Recognise {
    /// Every one, in the order of trust.
    pub const ALL: [Self; 3] = [Self::ExternalId, Self::Email, Self::Id];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalId => "external_id",
            Self::Email => "email",
            Self::Id => "id",
        }
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == name)
    }
}

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person's first photo.
    Stored,
    /// Their photo instead of another.
    Replaced,
    /// They keep the photo they had.
    Kept,
    /// Nobody has that name.
    Nobody,
    /// Two people do.
    Several,
    /// Another file of the same upload was for the same person.
    Repeated,
    /// It is no picture that is taken.
    NotAPicture,
    /// It has more bytes than the account allows.
    TooLarge,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 8] = [
        Self::Stored,
        Self::Replaced,
        Self::Kept,
        Self::Nobody,
        Self::Several,
        Self::Repeated,
        Self::NotAPicture,
        Self::TooLarge,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Replaced => "replaced",
            Self::Kept => "kept",
            Self::Nobody => "nobody",
            Self::Several => "several",
            Self::Repeated => "repeated",
            Self::NotAPicture => "not_a_picture",
            Self::TooLarge => "too_large",
        }
    }

    /// The outcome with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }
}

/// A batch to begin; its files are packed already.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Its id, by which the files are found.
    pub id: PhotoBatchId,
    /// What was uploaded, in words.
    pub source_name: String,
    /// What file names say, in the order of trust.
    pub recognise: Vec<Recognise>,
    /// Whether photos that are there are replaced.
    pub replace: bool,
}

/// A batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Its id.
    pub id: PhotoBatchId,
    /// What was uploaded.
    pub source_name: String,
    recognise: String,
    /// Whether photos that are there are replaced.
    pub replace: bool,
    state: String,
    /// Files in all, once they were counted.
    pub files: i64,
    /// Files gone through.
    pub files_done: i64,
    /// First photos.
    pub stored: i64,
    /// Photos instead of others.
    pub replaced: i64,
    /// Photos that stayed as they were.
    pub kept: i64,
    /// Files that are nobody's photo.
    pub refused: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// Who began it.
    pub begun_by: Option<UserId>,
    /// Their name.
    pub begun_by_name: String,
    /// When.
    pub created_at: Timestamp,
    undo_state: Option<String>,
}

from_row!(Batch {
    id,
    source_name,
    recognise,
    replace: replace_existing,
    state,
    files,
    files_done,
    stored,
    replaced,
    kept,
    refused,
    error,
    begun_by,
    begun_by_name,
    created_at,
    undo_state
});

impl Batch {
    /// Whether it is being taken back.
    pub fn is_undoing(&self) -> bool {
        self.undo_state.as_deref() == Some("running")
    }

    /// Whether it was taken back.
    pub fn is_undone(&self) -> bool {
        self.undo_state.as_deref() == Some("done")
    }

    /// Whether it can be taken back at this moment.
    pub fn can_undo(&self, now: Timestamp) -> bool {
        !self.is_running()
            && self.undo_state.is_none()
            && self.stored + self.replaced > 0
            && self.created_at >= undo::earliest(now)
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        self.state == "running"
    }

    /// Whether it could not be done at all.
    pub fn has_failed(&self) -> bool {
        self.state == "failed"
    }

    pub(super) fn recognise(&self) -> Vec<Recognise> {
        self.recognise
            .split(',')
            .filter_map(Recognise::parse)
            .collect()
    }
}

/// What became of a file.
#[derive(Clone, Debug)]
pub struct FileResult {
    /// Its place in the upload, from 0.
    pub position: i64,
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: String,
    /// Why, when it was refused or kept.
    pub reason: String,
    /// Whose photo it is.
    pub user: Option<UserId>,
}

from_row!(FileResult {
    position,
    name,
    outcome,
    reason,
    user: user_id
});

/// Begins a batch: its job is queued in the caller's transaction.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewBatch) -> Result<Option<JobId>, PhotoRefusal> {
    // A file may be anybody's photo.
    ctx.require_for_all(Action::EditUsers)?;
    require_unlocked::<PhotoRefusal>(tx, ctx)?;
    if new.recognise.is_empty() {
        return Err(PhotoRefusal::NothingToRecogniseBy);
    }
    let recognise: Vec<_> = new.recognise.iter().map(|by| by.as_str()).collect();
    tx.execute(
        sql!("photos/insert_batch"),
        params![
            ctx.account,
            new.id,
            new.source_name,
            recognise.join(","),
            new.replace,
            ctx.actor.user,
            ctx.actor.name,
            ctx.now()
        ],
    )?;
    activity::record(
        tx,
        ctx,
        "photos.begin",
        Some(new.id.uuid()),
        &new.source_name,
    )?;
    let Ok(job) = NewJob::new(super::job::KIND, &new.id) else {
        return Ok(None);
    };
    let job = job
        .account(ctx.account)
        .group(format!("photos:{}", ctx.account));
    Ok(Some(jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?))
}

/// Removes the files of a batch that was not begun.
pub fn discard(data: &Path, id: PhotoBatchId) {
    // Nothing there is as good as removed.
    let _ = fs::remove_file(parcel::file(data, id));
}

/// One batch.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: PhotoBatchId) -> db::Result<Option<Batch>> {
    tx.fetch_optional(sql!("photos/batch"), params![account, id])
}

/// The newest batches, at most 20.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Batch>> {
    tx.fetch(sql!("photos/batches"), params![account])
}

/// One batch, for somebody who may begin one.
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, id: PhotoBatchId) -> Result<Batch, PhotoRefusal> {
    ctx.require_for_all(Action::EditUsers)?;
    find(tx, ctx.account, id)?.ok_or(PhotoRefusal::NotFound)
}

/// The newest batches, for somebody who may begin one.
pub fn look_at_all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Batch>, PhotoRefusal> {
    ctx.require_for_all(Action::EditUsers)?;
    Ok(list(tx, ctx.account)?)
}

/// How many files came to each outcome.
pub fn counts(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PhotoBatchId,
) -> db::Result<Vec<(Outcome, i64)>> {
    let counts: Vec<(String, i64)> = tx.fetch(sql!("photos/counts"), params![account, id])?;
    let known = counts
        .into_iter()
        .filter_map(|(outcome, count)| Some((Outcome::parse(&outcome)?, count)));
    Ok(known.collect())
}

/// A page of results in the order of the files, after a position, of one outcome or all.
pub fn results(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PhotoBatchId,
    outcome: Option<Outcome>,
    after: i64,
) -> db::Result<Vec<FileResult>> {
    let mut select = db::Select::new(
        sql!("photos/results"),
        &[&account, &id],
        &["position"],
        PAGE,
    )
    .after(&[&after]);
    if let Some(outcome) = outcome {
        select = select.and("outcome = $1", &[&outcome.as_str()]);
    }
    tx.select(&select)
}

/// Calls `each` with every result, in the order of the files.
pub fn for_each_result<E: From<db::Error>>(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: PhotoBatchId,
    each: &mut dyn FnMut(FileResult) -> Result<(), E>,
) -> Result<(), E> {
    tx.for_each(sql!("photos/all_results"), params![account, id], |row| {
        each(db::FromRow::from_row(row)?)?;
        Ok(ControlFlow::Continue(()))
    })
}
