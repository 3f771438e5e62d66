//! Taking cards through their states, one or many at once.

use std::collections::BTreeSet;

use db::{OnConflict as _, Tx, params, sql};
use kernel::{CardId, CardState, UserId, UserStatus};

use super::{
    Card, CardRefusal, EventKind, Step, Validity, add::check_seen, history::NewEvent, settle,
    standing,
};
use crate::{Action, Ctx, activity, lock::require_unlocked, users};

/// More cards are not changed at once; issuing to many is a job, see [`super::begin`].
pub(super) const MOST_AT_ONCE: usize = 1000;

/// A card with the state it was paused from.
struct Loaded {
    card: Card,
    paused_from: Option<CardState>,
}

impl db::FromRow for Loaded {
    fn from_row(row: &db::Row<'_>) -> db::Result<Self> {
        Ok(Self {
            card: Card::from_row(row)?,
            paused_from: row.get(9)?,
        })
    }
}

/// A card and what it becomes.
struct Turn {
    card: Card,
    from: CardState,
    to: CardState,
}

/// Does the same with some cards: with all of them or, by the first refusal, with none.
///
/// `given` is the validity of cards that are issued and have none of their own. Must run in a
/// writing transaction.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    cards: &[CardId],
    step: Step,
    given: Validity,
) -> Result<(), CardRefusal> {
    ctx.require(Action::ManageCards)?;
    require_unlocked::<CardRefusal>(tx, ctx)?;
    if cards.len() > MOST_AT_ONCE {
        return Err(CardRefusal::TooMany(MOST_AT_ONCE));
    }
    let turns = turns(tx, ctx, cards, step, given)?;
    let holders = turns.iter().map(|turn| turn.card.user);
    if check_seen(tx, ctx, holders).is_err() {
        return Err(CardRefusal::Unknown);
    }
    write(tx, ctx, &turns, step.event(), given)?;
    note(tx, ctx, &turns, step)?;
    Ok(())
}

/// Revokes cards as part of something else, whose entry in the log tells of it.
pub(crate) fn revoke_unnoted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    cards: &[CardId],
) -> Result<(), CardRefusal> {
    let given = Validity::default();
    let turns = turns(tx, ctx, cards, Step::Revoke, given)?;
    write(tx, ctx, &turns, EventKind::Revoke, given)
}

/// Its holder has an issued card in their phone.
pub fn activate(tx: &mut Tx<'_>, ctx: &Ctx, card: CardId) -> Result<(), CardRefusal> {
    let turns = turns(tx, ctx, &[card], Step::Activate, Validity::default())?;
    write(tx, ctx, &turns, EventKind::Activate, Validity::default())?;
    note(tx, ctx, &turns, Step::Activate)
}

/// What becomes of each card; its holder is locked and their cards are settled.
fn turns(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    cards: &[CardId],
    step: Step,
    given: Validity,
) -> Result<Vec<Turn>, CardRefusal> {
    let wanted: BTreeSet<CardId> = cards.iter().copied().collect();
    users::stage_ids(tx, wanted.iter().copied())?;
    let holders: Vec<(UserId,)> =
        tx.fetch(sql!("cards/holders_of_staged"), params![ctx.account])?;
    let holders: BTreeSet<UserId> = holders.into_iter().map(|(user,)| user).collect();
    let inactive = lock(tx, ctx, &holders)?;
    users::stage_ids(tx, wanted.iter().copied())?;
    let found: Vec<Loaded> = tx.fetch(sql!("cards/of_staged"), params![ctx.account])?;
    // Whose card went to somebody else meanwhile is not locked: look again.
    if found.len() != wanted.len() || found.iter().any(|one| !holders.contains(&one.card.user)) {
        return Err(CardRefusal::Unknown);
    }
    found
        .into_iter()
        .map(|one| turn(ctx, one, step, given, &inactive))
        .collect()
}

