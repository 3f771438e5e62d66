//! One run of a series: find a file, take it, check it, and start its import or hold it.
//!
//! The job can begin again anywhere: a run that is not decided about is gone on with before a file
//! is looked for, and what was done of it already is seen from the state of its import.

use std::{fs::File, time::Duration};

use directory::{Action, Actor, Ctx, activity, notifications, roles, users};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::Role;

use super::{
    Comparison, RunOutcome, Schedule, Series, SeriesRun,
    due::{Payload, RUN},
    folder::newest,
    store,
};
use crate::{Import, Refusal, State, Watch, imports::Imports, mapping::Mapping};

/// When to look again for a file that is still being written.
const SETTLES_IN: Duration = Duration::from_secs(10);

/// What a run works with.
struct Looking<'a> {
    imports: &'a Imports,
    ctx: Ctx,
    series: Series,
    job: &'a Job,
}

impl Imports {
    /// Adds the handler of runs.
    pub(crate) fn register_series(&self, runner: Runner) -> Runner {
        let imports = self.clone();
        runner.register(RUN, move |context, job| imports.handle_series(context, job))
    }

    fn handle_series(&self, context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
        let payload: Payload = job.payload()?;
        let found = self
            .db
            .read_blocking(|tx| store::find(tx, payload.account, payload.series))?;
        let Some(series) = found else {
            return Ok(JobOutcome::Done);
        };
        let ctx = Ctx {
            account: series.account,
            actor: Actor::command_line(),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
        };
        let mut looking = Looking {
            imports: self,
            ctx,
            series,
            job,
        };
        match looking.run(payload.asked) {
            Ok(()) => {
                // An import may have been queued.
                context.wake.wake();
                Ok(JobOutcome::Done)
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

impl Looking<'_> {
    fn run(&mut self, asked: bool) -> Result<(), Refusal> {
        if let Some(why) = self.act_as_who_saved_it()? {
            return self.came_to_nothing(RunOutcome::Failed, Some(why), None);
        }
        let mut was_open = false;
        while let Some(run) = self
            .imports
            .db
            .read_blocking(|tx| store::open_run(tx, &self.series))?
        {
            was_open = true;
            self.decide(&run)?;
        }
        if was_open || self.series.folder.is_none() || (self.series.paused && !asked) {
            return Ok(());
        }
        match self.take_newest(asked)? {
            Some(run) => self.decide(&run),
            None => Ok(()),
        }
    }

    /// The imports of a series have the rights that whoever saved it has now.
    fn act_as_who_saved_it(&mut self) -> Result<Option<String>, Refusal> {
        let Some(id) = self.series.saved_by else {
            return Ok(None);
        };
        let account = self.series.account;
        let name = format!("{} (series)", self.series.saved_by_name);
        let actor = self.imports.db.read_blocking(|tx| {
            let person = users::find(tx, account, id)?;
            let role = person
                .filter(|person| person.user.status == "active")
                .and_then(|person| Role::parse(&person.user.role).ok());
            let Some(role) = role else {
                return Ok(None);
            };
            let custom = roles::held_by(tx, account, Some(id), role)?;
            Ok::<_, db::Error>(Some(Actor::new(Some(id), name, role).with(custom)))
        })?;
        let Some(actor) = actor.filter(|actor| actor.may(Action::RunImports)) else {
            return Ok(Some(format!(
                "{}, who saved the series, may not import people any more. Save it again.",
                self.series.saved_by_name
            )));
        };
        self.ctx.actor = actor;
        Ok(None)
    }

    /// Takes the newest file of the folder; nothing if there is none to take.
    fn take_newest(&self, asked: bool) -> Result<Option<SeriesRun>, Refusal> {
        let series = &self.series;
        let folder = series.folder.as_deref().unwrap_or_default();
        let found = match self.imports.series_path(folder) {
            Ok(path) => newest(&path, &series.pattern),
            Err(Refusal::File { message, .. }) => {
                self.came_to_nothing(RunOutcome::Failed, Some(message), None)?;
                return Ok(None);
            }
            Err(refusal) => return Err(refusal),
        };
        let Some(found) = found? else {
            self.say(asked, RunOutcome::NoFile, None)?;
            return Ok(None);
        };
        if !found.is_settled(self.ctx.now()) {
            let again = self.ctx.now().checked_add(SETTLES_IN);
            self.see(series.seen.as_deref(), again)?;
            return Ok(None);
        }
        let mark = found.mark();
        if !asked && series.seen.as_deref() == Some(&*mark) {
            self.say(asked, RunOutcome::NothingNew, Some(&found.name))?;
            return Ok(None);
        }
        let waiting = self
            .imports
            .db
            .read_blocking(|tx| store::waiting(tx, series))?;
        if let Some(number) = waiting {
            let why = format!("Import {number} of the series is not finished.");
            return self.wait(asked, why, &found.name);
        }
        let mut file = File::open(&found.path)?;
        let taken = self.imports.take_for_series(
            &self.ctx,
            series,
            (&found.name, &mut file),
            asked,
            &mut |_, _| Ok(()),
        );
        match taken {
            Ok(run) => {
                self.see(Some(&mark), None)?;
                Ok(Some(run))
            }
            // A file was pushed since we asked; this one is for the next look.
            Err(Refusal::File { code, message }) if code == "series_waits" => {
                self.wait(asked, message, &found.name)
            }
            Err(Refusal::File { code, message }) => {
                self.see(Some(&mark), None)?;
                let outcome = if code == "nothing_new" {
                    RunOutcome::NothingNew
                } else {
                    RunOutcome::Failed
                };
                self.came_to_nothing(outcome, Some(message), Some(&found.name))?;
                Ok(None)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Leaves a file for the next look, while an import of the series is not finished.
    fn wait(&self, asked: bool, why: String, file: &str) -> Result<Option<SeriesRun>, Refusal> {
        if self.tells_everything(asked) {
            self.came_to_nothing(RunOutcome::Waits, Some(why), Some(file))?;
        }
        Ok(None)
    }

    /// Takes the import of a run to its start, or holds it.
    fn decide(&self, run: &SeriesRun) -> Result<(), Refusal> {
        let Some(id) = run.import else {
            return self.finish(run, RunOutcome::Failed, &[], None);
        };
        let mut import = self.imports.find(&self.ctx, id)?;
        if matches!(import.state, State::ChooseFormat | State::Mapping) {
            let reasons = not_certain(&import);
            if !reasons.is_empty() {
                return self.hold(run, &import, reasons, None);
            }
        }
        if matches!(import.state, State::Mapping | State::Checking) {
            match self.imports.check(&self.ctx, id, &Watch::nobody()) {
                Ok(checked) => import = checked,
                Err(refusal) if refusal.is_internal() => return Err(refusal),
                Err(refusal) => {
                    return self.hold(run, &import, vec![refusal.to_string()], None);
                }
            }
        }
        if import.state != State::Planned {
            // A run that died after it had started the import.
            return self.finish(run, RunOutcome::Started, &[], None);
        }
        let last = self
            .imports
            .db
            .read_blocking(|tx| store::last_accepted(tx, &self.series))?
            .map(|last| self.imports.find(&self.ctx, last))
            .transpose()?;
        let comparison = match &last {
            Some(last) => self.imports.compare_with_last(last, &import)?,
            None => None,
        };
        let plan = import.plan.clone().unwrap_or_default();
        let reasons = self.series.brakes.reasons(&import, &plan, last.as_ref());
        if !reasons.is_empty() {
            return self.hold(run, &import, reasons, comparison);
        }
        let confirmed = plan.guard.as_ref().map(|guard| guard.number);
        match self
            .imports
            .start(&self.ctx, id, Some(import.rev), confirmed)
        {
            Ok(_) => self.finish(run, RunOutcome::Started, &[], comparison),
            Err(refusal) if refusal.is_internal() => Err(refusal),
            Err(refusal) => self.hold(run, &import, vec![refusal.to_string()], comparison),
        }
    }

    /// Leaves the import where it is, and tells whoever saved the series, or else the owners.
    fn hold(
        &self,
        run: &SeriesRun,
        import: &Import,
        reasons: Vec<String>,
        comparison: Option<Comparison>,
    ) -> Result<(), Refusal> {
        let sentence = format!(
            "Import {} of the series {} waits for you: {}",
            import.number,
            self.series.name,
            reasons.join(" ")
        );
        let subject = Some(import.id.uuid());
        self.imports.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            let told = match self.series.saved_by {
                Some(user) => vec![user],
                None => users::owners(tx, self.ctx.account)?,
            };
            for user in told {
                notifications::add(tx, &self.ctx, user, "import.held", subject, &sentence)?;
            }
            activity::record(tx, &self.ctx, "import.held", subject, &sentence)?;
            let outcome = (RunOutcome::Held, &*reasons);
            let now = self.ctx.now();
            store::finish_run(tx, self.ctx.account, run, outcome, comparison, now)
        })?;
        Ok(())
    }

    fn finish(
        &self,
        run: &SeriesRun,
        outcome: RunOutcome,
        reasons: &[String],
        comparison: Option<Comparison>,
    ) -> Result<(), Refusal> {
        let now = self.ctx.now();
        self.imports.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            store::finish_run(
                tx,
                self.ctx.account,
                run,
                (outcome, reasons),
                comparison,
                now,
            )
        })?;
        Ok(())
    }

    /// A folder that is looked into every minute would fill the list with nothing.
    fn tells_everything(&self, asked: bool) -> bool {
        asked || self.series.schedule != Schedule::NewFile
    }

    fn say(&self, asked: bool, outcome: RunOutcome, file: Option<&str>) -> Result<(), Refusal> {
        if self.tells_everything(asked) {
            self.came_to_nothing(outcome, None, file)?;
        }
        Ok(())
    }

    /// Records a run that made no import; a failure is told once.
    fn came_to_nothing(
        &self,
        outcome: RunOutcome,
        why: Option<String>,
        file: Option<&str>,
    ) -> Result<(), Refusal> {
        let ctx = &self.ctx;
        let mut run = store::new_run(ctx.new_id(), self.series.id, outcome, ctx.now());
        run.reasons.extend(why);
        run.file_name = file.map(str::to_owned);
        self.imports.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            let last = store::runs(tx, ctx.account, self.series.id)?;
            let is_told = last.first().is_some_and(|last| {
                last.outcome == RunOutcome::Failed && last.reasons == run.reasons
            });
            if outcome == RunOutcome::Failed && is_told {
                return Ok(());
            }
            store::insert_run(tx, ctx.account, &run)?;
            if let (RunOutcome::Failed, Some(user)) = (outcome, self.series.saved_by) {
                let why = run.reasons.join(" ");
                let sentence = format!("The series {} failed: {why}", self.series.name);
                let subject = Some(self.series.id.uuid());
                notifications::add(tx, ctx, user, "series.failed", subject, &sentence)?;
            }
            Ok::<_, db::Error>(())
        })?;
        Ok(())
    }

    fn see(&self, seen: Option<&str>, next: Option<kernel::Timestamp>) -> Result<(), Refusal> {
        self.imports.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            store::see(tx, &self.series, seen, next)
        })?;
        Ok(())
    }
}

/// What a person has to look at before the rows can be checked.
fn not_certain(import: &Import) -> Vec<String> {
    if import.state == State::ChooseFormat {
        return vec!["It is not certain how the file is built.".to_owned()];
    }
    if import.mapping.as_ref().is_some_and(Mapping::certain) {
        return Vec::new();
    }
    vec!["Columns of the file are not certain.".to_owned()]
}
