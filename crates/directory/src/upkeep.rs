//! The daily work of the directory: what nobody needs any more goes.

use jobs::{Context, Failure, Job, JobOutcome, Runner, plan_daily, plan_tomorrow};
use kernel::Ids;

use crate::{accounts, notifications, settings::AccountSettings};

/// The job's kind.
const UPKEEP: &str = "directory.upkeep";

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule(tx: &mut db::Tx<'_>, ids: &Ids, now: kernel::Timestamp) -> db::Result<()> {
    plan_daily(tx, ids, now, UPKEEP)
}

/// Adds the handler of the job.
#[must_use]
pub fn register(runner: Runner) -> Runner {
    runner.register(UPKEEP, run)
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    for account in context.db.read_blocking(accounts::list)? {
        loop {
            let forgotten = context.db.write_blocking(|tx| {
                job.keep(tx)?;
                let days = AccountSettings::load(tx, account.id)?.keep_notifications;
                notifications::forget(tx, account.id, now, days)
            })?;
            if forgotten == 0 {
                break;
            }
            if context.wake.is_stopping() {
                return Ok(JobOutcome::Continue);
            }
        }
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        plan_tomorrow(tx, &context.ids, now, UPKEEP)
    })?;
    Ok(JobOutcome::Done)
}
