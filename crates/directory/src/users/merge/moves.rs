//! What goes over from one person to another: a statement or two for each kind of thing.

use db::{Tx, params, sql};
use kernel::{CardId, IdentityId, UserId};

use super::{MergeRefusal, Side};
use crate::{
    Ctx, cards,
    users::{UserRecord, UserRow, end_sessions_of_staged, stage_ids},
};

/// One sign-in stays, with the sessions it has in the account.
pub(super) fn sign_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: &UserRow,
    other: &UserRow,
    stays: Option<IdentityId>,
) -> Result<(), MergeRefusal> {
    let ends = [kept, other]
        .into_iter()
        .filter(|user| user.identity.is_some() && user.identity != stays)
        .map(|user| user.id);
    stage_ids(tx, ends)?;
    end_sessions_of_staged(tx, ctx.account)?;
    if other.identity.is_some() && other.identity == stays {
        tx.execute(
            sql!("merge/move_sessions"),
            params![ctx.account, other.identity, kept.id],
        )?;
    }
    tx.execute(
        sql!("merge/last_sign_in"),
        params![ctx.account, kept.id, other.id],
    )?;
    for (user, identity) in [(other.id, None), (kept.id, stays)] {
        tx.execute(
            sql!("merge/set_sign_in"),
            params![ctx.account, user, identity],
        )?;
    }
    // What the other's programs could do ends with them.
    tx.execute(
        sql!("merge/revoke_tokens"),
        params![ctx.account, other.id, ctx.now()],
    )?;
    Ok(())
}

/// A person has one card: of two with live ones, the cards of one side are revoked first.
pub(super) fn revoke_cards(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: &UserRecord,
    other: &UserRecord,
    side: Side,
) -> Result<(), MergeRefusal> {
    let live = |record: &UserRecord| -> Vec<CardId> {
        record
            .cards
            .iter()
            .filter(|card| cards::is_live(cards::standing(card, ctx.now())))
            .map(|card| card.id)
            .collect()
    };
    let (of_kept, of_other) = (live(kept), live(other));
    if !of_kept.is_empty() && !of_other.is_empty() {
        let ends = match side {
            Side::Kept => of_other,
            Side::Other => of_kept,
        };
        cards::revoke_unnoted(tx, ctx, &ends)?;
    }
    // Cards whose time is over count as held until that is written down.
    cards::settle_people(tx, ctx, [kept.user.id, other.user.id])?;
    Ok(())
}

/// Cards with their history.
pub(super) fn cards(tx: &mut Tx<'_>, ctx: &Ctx, kept: UserId, other: UserId) -> db::Result<()> {
    for statement in [
        sql!("merge/cards"),
        sql!("merge/card_events"),
        sql!("merge/card_events_former"),
        sql!("merge/card_run_people"),
    ] {
        tx.execute(statement, params![ctx.account, kept, other])?;
    }
    tx.execute(
        sql!("merge/drop_card_run_people"),
        params![ctx.account, other],
    )?;
    Ok(())
}

/// One photo stays.
pub(super) fn photo(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    kept: UserId,
    other: UserId,
    side: Side,
) -> db::Result<()> {
    if side == Side::Other {
        tx.execute(
            sql!("merge/drop_photo_for"),
            params![ctx.account, kept, other],
        )?;
    }
    tx.execute(sql!("merge/photo"), params![ctx.account, kept, other])?;
    tx.execute(sql!("photos/delete"), params![ctx.account, other])?;
    Ok(())
}

/// Everything else: what both have stays once.
pub(super) fn links(tx: &mut Tx<'_>, ctx: &Ctx, kept: UserId, other: UserId) -> db::Result<()> {
    access(tx, ctx, kept, other)?;
    tx.execute(
        sql!("merge/withdraw_messages"),
        params![ctx.account, kept, other, ctx.now()],
    )?;
    tx.execute(
        sql!("merge/withdraw_invitation"),
        params![ctx.account, kept, other, ctx.now()],
    )?;
    for statement in [
        sql!("merge/admin_of_groups"),
        sql!("merge/groups"),
        sql!("merge/seats"),
        sql!("merge/workflows"),
        sql!("merge/steps"),
        sql!("merge/kept_fields"),
        sql!("merge/series"),
        sql!("merge/early_access"),
        sql!("merge/views"),
        sql!("merge/documents"),
        sql!("merge/document_files"),
        sql!("merge/document_history"),
        sql!("merge/invitations"),
        sql!("merge/notifications"),
        sql!("merge/notification_choices"),
        sql!("merge/photo_results"),
        sql!("merge/data_requests"),
        sql!("merge/invite_drafts"),
        sql!("merge/invite_cards"),
        sql!("merge/departures"),
        sql!("merge/provisioned"),
    ] {
        tx.execute(statement, params![ctx.account, kept, other])?;
    }
    for statement in [
        sql!("merge/drop_groups"),
        sql!("merge/drop_seats"),
        sql!("merge/drop_workflows"),
        sql!("merge/drop_steps"),
        sql!("merge/drop_kept_fields"),
        sql!("merge/drop_series"),
        sql!("merge/drop_early_access"),
        sql!("merge/drop_notification_choices"),
        sql!("merge/drop_views"),
        sql!("merge/drop_departures"),
        sql!("merge/drop_photo_former"),
        sql!("merge/drop_provisioned"),
    ] {
        tx.execute(statement, params![ctx.account, other])?;
    }
    Ok(())
}

/// Of two accesses to one device the wider one stays; the other is kept as revoked.
fn access(tx: &mut Tx<'_>, ctx: &Ctx, kept: UserId, other: UserId) -> db::Result<()> {
    let (now, by, name) = (ctx.now(), ctx.actor.user, ctx.actor.name.as_str());
    for (loser, winner, is_strict) in [(other, kept, false), (kept, other, true)] {
        tx.execute(
            sql!("merge/note_narrower_access"),
            params![ctx.account, loser, winner, is_strict, now, by, name],
        )?;
        tx.execute(
            sql!("merge/drop_narrower_access"),
            params![ctx.account, loser, winner, is_strict],
        )?;
    }
    for statement in [
        sql!("merge/access"),
        sql!("merge/access_given"),
        sql!("merge/former_access"),
    ] {
        tx.execute(statement, params![ctx.account, kept, other])?;
    }
    Ok(())
}
