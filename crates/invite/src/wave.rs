//! Waves: many invitations at once, as a job that goes on where it was.
//!
//! The people of a wave are gone through in the order of their ids, [`CHUNK`] in a transaction; how far it got is stored
//! with them. A large wave sends a few first and waits for what comes back.

mod first;
mod run;
mod state;

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx, activity};
use jobs::NewJob;
use kernel::{AccountId, Ids, ImportId, Timestamp, UserId, WaveId};

use crate::{
    candidates::{self, Pick, Source},
    invitation::{InviteError, MOST_DAYS_AHEAD, Standing},
    settings::{InvitationSettings, check_days},
};

pub use crate::candidates::{Preview, Wanted};
pub(crate) use run::run;
pub use state::WaveState;

/// The job that makes the invitations of a wave.
pub(crate) const WAVE: &str = "invite.wave";
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
    /// Those whose newest invitation stands here.
    Standing(Standing),
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
    ctx.require_for_all(Action::InviteUsers)?;
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
        Selection::Standing(standing) => Source::Standing(*standing),
    };
    let mut after = None;
    loop {
        let page = candidates::page(
            tx,
            ctx.account,
            source,
            None,
            after,
            PREVIEW_PAGE,
            ctx.now(),
        )?;
        page.iter().for_each(&mut count);
        match page.last() {
            Some(last) => after = Some(last.id),
            None => return Ok(preview),
        }
    }
}

/// Begins a wave: its job is queued in the caller's transaction.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewWave) -> Result<WaveId, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    let days = match new.days {
        Some(days) => days,
        None => InvitationSettings::load(tx, ctx.account)?.days,
    };
    check_days(days)?;
    let now = ctx.now();
    let latest = now.checked_add(Duration::from_hours(24 * MOST_DAYS_AHEAD));
    if new
        .send_at
        .is_some_and(|at| at < now || latest.is_none_or(|latest| at > latest))
    {
        return Err(InviteError::SendAt);
    }
    let id: WaveId = ctx.new_id();
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
        // Where an invitation stands changes while the wave goes on.
        Selection::Standing(standing) => {
            pick_standing(tx, ctx, id, *standing)?;
            ("picks", None)
        }
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

fn pick_standing(tx: &mut Tx<'_>, ctx: &Ctx, wave: WaveId, standing: Standing) -> db::Result<()> {
    let (source, account, mut after) = (Source::Standing(standing), ctx.account, None);
    loop {
        let page = candidates::ids(tx, account, source, after, PREVIEW_PAGE, ctx.now())?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        let picks: Vec<_> = page
            .into_iter()
            .map(|user| Pick {
                account,
                wave,
                user,
            })
            .collect();
        tx.bulk(&picks)?;
    }
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

/// One wave, for somebody who may begin one.
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, id: WaveId) -> Result<Wave, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    find(tx, ctx.account, id)?.ok_or(InviteError::NotFound)
}

/// The newest waves, for somebody who may begin one.
pub fn look_at_all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Wave>, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    Ok(list(tx, ctx.account)?)
}

fn stored(tx: &mut Tx<'_>, account: AccountId, id: WaveId) -> db::Result<Option<Stored>> {
    tx.fetch_optional(sql!("waves/find"), params![account, id])
}

/// One wave, which stays as it is read until the end of this transaction: a chunk that is being made and an order
/// wait for each other.
fn locked(tx: &mut Tx<'_>, account: AccountId, id: WaveId) -> db::Result<Option<Stored>> {
    tx.execute(sql!("waves/lock"), params![account, id])?;
    stored(tx, account, id)
}

/// The newest waves, at most 50.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Wave>> {
    let waves: Vec<Stored> = tx.fetch(sql!("waves/list"), params![account])?;
    Ok(waves.into_iter().map(Stored::wave).collect())
}

/// Takes back what has not left yet.
fn take_back_unsent(tx: &mut Tx<'_>, ctx: &Ctx, id: WaveId) -> db::Result<()> {
    let of_wave = params![ctx.account, id, ctx.now()];
    tx.execute(sql!("waves/withdraw_messages"), of_wave)?;
    let unsent = tx.execute(sql!("waves/withdraw_unsent"), of_wave)?;
    tx.execute(
        sql!("waves/subtract"),
        params![ctx.account, id, i64::try_from(unsent).unwrap_or(i64::MAX)],
    )?;
    Ok(())
}

/// What a person wants a wave to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Halt after the present chunk.
    Pause,
    /// Go on.
    Resume,
    /// End, leave the rest uninvited, and take back what has not left yet.
    Stop,
}

/// Pauses, resumes or stops a wave; [`InviteError::NotOpen`] if it is not in a state for that.
pub fn order(tx: &mut Tx<'_>, ctx: &Ctx, id: WaveId, order: Order) -> Result<(), InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    let wave = locked(tx, ctx.account, id)?.ok_or(InviteError::NotFound)?;
    let wave = wave.wave();
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
    if order == Order::Stop {
        take_back_unsent(tx, ctx, id)?;
    }
    activity::record(tx, ctx, "invitations.wave", Some(id.uuid()), state)?;
    if order == Order::Resume {
        enqueue(tx, &ctx.ids, ctx.account, id, ctx.now())?;
    }
    Ok(())
}
