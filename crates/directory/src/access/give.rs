//! Giving people access to devices, one or many at once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use db::{Tx, params, sql};
use kernel::{DeviceId, Text, Timestamp, UserId};

use super::{AccessRefusal, Right, Terms, right_on};
use crate::{
    Ctx, activity,
    devices::{self, Device},
    grants::Grant,
    users,
};

/// Somebody who is to be given access.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The person.
    pub user: UserId,
    /// Notes on their access, for those who manage the device.
    pub notes: Option<Text>,
}

/// Who is to be given access to which devices, all on the same terms.
#[derive(Clone, Debug)]
pub struct Giving {
    /// The devices.
    pub devices: Vec<DeviceId>,
    /// The terms.
    pub terms: Terms,
    /// The people; bring no more than some 10,000 to one transaction.
    pub people: Vec<Recipient>,
}

/// What was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Who was given access to what.
    pub given: Vec<(UserId, DeviceId)>,
    /// Who has access to what already, which stays as it is.
    pub already: Vec<(UserId, DeviceId)>,
    /// Who is not in the account, or deactivated or deleted.
    pub unfit: Vec<UserId>,
}

/// Gives people access to devices, effective at once.
///
/// Whoever has access to a device keeps what they have; access that is over is replaced. All or
/// nothing: one device that the actor may not invite to, or that has not enough places for the
/// guests of a tenant, refuses everything. Must run in a writing transaction.
pub fn give(tx: &mut Tx<'_>, ctx: &Ctx, giving: &Giving) -> Result<Given, AccessRefusal> {
    let wanted: BTreeMap<UserId, &Recipient> = giving
        .people
        .iter()
        .map(|person| (person.user, person))
        .collect();
    users::stage_ids(tx, wanted.keys().copied())?;
    let fit: Vec<(UserId,)> = tx.fetch(sql!("access/recipients"), params![ctx.account])?;
    let fit: BTreeSet<UserId> = fit.into_iter().map(|(user,)| user).collect();
    let mut done = Given {
        unfit: wanted
            .keys()
            .filter(|user| !fit.contains(user))
            .copied()
            .collect(),
        ..Given::default()
    };
    users::stage_ids(tx, fit.iter().copied())?;
    // Always in the same order, so that two givers never wait for each other.
    for device in giving.devices.iter().copied().collect::<BTreeSet<_>>() {
        let device = devices::lock(tx, ctx.account, device)?.ok_or(AccessRefusal::Unknown)?;
        let right = right_on(tx, ctx, device.id)?.ok_or(AccessRefusal::Unknown)?;
        let people: Vec<&Recipient> = fit
            .iter()
            .filter_map(|user| wanted.get(user).copied())
            .collect();
        give_one(tx, ctx, &device, right, &giving.terms, &people, &mut done)?;
    }
    let touched: BTreeSet<UserId> = done.given.iter().map(|(user, _)| *user).collect();
    users::stage_ids(tx, touched)?;
    users::touch_staged(tx, ctx)?;
    Ok(done)
}

/// Gives the staged people, who are fit, access to one device, which is locked.
fn give_one(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: &Device,
    right: Right,
    terms: &Terms,
    people: &[&Recipient],
    done: &mut Given,
) -> Result<(), AccessRefusal> {
    let now = ctx.now();
    if !right.may_give().contains(&terms.kind()) {
        return Err(AccessRefusal::KindNotAllowed(terms.kind()));
    }
    let held: Vec<(UserId,)> =
        tx.fetch(sql!("access/held"), params![ctx.account, device.id, now])?;
    let held: HashSet<UserId> = held.into_iter().map(|(user,)| user).collect();
    let (already, new): (Vec<&Recipient>, Vec<&Recipient>) = people
        .iter()
        .partition(|person| held.contains(&person.user));
    if right.only_guests() {
        check_guests(tx, ctx, device, terms, new.len())?;
    }
    tx.execute(
        sql!("access/remove_over"),
        params![ctx.account, device.id, now],
    )?;
    let grants: Vec<Grant> = new
        .iter()
        .map(|person| grant(ctx, device, right, terms, person))
        .collect();
    tx.bulk(&grants)?;
    note(tx, ctx, device, terms, &grants)?;
    done.already
        .extend(already.iter().map(|person| (person.user, device.id)));
    done.given
        .extend(new.iter().map(|person| (person.user, device.id)));
    Ok(())
}

/// Refuses what is beyond the device's limits for guests. The device is locked, so that others
/// who give at the same time are counted.
fn check_guests(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: &Device,
    terms: &Terms,
    new: usize,
) -> Result<(), AccessRefusal> {
    let now = ctx.now();
    let starts_at = terms.starts_at().map_or(now, |start| start.max(now));
    let longest = device.guests.minutes();
    if terms
        .ends_at()
        .is_none_or(|end| minutes(starts_at, end) > longest)
    {
        return Err(AccessRefusal::GuestTooLong {
            device: device.name.clone(),
            minutes: longest,
        });
    }
    let (guests,): (i64,) = tx.fetch_one(
        sql!("access/guest_count"),
        params![ctx.account, device.id, now],
    )?;
    let free = (device.guests.most() - guests).max(0);
    if new as i64 > free {
        return Err(AccessRefusal::GuestsFull {
            device: device.name.clone(),
            free,
        });
    }
    Ok(())
}

/// Minutes from one moment to another, begun ones counted.
fn minutes(from: Timestamp, until: Timestamp) -> i64 {
    until
        .as_micros()
        .saturating_sub(from.as_micros())
        .saturating_add(59_999_999)
        / 60_000_000
}

fn grant(ctx: &Ctx, device: &Device, right: Right, terms: &Terms, person: &Recipient) -> Grant {
    let mut grant = Grant {
        account: ctx.account,
        user: person.user,
        device: device.id,
        access_type: String::new(),
        schedule: None,
        starts_at: None,
        ends_at: None,
        created_at: ctx.now(),
        notes: person
            .notes
            .as_ref()
            .filter(|notes| !notes.is_empty())
            .map(ToString::to_string),
        invited_by: match right {
            Right::Administration => None,
            Right::Owner | Right::Full | Right::Tenant => ctx.actor.user,
        },
        is_guest: right.only_guests(),
    };
    terms.write(&mut grant);
    grant
}

/// One entry in the activity log: about the person, or about the device if there are several.
fn note(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: &Device,
    terms: &Terms,
    grants: &[Grant],
) -> db::Result<()> {
    let (kind, name) = (terms.kind(), &device.name);
    let (subject, sentence) = match grants {
        [] => return Ok(()),
        [one] => (one.user.uuid(), format!("{kind} access to {name} given")),
        many => (
            device.id.uuid(),
            format!("{kind} access to {name} given to {} people", many.len()),
        ),
    };
    activity::record(tx, ctx, "access.give", Some(subject), &sentence)
}
