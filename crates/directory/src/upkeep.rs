//! The daily work of the directory: what nobody needs any more goes.

use std::{path::Path, time::Duration};

use db::{Tx, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner, plan_daily, plan_tomorrow};
use kernel::{AccountId, Ids, Timestamp};

use crate::{accounts, bulk, documents, notifications, photos, settings::AccountSettings};

/// The job's kind.
const UPKEEP: &str = "directory.upkeep";

/// So long answers to programs are given again; what is older only waits to be removed.
pub const ANSWERS_KEPT: Duration = Duration::from_hours(24);

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    plan_daily(tx, ids, now, UPKEEP)
}

/// Adds the handler of the job; files of documents are below the folder `data`.
#[must_use]
pub fn register(runner: Runner, data: &Path) -> Runner {
    let data = data.to_owned();
    runner.register(UPKEEP, move |context, job| run(context, job, &data))
}

fn run(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    for account in context.db.read_blocking(accounts::list)? {
        loop {
            let forgotten = context.db.write_blocking(|tx| {
                job.keep(tx)?;
                forget(tx, account.id, now)
            })?;
            if forgotten == 0 {
                break;
            }
            if context.wake.is_stopping() {
                return Ok(JobOutcome::Continue);
            }
        }
        documents::sweep(&context.db, data, account.id, (&context.ids, now))?;
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        plan_tomorrow(tx, &context.ids, now, UPKEEP)
    })?;
    Ok(JobOutcome::Done)
}

/// Removes some rows that are over; returns how many.
fn forget(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    let days = AccountSettings::load(tx, account)?.keep_notifications;
    let notifications = notifications::forget(tx, account, now, days)?;
    let photos = photos::undo::forget(tx, account, now)?;
    let answers = forget_answers(tx, account, now)?;
    Ok(notifications + photos + answers + bulk::forget(tx, account, now)?)
}

/// Removes the answers to programs that are given no more; returns how many.
pub fn forget_answers(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    let day_ago = now.checked_sub(ANSWERS_KEPT).unwrap_or(Timestamp::EPOCH);
    tx.execute(sql!("upkeep/forget_answers"), params![account, day_ago])
}
