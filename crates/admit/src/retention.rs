//! Drafts are kept for 30 days after they were last changed or sent; a job of every day removes older ones.

use std::time::Duration;

use db::{Tx, params, sql};
use directory::accounts;
use jobs::{Context, Failure, Job, JobOutcome, NewJob, Runner};
use kernel::{Ids, InviteDraftId, JobId, Timestamp};

use crate::drafts;

const RETENTION: &str = "admit.retention";
const EVERY: Duration = Duration::from_hours(24);
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule_retention(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    let waiting: Option<(JobId,)> =
        tx.fetch_optional(sql!("drafts/retention_job"), params![RETENTION])?;
    match waiting {
        Some(_) => Ok(()),
        None => enqueue(tx, ids, now, now),
    }
}

pub(crate) fn register(runner: Runner) -> Runner {
    runner.register(RETENTION, run)
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    let before = now.checked_sub(KEPT).unwrap_or(now);
    for account in context.db.read_blocking(accounts::list)? {
        loop {
            let removed = context.db.write_blocking(|tx| {
                job.keep(tx)?;
                let old: Vec<(InviteDraftId,)> =
                    tx.fetch(sql!("drafts/expired"), params![account.id, before])?;
                for (id,) in &old {
                    drafts::remove(tx, account.id, *id)?;
                }
                Ok::<_, db::Error>(old.len())
            })?;
            if removed == 0 {
                break;
            }
        }
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        enqueue(tx, &context.ids, now, now.checked_add(EVERY).unwrap_or(now))
    })?;
    Ok(JobOutcome::Done)
}

fn enqueue(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, at: Timestamp) -> db::Result<()> {
    // The payload is an empty object, which can always be written.
    let Ok(job) = NewJob::new(RETENTION, &serde_json::json!({})) else {
        return Ok(());
    };
    jobs::enqueue(tx, ids, now, &job.group(RETENTION).run_at(at)).map(drop)
}
