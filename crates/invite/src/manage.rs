//! One invitation: making it, sending it again, another channel, a link to hand over, more time, taking it back.

use db::{Tx, from_row, params, sql};
use delivery::{Purpose, messages};
use directory::{Action, Ctx, Forbidden, accounts, activity, roles::Reach, users};
use identity::identities;
use kernel::{InvitationId, UserId};

use crate::{
    candidates::{self, Verdict, Wanted},
    invitation::{Channel, InviteError, MOST_A_DAY},
    offer::{self, Guest, Terms},
    settings::{InvitationSettings, check_days, in_days},
};

/// What came of inviting somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invited {
    /// A message is on its way.
    Sent,
    /// Here is the link to hand over; it is not shown again.
    Link(String),
    /// They have a sign-in already, and are connected at once (S0.25).
    Connected,
}

/// Invites a person, or invites them again: the newest link is the only one that works.
pub fn invite(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    delivery: &delivery::Settings,
    user: UserId,
    channel: Channel,
) -> Result<Invited, InviteError> {
    ctx.require(Action::InviteUsers)?;
    let now = ctx.now();
    check(tx, ctx, user, channel)?;
    let person = candidates::one(tx, ctx.account, user, now)?.ok_or(InviteError::NotFound)?;
    if person.status != "invited" {
        return Err(if person.status == "active" {
            InviteError::SignsIn
        } else {
            InviteError::NotActive
        });
    }
    if person.identity.is_some() && person.identity_is_here {
        return Err(InviteError::TakenHere);
    }
    let guest = match (channel, person.verdict(Wanted::Any, true)) {
        (_, Verdict::Connect(identity)) => {
            if !identities::join(tx, now, identity, ctx.account, user)? {
                return Err(InviteError::TakenHere);
            }
            activity::record(
                tx,
                ctx,
                "user.connect",
                Some(user.uuid()),
                "signs in with the same address already",
            )?;
            return Ok(Invited::Connected);
        }
        (Channel::Email | Channel::Sms, _) if person.offers_today >= MOST_A_DAY => {
            return Err(InviteError::TooOften);
        }
        (Channel::Email, _) => (person.email.clone(), "e-mail address"),
        (Channel::Sms, _) => (person.phone.clone(), "phone number"),
        (Channel::Link, _) => (None, ""),
    };
    let (recipient, wanted) = guest;
    if channel != Channel::Link && recipient.is_none() {
        return Err(InviteError::NoAddress(wanted));
    }
    let account = accounts::get(tx, ctx.account)?;
    let settings = InvitationSettings::load(tx, ctx.account)?;
    let terms = Terms {
        delivery,
        settings: &settings,
        account_name: &account.name,
        purpose: Purpose::Invitation,
        wave: None,
        send_at: now,
    };
    let guest = Guest {
        user,
        first_name: person.first_name,
        last_name: person.last_name,
        language: person.language,
        channel,
        recipient,
        offers_before: person.offers,
        carried: None,
    };
    let links = offer::make(tx, ctx, &terms, std::slice::from_ref(&guest))?;
    activity::record(tx, ctx, "user.invite", Some(user.uuid()), channel.as_str())?;
    Ok(match (channel, links.into_iter().next()) {
        (Channel::Link, Some(link)) => Invited::Link(link),
        _ => Invited::Sent,
    })
}

/// Refuses somebody out of sight, and a link for somebody above the actor: whoever has it becomes that person.
fn check(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, channel: Channel) -> Result<(), InviteError> {
    if !users::sees(tx, ctx, user)? {
        return Err(InviteError::NotFound);
    }
    if channel == Channel::Link
        && let Some(record) = users::find(tx, ctx.account, user)?
        && !Reach::load(tx, ctx)?.covers_stored(&record.user.role, record.user.admin_role)
    {
        return Err(Forbidden(Action::InviteUsers).into());
    }
    Ok(())
}

struct Open {
    id: InvitationId,
    user_id: UserId,
}

from_row!(Open { id, user_id });

/// Takes an open invitation back: its link no longer works, and what waits is not sent.
pub fn withdraw(tx: &mut Tx<'_>, ctx: &Ctx, id: InvitationId) -> Result<(), InviteError> {
    let open = open(tx, ctx, id)?;
    tx.execute(
        sql!("invitations/settle"),
        params![ctx.account, id, "withdrawn", ctx.now()],
    )?;
    messages::withdraw(tx, ctx.account, id.uuid(), ctx.now())?;
    activity::record(
        tx,
        ctx,
        "invitation.withdraw",
        Some(open.user_id.uuid()),
        "",
    )?;
    Ok(())
}

/// Lets the link of an open invitation work for so many days from now on.
pub fn extend(tx: &mut Tx<'_>, ctx: &Ctx, id: InvitationId, days: i64) -> Result<(), InviteError> {
    check_days(days)?;
    let open = open(tx, ctx, id)?;
    tx.execute(
        sql!("invitations/extend"),
        params![ctx.account, id, in_days(ctx.now(), days)],
    )?;
    activity::record(
        tx,
        ctx,
        "invitation.extend",
        Some(open.user_id.uuid()),
        &format!("{days} days"),
    )?;
    Ok(())
}

fn open(tx: &mut Tx<'_>, ctx: &Ctx, id: InvitationId) -> Result<Open, InviteError> {
    ctx.require(Action::InviteUsers)?;
    let found: Option<Open> =
        tx.fetch_optional(sql!("invitations/open"), params![ctx.account, id])?;
    let found = found.ok_or(InviteError::NotOpen)?;
    debug_assert_eq!(found.id, id);
    if !users::sees(tx, ctx, found.user_id)? {
        return Err(InviteError::NotOpen);
    }
    Ok(found)
}
