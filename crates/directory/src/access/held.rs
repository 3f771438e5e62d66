//! One person's access to one device, found for somebody who wants to do something about it.

use db::{FromRow, Row, Tx, params, sql};
use kernel::{DeviceId, UserId, full_name};

use super::{AccessRefusal, Right, right_on};
use crate::{
    Ctx,
    devices::{self, Device},
    grants::Grant,
    users,
};

/// Somebody's access to a device, and by what the actor may do something about it.
#[derive(Clone, Debug)]
pub struct Held {
    /// The device.
    pub device: Device,
    /// The actor's right on it.
    pub right: Right,
    /// The access.
    pub grant: Grant,
    /// The person's name.
    pub name: String,
    /// The person's version: whoever changes something says which one they saw.
    pub version: i64,
}

impl Held {
    /// Whether the actor may take it away: the owner's only the account's administration may.
    pub fn may_revoke(&self) -> bool {
        self.grant.access_type != "owner" || self.right == Right::Administration
    }

    /// Whether the actor may change it.
    pub fn may_change(&self) -> bool {
        self.right.manages()
    }
}

struct Found {
    grant: Grant,
    version: i64,
    first_name: String,
    last_name: String,
}

impl FromRow for Found {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            grant: Grant::from_row(row)?,
            version: row.get(11)?,
            first_name: row.get(12)?,
            last_name: row.get(13)?,
        })
    }
}

/// The device, if the actor may do something with it; to all others it does not exist.
pub fn device(tx: &mut Tx<'_>, ctx: &Ctx, id: DeviceId) -> Result<(Device, Right), AccessRefusal> {
    let device = devices::find(tx, ctx.account, id)?.ok_or(AccessRefusal::Unknown)?;
    let right = right_on(tx, ctx, id)?.ok_or(AccessRefusal::Unknown)?;
    Ok((device, right))
}

/// The device, if the actor manages it.
pub fn managed_device(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DeviceId,
) -> Result<(Device, Right), AccessRefusal> {
    let (device, right) = device(tx, ctx, id)?;
    if right.manages() {
        Ok((device, right))
    } else {
        Err(AccessRefusal::NotManaged)
    }
}

/// Somebody's access to a device that the actor may see: a tenant, only that of own guests.
pub fn held(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    user: UserId,
) -> Result<Held, AccessRefusal> {
    let (device, right) = self::device(tx, ctx, device)?;
    seen(tx, ctx, device, right, user)
}

/// The same of a device that is locked until the transaction ends.
pub(super) fn locked(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    user: UserId,
) -> Result<Held, AccessRefusal> {
    let device = devices::lock(tx, ctx.account, device)?.ok_or(AccessRefusal::Unknown)?;
    let right = right_on(tx, ctx, device.id)?.ok_or(AccessRefusal::Unknown)?;
    seen(tx, ctx, device, right, user)
}

/// The same, if the actor manages the device.
pub(super) fn managed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    user: UserId,
) -> Result<Held, AccessRefusal> {
    let held = locked(tx, ctx, device, user)?;
    if held.may_change() {
        Ok(held)
    } else {
        Err(AccessRefusal::NotManaged)
    }
}

fn seen(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: Device,
    right: Right,
    user: UserId,
) -> Result<Held, AccessRefusal> {
    let found: Option<Found> =
        tx.fetch_optional(sql!("access/grant"), params![ctx.account, device.id, user])?;
    let is_seen = |found: &Found| right.manages() || found.grant.invited_by == ctx.actor.user;
    let found = found.filter(is_seen).ok_or(AccessRefusal::NotHeld)?;
    Ok(Held {
        device,
        right,
        grant: found.grant,
        name: full_name(&found.first_name, &found.last_name),
        version: found.version,
    })
}

/// Counts a change of people, so that imports do not overwrite it and undos do not take it back.
pub(super) fn touch(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<()> {
    users::stage_ids(tx, people)?;
    users::touch_staged(tx, ctx)
}
