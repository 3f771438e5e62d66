//! Waves: many invitations at once, as a job that goes on where it was.
//!
//! The people of a wave are gone through in the order of their ids, [`CHUNK`] in a transaction; how far it got is stored
//! with them. A large wave sends a few first and waits for what comes back.

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use delivery::Purpose;
use directory::{Action, Actor, Ctx, accounts, activity, notifications};
use identity::identities::{self, Link};
use jobs::{Context, Failure, Job, JobOutcome, NewJob};
use kernel::{AccountId, Ids, ImportId, Role, Timestamp, UserId, WaveId};

use crate::{
    candidates::{self, CHUNK, Pick, Source, Verdict},
    invitation::InviteError,
    offer::{self, Terms},
    settings::{InvitationSettings, check_days},
};

pub use crate::candidates::{Preview, Wanted};

/// The job that makes the invitations of a wave.
pub(crate) const WAVE: &str = "invite.wave";
/// A wave of more than so many sends a few first.
const LARGE: i64 = 500;
/// So many.
const FIRST: i64 = 20;
/// They have so long to come back; afterwards no news is good news.
const WATCH: Duration = Duration::from_mins(10);
/// How often is looked.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// People looked at in one query of a preview.
const PREVIEW_PAGE: i64 = 20_000;

/// Whom a wave is to be for.
#[derive(Clone, Debug)]
pub enum Selection {
    /// These people.
    People(Vec<UserId>),
    /// Those an import created or changed last.
    Import(ImportId),
    /// Everybody who never signed in.
    Everybody,
}

/// A wave to begin.
#[derive(Clone, Debug)]
pub struct NewWave {
    /// Whom it is for.
    pub selection: Selection,
    /// Whether those who were invited before and did not come get a new link, too (S1.9, S1.10).
    pub again: bool,
    /// How they are reached.
    pub channel: Wanted,
    /// For so many days the links work; the account's own number when not given.
    pub days: Option<i64>,
    /// Not before this moment; at once when not given.
    pub send_at: Option<Timestamp>,
}

/// Where a wave stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// Its id.
    pub id: WaveId,
    /// Whether it is for people who were invited before.
    pub again: bool,
    /// The import it is for.
    pub import: Option<ImportId>,
    /// `running`, `watching`, `held`, `paused`, `stopped` or `done`.
    pub state: WaveState,
    /// Messages to so many people.
    pub invited: i64,
    /// Connected at once.
    pub connected: i64,
    /// Left alone: they sign in, or were invited before.
    pub already: i64,
    /// Nothing to write to.
    pub unreachable: i64,
    /// Who began it.
    pub begun_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Its messages go out from here on.
    pub send_at: Timestamp,
}

/// The states of a wave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaveState {
    /// Invitations are being made.
    Running,
    /// The first few are out.
    Watching,
    /// Too many of the first came back.
    Held,
    /// Halted by a person.
    Paused,
    /// Ended by a person.
    Stopped,
    /// Everybody was gone through.
    Done,
}

impl WaveState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Watching => "watching",
            Self::Held => "held",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Done => "done",
        }
    }

    fn parse(name: &str) -> Self {
        let all = [
            Self::Running,
            Self::Watching,
            Self::Held,
            Self::Paused,
            Self::Stopped,
        ];
        all.into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Done)
    }

    /// Whether it goes on by itself.
    pub const fn is_going(self) -> bool {
        matches!(self, Self::Running | Self::Watching)
    }

    /// Whether a person can let it go on.
    pub const fn can_go_on(self) -> bool {
        matches!(self, Self::Held | Self::Paused)
    }
}

struct Stored {
    id: WaveId,
    kind: String,
    source: String,
    import_id: Option<ImportId>,
    channel: String,
    days: i64,
    send_at: Timestamp,
    state: String,
    after_user: Option<UserId>,
    invited: i64,
    connected: i64,
    already: i64,
    unreachable: i64,
    begun_by: Option<UserId>,
    begun_by_name: String,
    created_at: Timestamp,
}

