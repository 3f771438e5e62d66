//! The queue's statements. Each runs in a transaction of the caller.

use std::time::Duration;

use db::{Result, Tx, params, sql, sql_pair};
use kernel::{Ids, JobId, Timestamp};

use crate::job::{Job, JobOutcome, JobState, NewJob, Status};

/// After so many runs that did not work a job is given up.
const MAX_ATTEMPTS: i64 = 8;
/// The wait after the first failure; each further one makes it four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_hours(1);
/// A job that was begun so often while its workers died is probably what kills them.
pub(crate) const MAX_DEATHS: i64 = 500;

/// Queues a job; it exists once the transaction is committed.
pub fn enqueue(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, job: &NewJob) -> Result<JobId> {
    let id: JobId = ids.next(now);
    let run_at = job.run_at.unwrap_or(now);
    tx.execute(
        sql!("jobs/insert"),
        params![
            id,
            job.account_id,
            job.kind,
            job.group_key,
            job.payload,
            run_at,
            now
        ],
    )?;
    Ok(id)
}

/// What is known of a job.
pub fn status(tx: &mut Tx<'_>, job: JobId) -> Result<Option<Status>> {
    tx.fetch_optional(sql!("jobs/status"), params![job])
}

/// How many jobs of its group a queued job has to wait for.
pub fn jobs_ahead(tx: &mut Tx<'_>, job: JobId) -> Result<i64> {
    let (count,) = tx.fetch_one(sql!("jobs/ahead"), params![job])?;
    Ok(count)
}

/// Deletes the finished jobs of a kind whose payload is nobody's business later; returns how many.
pub fn forget(tx: &mut Tx<'_>, kind: &'static str, finished_before: Timestamp) -> Result<u64> {
    tx.execute(sql!("jobs/forget"), params![kind, finished_before])
}

/// Queues a job again that was given up; `false` if it was not.
pub fn run_again(tx: &mut Tx<'_>, now: Timestamp, job: JobId) -> Result<bool> {
    Ok(tx.execute(sql!("jobs/run_again"), params![job, now])? > 0)
}

/// Which jobs may be claimed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted {
    Any,
    /// This one, and those of its group, which it may have to wait for.
    For(JobId),
}

/// Takes the first job that is due.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    worker: &str,
    now: Timestamp,
    wanted: Wanted,
) -> Result<Option<Job>> {
    let (any, job) = match wanted {
        Wanted::Any => (true, None),
        Wanted::For(job) => (false, Some(job)),
    };
    tx.fetch_optional(sql_pair!("jobs/claim"), params![worker, now, any, job])
}

/// Whether any job is due, asked without becoming a writer.
pub(crate) fn is_due(tx: &mut Tx<'_>, now: Timestamp) -> Result<bool> {
    Ok(tx
        .fetch_optional::<(JobId,)>(sql!("jobs/due"), params![now])?
        .is_some())
}

/// Records how a run ended; `None` if the job is no longer this worker's.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    job: &Job,
    outcome: &JobOutcome,
    now: Timestamp,
) -> Result<Option<JobState>> {
    let (state, error, run_at) = match outcome {
        JobOutcome::Done => (JobState::Done, None, now),
        JobOutcome::Continue => (JobState::Queued, None, now),
        JobOutcome::Retry(error) if job.attempts < MAX_ATTEMPTS => {
            let later = now.checked_add(wait_after(job.attempts)).unwrap_or(now);
            (JobState::Queued, Some(error), later)
        }
        JobOutcome::Retry(error) | JobOutcome::Fail(error) => (JobState::Failed, Some(error), now),
    };
    let finished_at = state.is_final().then_some(now);
    // What got on is not on its way to be given up, however often its server is stopped.
    let counted = match outcome {
        JobOutcome::Continue => 0,
        JobOutcome::Done | JobOutcome::Retry(_) | JobOutcome::Fail(_) => job.attempts,
    };
    let changed = tx.execute(
        sql!("jobs/finish"),
        params![
            job.id,
            job.worker,
            job.attempts,
            state,
            error,
            run_at,
            finished_at,
            counted
        ],
    )?;
    Ok((changed > 0).then_some(state))
}

/// The workers that run something, dead or alive.
pub(crate) fn workers(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    let workers: Vec<(String,)> = tx.fetch(sql!("jobs/workers"), params![])?;
    Ok(workers.into_iter().map(|(worker,)| worker).collect())
}

/// Queues again what a dead worker had begun.
pub(crate) fn requeue(tx: &mut Tx<'_>, worker: &str) -> Result<u64> {
    tx.execute(sql!("jobs/requeue"), params![worker])
}

fn wait_after(attempts: i64) -> Duration {
    let failures = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    FIRST_WAIT
        .saturating_mul(4_u32.saturating_pow(failures))
        .min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_longer_after_each_failure() {
        let waits: Vec<_> = (1..=8)
            .map(|attempts| wait_after(attempts).as_secs())
            .collect();
        assert_eq!(waits, [2, 8, 32, 128, 512, 2048, 3600, 3600]);
    }
}
