//! Devices (doors, gates, readers) that access is granted on, known by name.

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, DeviceId, GroupName};

use crate::{Action, Ctx, Forbidden, activity};

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its name as written.
    pub name: String,
    /// Its name for comparing.
    pub name_key: String,
}

impl FromRow for Device {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            name_key: row.get(2)?,
        })
    }
}

/// Why a device could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateDevice {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is blank, too long or has control characters.
    #[error("a device needs a name of 1 to 100 characters: {0}")]
    Name(String),
    /// There is one of that name already.
    #[error("there is already a device named {0:?}")]
    Exists(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Creates a device.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Device, CreateDevice> {
    ctx.require(Action::EditGroups)?;
    let name = GroupName::parse(name).map_err(|fault| CreateDevice::Name(fault.detail.into()))?;
    let device = Device {
        id: ctx.new_id(),
        name: name.as_str().to_owned(),
        name_key: name.key().into_owned(),
    };
    let added = tx.execute(
        sql!("devices/insert_if_missing"),
        params![
            ctx.account,
            device.id,
            device.name,
            device.name_key,
            ctx.now()
        ],
    )?;
    if added == 0 {
        return Err(CreateDevice::Exists(device.name));
    }
    activity::record(
        tx,
        ctx,
        "device.create",
        Some(device.id.uuid()),
        &device.name,
    )?;
    Ok(device)
}

/// Every device by name; at most 10,000.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Device>> {
    tx.fetch(sql!("devices/list"), params![account])
}
