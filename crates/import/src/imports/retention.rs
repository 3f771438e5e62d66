//! How long rows and files are kept: a job of every day completes old imports and gives up old drafts.

use std::time::Duration;

use db::{Tx, params, sql};
use directory::{Action, Actor, Ctx, accounts, activity, settings::AccountSettings};
use jobs::{Context, Failure, Job, JobOutcome, NewJob};
use kernel::{AccountId, ImportId, JobId, Role, Timestamp};

use super::Imports;
use crate::{Import, Refusal};

/// The job's kind.
pub(super) const RETENTION: &str = "import.retention";
/// How often it runs.
const EVERY: Duration = Duration::from_hours(24);
/// Imports looked at together.
const PAGE: i64 = 200;

/// How many imports went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Imports whose rows and files were removed.
    pub completed: i64,
    /// Drafts that were given up.
    pub discarded: i64,
}

impl Imports {
    /// Sees that the job of every day is queued; safe to call at every start.
    pub fn schedule_retention(&self, ids: &kernel::Ids, now: Timestamp) -> db::Result<()> {
        self.db.write_blocking(|tx| {
            let waiting: Option<(JobId,)> =
                tx.fetch_optional(sql!("imports/retention_job"), params![RETENTION])?;
            if waiting.is_none() {
                enqueue(tx, ids, now, now)?;
            }
            Ok(())
        })
    }

    /// Completes the account's imports that ended too long ago, and discards drafts nobody went on
    /// with.
    pub fn expire(&self, ctx: &Ctx) -> Result<Expired, Refusal> {
        ctx.require(Action::RunImports)?;
        self.forget_uploads(ctx)?;
        let now = ctx.now();
        let settings = self
            .db
            .read_blocking(|tx| AccountSettings::load(tx, ctx.account))?;
        let (ended_before, touched_before) = bounds(now, &settings);
        let mut expired = Expired::default();
        let mut after = ImportId::from_uuid(uuid::Uuid::nil());
        loop {
            let page: Vec<(ImportId,)> = self.db.read_blocking(|tx| {
                tx.fetch(
                    sql!("imports/expired"),
                    params![ctx.account, ended_before, touched_before, after, PAGE],
                )
            })?;
            let Some((last,)) = page.last() else {
                return Ok(expired);
            };
            after = *last;
            for (id,) in page {
                self.expire_one(ctx, id, settings.keep_drafts, &mut expired)?;
            }
        }
    }

    /// What [`Self::expire`] would do with other settings.
    pub fn would_expire(
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        settings: &AccountSettings,
    ) -> db::Result<Expired> {
        let (ended_before, touched_before) = bounds(ctx.now(), settings);
        let (completed, discarded) = tx.fetch_one(
            sql!("imports/would_expire"),
            params![ctx.account, ended_before, touched_before],
        )?;
        Ok(Expired {
            completed,
            discarded,
        })
    }

    fn expire_one(
        &self,
        ctx: &Ctx,
        id: ImportId,
        draft_days: i64,
        expired: &mut Expired,
    ) -> Result<(), Refusal> {
        let import = self.find(ctx, id)?;
        if import.state.is_draft() {
            self.discard(ctx, id, Some(import.rev))?;
            expired.discarded += 1;
            let details = format!(
                "import {} of {}: nobody went on with it for {draft_days} days",
                import.number, import.file.name
            );
            self.db.write_blocking(|tx| {
                activity::record(tx, ctx, "import.expire", Some(id.uuid()), &details)
            })?;
        } else {
            self.complete(ctx, id, Some(import.rev))?;
            expired.completed += 1;
        }
        Ok(())
    }

    pub(super) fn run_retention(
        &self,
        context: &Context,
        job: &Job,
    ) -> Result<JobOutcome, Failure> {
        for account in self.db.read_blocking(accounts::list)? {
            let ctx = surroundings(context, account.id);
            match self.expire(&ctx) {
                Ok(expired) if expired == Expired::default() => {}
                Ok(expired) => tracing::info!(?expired, "old imports were completed"),
                // Somebody was at that import; the next day is early enough.
                Err(refusal) if !refusal.is_internal() => {
                    tracing::warn!(%refusal, "an old import was left for tomorrow");
                }
                Err(refusal) => return Err(refusal.into()),
            }
        }
        let now = context.clock.now();
        let next = now.checked_add(EVERY).unwrap_or(now);
        self.db.write_blocking(|tx| {
            job.keep(tx)?;
            enqueue(tx, &context.ids, now, next)
        })?;
        Ok(JobOutcome::Done)
    }
}

impl Import {
    /// Forgets values and names of people; counts stay.
    pub(super) fn forget_people(&mut self) {
        if let Some(plan) = &mut self.plan {
            for field in &mut plan.fields {
                field.examples.clear();
            }
            plan.roles.clear();
            plan.moved.clear();
            if let Some(departures) = &mut plan.departures {
                departures.examples.clear();
            }
        }
        if let Some(undo) = &mut self.undo {
            undo.kept.clear();
        }
    }
}

fn enqueue(tx: &mut Tx<'_>, ids: &kernel::Ids, now: Timestamp, at: Timestamp) -> db::Result<()> {
    // The payload is an empty object, which can always be written.
    let Ok(job) = NewJob::new(RETENTION, &serde_json::json!({})) else {
        return Ok(());
    };
    jobs::enqueue(tx, ids, now, &job.group(RETENTION).run_at(at)).map(|_| ())
}

fn surroundings(context: &Context, account: AccountId) -> Ctx {
    Ctx {
        account,
        actor: Actor::new(None, "Retention", Role::Owner),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }
}

/// Imports that ended, and drafts nobody touched, before these moments are not kept.
fn bounds(now: Timestamp, settings: &AccountSettings) -> (Timestamp, Timestamp) {
    (
        earlier(now, settings.keep_imports * 365 / 12),
        earlier(now, settings.keep_drafts),
    )
}

fn earlier(now: Timestamp, days: i64) -> Timestamp {
    let hours = u64::try_from(days).unwrap_or(0).saturating_mul(24);
    now.checked_sub(Duration::from_hours(hours)).unwrap_or(now)
}
