//! Work that goes on when the page is closed: checking, writing and taking back as jobs.

use std::sync::Arc;

use directory::{Action, Actor, Ctx, activity, roles};
use jobs::{Context, Failure, Job, JobOutcome, NewJob, Runner};
use kernel::{AccountId, Code, ImportId, JobId, Role, UserId};
use serde::{Deserialize, Serialize};

use super::{Imports, retention::RETENTION};
use crate::{
    Import, Progress, Reason, Refusal, State, Watch,
    apply::{End, Keep, Run},
    settings::BadRows,
    store,
};

/// Job that checks a file.
const CHECK: &str = "import.check";
/// Job that checks a file and starts its import, if there is nothing for a person to decide.
const CHECK_AND_START: &str = "import.check_and_start";
/// Job that writes an import.
const APPLY: &str = "import.apply";
/// Job that takes an import back.
const UNDO: &str = "import.undo";

/// Job that does an import again.
const REDO: &str = "import.redo";

/// How often a job is begun before its failure is final.
const TRIES: i64 = 5;

/// Somebody who watches jobs of this process.
pub type Tell = Arc<dyn Fn(Progress) + Send + Sync>;

/// What a job works with.
struct Part<'a> {
    ctx: &'a Ctx,
    import: &'a Import,
    keep: Keep<'a>,
    watch: &'a Watch<'a>,
}

/// What a job has to know.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    account: AccountId,
    import: ImportId,
    user: Option<UserId>,
    name: String,
    role: Role,
}

impl Imports {
    /// Lets a runner do the work of imports, telling `tell` how far it is.
    #[must_use]
    pub fn register(&self, runner: Runner, tell: Option<Tell>) -> Runner {
        let retention = self.clone();
        let [check, start, apply, undo, redo] =
            [CHECK, CHECK_AND_START, APPLY, UNDO, REDO].map(|_| (self.clone(), tell.clone()));
        self.register_series(runner)
            .register(RETENTION, move |context, job| {
                retention.run_retention(context, job)
            })
            .register(REDO, move |context, job| {
                redo.0.run_redo(context, job, redo.1.as_ref())
            })
            .register(CHECK, move |context, job| {
                check.0.run_check(context, job, check.1.as_ref())
            })
            .register(CHECK_AND_START, move |context, job| {
                start.0.run_check_and_start(context, job, start.1.as_ref())
            })
            .register(APPLY, move |context, job| {
                apply.0.run_apply(context, job, apply.1.as_ref())
            })
            .register(UNDO, move |context, job| {
                undo.0.run_undo(context, job, undo.1.as_ref())
            })
    }