from_row!(Stored {
    id,
    kind,
    source,
    import_id,
    channel,
    days,
    send_at,
    state,
    after_user,
    invited,
    connected,
    already,
    unreachable,
    begun_by,
    begun_by_name,
    created_at,
});

impl Stored {
    fn source(&self) -> Source {
        match (self.source.as_str(), self.import_id) {
            ("import", Some(import)) => Source::Import(import),
            ("all", _) => Source::All,
            _ => Source::Picks(self.id),
        }
    }

    fn is_again(&self) -> bool {
        self.kind == "again"
    }

    fn wave(self) -> Wave {
        Wave {
            again: self.is_again(),
            id: self.id,
            import: self.import_id,
            state: WaveState::parse(&self.state),
            invited: self.invited,
            connected: self.connected,
            already: self.already,
            unreachable: self.unreachable,
            begun_by_name: self.begun_by_name,
            created_at: self.created_at,
            send_at: self.send_at,
        }
    }
}

/// What a wave to this selection would do now.
pub fn preview(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewWave) -> Result<Preview, InviteError> {
    ctx.require(Action::InviteUsers)?;
    let mut preview = Preview::default();
    let mut count =
        |person: &candidates::Person| preview.count(&person.verdict(new.channel, new.again));
    let source = match &new.selection {
        Selection::People(people) => {
            for user in people {
                if let Some(person) = candidates::one(tx, ctx.account, *user, ctx.now())? {
                    count(&person);
                }
            }
            return Ok(preview);
        }
        Selection::Import(import) => Source::Import(*import),
        Selection::Everybody => Source::All,
    };
    let mut after = None;
    loop {
        let page = candidates::page(tx, ctx.account, source, after, PREVIEW_PAGE, ctx.now())?;
        page.iter().for_each(&mut count);
        match page.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(preview),
        }
    }
}

/// Begins a wave: its job is queued in the caller's transaction.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewWave) -> Result<WaveId, InviteError> {
    ctx.require(Action::InviteUsers)?;
    let days = match new.days {
        Some(days) => days,
        None => InvitationSettings::load(tx, ctx.account)?.days,
    };
    check_days(days)?;
    let id: WaveId = ctx.new_id();
    let now = ctx.now();
    let (source, import) = match &new.selection {
        Selection::People(people) => {
            let picks: Vec<_> = people
                .iter()
                .map(|user| Pick {
                    account: ctx.account,
                    wave: id,
                    user: *user,
                })
                .collect();
            tx.bulk(&picks)?;
            ("picks", None)
        }
        Selection::Import(import) => ("import", Some(*import)),
        Selection::Everybody => ("all", None),
    };
    let kind = if new.again { "again" } else { "first" };
    tx.execute(
        sql!("waves/insert"),
        params![
            ctx.account,
            id,
            kind,
            source,
            import,
            new.channel.as_str(),
            days,
            new.send_at.unwrap_or(now),
            ctx.actor.user,
            ctx.actor.name,
            now
        ],
    )?;
    activity::record(tx, ctx, "invitations.begin", Some(id.uuid()), kind)?;
    enqueue(tx, &ctx.ids, ctx.account, id, now)?;
    Ok(id)
}

fn enqueue(
    tx: &mut Tx<'_>,
    ids: &Ids,
    account: AccountId,
    id: WaveId,
    at: Timestamp,
) -> db::Result<()> {
    let Ok(job) = NewJob::new(WAVE, &id) else {
        return Ok(());
    };
    let job = job.account(account).group(format!("wave:{id}")).run_at(at);
    jobs::enqueue(tx, ids, at, &job).map(drop)
}

/// One wave.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: WaveId) -> db::Result<Option<Wave>> {
    Ok(stored(tx, account, id)?.map(Stored::wave))
}

fn stored(tx: &mut Tx<'_>, account: AccountId, id: WaveId) -> db::Result<Option<Stored>> {
    tx.fetch_optional(sql!("waves/find"), params![account, id])
}

