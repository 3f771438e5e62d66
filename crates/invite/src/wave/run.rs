//! The job of a wave: chunk after chunk, the first few of many before the others.

use std::time::Duration;

use db::{Tx, params, sql};
use delivery::Purpose;
use directory::{Action, Actor, Ctx, accounts, activity, notifications, roles, users};
use identity::identities::{self, Link};
use jobs::{Context, Failure, Job, JobOutcome};
use kernel::{AccountId, Role, UserId, WaveId};

use super::{Stored, Wanted, WaveState, enqueue, first, locked};
use crate::{
    candidates::{self, CHUNK, Person, Verdict},
    offer::{self, Terms},
    settings::InvitationSettings,
};

/// They have so long to come back; afterwards no news is good news.
const WATCH: Duration = Duration::from_mins(10);
/// How often is looked.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Runs the job of a wave until it ends, is halted, or waits for what comes back.
pub(crate) fn run(
    context: &Context,
    job: &Job,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let id: WaveId = job.payload()?;
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    loop {
        let goes_on = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            step(tx, context, account, id, delivery)
        })?;
        if !goes_on {
            return Ok(JobOutcome::Done);
        }
        if context.wake.is_stopping() {
            return Ok(JobOutcome::Continue);
        }
    }
}

/// One chunk; `false` when there is nothing to do now.
fn step(
    tx: &mut Tx<'_>,
    context: &Context,
    account: AccountId,
    id: WaveId,
    delivery: &delivery::Settings,
) -> db::Result<bool> {
    let Some(wave) = locked(tx, account, id)? else {
        return Ok(false);
    };
    let ctx = Ctx {
        account,
        actor: Actor::new(wave.begun_by, &wave.begun_by_name, Role::Admin),
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    };
    match WaveState::parse(&wave.state) {
        WaveState::Running => chunk(tx, &ctx, &wave, delivery),
        WaveState::Watching => watch(tx, &ctx, &wave),
        WaveState::Held | WaveState::Paused | WaveState::Stopped | WaveState::Done => Ok(false),
    }
}

/// Invites the next people; of many, a few first.
fn chunk(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    wave: &Stored,
    delivery: &delivery::Settings,
) -> db::Result<bool> {
    if wave.after_user.is_none() && wave.invited == 0 {
        let few = first::few(tx, ctx, wave)?;
        if !few.is_empty() {
            invite(tx, ctx, wave, delivery, &few, (None, WaveState::Watching))?;
            return Ok(true);
        }
    }
    let (source, after) = (wave.source(), wave.after_user);
    let people = candidates::page(
        tx,
        ctx.account,
        source,
        Some(wave.id),
        after,
        CHUNK,
        ctx.now(),
    )?;
    let Some(last) = people.last() else {
        end(tx, ctx, wave)?;
        return Ok(false);
    };
    let place = (Some(last.id), WaveState::Running);
    invite(tx, ctx, wave, delivery, &people, place)?;
    Ok(true)
}

/// Makes the invitations of these people, and stores how far the wave got and how it goes on.
fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    wave: &Stored,
    delivery: &delivery::Settings,
    people: &[Person],
    (after, state): (Option<UserId>, WaveState),
) -> db::Result<()> {
    let now = ctx.now();
    let wanted = Wanted::parse(&wave.channel).unwrap_or(Wanted::Any);
    let (mut guests, mut links) = (Vec::new(), Vec::new());
    let (mut already, mut unreachable) = (0_i64, 0_i64);
    for person in people {
        match person.verdict(wanted, wave.is_again()) {
            Verdict::Invite(guest) => guests.push(*guest),
            // Two people with one address of their own each may be one identity: the first one is.
            Verdict::Connect(identity)
                if links.iter().any(|link: &Link| link.identity == identity) =>
            {
                unreachable += 1;
            }
            Verdict::Connect(identity) => links.push(Link {
                user: person.id,
                identity,
            }),
            Verdict::SignsIn | Verdict::Already => already += 1,
            Verdict::Unreachable => unreachable += 1,
        }
    }
    let account = accounts::get(tx, ctx.account)?;
    let settings = InvitationSettings {
        days: wave.days,
        ..InvitationSettings::load(tx, ctx.account)?
    };
    let terms = Terms {
        delivery,
        settings: &settings,
        account_name: &account.name,
        purpose: Purpose::Invitation,
        wave: Some(wave.id),
        send_at: wave.send_at,
    };
    offer::make(tx, ctx, &terms, &guests)?;
    let connected = identities::join_many(tx, now, ctx.account, &links)?;
    tx.execute(
        sql!("waves/advance"),
        params![
            ctx.account,
            wave.id,
            after,
            count(guests.len()),
            count(connected.len()),
            already,
            unreachable + count(links.len() - connected.len()),
            state.as_str(),
            now
        ],
    )?;
    Ok(())
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Looks what became of the first few.
fn watch(tx: &mut Tx<'_>, ctx: &Ctx, wave: &Stored) -> db::Result<bool> {
    let now = ctx.now();
    let (sent, waiting, returned): (i64, i64, i64) =
        tx.fetch_one(sql!("waves/returned"), params![ctx.account, wave.id])?;
    // One of twenty is the normal state of an address list; more is a sign.
    if returned * 20 > sent.max(1) {
        tx.execute(
            sql!("waves/set_state"),
            params![ctx.account, wave.id, "held", now],
        )?;
        let text = format!(
            "{returned} of the first {sent} invitations came back. The others wait for you."
        );
        // Whoever began it may be no administrator, and could do nothing about it.
        for administrator in users::administrators(tx, ctx.account, Action::InviteUsers)? {
            tell(tx, ctx, wave, administrator.id, "invitations.held", &text)?;
        }
        return Ok(false);
    }
    if waiting > 0 && now.since(wave.send_at.max(wave.created_at)) < WATCH {
        enqueue(
            tx,
            &ctx.ids,
            ctx.account,
            wave.id,
            now.checked_add(LOOK_AGAIN).unwrap_or(now),
        )?;
        return Ok(false);
    }
    tx.execute(
        sql!("waves/set_state"),
        params![ctx.account, wave.id, "running", now],
    )?;
    Ok(true)
}

/// Everybody was gone through.
fn end(tx: &mut Tx<'_>, ctx: &Ctx, wave: &Stored) -> db::Result<()> {
    tx.execute(
        sql!("waves/set_state"),
        params![ctx.account, wave.id, "done", ctx.now()],
    )?;
    let text = format!(
        "{} people were invited, {} signed in already and were connected, {} were left alone, {} have no address.",
        wave.invited, wave.connected, wave.already, wave.unreachable
    );
    activity::record(tx, ctx, "invitations.end", Some(wave.id.uuid()), &text)?;
    match wave.begun_by {
        Some(user) if may_know(tx, ctx.account, user)? => {
            tell(tx, ctx, wave, user, "invitations.done", &text)
        }
        _ => Ok(()),
    }
}

/// Whether somebody may hear who of a wave signed in already: of people of the directory, others are told nothing.
fn may_know(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<bool> {
    let person = users::find(tx, account, user)?;
    let Some(role) = person.and_then(|person| Role::parse(&person.user.role).ok()) else {
        return Ok(false);
    };
    let custom = roles::held_by(tx, account, Some(user), role)?;
    let actor = Actor::new(Some(user), "", role).with(custom);
    Ok(actor.may_for_all(Action::InviteUsers))
}

fn tell(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    wave: &Stored,
    user: UserId,
    kind: &str,
    text: &str,
) -> db::Result<()> {
    notifications::add(tx, ctx, user, kind, Some(wave.id.uuid()), text)
}
