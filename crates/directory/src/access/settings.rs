//! A device's name and what its tenants may give their guests, changed by whoever manages it.

use db::{Tx, params, sql};
use kernel::{DeviceId, GroupName};

use super::{AccessRefusal, right_on};
use crate::{
    Ctx, activity,
    devices::{self, GuestLimits},
};

/// Sets a device's name and the limits for guests; the limits count for tenants at once.
///
/// Guests who are there already stay as long as they were told.
pub fn configure(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    name: &GroupName,
    guests: GuestLimits,
) -> Result<(), AccessRefusal> {
    let before = devices::lock(tx, ctx.account, device)?.ok_or(AccessRefusal::Unknown)?;
    match right_on(tx, ctx, device)? {
        Some(right) if right.manages() => {}
        Some(_) => return Err(AccessRefusal::NotManaged),
        None => return Err(AccessRefusal::Unknown),
    }
    let mut changes = Vec::new();
    if before.name != name.as_str() {
        changes.push(format!("name {} to {}", before.name, name.as_str()));
    }
    if before.guests != guests {
        changes.push(format!(
            "guests of {}: {} minutes, {} places",
            name.as_str(),
            guests.minutes(),
            guests.most()
        ));
    }
    if changes.is_empty() {
        return Ok(());
    }
    tx.execute(
        sql!("devices/update"),
        params![
            ctx.account,
            device,
            name.as_str(),
            name.key().as_ref(),
            guests.minutes(),
            guests.most()
        ],
    )
    .map_err(|error| {
        if error.is_unique("devices_name") {
            AccessRefusal::NameTaken(name.as_str().to_owned())
        } else {
            AccessRefusal::Db(error)
        }
    })?;
    activity::record(
        tx,
        ctx,
        "device.change",
        Some(device.uuid()),
        &changes.join("; "),
    )?;
    Ok(())
}
