//! The job of issuing to many: chunk after chunk, each with how far it got in one transaction.

use db::{Tx, params, sql};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::{AccountId, CardRunId, CardState, Role, UserId};

use super::{
    Candidate, ISSUE, Line, Outcome, Preview, RunState, Stored, candidates, people, stored,
};
use crate::{
    Actor, Ctx, activity,
    cards::{EventKind, change::touch, history::NewEvent, settle},
    notifications, users,
};

/// People in one transaction.
const CHUNK: i64 = 2_000;

/// Adds the handler of this module's job.
#[must_use]
pub fn register(runner: Runner) -> Runner {
    runner.register(ISSUE, run).given_up(ISSUE, give_up)
}

fn run(context: &Context, job: &Job) -> Result<JobOutcome, Failure> {
    let id: CardRunId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    loop {
        let goes_on = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            step(tx, context, account, id)
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
fn step(tx: &mut Tx<'_>, context: &Context, account: AccountId, id: CardRunId) -> db::Result<bool> {
    let Some((run, ctx)) = running(tx, context, account, id)? else {
        return Ok(false);
    };
    let people = people(tx, account, run.source(), run.after_user_id, CHUNK)?;
    let Some(last) = people.last().copied() else {
        end(tx, &ctx, &run, RunState::Done)?;
        return Ok(false);
    };
    chunk(tx, &ctx, &run, &people, last)?;
    Ok(true)
}

/// A run that has not ended, and the surroundings of whoever began it.
fn running(
    tx: &mut Tx<'_>,
    context: &Context,
    account: AccountId,
    id: CardRunId,
) -> db::Result<Option<(Stored, Ctx)>> {
    let found = stored(tx, account, id)?.filter(|run| run.state == "running");
    Ok(found.map(|run| {
        let ctx = Ctx {
            account,
            actor: Actor::new(run.begun_by, &run.begun_by_name, Role::Admin),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
        };
        (run, ctx)
    }))
}

/// Ends a run whose job failed too often; why is in the log.
fn give_up(tx: &mut Tx<'_>, context: &Context, job: &Job) -> db::Result<()> {
    let (Ok(id), Some(account)) = (job.payload::<CardRunId>(), job.account_id) else {
        return Ok(());
    };
    match running(tx, context, account, id)? {
        Some((run, ctx)) => end(tx, &ctx, &run, RunState::GivenUp),
        None => Ok(()),
    }
}

fn chunk(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    run: &Stored,
    people: &[UserId],
    last: UserId,
) -> db::Result<()> {
    users::stage_ids(tx, people.iter().copied())?;
    users::lock_staged(tx, ctx.account)?;
    let found = candidates(tx, ctx.account, people, ctx.now())?;
    let (mut counts, mut lines, mut chosen) = (Preview::default(), Vec::new(), Vec::new());
    for one in &found {
        let outcome = one.outcome(run.validity(), ctx.now());
        counts.count(outcome);
        lines.push(Line {
            account: ctx.account,
            run: run.id,
            user: one.id,
            outcome: Some(outcome.as_str()),
        });
        if outcome == Outcome::Issued {
            chosen.push(one);
        }
    }
    users::stage_ids(tx, people.iter().copied())?;
    tx.execute(
        sql!("card_runs/clear_outcomes"),
        params![ctx.account, run.id],
    )?;
    tx.bulk(&lines)?;
    issue(tx, ctx, run, &chosen)?;
    tx.execute(
        sql!("card_runs/advance"),
        params![
            ctx.account,
            run.id,
            last,
            counts.issued,
            counts.holding,
            counts.no_number,
            counts.not_active,
            counts.over
        ],
    )?;
    Ok(())
}

/// Issues the reserved cards of these people, whose former ones are settled first.
fn issue(tx: &mut Tx<'_>, ctx: &Ctx, run: &Stored, chosen: &[&Candidate]) -> db::Result<()> {
    users::stage_ids(tx, chosen.iter().map(|one| one.id))?;
    settle::of_staged_people(tx, ctx)?;
    for state in [CardState::Issued, CardState::Active] {
        let cards = chosen
            .iter()
            .filter_map(|one| one.issued())
            .filter(|(_, to)| *to == state);
        users::stage_ids(tx, cards.map(|(card, _)| card))?;
        tx.execute(
            sql!("cards/set_state"),
            params![
                ctx.account,
                CardState::Reserved,
                state,
                run.starts_at,
                run.ends_at
            ],
        )?;
    }
    let events: Vec<_> = chosen
        .iter()
        .filter_map(|one| one.issued().map(|(card, to)| (card, one.id, to)))
        .map(|(card, user, to)| {
            let before = Some(CardState::Reserved);
            NewEvent::new(ctx, (card, user), EventKind::Issue, before, to)
        })
        .collect();
    tx.bulk(&events)?;
    touch(tx, ctx, chosen.iter().map(|one| one.id))
}

/// Everybody was gone through, or it was given up.
fn end(tx: &mut Tx<'_>, ctx: &Ctx, run: &Stored, as_what: RunState) -> db::Result<()> {
    let given_up = as_what == RunState::GivenUp;
    tx.execute(
        sql!("card_runs/end"),
        params![ctx.account, run.id, ctx.now(), given_up],
    )?;
    let how = if given_up {
        "Issuing cards failed each time it was tried, and was given up before everybody was gone through. "
    } else {
        ""
    };
    let text = format!(
        "{how}Cards issued: {}. Left alone: {} who have a card already, {} without a card number, {} who are not active, {} whose dates are over.",
        run.issued, run.holding, run.no_number, run.not_active, run.over
    );
    activity::record(tx, ctx, "cards.issue", Some(run.id.uuid()), &text)?;
    match run.begun_by {
        Some(user) => notifications::add(tx, ctx, user, "cards.issued", Some(run.id.uuid()), &text),
        None => Ok(()),
    }
}
