//! The queue on both databases.

#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong here is to fail the test"
)]

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use jobs::{Context, JobOutcome, JobState, NewJob, Runner, Status};
use kernel::{Clock, Ids, JobId};
use testkit::{NOW, TestDb, on_both};

fn context(db: &TestDb, seed: u64) -> Context {
    Context::new(db.reopen(), Clock::fixed(NOW), Ids::seeded(seed))
}

/// Queues a job; each a millisecond after the one before, as ids are in the order of time.
fn enqueue(context: &Context, job: &NewJob) -> JobId {
    context.clock.advance(Duration::from_millis(1));
    let now = context.clock.now();
    context
        .db
        .write_blocking(|tx| jobs::enqueue(tx, &context.ids, now, job))
        .unwrap()
}

fn job(payload: &str) -> NewJob {
    NewJob::new("note", &payload).unwrap()
}

fn status(context: &Context, job: JobId) -> Status {
    context
        .db
        .read_blocking(|tx| jobs::status(tx, job))
        .unwrap()
        .unwrap()
}

fn ahead(context: &Context, job: JobId) -> i64 {
    context
        .db
        .read_blocking(|tx| jobs::jobs_ahead(tx, job))
        .unwrap()
}

/// A runner that notes the payloads of the jobs it runs.
fn noting(context: &Context) -> (Runner, Arc<Mutex<Vec<String>>>) {
    let notes = Arc::new(Mutex::new(Vec::new()));
    let written = Arc::clone(&notes);
    let runner = Runner::new(context.clone()).register("note", move |_, job| {
        written.lock().unwrap().push(job.payload()?);
        Ok(JobOutcome::Done)
    });
    (runner, notes)
}

