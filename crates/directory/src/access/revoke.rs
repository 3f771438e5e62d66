//! Taking somebody's access to a device away, at once and in whatever standing it is.

use db::{Tx, params, sql};
use kernel::{DeviceId, UserId};

use super::{
    AccessRefusal,
    held::{locked, touch},
};
use crate::{Ctx, activity};

/// Takes somebody's access to a device away; it stays as history.
///
/// Whoever manages the device may do it to anyone but its owner, a tenant to those they invited,
/// and the account's administration to everybody. Giving it again is a new invitation.
pub fn revoke(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    user: UserId,
) -> Result<(), AccessRefusal> {
    let held = locked(tx, ctx, device, user)?;
    if !held.may_revoke() {
        return Err(AccessRefusal::OwnerStays);
    }
    tx.execute(
        sql!("access/keep_revoked"),
        params![
            ctx.account,
            device,
            user,
            ctx.now(),
            ctx.actor.user,
            ctx.actor.name
        ],
    )?;
    tx.execute(sql!("access/remove"), params![ctx.account, device, user])?;
    touch(tx, ctx, [user])?;
    let sentence = format!("{} access to {}", held.grant.access_type, held.device.name);
    activity::record(tx, ctx, "access.revoke", Some(user.uuid()), &sentence)?;
    Ok(())
}
