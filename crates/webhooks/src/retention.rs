//! What was handed over or given up is kept for a month, so that it can be looked at and sent again.

use std::time::Duration;

use db::{Tx, params, sql};
use directory::accounts;
use jobs::{Context, Failure, Job, JobOutcome, Runner, plan_daily, plan_tomorrow};
use kernel::{Ids, Timestamp};

/// The job's kind.
const RETENTION: &str = "webhooks.retention";
/// So long a delivery is kept after its end.
const KEPT: Duration = Duration::from_hours(24 * 30);
/// Deliveries removed in one transaction.
const CHUNK: i64 = 5_000;

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    plan_daily(tx, ids, now, RETENTION)
}

/// Adds the handler of the job.
#[must_use]
pub fn register(runner: Runner) -> Runner {
    runner.register(RETENTION, run)
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    let before = now.checked_sub(KEPT).unwrap_or(Timestamp::EPOCH);
    for account in context.db.read_blocking(accounts::list)? {
        loop {
            let removed = context.db.write_blocking(|tx| {
                job.keep(tx)?;
                tx.execute(
                    sql!("deliveries/forget"),
                    params![account.id, before, CHUNK],
                )
            })?;
            if removed == 0 {
                break;
            }
            if context.wake.is_stopping() {
                return Ok(JobOutcome::Continue);
            }
        }
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        plan_tomorrow(tx, &context.ids, now, RETENTION)
    })?;
    Ok(JobOutcome::Done)
}
