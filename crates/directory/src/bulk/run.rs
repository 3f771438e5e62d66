//! The job of an action on many people: looking at them, doing it, taking it back, a chunk at a time.

use std::collections::HashMap;

use db::{Tx, bulk, from_row, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::{AccountId, BulkId, UserId};
use serde::{Deserialize, Serialize};

use super::{
    decide::{BulkAction, Judge, Outcome},
    state::{Bulk, BulkError, BulkState, end, filter_of, get},
    work::{Before, Room, Work, give_back},
};
use crate::{
    Actor, Ctx, leaving, notifications, roles,
    users::{self, Selection, UserRecord, records_of_staged, stage_ids},
};

/// The job's kind.
pub(super) const JOB: &str = "users.bulk";
/// People of one transaction.
const CHUNK: i64 = 1_000;

/// Adds the handler of the job.
#[must_use]
pub fn register(runner: Runner) -> Runner {
    runner.register(JOB, run).given_up(JOB, give_up)
}

/// Ends an action whose job failed too often, so that it can be taken back; why is in the log of the server.
///
/// One that was still looking for its people is dropped. Whoever asked for it is told.
fn give_up(tx: &mut Tx<'_>, context: &Context, job: &Job) -> db::Result<()> {
    let (Ok(order), Some(account)) = (job.payload::<Order>(), job.account_id) else {
        return Ok(());
    };
    let ctx = order.ctx(context, account);
    let bulk = match get(tx, &ctx, order.bulk) {
        Ok(bulk) if bulk.state.is_busy() => bulk,
        Err(BulkError::Db(error)) => return Err(error),
        Ok(_) | Err(_) => return Ok(()),
    };
    let to = match bulk.state {
        BulkState::Preparing => BulkState::Dropped,
        _ => BulkState::Done,
    };
    if let Err(BulkError::Db(error)) = end(tx, &ctx, &bulk, to) {
        return Err(error);
    }
    let Some(user) = ctx.actor.user else {
        return Ok(());
    };
    let words = format!(
        "\"{}\" did not get to its end. What became of each person is on its page, where it can be taken back.",
        bulk.told
    );
    notifications::add(
        tx,
        &ctx,
        user,
        "users.bulk_given_up",
        Some(bulk.id.uuid()),
        &words,
    )
}

struct Row {
    account_id: AccountId,
    bulk_id: BulkId,
    user_id: UserId,
    outcome: &'static str,
    before: Option<String>,
    version: Option<i64>,
}

bulk!(Row => "bulk_rows" { account_id, bulk_id, user_id, outcome, before, version });

struct Waiting {
    user_id: UserId,
    outcome: String,
    before: Option<String>,
    version: Option<i64>,
}

from_row!(Waiting {
    user_id,
    outcome,
    before,
    version
});

/// What the job is to do: go on with an action, for whoever pressed the button.
#[derive(Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) bulk: BulkId,
    pub(super) actor: Actor,
}

impl Order {
    fn ctx(&self, context: &Context, account: AccountId) -> Ctx {
        Ctx {
            account,
            actor: self.actor.clone(),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
        }
    }
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let order: Order = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let ctx = order.ctx(context, account);
    loop {
        let goes_on = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            step(tx, &ctx, order.bulk)
        })?;
        if !goes_on {
            return Ok(JobOutcome::Done);
        }
        if context.wake.is_stopping() {
            return Ok(JobOutcome::Continue);
        }
    }
}

