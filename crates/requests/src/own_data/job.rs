//! The jobs: packing a person's data and telling them, and deleting the file when its time is over.

use std::{path::Path, time::Duration};

use db::{Tx, from_row, params, sql};
use delivery::{Purpose, messages};
use directory::{Actor, Ctx, accounts, documents::Documents, notifications};
use identity::sessions::Token;
use jobs::{Context, Failure, Job, JobOutcome, NewJob, Runner};
use kernel::{AccountId, DataRequestId, Role, Timestamp, UserId};

use super::{DAYS, after_days, file, pack};
use crate::{
    draft::{Draft, remove},
    person::{self, Letter},
};

/// The job that packs.
pub(super) const PACK: &str = "requests.own_data";
/// The job that deletes.
const FORGET: &str = "requests.own_data_over";

/// Adds the handlers; files are kept in the folder `data`, and `settings` say what links begin with.
#[must_use]
pub fn register(runner: Runner, settings: &delivery::Settings, data: &Path) -> Runner {
    let (settings, there, here) = (settings.clone(), data.to_owned(), data.to_owned());
    runner
        .register(PACK, move |context, job| {
            prepare(context, job, &settings, &there)
        })
        .register(FORGET, move |context, job| forget(context, job, &here))
}

struct Asked {
    user_id: UserId,
    asked_by_name: String,
}

from_row!(Asked {
    user_id,
    asked_by_name
});

fn prepare(
    context: &Context,
    job: &Job,
    settings: &delivery::Settings,
    data: &Path,
) -> Result<JobOutcome, Failure> {
    let id: DataRequestId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let asked: Option<Asked> = context
        .db
        .read_blocking(|tx| tx.fetch_optional(sql!("own_data/queued"), params![account, id]))?;
    let Some(asked) = asked else {
        return Ok(JobOutcome::Done);
    };
    let ctx = surroundings(context, account, asked.asked_by_name);
    let place = file(data, id);
    let documents = Documents::new(context.db.clone(), data);
    let size = write(context, &ctx, asked.user_id, &documents, &place)?;
    let is_announced = context.db.write_blocking(|tx| {
        job.keep(tx)?;
        announce(tx, &ctx, settings, (id, asked.user_id), size)
    })?;
    if !is_announced {
        remove(&place)?;
    }
    context.wake.wake();
    Ok(JobOutcome::Done)
}

/// Packs the file, and says how large it is.
fn write(
    context: &Context,
    ctx: &Ctx,
    user: UserId,
    documents: &Documents,
    place: &Path,
) -> Result<i64, Failure> {
    let mut draft = Draft::begin(place)?;
    let file = draft.file().try_clone()?;
    context
        .db
        .read_blocking(|tx| pack::write(tx, ctx, user, documents.files(), file))?;
    Ok(draft.put()?)
}

/// Stores that the file is there, and tells the person; `false` if they are not there any more.
fn announce(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    settings: &delivery::Settings,
    (id, user): (DataRequestId, UserId),
    size: i64,
) -> db::Result<bool> {
    let expires = after_days(ctx.now(), DAYS);
    let token = Token::random();
    let Some(person) = person::find(tx, ctx, user)? else {
        tx.execute(sql!("own_data/give_up"), params![ctx.account, user])?;
        return Ok(false);
    };
    tx.execute(
        sql!("own_data/ready"),
        params![ctx.account, id, token.hash(), size, expires],
    )?;
    if let Some(way) = person.reached(true) {
        let account = accounts::get(tx, ctx.account)?;
        let letter = Letter {
            account: &account,
            purpose: Purpose::OwnData,
            about: Some(id.uuid()),
            link: settings.link(&format!("/data/{}", token.reveal())),
            days: DAYS,
        };
        messages::queue(tx, &[person.letter(ctx, way, &letter)])?;
    }
    let words = format!("Your data is ready. It is on your page for {DAYS} days.");
    notifications::add(tx, ctx, user, "own_data.ready", None, &words)?;
    // A moment later than the last one at which it can be taken.
    let over = expires.checked_add(Duration::from_mins(1));
    forget_at(tx, ctx, id, over.unwrap_or(expires))?;
    Ok(true)
}

/// Queues the deletion of what there is of a request.
pub(super) fn forget_at(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DataRequestId,
    at: Timestamp,
) -> db::Result<()> {
    if let Ok(job) = NewJob::new(FORGET, &id) {
        let job = job.account(ctx.account).run_at(at);
        jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?;
    }
    Ok(())
}

fn forget(context: &Context, job: &Job, data: &Path) -> Result<JobOutcome, Failure> {
    let id: DataRequestId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let now = context.clock.now();
    let valid: Option<(Timestamp,)> = context.db.read_blocking(|tx| {
        tx.fetch_optional(sql!("own_data/valid_until"), params![account, id])
    })?;
    if valid.is_some_and(|(until,)| until > now) {
        // It was packed late, and a later job is about that.
        return Ok(JobOutcome::Done);
    }
    let place = file(data, id);
    remove(&place)?;
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        tx.execute(sql!("own_data/over"), params![account, id])
    })?;
    Ok(JobOutcome::Done)
}

fn surroundings(context: &Context, account: AccountId, name: String) -> Ctx {
    Ctx {
        account,
        actor: Actor::new(None, name, Role::Admin),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    }
}
