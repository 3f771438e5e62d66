//! Grants: a person's access to a device, of one access type, with a window or schedule.

use db::{FromRow, Row, Tx, bulk, params, sql};
use kernel::{AccountId, DeviceId, Timestamp, UserId};

/// A person's access to one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub user: UserId,
    /// The device.
    pub device: DeviceId,
    /// The access type, as [`kernel::AccessType`] prints it.
    pub access_type: String,
    /// The weekly schedule of repeat access, in canonical form.
    pub schedule: Option<String>,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// When it was given.
    pub created_at: Timestamp,
    /// Notes on this access, for those who manage the device; the person never sees them.
    pub notes: Option<String>,
    /// Who gave it; none for the account's administration and its imports.
    pub invited_by: Option<UserId>,
    /// Whether a tenant gave it, so that it holds one of the device's places for guests.
    pub is_guest: bool,
}

bulk!(Grant => "grants" {
    account: account_id,
    user: user_id,
    device: device_id,
    access_type,
    schedule,
    starts_at,
    ends_at,
    created_at,
    notes,
    invited_by,
    is_guest,
});

impl FromRow for Grant {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            account: row.get(0)?,
            user: row.get(1)?,
            device: row.get(2)?,
            access_type: row.get(3)?,
            schedule: row.get(4)?,
            starts_at: row.get(5)?,
            ends_at: row.get(6)?,
            created_at: row.get(7)?,
            notes: row.get(8)?,
            invited_by: row.get(9)?,
            is_guest: row.get(10)?,
        })
    }
}

/// Takes access to a device from the staged people.
pub fn remove_staged(tx: &mut Tx<'_>, account: AccountId, device: DeviceId) -> db::Result<u64> {
    tx.execute(sql!("grants/remove_staged"), params![account, device])
}
