//! Texts and addresses of messages are not kept for ever: a job of every day takes them away.
//!
//! That there was a message, what it was for, when, and what became of it stays, so that counts and
//! the states of invitations are as they were.

use std::time::Duration;

use db::{Tx, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner, plan_daily, plan_tomorrow};
use kernel::{AccountId, Ids, Timestamp};

/// The job's kind.
const RETENTION: &str = "delivery.retention";
/// Messages of one transaction.
const CHUNK: i64 = 5_000;

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule_retention(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    plan_daily(tx, ids, now, RETENTION)
}

/// Adds the handler of the job.
#[must_use]
pub fn register(runner: Runner) -> Runner {
    runner.register(RETENTION, run)
}

/// How many messages would lose their texts and addresses if they were kept for so many days.
pub fn would_forget(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    days: i64,
) -> db::Result<i64> {
    let (count,) = tx.fetch_one(
        sql!("retention/count"),
        params![account, earlier(now, days)],
    )?;
    Ok(count)
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    let accounts: Vec<(AccountId, i64)> = context
        .db
        .read_blocking(|tx| tx.fetch(sql!("retention/accounts"), params![]))?;
    for (account, days) in accounts {
        loop {
            let forgotten = context.db.write_blocking(|tx| {
                job.keep(tx)?;
                let before = earlier(now, days);
                tx.execute(
                    sql!("retention/forget"),
                    params![account, before, now, CHUNK],
                )
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
        plan_tomorrow(tx, &context.ids, now, RETENTION)
    })?;
    Ok(JobOutcome::Done)
}

fn earlier(now: Timestamp, days: i64) -> Timestamp {
    let hours = u64::try_from(days).unwrap_or(0).saturating_mul(24);
    now.checked_sub(Duration::from_hours(hours)).unwrap_or(now)
}
