//! A new card for somebody, typed by hand or with a number of ours.

use std::collections::BTreeSet;

use db::{Tx, params, sql};
use kernel::{CardId, CardNumber, CardRadix, CardState, CardType, UserId};

use super::{
    Card, CardRefusal, EventKind, Validity,
    change::{lock, touch},
    history::NewEvent,
    settle,
    step::{is_held, issued},
};
use crate::{Action, Ctx, activity, lock::require_unlocked, users};

/// A card to be made.
#[derive(Clone, Debug)]
pub struct NewCard {
    /// Who gets it.
    pub user: UserId,
    /// Its number; none makes one up, which only a card that is shown on a screen can have.
    pub number: Option<CardNumber>,
    /// What it is.
    pub kind: CardType,
    /// How long it is valid.
    pub validity: Validity,
    /// Given out at once; otherwise reserved.
    pub is_issued: bool,
}

/// Makes a card for somebody who has none. Must run in a writing transaction.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewCard) -> Result<Card, CardRefusal> {
    ctx.require(Action::ManageCards)?;
    require_unlocked::<CardRefusal>(tx, ctx)?;
    check_seen(tx, ctx, [new.user])?;
    if !new.validity.is_possible(ctx.now()) {
        return Err(CardRefusal::Dates);
    }
    let number = number(ctx, new.number.as_ref(), new.kind)?;
    if !lock(tx, ctx, &BTreeSet::from([new.user]))?.is_empty() {
        return Err(CardRefusal::NotActive);
    }
    require_none(tx, ctx, new.user)?;
    let card = Card {
        account: ctx.account,
        id: ctx.new_id(),
        user: new.user,
        number: number.hex().to_owned(),
        card_type: new.kind.to_string(),
        state: if new.is_issued {
            issued(new.kind)
        } else {
            CardState::Reserved
        }
        .to_string(),
        starts_at: new.validity.starts_at,
        ends_at: new.validity.ends_at,
        created_at: ctx.now(),
    };
    insert(tx, ctx, &card, &number)?;
    let event = NewEvent::new(
        ctx,
        (card.id, card.user),
        EventKind::Add,
        None,
        card.stored_state(),
    );
    tx.bulk([&event])?;
    touch(tx, ctx, [card.user])?;
    let what = if new.is_issued { "issued" } else { "reserved" };
    let details = format!("card {} {what}", card.masked(CardRadix::Decimal));
    activity::record(tx, ctx, "card.add", Some(card.user.uuid()), &details)?;
    Ok(card)
}

/// Refuses if the actor does not see all of these people.
pub(super) fn check_seen(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), CardRefusal> {
    let people: BTreeSet<UserId> = people.into_iter().collect();
    if users::seen_of(tx, ctx, people.iter().copied())? == people {
        Ok(())
    } else {
        Err(CardRefusal::NobodyThere)
    }
}

/// Refuses if somebody, who is locked, has a card that is not over.
pub(super) fn require_none(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), CardRefusal> {
    users::stage_ids(tx, [user])?;
    let kept: Vec<Card> = tx.fetch(sql!("cards/kept_by_staged"), params![ctx.account])?;
    if kept.iter().any(|card| is_held(card.stored_state())) {
        return Err(CardRefusal::HasCard);
    }
    if kept.is_empty() {
        Ok(())
    } else {
        Err(CardRefusal::HasReserved)
    }
}

/// The number as given, or one that nobody can guess.
pub(super) fn number(
    ctx: &Ctx,
    given: Option<&CardNumber>,
    kind: CardType,
) -> Result<CardNumber, CardRefusal> {
    match (given, kind) {
        (Some(number), _) => Ok(number.clone()),
        (None, CardType::Rf) => Err(CardRefusal::NumberNeeded),
        (None, CardType::Mobile | CardType::Qr) => {
            // The second half of an id is random but for its first two bits.
            let (_, random) = ctx.new_id::<CardId>().uuid().as_u64_pair();
            format!("{random:X}")
                .parse()
                .map_err(|_| CardRefusal::NumberNeeded)
        }
    }
}

/// Writes the row, once nobody has its number any more.
pub(super) fn insert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    card: &Card,
    number: &CardNumber,
) -> Result<(), CardRefusal> {
    settle::of_number(tx, ctx, number)?;
    let taken: Option<(UserId,)> = tx.fetch_optional(
        sql!("cards/holder_of_number"),
        params![ctx.account, number.hex()],
    )?;
    if taken.is_some() {
        return Err(CardRefusal::NumberTaken);
    }
    tx.bulk([card]).map(drop).map_err(|error| {
        if error.is_unique("cards_number") {
            CardRefusal::NumberTaken
        } else if error.is_unique("cards_holder") {
            CardRefusal::HasCard
        } else {
            error.into()
        }
    })
}
