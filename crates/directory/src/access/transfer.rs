//! Handing a device over to a new owner, and deleting it.

use db::{Tx, params, sql};
use kernel::{AccessType, DeviceId, Email, Phone, UserId, full_name};

use super::{AccessRefusal, Right, change::set, held::device, held::touch};
use crate::{
    Ctx, activity,
    devices::{self, Device},
    grants::Grant,
};

/// What the recipient of a device is found by: exactly the address they have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An e-mail address.
    Email(Email),
    /// A phone number.
    Phone(Phone),
}

/// Somebody who can be handed a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwner {
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
}

/// Who would get a device: somebody who signs in and has exactly this address.
///
/// Refused to everybody but the device's owner and the account's administration, whoever it is.
pub fn recipient(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DeviceId,
    to: &Address,
) -> Result<NewOwner, AccessRefusal> {
    let (_, right) = device(tx, ctx, id)?;
    if !right.may_transfer() {
        return Err(AccessRefusal::NotOwner);
    }
    let (email, phone) = match to {
        Address::Email(email) => (Some(email.key().into_owned()), None),
        Address::Phone(phone) => (None, Some(phone.as_str().to_owned())),
    };
    let found: Option<(UserId, String, String)> =
        tx.fetch_optional(sql!("access/recipient"), params![ctx.account, email, phone])?;
    let (user, first, last) = found.ok_or(AccessRefusal::RecipientUnknown)?;
    if owner(tx, ctx, id)? == Some(user) {
        return Err(AccessRefusal::IsOwner);
    }
    Ok(NewOwner {
        user,
        name: full_name(&first, &last),
    })
}

/// Hands a device over. Whoever owned it keeps Full access until it is taken away.
pub fn transfer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DeviceId,
    to: &Address,
) -> Result<NewOwner, AccessRefusal> {
    let device = devices::lock(tx, ctx.account, id)?.ok_or(AccessRefusal::Unknown)?;
    let new = recipient(tx, ctx, id, to)?;
    if let Some(old) = owner(tx, ctx, id)? {
        let mut grant = grant_of(tx, ctx, &device, old)?.ok_or(db::Error::NotFound)?;
        AccessType::Full.as_str().clone_into(&mut grant.access_type);
        set(tx, ctx, &grant)?;
    }
    let owned = |grant: Grant| Grant {
        access_type: AccessType::Owner.as_str().to_owned(),
        schedule: None,
        starts_at: None,
        ends_at: None,
        is_guest: false,
        ..grant
    };
    if let Some(grant) = grant_of(tx, ctx, &device, new.user)? {
        set(tx, ctx, &owned(grant))?;
    } else {
        let grant = owned(Grant {
            account: ctx.account,
            user: new.user,
            device: id,
            access_type: String::new(),
            schedule: None,
            starts_at: None,
            ends_at: None,
            created_at: ctx.now(),
            notes: None,
            invited_by: None,
            is_guest: false,
        });
        tx.bulk(&[grant])?;
        touch(tx, ctx, [new.user])?;
    }
    let sentence = format!("{} to {}", device.name, new.name);
    activity::record(tx, ctx, "device.transfer", Some(id.uuid()), &sentence)?;
    Ok(new)
}

/// Deletes a device with all access to it; returns how many people had some.
///
/// Only its owner and the account's administration may.
pub fn remove_device(tx: &mut Tx<'_>, ctx: &Ctx, id: DeviceId) -> Result<u64, AccessRefusal> {
    let device = devices::lock(tx, ctx.account, id)?.ok_or(AccessRefusal::Unknown)?;
    match super::right_on(tx, ctx, id)? {
        Some(Right::Administration | Right::Owner) => {}
        Some(Right::Full | Right::Tenant) => return Err(AccessRefusal::NotOwner),
        None => return Err(AccessRefusal::Unknown),
    }
    tx.execute(
        sql!("access/touch_holders"),
        params![ctx.account, id, ctx.now()],
    )?;
    let people = tx.execute(sql!("access/remove_all"), params![ctx.account, id])?;
    tx.execute(sql!("access/remove_history"), params![ctx.account, id])?;
    tx.execute(sql!("devices/remove"), params![ctx.account, id])?;
    let sentence = format!("{}, with the access of {people} people", device.name);
    activity::record(tx, ctx, "device.remove", Some(id.uuid()), &sentence)?;
    Ok(people)
}

fn owner(tx: &mut Tx<'_>, ctx: &Ctx, device: DeviceId) -> db::Result<Option<UserId>> {
    let found: Option<(UserId,)> =
        tx.fetch_optional(sql!("access/owner"), params![ctx.account, device])?;
    Ok(found.map(|(user,)| user))
}

fn grant_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: &Device,
    user: UserId,
) -> db::Result<Option<Grant>> {
    tx.fetch_optional(sql!("access/grant"), params![ctx.account, device.id, user])
}
