//! Uploads that no batch will ask for: what stays when a server dies between taking the files and beginning with them.

use std::{collections::HashSet, fs, io, path::Path, time::Duration};

use db::{Tx, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner, plan_daily, plan_tomorrow};
use kernel::{Ids, PhotoBatchId, Timestamp};

use super::parcel;
use crate::accounts;

/// The kind of the job of every day.
const SWEEP: &str = "photos.sweep";
/// How long an upload may take to become a batch.
const PATIENCE: Duration = Duration::from_hours(24);

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    plan_daily(tx, ids, now, SWEEP)
}

pub(super) fn register(runner: Runner, data: &Path) -> Runner {
    let data = data.to_owned();
    runner.register(SWEEP, move |context, job| run(context, job, &data))
}

fn run(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let now = context.clock.now();
    let yesterday = now.checked_sub(PATIENCE).unwrap_or(now);
    // Ids begin with the moment they were made in.
    let oldest_kept: PhotoBatchId = context.ids.next(yesterday);
    let folder = match fs::read_dir(parcel::folder(data)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        folder => Some(folder?),
    };
    let mut old = Vec::new();
    for entry in folder.into_iter().flatten() {
        let path = entry?.path();
        match parcel::batch_of(&path) {
            Some(batch) if batch < oldest_kept => old.push((batch, path)),
            Some(_) | None => {}
        }
    }
    if !old.is_empty() {
        let running = context.db.read_blocking(running)?;
        old.retain(|(batch, _)| !running.contains(batch));
    }
    for (_, path) in &old {
        fs::remove_file(path)?;
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        plan_tomorrow(tx, &context.ids, now, SWEEP)
    })?;
    Ok(JobOutcome::Done)
}

/// The batches of all accounts that go on.
fn running(tx: &mut Tx<'_>) -> db::Result<HashSet<PhotoBatchId>> {
    let mut running = HashSet::new();
    for account in accounts::list(tx)? {
        let of_account: Vec<(PhotoBatchId,)> =
            tx.fetch(sql!("photos/running"), params![account.id])?;
        running.extend(of_account.into_iter().map(|(batch,)| batch));
    }
    Ok(running)
}