on_both! {
    fn runs_jobs_in_the_order_they_were_queued(db: &TestDb) {
        let context = context(db, 1);
        let first = enqueue(&context, &job("first"));
        enqueue(&context, &job("second"));
        let (runner, notes) = noting(&context);
        assert_eq!(runner.run_one().unwrap(), Some(first));
        assert_eq!(runner.run_all_due().unwrap(), 1);
        assert_eq!(runner.run_one().unwrap(), None);
        assert_eq!(*notes.lock().unwrap(), ["first", "second"]);
        let status = status(&context, first);
        assert_eq!((status.state, status.attempts, status.error), (JobState::Done, 1, None));
        assert_eq!(status.finished_at, Some(context.clock.now()));
    }

    fn a_job_of_a_failed_transaction_does_not_exist(db: &TestDb) {
        let context = context(db, 1);
        let undone: Result<(), db::Error> = context.db.write_blocking(|tx| {
            jobs::enqueue(tx, &context.ids, NOW, &job("never"))?;
            Err(db::Error::NotFound)
        });
        undone.unwrap_err();
        let (runner, notes) = noting(&context);
        assert_eq!(runner.run_all_due().unwrap(), 0);
        assert!(notes.lock().unwrap().is_empty());
    }

    fn waits_for_the_time_of_a_job(db: &TestDb) {
        let context = context(db, 1);
        let tomorrow = NOW.checked_add(Duration::from_hours(24)).unwrap();
        let id = enqueue(&context, &job("tomorrow").run_at(tomorrow));
        let (runner, _) = noting(&context);
        assert_eq!(runner.run_one().unwrap(), None);
        context.clock.advance(Duration::from_hours(24));
        assert_eq!(runner.run_one().unwrap(), Some(id));
    }

    fn jobs_of_a_group_wait_for_each_other_and_others_pass(db: &TestDb) {
        let context = context(db, 1);
        let first = enqueue(&context, &job("first").group("imports"));
        let second = enqueue(&context, &job("second").group("imports"));
        let third = enqueue(&context, &job("third").group("imports"));
        let other = enqueue(&context, &job("other"));
        assert_eq!([first, second, third, other].map(|job| ahead(&context, job)), [0, 1, 2, 0]);

        let seen = Arc::new(Mutex::new(None));
        let inner = Arc::clone(&seen);
        let (neighbour, notes) = noting(&context);
        // While the first is being run, another worker looks for work.
        let runner = Runner::new(context.clone()).register("note", move |_, _| {
            let mut seen = inner.lock().unwrap();
            *seen = Some((neighbour.run_one()?, neighbour.run_one()?));
            Ok(JobOutcome::Done)
        });
        assert_eq!(runner.run_one().unwrap(), Some(first));
        assert_eq!(*seen.lock().unwrap(), Some((Some(other), None)));
        assert_eq!(*notes.lock().unwrap(), ["other"]);
        assert_eq!(ahead(&context, third), 1);
    }

    fn a_later_job_of_a_group_does_not_overtake_one_that_is_tried_again(db: &TestDb) {
        let context = context(db, 1);
        let first = enqueue(&context, &job("first").group("imports"));
        enqueue(&context, &job("second").group("imports"));
        let runner = Runner::new(context.clone())
            .register("note", |_, _| Ok(JobOutcome::Retry("not now".to_owned())));
        assert_eq!(runner.run_one().unwrap(), Some(first));
        assert_eq!(runner.run_one().unwrap(), None);
        context.clock.advance(Duration::from_secs(2));
        assert_eq!(runner.run_one().unwrap(), Some(first));
    }

    fn tries_again_with_growing_waits_and_then_gives_up(db: &TestDb) {
        let context = context(db, 1);
        let id = enqueue(&context, &job("unlucky"));
        let runner = Runner::new(context.clone())
            .register("note", |_, _| Err("the disk is full".into()));
        let mut waits = Vec::new();
        while runner.run_one().unwrap().is_some() {
            let status = status(&context, id);
            assert_eq!(status.error.as_deref(), Some("the disk is full"));
            let wait = status.run_at.since(context.clock.now());
            waits.push(wait.as_secs());
            context.clock.advance(wait);
        }
        assert_eq!(waits, [2, 8, 32, 128, 512, 2048, 3600, 0]);
        assert_eq!(status(&context, id).state, JobState::Failed);

        let now = context.clock.now();
        assert!(context.db.write_blocking(|tx| jobs::run_again(tx, now, id)).unwrap());
        let (runner, notes) = noting(&context);
        assert_eq!(runner.run_until_done(id).unwrap().state, JobState::Done);
        assert_eq!(*notes.lock().unwrap(), ["unlucky"]);
        assert!(!context.db.write_blocking(|tx| jobs::run_again(tx, now, id)).unwrap());
    }

    fn a_panic_fails_the_job_and_not_the_runner(db: &TestDb) {
        let context = context(db, 1);
        let id = enqueue(&context, &job("loud"));
        let runner = Runner::new(context.clone()).register("note", |_, _| panic!("ouch"));
        assert_eq!(runner.run_one().unwrap(), Some(id));
        let status = status(&context, id);
        assert_eq!((status.state, status.attempts), (JobState::Queued, 1));
        assert!(status.error.is_some());
    }

    fn a_job_that_is_to_continue_is_run_again_at_once(db: &TestDb) {
        let context = context(db, 1);
        let id = enqueue(&context, &job("long"));
        let runs = AtomicU32::new(0);
        // More stops of the server than failures are forgiven.
        let runner = Runner::new(context.clone()).register("note", move |_, job| {
            assert_eq!(job.attempts, 1);
            Ok(match runs.fetch_add(1, Ordering::SeqCst) {
                0..20 => JobOutcome::Continue,
                20 => JobOutcome::Retry("not now".to_owned()),
                _ => JobOutcome::Done,
            })
        });
        runner.run_all_due().unwrap();
        let stands = status(&context, id);
        assert_eq!((stands.state, stands.error.as_deref()), (JobState::Queued, Some("not now")));
    }

    fn what_waits_for_a_job_hears_once_that_it_is_given_up(db: &TestDb) {
        let context = context(db, 1);
        let id = enqueue(&context, &job("unlucky"));
        let told = Arc::new(Mutex::new(Vec::new()));
        let inner = Arc::clone(&told);
        let runner = Runner::new(context.clone())
            .register("note", |_, _| Err("the disk is full".into()))
            .given_up("note", move |tx, context, job| {
                inner.lock().unwrap().push((job.id, job.attempts));
                let told = NewJob::new("told", &job.id).unwrap();
                jobs::enqueue(tx, &context.ids, context.clock.now(), &told).map(drop)
            });
        while runner.run_one().unwrap() == Some(id) {
            context.clock.advance(Duration::from_hours(1));
        }
        assert_eq!(status(&context, id).state, JobState::Failed);
        assert_eq!(*told.lock().unwrap(), [(id, 8)]);
    }

    fn leaves_other_jobs_alone_while_waiting_for_one(db: &TestDb) {
        let context = context(db, 1);
        let other = enqueue(&context, &job("other"));
        enqueue(&context, &job("before").group("imports"));
        let id = enqueue(&context, &job("wanted").group("imports"));
        enqueue(&context, &job("after").group("imports"));
        let (runner, notes) = noting(&context);
        assert_eq!(runner.run_until_done(id).unwrap().state, JobState::Done);
        assert_eq!(*notes.lock().unwrap(), ["before", "wanted"]);
        assert_eq!(status(&context, other).state, JobState::Queued);
    }

    fn the_job_of_a_living_worker_is_not_taken(db: &TestDb) {
        let context = context(db, 1);
        enqueue(&context, &job("busy"));
        let (neighbour, notes) = noting(&Context::new(
            db.reopen(),
            context.clock.clone(),
            Ids::seeded(2),
        ));
        let runner = Runner::new(context.clone()).register("note", move |context, job| {
            assert_eq!(neighbour.run_one()?, None);
            context.db.write_blocking(|tx| job.keep(tx))?;
            Ok(JobOutcome::Done)
        });
        runner.run_one().unwrap();
        assert!(notes.lock().unwrap().is_empty());
    }

    fn no_job_is_run_twice_by_many_threads(db: &TestDb) {
        const JOBS: u32 = 60;
        let context = context(db, 1);
        for number in 0..JOBS {
            let group = format!("group {}", number % 3);
            enqueue(&context, &job(&number.to_string()).group(group));
        }
        let running = Arc::new([const { AtomicU32::new(0) }; 3]);
        let done = Arc::new(AtomicU32::new(0));
        let start = Arc::new(Barrier::new(2));
        let runners = [2, 3].map(|seed| {
            let context =
                Context { db: db.reopen(), ids: Ids::seeded(seed), ..context.clone() };
            let (running, done) = (Arc::clone(&running), Arc::clone(&done));
            Runner::new(context).register("note", move |context, job| {
                let number: usize = job.payload::<String>()?.parse()?;
                let group = &running[number % 3];
                assert_eq!(group.fetch_add(1, Ordering::SeqCst), 0, "two of one group");
                std::thread::yield_now();
                group.fetch_sub(1, Ordering::SeqCst);
                if done.fetch_add(1, Ordering::SeqCst) + 1 == JOBS {
                    context.wake.stop();
                }
                Ok(JobOutcome::Done)
            })
        });
        std::thread::scope(|scope| {
            for runner in &runners {
                let start = Arc::clone(&start);
                scope.spawn(move || {
                    start.wait();
                    runner.run(2);
                });
            }
        });
        assert_eq!(done.load(Ordering::SeqCst), JOBS);
        let left: Vec<(String,)> = db
            .read_blocking(|tx| {
                let text = "select state from jobs where state <> 'done' or attempts <> 1";
                tx.fetch(&db::Sql::new("left", text), db::params![])
            })
            .unwrap();
        assert_eq!(left, []);
    }

    fn wakes_at_once_and_stops_when_asked(db: &TestDb) {
        let context = context(db, 1);
        let runner = Runner::new(context.clone()).register("note", |context, _| {
            context.wake.stop();
            Ok(JobOutcome::Done)
        });
        std::thread::scope(|scope| {
            scope.spawn(|| runner.run(1));
            enqueue(&context, &job("wake up"));
            context.wake.wake();
        });
        assert!(context.wake.is_stopping());
    }
}
