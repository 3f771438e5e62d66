//! Changing the terms of somebody's access and the notes on it, effective at once.

use db::{Tx, params, sql};
use kernel::{AccessType, DeviceId, Text, UserId};

use super::{AccessRefusal, Terms, held::managed};
use crate::{Ctx, activity, grants::Grant};

/// What somebody's access to a device is to become.
#[derive(Clone, Debug)]
pub struct Change {
    /// The device.
    pub device: DeviceId,
    /// The person.
    pub user: UserId,
    /// The version of the person that whoever changes it saw.
    pub version: i64,
    /// The terms from now on; none leaves them as they are.
    pub terms: Option<Terms>,
    /// The notes from now on.
    pub notes: Option<Text>,
}

/// Changes somebody's access to a device.
///
/// The owner's is changed by handing the device over. Whoever administers nothing but invites
/// guests may only revoke.
pub fn change(tx: &mut Tx<'_>, ctx: &Ctx, change: &Change) -> Result<(), AccessRefusal> {
    let held = managed(tx, ctx, change.device, change.user)?;
    let before = held.grant;
    if held.version != change.version {
        return Err(AccessRefusal::ChangedMeanwhile);
    }
    let mut after = Grant {
        notes: change
            .notes
            .as_ref()
            .filter(|notes| !notes.is_empty())
            .map(ToString::to_string),
        ..before.clone()
    };
    if let Some(terms) = &change.terms {
        if before.access_type == AccessType::Owner.as_str() {
            return Err(AccessRefusal::OwnerStays);
        }
        if !held.right.may_give().contains(&terms.kind()) {
            return Err(AccessRefusal::KindNotAllowed(terms.kind()));
        }
        terms.write(&mut after);
        after.is_guest = before.is_guest && terms.kind() == AccessType::Temporary;
    }
    if after == before {
        return Ok(());
    }
    set(tx, ctx, &after)?;
    let device = &held.device.name;
    let what = if change.terms.is_some() {
        format!("access to {device} {}", in_words(&after))
    } else {
        format!("notes on access to {device}")
    };
    activity::record(tx, ctx, "access.change", Some(change.user.uuid()), &what)?;
    Ok(())
}

/// Writes the terms and notes of a grant that is there.
pub(super) fn set(tx: &mut Tx<'_>, ctx: &Ctx, grant: &Grant) -> db::Result<()> {
    tx.execute(
        sql!("access/set"),
        params![
            ctx.account,
            grant.device,
            grant.user,
            grant.access_type,
            grant.schedule,
            grant.starts_at,
            grant.ends_at,
            grant.notes,
            grant.is_guest
        ],
    )?;
    super::held::touch(tx, ctx, [grant.user])
}

fn in_words(grant: &Grant) -> String {
    let parts = [
        Some(grant.access_type.clone()),
        grant.schedule.clone(),
        grant.starts_at.map(|start| format!("from {start}")),
        grant.ends_at.map(|end| format!("until {end}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
