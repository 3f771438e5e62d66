//! A card in the place of another, and a card that goes to somebody else.

use std::collections::BTreeSet;

use db::{Tx, params, sql};
use kernel::{CardId, CardNumber, CardRadix, CardState, CardType, UserId};

use super::{
    Card, CardRefusal, EventKind, add,
    change::{lock, touch},
    history::NewEvent,
    list, standing,
    step::issued,
};
use crate::{Action, Ctx, activity, lock::require_unlocked, users};

/// Revokes a card and gives its holder one with another number and the same validity.
///
/// A card that was reserved is reserved again; any other is issued. Must run in a writing
/// transaction.
pub fn replace(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: CardId,
    number: Option<&CardNumber>,
) -> Result<Card, CardRefusal> {
    ctx.require(Action::ManageCards)?;
    require_unlocked::<CardRefusal>(tx, ctx)?;
    let (old, state) = locked(tx, ctx, id, None)?;
    let kind = old.kind();
    let to = match state {
        CardState::Reserved => CardState::Reserved,
        CardState::Issued | CardState::Active | CardState::Paused => issued(kind),
        CardState::Expired | CardState::Revoked => return Err(CardRefusal::Fixed(state)),
    };
    let number = add::number(ctx, number, kind)?;
    if number.hex() == old.number {
        return Err(CardRefusal::NumberTaken);
    }
    users::stage_ids(tx, [old.id])?;
    tx.execute(
        sql!("cards/set_state"),
        params![
            ctx.account,
            state,
            CardState::Revoked,
            old.starts_at,
            old.ends_at
        ],
    )?;
    let card = Card {
        id: ctx.new_id(),
        number: number.hex().to_owned(),
        state: to.to_string(),
        created_at: ctx.now(),
        ..old.clone()
    };
    add::insert(tx, ctx, &card, &number)?;
    let (holder, over) = (old.user, CardState::Revoked);
    let events = [
        NewEvent::new(ctx, (old.id, holder), EventKind::Replace, Some(state), over)
            .with_card(card.id),
        NewEvent::new(ctx, (card.id, holder), EventKind::Add, None, to).with_card(old.id),
    ];
    tx.bulk(&events)?;
    touch(tx, ctx, [holder])?;
    let details = format!(
        "card {} by {}",
        old.masked(CardRadix::Decimal),
        card.masked(CardRadix::Decimal)
    );
    activity::record(tx, ctx, "card.replace", Some(holder.uuid()), &details)?;
    Ok(card)
}

/// Gives a card to somebody who has none; a card in a phone waits to be activated there.
///
/// Must run in a writing transaction.
pub fn move_to(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: CardId,
    receiver: UserId,
) -> Result<(), CardRefusal> {
    ctx.require(Action::ManageCards)?;
    require_unlocked::<CardRefusal>(tx, ctx)?;
    let (card, state) = locked(tx, ctx, id, Some(receiver))?;
    let to = match (state, card.kind()) {
        (CardState::Active, CardType::Mobile) => CardState::Issued,
        (CardState::Reserved | CardState::Issued | CardState::Active, _) => state,
        (CardState::Paused | CardState::Expired | CardState::Revoked, _) => {
            return Err(CardRefusal::Fixed(state));
        }
    };
    add::require_none(tx, ctx, receiver)?;
    tx.execute(
        sql!("cards/set_holder"),
        params![ctx.account, id, receiver, to],
    )?;
    let event =
        NewEvent::new(ctx, (id, receiver), EventKind::Move, Some(state), to).taken_from(card.user);
    tx.bulk([&event])?;
    touch(tx, ctx, [card.user, receiver])?;
    let number = card.masked(CardRadix::Decimal);
    for (person, words) in [
        (card.user, "to somebody else"),
        (receiver, "from somebody else"),
    ] {
        let details = format!("card {number} {words}");
        activity::record(tx, ctx, "card.move", Some(person.uuid()), &details)?;
    }
    Ok(())
}

/// A card whose holder, and whoever else is to get it, is locked; with where it stands.
fn locked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: CardId,
    receiver: Option<UserId>,
) -> Result<(Card, CardState), CardRefusal> {
    let seen = list::find(tx, ctx.account, id)?.ok_or(CardRefusal::Unknown)?;
    let mut people = BTreeSet::from([seen.card.user]);
    people.extend(receiver);
    if add::check_seen(tx, ctx, [seen.card.user]).is_err() {
        return Err(CardRefusal::Unknown);
    }
    add::check_seen(tx, ctx, receiver)?;
    let inactive = lock(tx, ctx, &people)?;
    // A new number goes to the holder: who is deactivated gets none.
    if inactive.contains(&receiver.unwrap_or(seen.card.user)) {
        return Err(CardRefusal::NotActive);
    }
    let found = list::find(tx, ctx.account, id)?.ok_or(CardRefusal::Unknown)?;
    if found.card.user != seen.card.user {
        return Err(CardRefusal::Unknown);
    }
    let state = standing(&found.card, ctx.now());
    Ok((found.card, state))
}
