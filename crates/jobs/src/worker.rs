//! Workers: who runs jobs, and how others see that one is dead.

use db::{Db, Held, Result};
use kernel::{Ids, Timestamp};

use crate::queue;

/// A name that this process holds.
pub(crate) struct Worker {
    name: String,
    held: Option<Held>,
}

impl Worker {
    /// A new name, not yet held.
    pub(crate) fn new(ids: &Ids, now: Timestamp) -> Self {
        Self {
            name: format!("worker:{}", ids.uuid(now)),
            held: None,
        }
    }

    /// The name, held now; a lost one is not taken up again, for its jobs may be another's.
    pub(crate) fn name(&mut self, db: &Db, ids: &Ids, now: Timestamp) -> Result<&str> {
        if let Some(held) = &mut self.held
            && !held.is_alive()
        {
            *self = Self::new(ids, now);
        }
        if self.held.is_none() {
            self.held = db.hold(&self.name)?;
        }
        if self.held.is_some() {
            Ok(&self.name)
        } else {
            Err(db::Error::Busy)
        }
    }
}

/// Queues again the jobs of all workers that are dead.
pub(crate) fn bury(db: &Db) -> Result<u64> {
    let mut requeued = 0;
    for worker in db.read_blocking(queue::workers)? {
        if !db.is_held(&worker)? {
            requeued += db.write_blocking(|tx| queue::requeue(tx, &worker))?;
        }
    }
    Ok(requeued)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use kernel::{Clock, JobId};
    use testkit::{NOW, TestDb, on_both};

    use super::*;
    use crate::{
        Context, Job, JobOutcome, JobState, NewJob, Runner,
        queue::{Wanted, claim},
    };

    /// A job that a worker took before it died.
    fn orphan(db: &TestDb) -> Job {
        let ids = Ids::seeded(1);
        let job = NewJob::new("note", &"important").unwrap().group("imports");
        db.write_blocking(|tx| queue::enqueue(tx, &ids, NOW, &job))
            .unwrap();
        let mut worker = Worker::new(&ids, NOW);
        let name = worker.name(db, &ids, NOW).unwrap().to_owned();
        assert!(db.is_held(&name).unwrap());
        let job = db
            .write_blocking(|tx| claim(tx, &name, NOW, Wanted::Any))
            .unwrap()
            .unwrap();
        assert_eq!(bury(db).unwrap(), 0);
        drop(worker);
        job
    }

    fn state(db: &TestDb, job: JobId) -> JobState {
        db.read_blocking(|tx| queue::status(tx, job))
            .unwrap()
            .unwrap()
            .state
    }

    on_both! {
        fn the_job_of_a_dead_worker_is_run_by_another(db: &TestDb) {
            let orphan = orphan(db);
            assert_eq!(state(db, orphan.id), JobState::Running);

            let seen = Arc::new(Mutex::new(Vec::new()));
            let inner = Arc::clone(&seen);
            let context = Context::new(db.reopen(), Clock::fixed(NOW), Ids::seeded(2));
            let survivor = Runner::new(context).register("note", move |context, job| {
                context.db.write_blocking(|tx| job.keep(tx))?;
                inner.lock().unwrap().push(job.attempts);
                Ok(JobOutcome::Done)
            });
            assert_eq!(survivor.run_one().unwrap(), Some(orphan.id));
            assert_eq!(*seen.lock().unwrap(), [2]);
            assert_eq!(state(db, orphan.id), JobState::Done);
        }

        fn a_job_that_kills_every_worker_is_given_up_and_told_of(db: &TestDb) {
            let orphan = orphan(db);
            let often = db::Sql::new("often", "update jobs set attempts = $2 where id = $1");
            let begin = |attempts: i64| {
                db.write_blocking(|tx| tx.execute(&often, db::params![orphan.id, attempts])).unwrap();
            };
            begin(queue::MAX_DEATHS);
            let told = Arc::new(Mutex::new(Vec::new()));
            let inner = Arc::clone(&told);
            let context = Context::new(db.reopen(), Clock::fixed(NOW), Ids::seeded(2));
            let survivor = Runner::new(context)
                .register("note", |_, _| panic!("it is not run any more"))
                .given_up("note", move |_, _, job| {
                    inner.lock().unwrap().push(job.id);
                    Ok(())
                });
            assert_eq!(survivor.run_one().unwrap(), Some(orphan.id));
            assert_eq!(*told.lock().unwrap(), [orphan.id]);
            assert_eq!(state(db, orphan.id), JobState::Failed);
        }

        fn what_a_worker_taken_for_dead_still_writes_is_refused(db: &TestDb) {
            let orphan = orphan(db);
            db.write_blocking(|tx| orphan.keep(tx)).unwrap();
            assert_eq!(bury(db).unwrap(), 1);
            let kept = db.write_blocking(|tx| orphan.keep(tx));
            assert!(matches!(kept, Err(db::Error::NotFound)));
            let finished = db.write_blocking(|tx| queue::finish(tx, &orphan, &JobOutcome::Done, NOW));
            assert_eq!(finished.unwrap(), None);
            assert_eq!(state(db, orphan.id), JobState::Queued);
        }
    }
}
