//! Taking back many photos: whoever still has the photo of the upload gets the former one, or none.
//!
//! The former photos are kept beside the upload for as long as it can be taken back. A job goes
//! through the results, some at a time, and writes down what became of each, so that it goes on
//! after a restart and does nothing twice.

use std::time::Duration;

use db::{Tx, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, NewJob};
use kernel::{AccountId, JobId, PhotoBatchId, Role, Timestamp};

use super::{PhotoRefusal, batch};
use crate::{Action, Actor, Ctx, activity, lock::require_unlocked, notifications};

/// The kind of the job.
pub(super) const KIND: &str = "photos.undo";
/// For so many days an upload can be taken back.
pub const UNDO_DAYS: u64 = 30;
/// Files gone through in one transaction.
const CHUNK: i64 = 200;

/// What taking back did to the files that had become photos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Undone {
    /// People who have their former photo again.
    pub restored: i64,
    /// People who have none again.
    pub removed: i64,
    /// People whose photo was changed since, or who are gone: left as they are.
    pub kept: i64,
}

/// Begins to take an upload back: its job is queued in the caller's transaction.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, id: PhotoBatchId) -> Result<JobId, PhotoRefusal> {
    ctx.require_for_all(Action::EditUsers)?;
    require_unlocked::<PhotoRefusal>(tx, ctx)?;
    let batch = batch::find(tx, ctx.account, id)?.ok_or(PhotoRefusal::NotFound)?;
    if !batch.can_undo(ctx.now()) {
        return Err(PhotoRefusal::TooLate);
    }
    let turned = tx.execute(sql!("photos/begin_undo"), params![ctx.account, id])?;
    if turned == 0 {
        return Err(PhotoRefusal::TooLate);
    }
    let job = NewJob::new(KIND, &(id, ctx.actor.user, ctx.actor.name.as_str()))
        .map_err(|_| PhotoRefusal::TooLate)?
        .account(ctx.account)
        .group(format!("photos:{}", ctx.account));
    Ok(jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?)
}

/// What taking back did so far.
pub fn counts(tx: &mut Tx<'_>, account: AccountId, id: PhotoBatchId) -> db::Result<Undone> {
    let counts: Vec<(String, i64)> = tx.fetch(sql!("photos/undo_counts"), params![account, id])?;
    let of = |name: &str| {
        let found = counts.iter().find(|(known, _)| known == name);
        found.map_or(0, |(_, count)| *count)
    };
    Ok(Undone {
        restored: of("restored"),
        removed: of("removed"),
        kept: of("kept"),
    })
}

/// Removes former photos of uploads that cannot be taken back any more; returns how many.
pub(crate) fn forget(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    tx.execute(
        sql!("photos/forget_former"),
        params![account, earliest(now), CHUNK],
    )
}

/// Uploads before this moment cannot be taken back.
pub(super) fn earliest(now: Timestamp) -> Timestamp {
    now.checked_sub(Duration::from_hours(24 * UNDO_DAYS))
        .unwrap_or(now)
}

pub(super) fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let (id, user, name): (PhotoBatchId, Option<kernel::UserId>, String) = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let ctx = Ctx {
        account,
        actor: Actor::new(user, name, Role::Admin),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    };
    loop {
        let goes_on = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            step(tx, &ctx, id)
        })?;
        if !goes_on {
            return Ok(JobOutcome::Done);
        }
        if context.wake.is_stopping() {
            return Ok(JobOutcome::Continue);
        }
    }
}

/// The job was given up: what it did stays, and it can be begun again.
pub(super) fn give_up(tx: &mut Tx<'_>, job: &Job) -> db::Result<()> {
    let payload = job.payload::<(PhotoBatchId, Option<kernel::UserId>, String)>();
    let (Ok((id, ..)), Some(account)) = (payload, job.account_id) else {
        return Ok(());
    };
    tx.execute(sql!("photos/reopen_undo"), params![account, id])
        .map(drop)
}

/// The next files; `false` when there are none left.
fn step(tx: &mut Tx<'_>, ctx: &Ctx, id: PhotoBatchId) -> db::Result<bool> {
    let Some(batch) = batch::find(tx, ctx.account, id)?.filter(batch::Batch::is_undoing) else {
        return Ok(false);
    };
    let waiting: Vec<(i64,)> =
        tx.fetch(sql!("photos/undo_next"), params![ctx.account, id, CHUNK])?;
    let (Some(first), Some(last)) = (waiting.first(), waiting.last()) else {
        finish(tx, ctx, &batch)?;
        return Ok(false);
    };
    for statement in [
        // What becomes of each is written down first: the others go by it.
        sql!("photos/undo_kept"),
        sql!("photos/undo_restored"),
        sql!("photos/undo_removed"),
        sql!("photos/undo_delete"),
        sql!("photos/undo_put_back"),
    ] {
        tx.execute(statement, params![ctx.account, id, first.0, last.0])?;
    }
    Ok(true)
}

fn finish(tx: &mut Tx<'_>, ctx: &Ctx, batch: &batch::Batch) -> db::Result<()> {
    tx.execute(sql!("photos/end_undo"), params![ctx.account, batch.id])?;
    tx.execute(sql!("photos/drop_former"), params![ctx.account, batch.id])?;
    let undone = counts(tx, ctx.account, batch.id)?;
    let words = format!(
        "{}: {} former photos put back, {} photos removed, {} left as they are",
        batch.source_name, undone.restored, undone.removed, undone.kept
    );
    activity::record(tx, ctx, "photos.undo", Some(batch.id.uuid()), &words)?;
    match ctx.actor.user {
        Some(user) => {
            let about = Some(batch.id.uuid());
            notifications::add(tx, ctx, user, "photos.done", about, &words)
        }
        None => Ok(()),
    }
}
