//! Beginning, finding, changing and giving up drafts; each is seen only by the person it belongs to.

use db::{Bulk, Cells, Tx, params, sql};
use directory::{Ctx, access::Terms};
use kernel::{AccountId, DeviceId, InviteDraftId};

use crate::{
    cards,
    draft::{Draft, Stored},
    error::AdmitError,
    rights::Rights,
};

/// Devices of one draft.
const MOST_DEVICES: usize = 100;
/// Pasted text, in bytes.
const MOST_PASTED: usize = 500_000;

/// The draft somebody has not sent yet.
pub fn current(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Option<Draft>, AdmitError> {
    let Some(user) = ctx.actor.user else {
        return Ok(None);
    };
    let stored: Option<Stored> =
        tx.fetch_optional(sql!("drafts/open"), params![ctx.account, user])?;
    Ok(stored.map(|stored| stored.load(tx)).transpose()?)
}

/// The draft somebody has not sent yet, or a new one.
pub fn open(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Draft, AdmitError> {
    Rights::load(tx, ctx)?;
    tx.execute(sql!("drafts/take_turn"), params![ctx.account])?;
    if let Some(draft) = current(tx, ctx)? {
        return Ok(draft);
    }
    let id: InviteDraftId = ctx.new_id();
    tx.execute(
        sql!("drafts/insert"),
        params![ctx.account, id, ctx.actor.user, ctx.actor.name, ctx.now()],
    )?;
    find(tx, ctx, id)
}

/// One of the actor's drafts.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<Draft, AdmitError> {
    let stored: Option<Stored> = tx.fetch_optional(
        sql!("drafts/find"),
        params![ctx.account, id, ctx.actor.user],
    )?;
    Ok(stored.ok_or(AdmitError::NotFound)?.load(tx)?)
}

/// A draft for a job, which acts for nobody in particular.
pub(crate) fn get(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: InviteDraftId,
) -> db::Result<Option<Draft>> {
    let stored: Option<Stored> = tx.fetch_optional(sql!("drafts/get"), params![account, id])?;
    stored.map(|stored| stored.load(tx)).transpose()
}

/// One of the actor's drafts that can be changed, as long as they may invite.
pub fn find_open(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<Draft, AdmitError> {
    with_rights(tx, ctx, id).map(|(draft, _)| draft)
}

/// The newest drafts the actor has sent, at most 20.
pub fn sent(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Draft>, AdmitError> {
    let Some(user) = ctx.actor.user else {
        return Ok(Vec::new());
    };
    let stored: Vec<Stored> = tx.fetch(sql!("drafts/sent"), params![ctx.account, user])?;
    let drafts: db::Result<Vec<Draft>> = stored.into_iter().map(|stored| stored.load(tx)).collect();
    Ok(drafts?)
}

/// A draft that can be changed, by somebody who may invite.
pub(crate) fn with_rights(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
) -> Result<(Draft, Rights), AdmitError> {
    let rights = Rights::load(tx, ctx)?;
    let draft = find(tx, ctx, id)?;
    draft.require_open()?;
    Ok((draft, rights))
}

/// A draft that is about to be changed, by somebody who may invite.
///
/// Whoever else wants to change or send it waits for the end of this transaction: what is read of the draft here
/// stays true. Comes before everything else that a change does.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
) -> Result<(Draft, Rights), AdmitError> {
    lock(tx, ctx, id)?;
    with_rights(tx, ctx, id)
}

/// Waits for whoever changes an open draft of the actor's.
pub(crate) fn lock(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> db::Result<()> {
    tx.execute(
        sql!("drafts/lock"),
        params![ctx.account, id, ctx.actor.user],
    )?;
    Ok(())
}

/// Chooses the access; devices it cannot be given to are no longer chosen.
pub fn choose_access(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    terms: &Terms,
) -> Result<(), AdmitError> {
    let (draft, rights) = hold(tx, ctx, id)?;
    if terms.ends_at().is_some_and(|end| end <= ctx.now()) {
        return Err(AdmitError::Ended);
    }
    if !rights.kinds().contains(&terms.kind()) {
        return Err(AdmitError::TypeNotAllowed("any device".to_owned()));
    }
    tx.execute(
        sql!("drafts/set_access"),
        params![
            ctx.account,
            id,
            terms.kind().as_str(),
            terms.schedule().map(ToString::to_string),
            terms.ends_at()
        ],
    )?;
    let kept: Vec<DeviceId> = draft
        .devices
        .iter()
        .map(|device| device.id)
        .filter(|device| rights.allows(*device, terms.kind()))
        .collect();
    if kept.len() < draft.devices.len() {
        store_devices(tx, ctx, id, &rights, &kept)?;
    }
    touch(tx, ctx, id)
}

/// Chooses the devices, and looks anew who has access to all of them already.
pub fn choose_devices(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    devices: &[DeviceId],
) -> Result<(), AdmitError> {
    let (draft, rights) = hold(tx, ctx, id)?;
    if devices.is_empty() {
        return Err(AdmitError::NoDevice);
    }
    if devices.len() > MOST_DEVICES {
        return Err(AdmitError::TooManyDevices(MOST_DEVICES));
    }
    for device in devices {
        let allowed = rights.device(*device);
        let allowed =
            allowed.ok_or_else(|| AdmitError::DeviceNotAllowed("this device".to_owned()))?;
        if let Some(terms) = &draft.terms
            && !allowed.kinds().contains(&terms.kind())
        {
            return Err(AdmitError::TypeNotAllowed(allowed.device.name.clone()));
        }
    }
    store_devices(tx, ctx, id, &rights, devices)?;
    touch(tx, ctx, id)
}

struct Row {
    account: AccountId,
    draft: InviteDraftId,
    device: DeviceId,
    name: String,
    is_guest: bool,
}

impl Bulk for Row {
    const TABLE: &'static str = "invite_devices";
    const COLUMNS: &'static [&'static str] =
        &["account_id", "draft_id", "device_id", "name", "is_guest"];

    fn write(&self, row: &mut Cells<'_, '_>) {
        row.put(&self.account)
            .put(&self.draft)
            .put(&self.device)
            .put(&self.name)
            .put(&self.is_guest);
    }
}

fn store_devices(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    rights: &Rights,
    devices: &[DeviceId],
) -> Result<(), AdmitError> {
    tx.execute(sql!("drafts/clear_devices"), params![ctx.account, id])?;
    let rows: Vec<Row> = rights
        .devices
        .iter()
        .filter(|allowed| devices.contains(&allowed.device.id))
        .map(|allowed| Row {
            account: ctx.account,
            draft: id,
            device: allowed.device.id,
            name: allowed.device.name.clone(),
            is_guest: allowed.right.only_guests(),
        })
        .collect();
    tx.bulk(&rows)?;
    cards::look_for_access(tx, ctx, id)?;
    Ok(())
}

/// Keeps pasted lines until they are added or thrown away.
pub fn keep_pasted(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: InviteDraftId,
    text: Option<&str>,
) -> Result<(), AdmitError> {
    hold(tx, ctx, id)?;
    if text.is_some_and(|text| text.len() > MOST_PASTED) {
        return Err(AdmitError::TooMuchText);
    }
    // PostgreSQL has no NUL in a text.
    let text = text
        .map(|text| text.replace('\0', ""))
        .filter(|text| !text.trim().is_empty());
    tx.execute(sql!("drafts/set_pasted"), params![ctx.account, id, text])?;
    touch(tx, ctx, id)
}

/// Gives a draft up, with everything in it.
pub fn discard(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<(), AdmitError> {
    lock(tx, ctx, id)?;
    find(tx, ctx, id)?.require_open()?;
    remove(tx, ctx.account, id)?;
    Ok(())
}

/// Removes a draft and what hangs on it.
pub(crate) fn remove(tx: &mut Tx<'_>, account: AccountId, id: InviteDraftId) -> db::Result<()> {
    for statement in [
        sql!("drafts/clear_devices"),
        sql!("drafts/clear_lists"),
        sql!("drafts/clear_cards"),
        sql!("drafts/clear_skips"),
        sql!("drafts/clear_gifts"),
        sql!("drafts/remove"),
    ] {
        tx.execute(statement, params![account, id])?;
    }
    Ok(())
}

/// Counts a change.
pub(crate) fn touch(tx: &mut Tx<'_>, ctx: &Ctx, id: InviteDraftId) -> Result<(), AdmitError> {
    let touched = tx.execute(sql!("drafts/touch"), params![ctx.account, id, ctx.now()])?;
    if touched == 0 {
        return Err(AdmitError::Sent);
    }
    Ok(())
}
