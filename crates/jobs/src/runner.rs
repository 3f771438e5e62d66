//! Running jobs, on as many threads as one likes.

use std::{
    collections::HashMap,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use db::{Db, Error, Result, Tx};
use kernel::{Clock, Ids, JobId};

use crate::{
    job::{Failure, Job, JobOutcome, JobState, Status},
    measure,
    queue::{self, Wanted},
    wake::Wake,
    worker::{self, Worker},
};

/// How long an idle runner waits before it looks again without being woken.
const POLL: Duration = Duration::from_secs(1);
/// The same while somebody waits for one job.
const IMPATIENT_POLL: Duration = Duration::from_millis(50);

/// What a handler may use.
#[derive(Clone, Debug)]
pub struct Context {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Ids,
    /// To wake the runner after queueing more, and to see whether it is stopping.
    pub wake: Wake,
}

impl Context {
    /// What handlers may use, with a [`Wake`] of its own.
    pub fn new(db: Db, clock: Clock, ids: Ids) -> Self {
        Self {
            db,
            clock,
            ids,
            wake: Wake::default(),
        }
    }
}

type Handler = Box<dyn Fn(&Context, &Job) -> Result<JobOutcome, Failure> + Send + Sync>;
type GivenUp = Box<dyn Fn(&mut Tx<'_>, &Context, &Job) -> Result<()> + Send + Sync>;

/// Runs jobs of the kinds it has handlers for.
pub struct Runner {
    context: Context,
    handlers: HashMap<&'static str, Handler>,
    given_up: HashMap<&'static str, GivenUp>,
    worker: Mutex<Worker>,
}

impl Runner {
    /// A runner without handlers.
    pub fn new(context: Context) -> Self {
        let worker = Mutex::new(Worker::new(&context.ids, context.clock.now()));
        Self {
            context,
            handlers: HashMap::new(),
            given_up: HashMap::new(),
            worker,
        }
    }

    /// Adds the handler of a kind.
    #[must_use]
    pub fn register(
        mut self,
        kind: &'static str,
        handler: impl Fn(&Context, &Job) -> Result<JobOutcome, Failure> + Send + Sync + 'static,
    ) -> Self {
        self.handlers.insert(kind, Box::new(handler));
        self
    }

    /// Says what is to be stored when a job of a kind is given up, in the transaction that does so.
    ///
    /// Whatever waits for the job to end hears of it here. It comes after the last failure, and after too many deaths, when the
    /// handler is not asked any more.
    #[must_use]
    pub fn given_up(
        mut self,
        kind: &'static str,
        store: impl Fn(&mut Tx<'_>, &Context, &Job) -> Result<()> + Send + Sync + 'static,
    ) -> Self {
        self.given_up.insert(kind, Box::new(store));
        self
    }

    /// What its handlers are given.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Runs jobs on so many threads until [`Wake::stop`] is called.
    pub fn run(&self, threads: usize) {
        thread::scope(|scope| {
            for _ in 0..threads.max(1) {
                scope.spawn(|| self.work());
            }
        });
    }

    /// Runs the next job that is due, if there is one.
    pub fn run_one(&self) -> Result<Option<JobId>> {
        self.bury_dead()?;
        self.claim_and_run(Wanted::Any)
    }

    /// Runs everything that is due now.
    pub fn run_all_due(&self) -> Result<u64> {
        let mut count = 0;
        while self.run_one()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// Runs a job here, after those it has to wait for, or waits while another process does.
    ///
    /// Other jobs are left to other runners. Ends early, with the job unfinished, when asked to
    /// stop.
    pub fn run_until_done(&self, job: JobId) -> Result<Status> {
        loop {
            let seen = self.context.wake.calls();
            let status = self
                .context
                .db
                .read_blocking(|tx| queue::status(tx, job))?
                .ok_or(Error::NotFound)?;
            if status.state.is_final() || self.context.wake.is_stopping() {
                return Ok(status);
            }
            self.bury_dead()?;
            if self.claim_and_run(Wanted::For(job))?.is_none() {
                self.context.wake.wait(seen, IMPATIENT_POLL);
            }
        }
    }

    /// One thread's work.
    fn work(&self) {
        while !self.context.wake.is_stopping() {
            let seen = self.context.wake.calls();
            match self.run_one() {
                Ok(Some(_)) => {}
                Ok(None) => self.context.wake.wait(seen, POLL),
                Err(error) => {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "queue not reachable"
                    );
                    self.context.wake.wait(seen, POLL);
                }
            }
        }
    }

    fn bury_dead(&self) -> Result<()> {
        let requeued = worker::bury(&self.context.db)?;
        if requeued > 0 {
            tracing::warn!(jobs.requeued = requeued, "a worker died");
        }
        Ok(())
    }

    fn claim_and_run(&self, wanted: Wanted) -> Result<Option<JobId>> {
        let Some(job) = self.claim(wanted)? else {
            return Ok(None);
        };
        let began = Instant::now();
        let outcome = if job.attempts > queue::MAX_DEATHS {
            JobOutcome::Fail("every worker that ran the job died".to_owned())
        } else {
            self.handle(&job)
        };
        let ended = self.end(&job, &outcome);
        if let Ok(state) = &ended {
            measure::ended(&job.kind, *state, began.elapsed());
        }
        match ended {
            Ok(Some(JobState::Failed)) => {
                tracing::error!(job.id = %job.id, job.kind, ?outcome, "job given up");
            }
            Ok(Some(JobState::Done | JobState::Queued | JobState::Running)) => {}
            Ok(None) => {
                tracing::warn!(job.id = %job.id, job.kind, "job was taken over by another worker");
            }
            Err(error) => {
                self.renounce();
                return Err(error);
            }
        }
        // Its group may have been waiting for it.
        self.context.wake.wake();
        Ok(Some(job.id))
    }

    /// Stores how a run ended and, if that was the last one, what is to be stored then.
    fn end(&self, job: &Job, outcome: &JobOutcome) -> Result<Option<JobState>> {
        let now = self.context.clock.now();
        self.context.db.write_blocking(|tx| {
            let state = queue::finish(tx, job, outcome, now)?;
            if state == Some(JobState::Failed)
                && let Some(store) = self.given_up.get(job.kind.as_str())
            {
                store(tx, &self.context, job)?;
            }
            Ok(state)
        })
    }

    fn claim(&self, wanted: Wanted) -> Result<Option<Job>> {
        let Context { db, clock, ids, .. } = &self.context;
        let now = clock.now();
        if !db.read_blocking(|tx| queue::is_due(tx, now))? {
            return Ok(None);
        }
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        let name = worker.name(db, ids, now)?;
        match db.write_blocking(|tx| queue::claim(tx, name, now, wanted)) {
            // A job of the group that was queued earlier but committed later is being taken.
            Err(error) if error.is_unique("jobs_running_group") => Ok(None),
            claimed => claimed,
        }
    }

    /// Gives the worker's name up, so that what it could not finish is queued again.
    fn renounce(&self) {
        let Context { clock, ids, .. } = &self.context;
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        *worker = Worker::new(ids, clock.now());
    }

    fn handle(&self, job: &Job) -> JobOutcome {
        let Some(handler) = self.handlers.get(job.kind.as_str()) else {
            return JobOutcome::Retry(format!("this program has no handler for {}", job.kind));
        };
        // A panic is a failure of this job and must not end the thread that runs the others.
        match catch_unwind(AssertUnwindSafe(|| handler(&self.context, job))) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(failure)) => JobOutcome::Retry(with_causes(&*failure)),
            Err(_) => JobOutcome::Retry("the handler panicked".to_owned()),
        }
    }
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("kinds", &self.handlers.keys())
            .finish_non_exhaustive()
    }
}

fn with_causes(failure: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(failure), |error| error.source());
    // What a database adds in further lines may hold the values of a row.
    causes
        .map(|cause| {
            cause
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .collect::<Vec<_>>()
        .join(": ")
}
