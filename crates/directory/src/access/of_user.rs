//! Somebody's access to all devices, and what was taken away of it.

use db::{Tx, from_row, params, sql};
use kernel::{AccessType, AccountId, DeviceId, Timestamp, UserId, UserStatus, full_name};

use super::Standing;

/// Somebody's access to a device, as a list of their devices shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserAccess {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub name: String,
    /// How the access stands.
    pub standing: Standing,
    /// Its type.
    pub kind: AccessType,
    /// Its weekly hours.
    pub schedule: Option<String>,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// Notes on it; never for the person.
    pub notes: Option<String>,
    /// Who gave it; none for the account's administration.
    pub inviter: Option<String>,
    /// When it was taken away, and by whom.
    pub revoked: Option<(Timestamp, String)>,
}

struct Found {
    id: DeviceId,
    name: String,
    access_type: AccessType,
    schedule: Option<String>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    notes: Option<String>,
    status: UserStatus,
    inviter_first: Option<String>,
    inviter_last: Option<String>,
    revoked_at: Option<Timestamp>,
    revoked_by_name: Option<String>,
}

from_row!(Found {
    id,
    name,
    access_type,
    schedule,
    starts_at,
    ends_at,
    notes,
    status,
    inviter_first,
    inviter_last,
    revoked_at,
    revoked_by_name,
});

/// Somebody's access, by device, then what was taken away, the latest first.
pub fn of_user(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    now: Timestamp,
) -> db::Result<Vec<UserAccess>> {
    let mut found: Vec<Found> = tx.fetch(sql!("access/of_user"), params![account, user])?;
    found.extend(tx.fetch::<Found>(sql!("access/former_of_user"), params![account, user])?);
    Ok(found
        .into_iter()
        .map(|found| UserAccess {
            device: found.id,
            name: found.name,
            standing: if found.revoked_at.is_some() {
                Standing::Revoked
            } else {
                Standing::of(found.status, found.ends_at, now)
            },
            kind: found.access_type,
            schedule: found.schedule,
            starts_at: found.starts_at,
            ends_at: found.ends_at,
            notes: found.notes,
            inviter: found
                .inviter_first
                .map(|first| full_name(&first, found.inviter_last.as_deref().unwrap_or_default())),
            revoked: found.revoked_at.zip(found.revoked_by_name),
        })
        .collect())
}
