//! The jobs: writing the file with what its maker sees at that moment, and removing it after its day.

use std::path::Path;

use db::{Tx, params, sql};
use directory::{Actor, Ctx, roles, users};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::{AccountId, ExportId, Role, UserStatus};

use super::{Asked, asked, file, sight, write};
use crate::draft::{Draft, remove};

/// The job that writes.
pub(super) const WRITE: &str = "requests.export";
/// The job that removes.
pub(super) const FORGET: &str = "requests.export_over";

/// Adds the handlers; files are kept in the folder `data`.
#[must_use]
pub fn register(runner: Runner, data: &Path) -> Runner {
    let (there, here) = (data.to_owned(), data.to_owned());
    runner
        .register(WRITE, move |context, job| prepare(context, job, &there))
        .given_up(WRITE, give_up)
        .register(FORGET, move |context, job| forget(context, job, &here))
}

fn prepare(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let id: ExportId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let found = context.db.read_blocking(|tx| {
        let Some(asked) = asked(tx, account, id)? else {
            return Ok::<_, db::Error>(None);
        };
        let ctx = surroundings(tx, context, account, &asked)?;
        Ok(Some((asked, ctx)))
    })?;
    let Some((asked, ctx)) = found else {
        return Ok(JobOutcome::Done);
    };
    let (Some(ctx), Some(people)) = (ctx, asked.people()) else {
        give_up_on(context, job, account, id)?;
        return Ok(JobOutcome::Done);
    };
    let place = file(data, id);
    let mut draft = Draft::begin(&place)?;
    let written = write(
        &context.db,
        &ctx,
        &people,
        None,
        asked.is_workbook,
        draft.file(),
    );
    let rows = match written {
        Ok(rows) => rows,
        Err(users::ExportUsers::Forbidden(_)) => {
            remove(&place)?;
            give_up_on(context, job, account, id)?;
            return Ok(JobOutcome::Done);
        }
        Err(error) => return Err(error.into()),
    };
    let size = draft.put()?;
    let sight = sight(&ctx.actor);
    let stored = context.db.write_blocking(|tx| {
        job.keep(tx)?;
        tx.execute(
            sql!("exports/ready"),
            params![account, id, sight, rows, size],
        )
    })?;
    if stored == 0 {
        remove(&place)?;
    }
    Ok(JobOutcome::Done)
}

/// Acts as whoever asked, with what they may do now; nobody if they are not active any more.
fn surroundings(
    tx: &mut Tx<'_>,
    context: &Context,
    account: AccountId,
    asked: &Asked,
) -> db::Result<Option<Ctx>> {
    let Some(maker) = users::find(tx, account, asked.made_by)? else {
        return Ok(None);
    };
    let Ok(role) = Role::parse(&maker.user.role) else {
        return Ok(None);
    };
    if maker.user.status != UserStatus::Active.as_str() {
        return Ok(None);
    }
    let mut actor = Actor::new(Some(asked.made_by), maker.user.full_name(), role);
    actor.custom = roles::held_by(tx, account, Some(asked.made_by), role)?;
    Ok(Some(Ctx {
        account,
        actor,
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }))
}

fn give_up_on(
    context: &Context,
    job: &Job,
    account: AccountId,
    id: ExportId,
) -> Result<(), Failure> {
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        tx.execute(sql!("exports/failed"), params![account, id])
    })?;
    Ok(())
}

fn give_up(tx: &mut Tx<'_>, _: &Context, job: &Job) -> db::Result<()> {
    if let (Ok(id), Some(account)) = (job.payload::<ExportId>(), job.account_id) {
        tx.execute(sql!("exports/failed"), params![account, id])?;
    }
    Ok(())
}

fn forget(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let id: ExportId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    // The row first: what is being written at this moment finds that it is over, and removes its file.
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        tx.execute(sql!("exports/over"), params![account, id])
    })?;
    let place = file(data, id);
    remove(&place)?;
    Ok(JobOutcome::Done)
}