fn turn(
    ctx: &Ctx,
    one: Loaded,
    step: Step,
    given: Validity,
    inactive: &BTreeSet<UserId>,
) -> Result<Turn, CardRefusal> {
    let state = standing(&one.card, ctx.now());
    // Nobody hears of other people's cards.
    if step == Step::Activate && Some(one.card.user) != ctx.actor.user {
        return Err(CardRefusal::Unknown);
    }
    let Some(to) = step.after(state, one.card.kind(), one.paused_from) else {
        return Err(CardRefusal::State { step, state });
    };
    if step == Step::Issue {
        if inactive.contains(&one.card.user) {
            return Err(CardRefusal::NotActive);
        }
        if !given.for_card(&one.card).is_possible(ctx.now()) {
            return Err(CardRefusal::Dates);
        }
    }
    Ok(Turn {
        card: one.card,
        from: state,
        to,
    })
}

/// Locks people against other changes of their cards, and settles those they have. Says who of
/// them is deactivated.
pub(super) fn lock(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: &BTreeSet<UserId>,
) -> Result<BTreeSet<UserId>, CardRefusal> {
    users::stage_ids(tx, people.iter().copied())?;
    let there = users::lock_staged(tx, ctx.account)?;
    if there.len() != people.len() {
        return Err(CardRefusal::NobodyThere);
    }
    settle::of_staged_people(tx, ctx)?;
    Ok(there
        .into_iter()
        .filter(|(_, status)| *status == UserStatus::Deactivated)
        .map(|(user, _)| user)
        .collect())
}

/// Writes the new states, the trail, and that the holders were changed.
fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    turns: &[Turn],
    kind: EventKind,
    given: Validity,
) -> Result<(), CardRefusal> {
    let mut ways: Vec<(CardState, CardState)> =
        turns.iter().map(|turn| (turn.from, turn.to)).collect();
    ways.sort_unstable();
    ways.dedup();
    // Only who is issued a card gets a validity with it.
    let given = match kind {
        EventKind::Issue => given,
        EventKind::Add
        | EventKind::Activate
        | EventKind::Pause
        | EventKind::Resume
        | EventKind::Revoke
        | EventKind::Replace
        | EventKind::Move
        | EventKind::Expire => Validity::default(),
    };
    for (from, to) in ways {
        let these = turns
            .iter()
            .filter(|turn| (turn.from, turn.to) == (from, to));
        users::stage_ids(tx, these.map(|turn| turn.card.id))?;
        tx.execute(
            sql!("cards/set_state"),
            params![ctx.account, from, to, given.starts_at, given.ends_at],
        )
        .on_conflict("cards_holder", CardRefusal::HasCard)?;
    }
    let events: Vec<_> = turns
        .iter()
        .map(|turn| {
            let card = (turn.card.id, turn.card.user);
            NewEvent::new(ctx, card, kind, Some(turn.from), turn.to)
        })
        .collect();
    tx.bulk(&events)?;
    touch(tx, ctx, turns.iter().map(|turn| turn.card.user))?;
    Ok(())
}

/// The holders count as changed: imports and undoing leave them alone.
pub(super) fn touch(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<()> {
    users::stage_ids(tx, people.into_iter().collect::<BTreeSet<_>>())?;
    users::touch_staged(tx, ctx)
}

/// One entry in the activity log: about the person, or about none if there are several.
fn note(tx: &mut Tx<'_>, ctx: &Ctx, turns: &[Turn], step: Step) -> Result<(), CardRefusal> {
    let action = format!("card.{}", step.as_str());
    match turns {
        [] => {}
        [one] => {
            let person = one.card.user.uuid();
            let number = one.card.masked(kernel::CardRadix::Decimal);
            activity::record(tx, ctx, &action, Some(person), &format!("card {number}"))?;
        }
        many => activity::record(tx, ctx, &action, None, &format!("{} cards", many.len()))?,
    }
    Ok(())
}
