//! Work of every day: a job without a payload that queues itself again for the next day.

use std::time::Duration;

use db::{Result, Tx, params, sql};
use kernel::{Ids, JobId, Timestamp};

use crate::{NewJob, enqueue};

const EVERY: Duration = Duration::from_hours(24);

/// Sees that the job is queued; safe to call at every start.
pub fn plan_daily(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, kind: &'static str) -> Result<()> {
    let waiting: Option<(JobId,)> =
        tx.fetch_optional(sql!("jobs/waiting_of_kind"), params![kind])?;
    match waiting {
        Some(_) => Ok(()),
        None => queue(tx, ids, now, kind, now),
    }
}

/// Queues the job for the next day: the last thing it does.
pub fn plan_tomorrow(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, kind: &'static str) -> Result<()> {
    queue(tx, ids, now, kind, now.checked_add(EVERY).unwrap_or(now))
}

fn queue(
    tx: &mut Tx<'_>,
    ids: &Ids,
    now: Timestamp,
    kind: &'static str,
    at: Timestamp,
) -> Result<()> {
    // The payload is an empty object, which can always be written.
    let Ok(job) = NewJob::new(kind, &serde_json::json!({})) else {
        return Ok(());
    };
    enqueue(tx, ids, now, &job.group(kind).run_at(at)).map(drop)
}