/// One chunk; `false` when there is nothing more to do.
fn step(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<bool, BulkError> {
    // With what is left of the actor's role at this moment.
    let actor = ctx.actor.clone();
    let custom = roles::held_by(tx, ctx.account, actor.user, actor.role)?;
    let ctx = &Ctx {
        actor: actor.with(custom),
        ..ctx.clone()
    };
    // Whoever may not even look any more: everybody is left as they are, and told so.
    let anybody = Ctx {
        actor: Actor::command_line(),
        ..ctx.clone()
    };
    let bulk = match get(tx, &anybody, id) {
        Ok(bulk) => bulk,
        Err(BulkError::NotFound) => return Ok(false),
        Err(error) => return Err(error),
    };
    match bulk.state {
        BulkState::Preparing => {
            let filter = filter_of(&bulk).ok_or(BulkError::NotNow)?;
            prepare(tx, ctx, &bulk, &Selection::Matching(filter))
        }
        BulkState::Running => apply(tx, ctx, &bulk),
        BulkState::Undoing => restore(tx, ctx, &bulk),
        BulkState::Ready | BulkState::Done | BulkState::Undone | BulkState::Dropped => Ok(false),
    }
}

/// Writes down the next people and whether the action fits them; `false` when these were the last.
pub(super) fn prepare(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    bulk: &Bulk,
    selection: &Selection,
) -> Result<bool, BulkError> {
    let ids = selection.next(tx, ctx, bulk.after_user, CHUNK)?;
    stage_ids(tx, ids.iter().copied())?;
    let judge = Judge::of_staged(tx, ctx, &bulk.action)?;
    let rows: Vec<Row> = records_of_staged(tx, ctx.account)?
        .iter()
        .map(|record| {
            let outcome = judge.judge(&bulk.action, record);
            row(ctx.account, bulk.id, record.user.id, outcome, None)
        })
        .collect();
    tx.bulk(&rows)?;
    let fits = Outcome::Fits.as_str();
    let fitting = rows.iter().filter(|row| row.outcome == fits).count() as i64;
    let goes_on = ids.len() as i64 == CHUNK;
    let state = if goes_on {
        BulkState::Preparing
    } else {
        BulkState::Ready
    };
    let after = ids.last().copied().or(bulk.after_user);
    tx.execute(
        sql!("bulk/prepared"),
        params![
            ctx.account,
            bulk.id,
            after,
            rows.len() as i64,
            fitting,
            state.as_str(),
            ctx.now()
        ],
    )?;
    Ok(goes_on)
}

fn row(
    account_id: AccountId,
    bulk_id: BulkId,
    user_id: UserId,
    outcome: Outcome,
    done: Option<(&Before, i64)>,
) -> Row {
    Row {
        account_id,
        bulk_id,
        user_id,
        outcome: outcome.as_str(),
        before: done.and_then(|(before, _)| serde_json::to_string(before).ok()),
        version: done.map(|(_, version)| version),
    }
}

/// The next people of an outcome, with what hangs on them.
fn waiting(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    bulk: &Bulk,
    outcome: Outcome,
) -> Result<(Vec<Waiting>, HashMap<UserId, UserRecord>), BulkError> {
    let rows: Vec<Waiting> = tx.fetch(
        sql!("bulk/next_rows"),
        params![ctx.account, bulk.id, outcome.as_str(), CHUNK],
    )?;
    debug_assert!(rows.iter().all(|row| row.outcome == outcome.as_str()));
    stage_ids(tx, rows.iter().map(|row| row.user_id))?;
    let mut records = records_of_staged(tx, ctx.account)?;
    // Whom the actor does not see any more is gone for them.
    let seen = users::seen_of(tx, ctx, records.iter().map(|record| record.user.id))?;
    records.retain(|record| seen.contains(&record.user.id));
    let records = records
        .into_iter()
        .map(|record| (record.user.id, record))
        .collect();
    Ok((rows, records))
}

/// Stores what became of the people of a chunk, in the place of what was stored of them.
fn settle(tx: &mut Tx<'_>, ctx: &Ctx, bulk: &Bulk, rows: &[Row]) -> Result<(), BulkError> {
    stage_ids(tx, rows.iter().map(|row| row.user_id))?;
    tx.execute(
        sql!("bulk/delete_rows_of_staged"),
        params![ctx.account, bulk.id],
    )?;
    tx.bulk(rows)?;
    Ok(())
}

/// Does the action for the next people; `false` when nobody is left.
fn apply(tx: &mut Tx<'_>, ctx: &Ctx, bulk: &Bulk) -> Result<bool, BulkError> {
    let (waiting, mut records) = waiting(tx, ctx, bulk, Outcome::Fits)?;
    let judge = Judge::of_staged(tx, ctx, &bulk.action)?;
    if waiting.is_empty() {
        end(tx, ctx, bulk, BulkState::Done)?;
        return Ok(false);
    }
    let mut room = Room::load(tx, ctx, &bulk.action)?;
    let (mut work, mut done, mut rows) = (Work::default(), Vec::new(), Vec::new());
    for person in waiting {
        let user = person.user_id;
        let outcome = match records.get(&user) {
            Some(_) if !room.is_there => Outcome::Gone,
            Some(record) => match judge.judge(&bulk.action, record) {
                Outcome::Fits if matches!(bulk.action, BulkAction::GiveSeat(_)) => room.take(),
                outcome => outcome,
            },
            None => Outcome::Gone,
        };
        match records.remove(&user) {
            Some(record) if outcome == Outcome::Fits => {
                let version = record.user.version + 1;
                let before = work.act(&bulk.action, record, &room.leaders);
                done.push((user, before, version));
            }
            _ => rows.push(row(ctx.account, bulk.id, user, outcome, None)),
        }
    }
    let written = work.write(tx, ctx)?;
    rows.extend(done.iter().map(|(user, before, version)| {
        if written.contains(user) {
            let done = Some((before, *version));
            row(ctx.account, bulk.id, *user, Outcome::Done, done)
        } else {
            row(ctx.account, bulk.id, *user, Outcome::Changed, None)
        }
    }));
    settle(tx, ctx, bulk, &rows)?;
    Ok(true)
}

/// Takes the action back for the next people; `false` when nobody is left.
fn restore(tx: &mut Tx<'_>, ctx: &Ctx, bulk: &Bulk) -> Result<bool, BulkError> {
    let (waiting, mut records) = waiting(tx, ctx, bulk, Outcome::Done)?;
    if waiting.is_empty() {
        end(tx, ctx, bulk, BulkState::Undone)?;
        return Ok(false);
    }
    let mut room = Room::load(tx, ctx, &bulk.action)?;
    if let BulkAction::Delete(_) = &bulk.action {
        let people: Vec<UserId> = waiting.iter().map(|person| person.user_id).collect();
        room.returning = leaving::taken(tx, ctx, &people)?;
    }
    let judge = Judge::load(tx, ctx, &bulk.action)?;
    let (mut work, mut back, mut rows) = (Work::default(), Vec::new(), Vec::new());
    for person in waiting {
        let user = person.user_id;
        let before: Before = person
            .before
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let outcome = match records.remove(&user) {
            None => Outcome::Gone,
            Some(record) if Some(record.user.version) != person.version => Outcome::Kept,
            Some(record) if !judge.may_change(&record) => Outcome::Role,
            Some(record) => work.reverse(&bulk.action, record, &before, &mut room),
        };
        if outcome == Outcome::Restored {
            back.push(user);
        } else {
            rows.push(row(ctx.account, bulk.id, user, outcome, None));
        }
    }
    let seats = std::mem::take(&mut work.seats_back);
    let written = work.write(tx, ctx)?;
    for (key, people) in seats {
        give_back(
            tx,
            ctx,
            &key,
            people.into_iter().filter(|id| written.contains(id)),
        )?;
    }
    rows.extend(back.into_iter().map(|user| {
        let outcome = if written.contains(&user) {
            Outcome::Restored
        } else {
            Outcome::Kept
        };
        row(ctx.account, bulk.id, user, outcome, None)
    }));
    settle(tx, ctx, bulk, &rows)?;
    Ok(true)
}
