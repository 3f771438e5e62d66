//! Sending a draft: everything is looked at once more, and what each person gets is written down.

use db::{Tx, params, sql};
use directory::{Ctx, activity, devices};
use jobs::NewJob;
use kernel::{AccountId, InviteDraftId};
use serde::{Deserialize, Serialize};

use crate::{
    cards,
    draft::{Draft, DraftState},
    drafts::{self, find},
    error::AdmitError,
    rights::Rights,
};

/// The job that goes on from here.
pub(crate) const SEND: &str = "admit.send";

/// What the job has to know.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) account: AccountId,
    pub(crate) draft: InviteDraftId,
}

/// What came of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// It begins.
    Begun,
    /// It was sent before: pressing twice sends once.
    Already,
}

/// Sends a draft that was seen at revision `rev`. What it gives is checked against what the actor may give now, in
/// the transaction that takes the places of guests.
pub fn send(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    rev: i64,
) -> Result<Sending, AdmitError> {
    tx.execute(sql!("drafts/take_turn"), params![ctx.account])?;
    drafts::lock(tx, ctx, id)?;
    let draft = find(tx, ctx, id)?;
    match draft.state {
        DraftState::Open => {}
        DraftState::Importing | DraftState::Sent | DraftState::Failed => {
            return Ok(Sending::Already);
        }
    }
    if draft.rev != rev {
        return Err(AdmitError::Stale);
    }
    lock_devices(tx, ctx, &draft)?;
    let rights = Rights::load(tx, ctx)?;
    check_choices(ctx, &draft, &rights)?;
    cards::look_for_access(tx, ctx, id)?;
    tx.execute(sql!("cards/give"), params![ctx.account, id, ctx.now()])?;
    let (ready, _): (i64, i64) = tx.fetch_one(sql!("cards/count"), params![ctx.account, id])?;
    if ready == 0 {
        return Err(AdmitError::Nobody);
    }
    check_guests(tx, ctx, &draft, &rights)?;
    // As in `directory::access`: what administrators give is given by the account.
    let giver = ctx.actor.user.filter(|_| !rights.is_administrator);
    let sent = tx.execute(
        sql!("drafts/send"),
        params![ctx.account, id, giver, ctx.now(), rev],
    )?;
    if sent == 0 {
        return Err(AdmitError::Stale);
    }
    let kind = draft
        .terms
        .as_ref()
        .map_or("", |terms| terms.kind().as_str());
    let names: Vec<&str> = draft
        .devices
        .iter()
        .map(|device| device.name.as_str())
        .collect();
    let sentence = format!("{kind} access to {} for {ready} people", names.join(", "));
    activity::record(tx, ctx, "invite.send", Some(id.uuid()), &sentence)?;
    enqueue(tx, ctx, id, ctx.now())?;
    Ok(Sending::Begun)
}

/// Queues the job that goes on with a draft.
pub(crate) fn enqueue(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    at: kernel::Timestamp,
) -> db::Result<()> {
    let payload = Payload {
        account: ctx.account,
        draft: id,
    };
    // Two ids can always be written.
    let Ok(job) = NewJob::new(SEND, &payload) else {
        return Ok(());
    };
    let job = job
        .account(ctx.account)
        .group(format!("admit:{id}"))
        .run_at(at);
    jobs::enqueue(tx, &ctx.ids, ctx.now(), &job).map(drop)
}

/// Nobody else gives access to the devices meanwhile. In the order of their ids, as everybody locks them.
fn lock_devices(tx: &mut Tx<'_>, ctx: &Ctx, draft: &Draft) -> Result<(), AdmitError> {
    let mut chosen: Vec<_> = draft.devices.iter().collect();
    chosen.sort_by_key(|device| device.id);
    for device in chosen {
        if devices::lock(tx, ctx.account, device.id)?.is_none() {
            return Err(AdmitError::DeviceNotAllowed(device.name.clone()));
        }
    }
    Ok(())
}

fn check_choices(ctx: &Ctx, draft: &Draft, rights: &Rights) -> Result<(), AdmitError> {
    let terms = draft.terms.as_ref().ok_or(AdmitError::NoAccess)?;
    if draft.devices.is_empty() {
        return Err(AdmitError::NoDevice);
    }
    if terms.ends_at().is_some_and(|end| end <= ctx.now()) {
        return Err(AdmitError::Ended);
    }
    for chosen in &draft.devices {
        let name = || chosen.name.clone();
        let allowed = rights.device(chosen.id);
        let allowed = allowed.ok_or_else(|| AdmitError::DeviceNotAllowed(name()))?;
        if !allowed.kinds().contains(&terms.kind()) {
            return Err(AdmitError::TypeNotAllowed(name()));
        }
        // Somebody who was a tenant when they chose, and is not now, or the other way round.
        if allowed.right.only_guests() != chosen.is_guest {
            return Err(AdmitError::Stale);
        }
        let Some(guests) = allowed.guests else {
            continue;
        };
        let longest = guests.limits.minutes();
        let minutes = terms
            .ends_at()
            .map(|end| (end.as_micros() - ctx.now().as_micros() + 59_999_999) / 60_000_000);
        if minutes.is_none_or(|minutes| minutes > longest) {
            return Err(AdmitError::TooLong {
                device: name(),
                minutes: longest,
            });
        }
    }
    Ok(())
}

/// Places that guests have, and those that guests of other drafts are about to have, are taken.
fn check_guests(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    draft: &Draft,
    rights: &Rights,
) -> Result<(), AdmitError> {
    for chosen in &draft.devices {
        let Some(guests) = rights.device(chosen.id).and_then(|allowed| allowed.guests) else {
            continue;
        };
        let (coming,): (i64,) = tx.fetch_one(
            sql!("devices/coming_guests"),
            params![ctx.account, chosen.id],
        )?;
        let (people,): (i64,) = tx.fetch_one(
            sql!("sheet/gifts_at_device"),
            params![ctx.account, draft.id, chosen.id],
        )?;
        let free = (guests.free - coming).max(0);
        if people > free {
            return Err(AdmitError::NoRoom {
                device: chosen.name.clone(),
                free,
            });
        }
    }
    Ok(())
}