/// The newest waves, at most 50.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Wave>> {
    let waves: Vec<Stored> = tx.fetch(sql!("waves/list"), params![account])?;
    Ok(waves.into_iter().map(Stored::wave).collect())
}

/// What a person wants a wave to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Halt after the present chunk.
    Pause,
    /// Go on.
    Resume,
    /// End, and leave the rest uninvited.
    Stop,
}

/// Pauses, resumes or stops a wave; [`InviteError::NotOpen`] if it is not in a state for that.
pub fn order(tx: &mut Tx<'_>, ctx: &Ctx, id: WaveId, order: Order) -> Result<(), InviteError> {
    ctx.require(Action::InviteUsers)?;
    let wave = find(tx, ctx.account, id)?.ok_or(InviteError::NotFound)?;
    let (allowed, state) = match order {
        Order::Pause => (wave.state.is_going(), "paused"),
        Order::Resume => (wave.state.can_go_on(), "running"),
        Order::Stop => (wave.state.is_going() || wave.state.can_go_on(), "stopped"),
    };
    if !allowed {
        return Err(InviteError::NotOpen);
    }
    tx.execute(
        sql!("waves/set_state"),
        params![ctx.account, id, state, ctx.now()],
    )?;
    activity::record(tx, ctx, "invitations.wave", Some(id.uuid()), state)?;
    if order == Order::Resume {
        enqueue(tx, &ctx.ids, ctx.account, id, ctx.now())?;
    }
    Ok(())
}

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
    let Some(wave) = stored(tx, account, id)? else {
        return Ok(false);
    };
    let ctx = Ctx {
        account,
        actor: Actor {
            user: wave.begun_by,
            name: wave.begun_by_name.clone(),
            role: Role::Admin,
        },
        clock: context.clock.clone(),
        ids: context.ids.clone(),
    };
    match WaveState::parse(&wave.state) {
        WaveState::Running => chunk(tx, &ctx, &wave, delivery),
        WaveState::Watching => watch(tx, &ctx, &wave),
        WaveState::Held | WaveState::Paused | WaveState::Stopped | WaveState::Done => Ok(false),
    }
}

/// Invites the next people.
fn chunk(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    wave: &Stored,
    delivery: &delivery::Settings,
) -> db::Result<bool> {
    let now = ctx.now();
    let wanted = Wanted::parse(&wave.channel).unwrap_or(Wanted::Any);
    let is_first_of_many = wave.after_user.is_none() && is_large(tx, ctx, wave)?;
    let limit = if is_first_of_many { FIRST } else { CHUNK };
    let people = candidates::page(tx, ctx.account, wave.source(), wave.after_user, limit, now)?;
    let Some(last) = people.last() else {
        end(tx, ctx, wave)?;
        return Ok(false);
    };
    let (mut guests, mut links) = (Vec::new(), Vec::new());
    let (mut already, mut unreachable) = (0_i64, 0_i64);
    for person in &people {
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
    let state = if is_first_of_many {
        WaveState::Watching
    } else {
        WaveState::Running
    };
    tx.execute(
        sql!("waves/advance"),
        params![
            ctx.account,
            wave.id,
            last.id,
            count(guests.len()),
            count(connected.len()),
            already,
            unreachable + count(links.len() - connected.len()),
            state.as_str(),
            now
        ],
    )?;
    Ok(true)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Whether so many people are in the wave that a few go first.
fn is_large(tx: &mut Tx<'_>, ctx: &Ctx, wave: &Stored) -> db::Result<bool> {
    let page = candidates::page(tx, ctx.account, wave.source(), None, LARGE + 1, ctx.now())?;
    Ok(count(page.len()) > LARGE)
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
        tell(tx, ctx, wave, "invitations.held", &text)?;
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
    tell(tx, ctx, wave, "invitations.done", &text)
}

fn tell(tx: &mut Tx<'_>, ctx: &Ctx, wave: &Stored, kind: &str, text: &str) -> db::Result<()> {
    match wave.begun_by {
        Some(user) => notifications::add(tx, ctx, user, kind, Some(wave.id.uuid()), text),
        None => Ok(()),
    }
}