    /// Queues the check of a draft.
    pub fn queue_check(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<JobId, Refusal> {
        self.queue_check_as(CHECK, ctx, id, rev)
    }

    /// The same; the import starts when every row is good and nothing has to be confirmed.
    pub fn queue_check_and_start(&self, ctx: &Ctx, id: ImportId) -> Result<JobId, Refusal> {
        self.queue_check_as(CHECK_AND_START, ctx, id, None)
    }

    fn queue_check_as(
        &self,
        kind: &'static str,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
    ) -> Result<JobId, Refusal> {
        let mut import = self.load_for_change(ctx, id, rev)?;
        if !import.state.is_draft() {
            return Err(Refusal::WrongState(import.state));
        }
        import.state = State::Checking;
        import.stage = "reading".to_owned();
        import.rows_done = 0;
        self.enqueue(ctx, &mut import, kind)
    }

    /// Queues the run of a planned import. `confirmed` is the number typed where the plan asks for
    /// one; asking twice for the same import gives the same run.
    pub fn start(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        confirmed: Option<i64>,
    ) -> Result<JobId, Refusal> {
        let mut import = self.load_for_change(ctx, id, rev)?;
        if import.state != State::Planned {
            return Err(Refusal::WrongState(import.state));
        }
        let plan = import
            .plan
            .as_ref()
            .ok_or(Refusal::WrongState(State::Planned))?;
        if let Some(why) = self.out_of_date(ctx, &import)? {
            return Err(Refusal::new(Code::PlanOutOfDate, why));
        }
        if let Some(guard) = plan
            .guard
            .as_ref()
            .filter(|guard| confirmed != Some(guard.number))
        {
            let detail = format!("{} The number is {}", guard.reason, guard.number);
            return Err(Refusal::new(Code::GuardTripped, detail));
        }
        if import.settings.bad_rows == BadRows::Stop && plan.counts.failed > 0 {
            let detail = format!("{} rows must be fixed", plan.counts.failed);
            return Err(Refusal::new(Code::RowsNotGood, detail));
        }
        if plan.cards_moved > 0 {
            ctx.require(Action::ManageCards)?;
        }
        import.state = State::Queued;
        import.reason = None;
        import.rows_done = 0;
        import.chunks_done = 0;
        self.folder(id).forget_check()?;
        self.enqueue(ctx, &mut import, APPLY)
    }

    /// Asks a running import to halt after the present chunk.
    pub fn pause(&self, ctx: &Ctx, id: ImportId) -> Result<(), Refusal> {
        self.ask(ctx, id, State::Running, State::Pausing)
    }

    /// Asks a running or paused import to end where it is.
    pub fn stop(&self, ctx: &Ctx, id: ImportId) -> Result<(), Refusal> {
        let import = self.load_for_change(ctx, id, None)?;
        if import.state == State::Paused {
            let mut import = import;
            import.state = State::Stopped;
            import.finished_at = Some(ctx.now());
            self.save_change(ctx, &mut import)?;
            let details = format!("import {} of {}", import.number, import.file.name);
            let subject = Some(import.id.uuid());
            return self
                .db
                .write_blocking(|tx| activity::record(tx, ctx, "import.stop", subject, &details))
                .map_err(Refusal::Db);
        }
        self.ask(ctx, id, State::Running, State::Stopping)
    }

    /// Goes on with a paused import, or with one whose process ended.
    pub fn resume(&self, ctx: &Ctx, id: ImportId) -> Result<JobId, Refusal> {
        let mut import = self.load_for_change(ctx, id, None)?;
        match import.state {
            State::Paused => {
                import.state = State::Queued;
                let reason = import.reason.take();
                import.settings.past_failures |=
                    reason.is_some_and(|reason| reason.code == Code::TooManyFailures.as_str());
                self.enqueue(ctx, &mut import, APPLY)
            }
            state if state.is_busy() => {
                if let Some(job) = self.db.read_blocking(|tx| store::job_of(tx, &import))? {
                    return Ok(job);
                }
                // Its job was given up, because whatever ran it kept dying.
                let kind = match state {
                    State::Checking => CHECK,
                    State::Undoing => UNDO,
                    State::Redoing => REDO,
                    _ => APPLY,
                };
                self.enqueue(ctx, &mut import, kind)
            }
            other => Err(Refusal::WrongState(other)),
        }
    }

    /// Queues taking an import back.
    pub fn queue_undo(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<JobId, Refusal> {
        let mut import = self.load_for_change(ctx, id, rev)?;
        self.may_undo(ctx, &import)?;
        import.state = State::Undoing;
        import.rows_done = 0;
        import.undo = None;
        import.reason = None;
        self.enqueue(ctx, &mut import, UNDO)
    }

    /// Queues doing an import again that was taken back.
    pub fn queue_redo(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<JobId, Refusal> {
        let mut import = self.load_for_change(ctx, id, rev)?;
        self.may_redo(ctx, &import)?;
        import.state = State::Redoing;
        import.redo = Some(crate::Redone::after(import.chunks_done));
        import.rows_done = 0;
        import.chunks_done = 0;
        import.reason = None;
        self.enqueue(ctx, &mut import, REDO)
    }

    /// How many jobs of the account have to end before this one begins.
    pub fn jobs_ahead(&self, job: JobId) -> Result<i64, Refusal> {
        self.db
            .read_blocking(|tx| jobs::jobs_ahead(tx, job))
            .map_err(Refusal::Db)
    }

    fn ask(&self, ctx: &Ctx, id: ImportId, from: State, to: State) -> Result<(), Refusal> {
        ctx.require(Action::RunImports)?;
        let moved = self
            .db
            .write_blocking(|tx| store::ask(tx, ctx.account, id, from, to, ctx.now()))?;
        if moved {
            return Ok(());
        }
        Err(Refusal::WrongState(self.find(ctx, id)?.state))
    }

    /// Stores a changed import and queues its job in one transaction.
    fn enqueue(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        kind: &'static str,
    ) -> Result<JobId, Refusal> {
        let payload = Payload {
            account: ctx.account,
            import: import.id,
            user: ctx.actor.user,
            name: ctx.actor.name.clone(),
            role: ctx.actor.role,
        };
        let job = NewJob::new(kind, &payload)
            .map_err(|error| Refusal::Io(std::io::Error::other(error)))?
            .account(ctx.account);
        // Files are checked side by side; people are written by one import at a time.
        let is_check = matches!(kind, CHECK | CHECK_AND_START);
        let job = if is_check {
            job
        } else {
            job.group(format!("imports:{}", ctx.account))
        };
        let seen = import.rev;
        match kind {
            // A check changes nothing that somebody else could be about to change.
            CHECK | CHECK_AND_START => {}
            APPLY => import.changed_by(ctx, "start"),
            UNDO => import.changed_by(ctx, "undo"),
            _ => import.changed_by(ctx, "redo"),
        }
        import.rev += 1;
        import.updated_at = ctx.now();
        self.db.write_blocking(|tx| {
            if store::find(tx, import.account, import.id)?.rev != seen {
                return Err(Refusal::Stale);
            }
            store::save(tx, import)?;
            if !is_check {
                let details = format!("import {} of {}", import.number, import.file.name);
                let action = match kind {
                    APPLY => "import.start",
                    UNDO => "import.undo",
                    _ => "import.redo",
                };
                activity::record(tx, ctx, action, Some(import.id.uuid()), &details)?;
            }
            jobs::enqueue(tx, &ctx.ids, ctx.now(), &job).map_err(Refusal::Db)
        })
    }

    fn run_check(
        &self,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
    ) -> Result<JobOutcome, Failure> {
        let (ctx, id) = surroundings(context, job)?;
        let import = self.find(&ctx, id)?;
        if import.state != State::Checking {
            return Ok(JobOutcome::Done);
        }
        let tell_all = self.teller(&import, tell);
        match self.check(&ctx, id, &Watch::new(&tell_all)) {
            Err(refusal) if refusal.is_internal() => Err(refusal.into()),
            // The reason is stored with the import, where a person looks for it.
            Ok(_) | Err(_) => Ok(JobOutcome::Done),
        }
    }

    /// A check that was over when its worker died is not done again; the start is.
    fn run_check_and_start(
        &self,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
    ) -> Result<JobOutcome, Failure> {
        let outcome = self.run_check(context, job, tell)?;
        let (ctx, id) = surroundings(context, job)?;
        let import = self.find(&ctx, id)?;
        let is_clean = import.state == State::Planned
            && import.counts.failed == 0
            && import
                .plan
                .as_ref()
                .is_some_and(|plan| plan.guard.is_none());
        if !is_clean {
            return Ok(outcome);
        }
        match self.start(&ctx, id, Some(import.rev), None) {
            Ok(_) => context.wake.wake(),
            Err(refusal) if refusal.is_internal() => return Err(refusal.into()),
            // A person has been at it meanwhile, or has to decide.
            Err(_) => {}
        }
        Ok(outcome)
    }

    fn run_apply(
        &self,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
    ) -> Result<JobOutcome, Failure> {
        let (ctx, id) = surroundings(context, job)?;
        let import = self.find(&ctx, id)?;
        if !matches!(
            import.state,
            State::Queued | State::Running | State::Pausing | State::Stopping
        ) {
            return Ok(JobOutcome::Done);
        }
        let tell_all = self.teller(&import, tell);
        let keep = |tx: &mut db::Tx<'_>| job.keep(tx);
        let is_stopping = || context.wake.is_stopping();
        let mut run = Run::new(self, &ctx, import.clone(), &keep, &is_stopping);
        match run.apply(&Watch::new(&tell_all)) {
            Ok(End::Ended) => Ok(JobOutcome::Done),
            Ok(End::Interrupted) => Ok(JobOutcome::Continue),
            Err(refusal) if refusal.is_internal() && job.attempts < TRIES => Err(refusal.into()),
            Err(refusal @ Refusal::Db(db::Error::Busy | db::Error::Unavailable(_))) => {
                run.halt(Code::DatabaseUnavailable, &refusal)?;
                Ok(JobOutcome::Done)
            }
            Err(refusal) => {
                run.refuse(&refusal)?;
                Ok(JobOutcome::Done)
            }
        }
    }

    fn run_undo(
        &self,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
    ) -> Result<JobOutcome, Failure> {
        self.run_in(
            State::Undoing,
            "The undo failed",
            context,
            job,
            tell,
            &|part| self.undo(part.ctx, part.import.clone(), part.keep, part.watch),
        )
    }

    fn run_redo(
        &self,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
    ) -> Result<JobOutcome, Failure> {
        let failed = "Doing it again failed";
        self.run_in(State::Redoing, failed, context, job, tell, &|part| {
            self.redo(part.ctx, part.import, part.keep, part.watch)
        })
    }

    /// Does the work of a state, again and again if it fails, until it is given up.
    fn run_in(
        &self,
        state: State,
        failed: &str,
        context: &Context,
        job: &Job,
        tell: Option<&Tell>,
        work: &dyn Fn(&Part<'_>) -> Result<(), Refusal>,
    ) -> Result<JobOutcome, Failure> {
        let (ctx, id) = surroundings(context, job)?;
        let import = self.find(&ctx, id)?;
        if import.state != state {
            return Ok(JobOutcome::Done);
        }
        let tell_all = self.teller(&import, tell);
        let part = Part {
            ctx: &ctx,
            import: &import,
            keep: &|tx: &mut db::Tx<'_>| job.keep(tx),
            watch: &Watch::new(&tell_all),
        };
        match work(&part) {
            Ok(()) => Ok(JobOutcome::Done),
            Err(refusal) if job.attempts < TRIES => Err(refusal.into()),
            Err(refusal) => {
                self.give_up(&ctx, id, failed, &refusal)?;
                Ok(JobOutcome::Done)
            }
        }
    }

    /// What keeps failing leaves the import where it can be undone.
    fn give_up(
        &self,
        ctx: &Ctx,
        id: ImportId,
        what: &str,
        refusal: &Refusal,
    ) -> Result<(), Refusal> {
        let mut import = self.find(ctx, id)?;
        if let Some(redo) = import.redo.filter(|_| import.state == State::Redoing) {
            import.chunks_done = redo.chunks;
        }
        import.state = State::Failed;
        import.reason = Some(Reason {
            code: refusal.code().to_owned(),
            message: format!("{what}: {refusal}"),
        });
        self.save_change(ctx, &mut import)
    }

    /// Tells the watcher and the database, except while writing, when chunks tell the database.
    fn teller<'a>(
        &'a self,
        import: &'a Import,
        tell: Option<&'a Tell>,
    ) -> impl Fn(Progress) + Sync + 'a {
        move |progress| {
            if let Some(tell) = tell {
                tell(progress);
            }
            if progress.stage != "writing" {
                let stored = self.db.write_blocking(|tx| {
                    let now = import.updated_at;
                    store::save_progress(tx, import, progress.stage, progress.done, now)
                });
                if let Err(error) = stored {
                    tracing::warn!(import.id = %import.id, %error, "progress could not be stored");
                }
            }
        }
    }
}

fn surroundings(context: &Context, job: &Job) -> Result<(Ctx, ImportId), Failure> {
    let payload: Payload = job.payload()?;
    // A role of the account's own counts as it is now.
    let (account, user, role) = (payload.account, payload.user, payload.role);
    let custom = context
        .db
        .read_blocking(|tx| roles::held_by(tx, account, user, role))?;
    let ctx = Ctx {
        account,
        actor: Actor::new(user, payload.name, role).with(custom),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    };
    Ok((ctx, payload.import))
}
