//! Links to hand over to people of a sent draft, and who gets them.
//!
//! Whoever holds a link becomes that person. So administrators get one for everybody who has not signed in, and all
//! others only for people whom their draft created and who have nothing but what they themselves gave, and may still
//! give: else they could sign in as somebody with more rights than their own.

use std::collections::BTreeSet;

use db::{Tx, params, sql};
use directory::Ctx;
use invite::{
    Channel,
    manage::{self, Invited},
};
use kernel::{AccessType, DeviceId, InviteDraftId, UserId};

use crate::{card::Card, drafts::find, error::AdmitError, rights::Rights, sheet::engine};

/// Makes a link for a person who has not signed in; earlier links of theirs no longer work.
pub fn hand_over(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &delivery::Settings,
    id: InviteDraftId,
    number: i64,
) -> Result<(String, Invited), AdmitError> {
    let rights = Rights::load(tx, ctx)?;
    find(tx, ctx, id)?;
    let card: Option<Card> =
        tx.fetch_optional(sql!("cards/find"), params![ctx.account, id, number])?;
    let card = card.ok_or(AdmitError::NoSuchCard)?;
    let may = match card.outcome.as_deref() {
        Some("created" | "updated") if rights.is_administrator => true,
        Some("created") => within(tx, ctx, &rights, id, (number, number))?.contains(&number),
        _ => false,
    };
    let user = card.user.filter(|_| may).ok_or(AdmitError::NoLink)?;
    let invited = manage::invite(tx, &engine(ctx), delivery, user, Channel::Link)?;
    Ok((card.name, invited))
}

/// The cards from a first to a last one for whose people somebody who is no administrator gets links.
pub(crate) fn within(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    rights: &Rights,
    id: InviteDraftId,
    (first, last): (i64, i64),
) -> db::Result<BTreeSet<i64>> {
    let held: Vec<(i64, DeviceId, String, Option<UserId>)> = tx.fetch(
        sql!("sheet/held"),
        params![ctx.account, id, first, last, ctx.now()],
    )?;
    let (mut invited, mut others) = (BTreeSet::new(), BTreeSet::new());
    for (number, device, kind, giver) in held {
        let is_own = giver.is_some() && giver == ctx.actor.user;
        let kind = AccessType::parse(&kind).ok();
        if is_own && kind.is_some_and(|kind| rights.allows(device, kind)) {
            invited.insert(number);
        } else {
            others.insert(number);
        }
    }
    let untouched: Vec<(i64,)> = tx.fetch(
        sql!("sheet/untouched"),
        params![ctx.account, id, first, last],
    )?;
    Ok(untouched
        .into_iter()
        .map(|(number,)| number)
        .filter(|number| invited.contains(number) && !others.contains(number))
        .collect())
}
