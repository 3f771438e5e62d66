//! Cards of people who are deleted, and of those who come back.

use std::collections::BTreeMap;

use db::{Tx, params, sql};
use kernel::{CardId, CardState, UserId};

use super::{EventKind, history::NewEvent, settle};
use crate::{Ctx, users};

/// Revokes every live card of people; leaves other ids staged.
pub(crate) fn revoke_all(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> db::Result<()> {
    users::stage_ids(tx, people.iter().copied())?;
    settle::of_staged_people(tx, ctx)?;
    users::stage_ids(tx, people.iter().copied())?;
    let live: Vec<(CardId, UserId, CardState)> =
        tx.fetch(sql!("leaving/cards_of_staged"), params![ctx.account])?;
    if live.is_empty() {
        return Ok(());
    }
    users::stage_ids(tx, live.iter().map(|card| card.0))?;
    tx.execute(sql!("leaving/revoke_cards"), params![ctx.account])?;
    let events: Vec<_> = live
        .iter()
        .map(|(card, user, state)| {
            let (before, after) = (Some(*state), CardState::Revoked);
            NewEvent::new(ctx, (*card, *user), EventKind::Revoke, before, after)
        })
        .collect();
    tx.bulk(&events)?;
    Ok(())
}

/// Makes the cards what they were that were revoked because their holders, who are staged, were
/// deleted; leaves other ids staged. Says how many.
pub(crate) fn give_back(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<usize> {
    let former: Vec<(CardId, UserId, CardState)> = tx.fetch(
        sql!("leaving/former_cards_of_staged"),
        params![ctx.account, ctx.now()],
    )?;
    let mut by_state: BTreeMap<CardState, Vec<CardId>> = BTreeMap::new();
    for (card, _, state) in &former {
        by_state.entry(*state).or_default().push(*card);
    }
    let no_date: Option<kernel::Timestamp> = None;
    for (state, cards) in by_state {
        users::stage_ids(tx, cards)?;
        tx.execute(
            sql!("cards/set_state"),
            params![ctx.account, CardState::Revoked, state, no_date, no_date],
        )?;
    }
    let events: Vec<_> = former
        .iter()
        .map(|(card, user, state)| {
            let before = Some(CardState::Revoked);
            NewEvent::new(ctx, (*card, *user), EventKind::Resume, before, *state)
        })
        .collect();
    tx.bulk(&events)?;
    Ok(former.len())
}
