//! Cards whose time is over: settled where their number or their holder's place is needed.
//!
//! That time went by is no change of the holder: what imports have planned or can undo stays so.

use std::collections::HashSet;

use db::{Tx, params, sql};
use kernel::{CardId, CardNumber, CardState, UserId};

use super::{EventKind, history::NewEvent};
use crate::{Ctx, users};

/// Cards settled in one go.
const CHUNK: i64 = 10_000;

type Over = (CardId, UserId, CardState);

/// Settles the cards of the staged people; leaves other ids staged.
pub(super) fn of_staged_people(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<()> {
    let over = tx.fetch(
        sql!("cards/over_of_people"),
        params![ctx.account, ctx.now()],
    )?;
    settle(tx, ctx, &over)
}

/// Settles the cards of these people.
pub(crate) fn settle_people(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<()> {
    users::stage_ids(tx, people)?;
    of_staged_people(tx, ctx)
}

/// Settles the card with a number; leaves other ids staged.
pub(super) fn of_number(tx: &mut Tx<'_>, ctx: &Ctx, number: &CardNumber) -> db::Result<()> {
    let over = tx.fetch(
        sql!("cards/over_of_number"),
        params![ctx.account, ctx.now(), number.hex()],
    )?;
    settle(tx, ctx, &over)
}

/// Settles cards of the account whose time is over, some 10,000 of them; says how many.
pub fn settle_all(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<usize> {
    let over: Vec<Over> = tx.fetch(sql!("cards/over"), params![ctx.account, ctx.now(), CHUNK])?;
    settle(tx, ctx, &over)?;
    Ok(over.len())
}

fn settle(tx: &mut Tx<'_>, ctx: &Ctx, over: &[Over]) -> db::Result<()> {
    if over.is_empty() {
        return Ok(());
    }
    users::stage_ids(tx, over.iter().map(|(card, _, _)| *card))?;
    let settled: Vec<(CardId,)> = tx.fetch(sql!("cards/expire_staged"), params![ctx.account])?;
    let settled: HashSet<CardId> = settled.into_iter().map(|(card,)| card).collect();
    let events: Vec<_> = over
        .iter()
        .filter(|(card, _, _)| settled.contains(card))
        .map(|(card, user, state)| {
            let (before, after) = (Some(*state), CardState::Expired);
            NewEvent::new(ctx, (*card, *user), EventKind::Expire, before, after).by_itself()
        })
        .collect();
    tx.bulk(&events)?;
    Ok(())
}
