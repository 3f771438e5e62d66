//! The job: of every day for all accounts, and at once for one.

use std::{fs, io, path::PathBuf, time::Duration};

use db::{Tx, params, sql};
use directory::{
    Actor, Ctx, accounts,
    documents::Documents,
    leaving::{self, Files},
};
use import::{Imports, Refusal};
use jobs::{Context, Failure, Job, JobOutcome, NewJob, Runner};
use kernel::{AccountId, Ids, JobId, Role, Timestamp, UserId};
use requests::exports;

/// The job's kind.
const ERASE: &str = "people.erase";
/// How often it runs by itself.
const EVERY: Duration = Duration::from_hours(24);
/// People erased in one transaction.
const CHUNK: i64 = 100;

/// Where what is erased lies.
#[derive(Clone)]
struct House {
    imports: Imports,
    data: PathBuf,
}

/// Adds the handler; `data` is the folder with the files of documents and archives.
#[must_use]
pub fn register(runner: Runner, imports: &Imports, data: impl Into<PathBuf>) -> Runner {
    let house = House {
        imports: imports.clone(),
        data: data.into(),
    };
    runner.register(ERASE, move |context, job| house.run(context, job))
}

/// Erases the people of one account whose time is over, or of whom an owner said so, as soon as possible.
pub fn enqueue(
    tx: &mut Tx<'_>,
    ids: &Ids,
    now: Timestamp,
    account: AccountId,
) -> db::Result<JobId> {
    // The payload is an empty object, which can always be written.
    let job = NewJob::new(ERASE, &serde_json::json!({})).map_err(|_| db::Error::NotFound)?;
    // A group of its own: in that of the daily job it would wait for tomorrow's.
    let group = format!("{ERASE}:{account}");
    jobs::enqueue(tx, ids, now, &job.account(account).group(group))
}

/// Sees that the job of every day is queued; safe to call at every start.
pub fn schedule(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    let waiting: Option<(JobId,)> = tx.fetch_optional(sql!("erasing/waiting"), params![ERASE])?;
    match waiting {
        Some(_) => Ok(()),
        None => tomorrow(tx, ids, now, now),
    }
}

fn tomorrow(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, at: Timestamp) -> db::Result<()> {
    let Ok(job) = NewJob::new(ERASE, &serde_json::json!({})) else {
        return Ok(());
    };
    jobs::enqueue(tx, ids, now, &job.group(ERASE).run_at(at)).map(drop)
}

impl House {
    fn run(&self, context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
        if let Some(account) = job.account_id {
            return self.of_account(context, job, account);
        }
        for account in context.db.read_blocking(accounts::list)? {
            match self.of_account(context, job, account.id) {
                Ok(JobOutcome::Done) => {}
                Ok(outcome) => return Ok(outcome),
                // An import that is being written, or a disk that fails: the other accounts do not wait for it, and
                // the next day is early enough.
                Err(failure) => tracing::warn!(%failure, "people are erased tomorrow"),
            }
        }
        let now = context.clock.now();
        let next = now.checked_add(EVERY).unwrap_or(now);
        context.db.write_blocking(|tx| {
            job.keep(tx)?;
            tomorrow(tx, &context.ids, now, next)
        })?;
        Ok(JobOutcome::Done)
    }

    fn of_account(
        &self,
        context: &Context,
        job: &Job,
        account: AccountId,
    ) -> Result<JobOutcome, Failure> {
        let ctx = surroundings(context, account);
        // What an earlier job left behind.
        self.remove_files(context, job, account)?;
        loop {
            if context.wake.is_stopping() {
                return Ok(JobOutcome::Continue);
            }
            let (people, texts) = context.db.read_blocking(|tx| {
                let people = leaving::due(tx, account, ctx.now(), CHUNK)?;
                let texts = leaving::needles(tx, account, &people)?;
                Ok::<_, db::Error>((people, texts))
            })?;
            if people.is_empty() {
                return Ok(JobOutcome::Done);
            }
            self.erase(context, job, &ctx, &people, &texts)?;
            self.remove_files(context, job, account)?;
            if !context.db.empty_log()? {
                // The log is emptied by itself as it is written on.
                tracing::info!("the log of the database is still being read");
            }
        }
    }

    /// Files first: by what the database knows they are found again, should the job end between the two.
    fn erase(
        &self,
        context: &Context,
        job: &Job,
        ctx: &Ctx,
        people: &[UserId],
        texts: &[String],
    ) -> Result<(), Failure> {
        let forgotten = self
            .imports
            .forget_people(ctx, people, texts)
            .map_err(|refusal: Refusal| Failure::from(refusal))?;
        let erased = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            // Files of people name whoever was there; what is asked for from now on does not.
            exports::end_all(tx, ctx)?;
            leaving::erase(tx, ctx, people)
        })?;
        tracing::info!(erased, imports = forgotten, "people were erased");
        Ok(())
    }

    /// Removes the files that no row names any more; they are told again until they are gone.
    fn remove_files(
        &self,
        context: &Context,
        job: &Job,
        account: AccountId,
    ) -> Result<(), Failure> {
        let documents = Documents::new(context.db.clone(), &self.data);
        loop {
            let left: Files = context
                .db
                .read_blocking(|tx| leaving::files_left(tx, account))?;
            if left.is_empty() {
                return Ok(());
            }
            for document in &left.documents {
                documents.files().remove_all(account, *document)?;
            }
            for archive in &left.archives {
                let place = requests::own_data::file(&self.data, *archive);
                for path in [place.with_extension("part"), place] {
                    match fs::remove_file(path) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(error.into());
                        }
                        Ok(()) | Err(_) => {}
                    }
                }
            }
            context.db.write_blocking(|tx| {
                job.keep(tx)?;
                leaving::files_removed(tx, account, &left)
            })?;
        }
    }
}

fn surroundings(context: &Context, account: AccountId) -> Ctx {
    Ctx {
        account,
        actor: Actor::new(None, "Retention", Role::Owner),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }
}
