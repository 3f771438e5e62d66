//! What happened to cards: an append-only trail, and who had a number before.

use db::{FromRow, Row, Tx, bulk, params, sql};
use kernel::{AccountId, CardEventId, CardId, CardRadix, CardState, Timestamp, UserId, full_name};

use super::{Card, CardRefusal, CardSettings, list};
use crate::{Action, Ctx, activity, users};

/// The newest events of a number that are shown.
const MOST_SHOWN: i64 = 200;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It was made, or came in the place of another.
    Add,
    /// It was given out.
    Issue,
    /// Its holder activated it.
    Activate,
    /// It was stopped for a while.
    Pause,
    /// It works again.
    Resume,
    /// It was taken back for good.
    Revoke,
    /// Another came in its place.
    Replace,
    /// Somebody else got it.
    Move,
    /// Its time was over, which was settled.
    Expire,
}

impl EventKind {
    const ALL: [Self; 9] = [
        Self::Add,
        Self::Issue,
        Self::Activate,
        Self::Pause,
        Self::Resume,
        Self::Revoke,
        Self::Replace,
        Self::Move,
        Self::Expire,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Issue => "issue",
            Self::Activate => "activate",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Revoke => "revoke",
            Self::Replace => "replace",
            Self::Move => "move",
            Self::Expire => "expire",
        }
    }
}

/// Something that happened to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which card of the number.
    pub card: CardId,
    /// What.
    pub kind: EventKind,
    /// What it was afterwards.
    pub state: CardState,
    /// When.
    pub at: Timestamp,
    /// Who did it, as named then.
    pub by: String,
    /// Who held it afterwards, if they are still known.
    pub holder: Option<(UserId, String)>,
    /// Who held it before, if that changed.
    pub former: Option<(UserId, String)>,
}

impl FromRow for Event {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let kind: String = row.get(2)?;
        let kind = EventKind::ALL
            .into_iter()
            .find(|one| one.as_str() == kind)
            .unwrap_or(EventKind::Add);
        Ok(Self {
            card: row.get(1)?,
            kind,
            state: row.get(3)?,
            at: row.get(4)?,
            by: row.get(5)?,
            holder: somebody(row.get(6)?, row.get(7)?, row.get(8)?),
            former: somebody(row.get(9)?, row.get(10)?, row.get(11)?),
        })
    }
}

fn somebody(
    id: Option<UserId>,
    first: Option<String>,
    last: Option<String>,
) -> Option<(UserId, String)> {
    let name = full_name(&first?, &last.unwrap_or_default());
    Some((id?, name))
}

/// A card that has or had a number, with its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The card.
    pub card: CardId,
    /// Who held it last, if they are still known.
    pub holder: Option<(UserId, String)>,
    /// Its state as stored.
    pub state: CardState,
    /// When it was made.
    pub since: Timestamp,
}

impl FromRow for Owner {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            card: row.get(0)?,
            holder: somebody(row.get(1)?, row.get(2)?, row.get(3)?),
            state: row.get(4)?,
            since: row.get(5)?,
        })
    }
}

/// A row of the trail.
pub(super) struct NewEvent {
    account: AccountId,
    card: CardId,
    id: CardEventId,
    what: &'static str,
    state_before: Option<CardState>,
    state_after: CardState,
    user: UserId,
    former: Option<UserId>,
    other_card: Option<CardId>,
    at: Timestamp,
    actor: Option<UserId>,
    actor_name: String,
}

bulk!(NewEvent => "card_events" {
    account: account_id,
    card: card_id,
    id,
    what,
    state_before,
    state_after,
    user: user_id,
    former: former_user_id,
    other_card: other_card_id,
    at,
    actor: actor_id,
    actor_name,
});

impl NewEvent {
    pub(super) fn new(
        ctx: &Ctx,
        (card, user): (CardId, UserId),
        kind: EventKind,
        before: Option<CardState>,
        after: CardState,
    ) -> Self {
        Self {
            account: ctx.account,
            card,
            id: ctx.new_id(),
            what: kind.as_str(),
            state_before: before,
            state_after: after,
            user,
            former: None,
            other_card: None,
            at: ctx.now(),
            actor: ctx.actor.user,
            actor_name: ctx.actor.name.clone(),
        }
    }

    /// Nobody did it: time went by.
    pub(super) fn by_itself(mut self) -> Self {
        self.actor = None;
        "Muster".clone_into(&mut self.actor_name);
        self
    }

    pub(super) fn taken_from(mut self, former: UserId) -> Self {
        self.former = Some(former);
        self
    }

    pub(super) fn with_card(mut self, other: CardId) -> Self {
        self.other_card = Some(other);
        self
    }
}

/// What happened to a number, newest first, whichever card had it.
///
/// Of people whom the actor does not see, nothing is told.
pub fn history(tx: &mut Tx<'_>, ctx: &Ctx, card: &Card) -> db::Result<Vec<Event>> {
    let mut events: Vec<Event> = tx.fetch(
        sql!("cards/history"),
        params![card.account, card.number, MOST_SHOWN],
    )?;
    let people = events
        .iter()
        .flat_map(|event| event.holder.iter().chain(&event.former));
    let people: Vec<UserId> = people.map(|person| person.0).collect();
    let seen = users::seen_of(tx, ctx, people)?;
    let is_seen =
        |who: &Option<(UserId, String)>| who.as_ref().is_none_or(|who| seen.contains(&who.0));
    events.retain(|event| is_seen(&event.holder));
    for event in &mut events {
        if !is_seen(&event.former) {
            event.former = None;
        }
    }
    Ok(events)
}

/// Every card that has or had the number of a card, newest first.
///
/// Of people whom the actor does not see, nothing is told.
pub fn owners(tx: &mut Tx<'_>, ctx: &Ctx, card: &Card) -> db::Result<Vec<Owner>> {
    let mut owners: Vec<Owner> = tx.fetch(
        sql!("cards/with_number"),
        params![card.account, card.number],
    )?;
    let people = owners.iter().flat_map(|owner| &owner.holder);
    let seen = users::seen_of(tx, ctx, people.map(|person| person.0))?;
    owners.retain(|owner| {
        owner
            .holder
            .as_ref()
            .is_none_or(|who| seen.contains(&who.0))
    });
    Ok(owners)
}

/// The whole number of a card, which is noted in the activity log.
pub fn note_shown(tx: &mut Tx<'_>, ctx: &Ctx, card: CardId) -> Result<String, CardRefusal> {
    ctx.require(Action::ManageCards)?;
    let found = list::see(tx, ctx, card)?.ok_or(CardRefusal::Unknown)?;
    let radix = CardSettings::load(tx, ctx.account)?.radix;
    let details = format!("card {}", found.card.masked(CardRadix::Decimal));
    let person = found.card.user.uuid();
    activity::record(tx, ctx, "card.show", Some(person), &details)?;
    Ok(found.card.written(radix))
}

/// Removes the trail of the cards of staged people, who are removed altogether.
pub(crate) fn delete_of_staged_people(tx: &mut Tx<'_>, account: AccountId) -> db::Result<u64> {
    tx.execute(sql!("cards/delete_events_of_staged"), params![account])
}
