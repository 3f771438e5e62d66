//! Devices (doors, gates, readers) that access is granted on, known by name.

use db::{Direction, FromRow, Row, Select, Tx, params, sql};
use kernel::{AccountId, DeviceId, GroupName, fold, full_name};

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
    /// What its tenants may give their guests.
    pub guests: GuestLimits,
}

/// What tenants of a device may give their guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestLimits {
    minutes: i64,
    most: i64,
}

/// The limits are out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuestLimitsFault {
    /// The duration.
    #[error("guests stay 15 minutes to 3 days")]
    Minutes,
    /// The number of guests.
    #[error("a device has places for 1 to 100 guests")]
    Most,
}

impl GuestLimits {
    /// The shortest and the longest duration that can be set, in minutes.
    pub const MINUTES: std::ops::RangeInclusive<i64> = 15..=3 * 24 * 60;
    /// The least and the most places that can be set.
    pub const MOST: std::ops::RangeInclusive<i64> = 1..=100;

    /// How long a guest stays at most, and how many there may be at the same time.
    pub fn new(minutes: i64, most: i64) -> Result<Self, GuestLimitsFault> {
        if !Self::MINUTES.contains(&minutes) {
            return Err(GuestLimitsFault::Minutes);
        }
        if !Self::MOST.contains(&most) {
            return Err(GuestLimitsFault::Most);
        }
        Ok(Self { minutes, most })
    }

    /// How long a guest stays at most, in minutes.
    pub const fn minutes(self) -> i64 {
        self.minutes
    }

    /// How many guests of tenants there may be at the same time.
    pub const fn most(self) -> i64 {
        self.most
    }
}

impl Default for GuestLimits {
    fn default() -> Self {
        Self {
            minutes: 24 * 60,
            most: 10,
        }
    }
}

impl FromRow for Device {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            name_key: row.get(2)?,
            guests: GuestLimits {
                minutes: row.get(3)?,
                most: row.get(4)?,
            },
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
        guests: GuestLimits::default(),
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

/// The device with this id, if the account has it.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: DeviceId) -> db::Result<Option<Device>> {
    tx.fetch_optional(sql!("devices/find"), params![account, id])
}

/// The same, and nobody else gives or takes access to it until the transaction ends.
pub fn lock(tx: &mut Tx<'_>, account: AccountId, id: DeviceId) -> db::Result<Option<Device>> {
    tx.fetch_optional(sql!("devices/lock"), params![account, id])
}

/// A device with how many people have access to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    /// The device.
    pub device: Device,
    /// People who can use it, counted up to [`MOST_COUNTED`] and one.
    pub active: i64,
    /// People who have never signed in, counted likewise.
    pub pending: i64,
    /// The owner's name.
    pub owner: Option<String>,
}

/// A list of devices counts no further than so many people of each.
pub const MOST_COUNTED: i64 = 1000;

impl FromRow for DeviceLine {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let first: Option<String> = row.get(7)?;
        let last: Option<String> = row.get(8)?;
        Ok(Self {
            device: Device::from_row(row)?,
            active: row.get(5)?,
            pending: row.get(6)?,
            owner: first.map(|first| full_name(&first, last.as_deref().unwrap_or_default())),
        })
    }
}

/// Which page of a list of devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevicesAt {
    /// The first.
    Start,
    /// The devices after the one whose name is so, for comparing.
    After(String),
    /// The devices before it.
    Before(String),
}

/// One page of devices by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DevicePage {
    /// The devices.
    pub lines: Vec<DeviceLine>,
    /// Whether there are devices before them.
    pub has_previous: bool,
    /// Whether there are devices after them.
    pub has_next: bool,
}

/// One page of the devices whose name begins with a text, by name.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    begins: &str,
    at: &DevicesAt,
    limit: usize,
) -> Result<DevicePage, ListDevices> {
    ctx.require(Action::ManageAccess)?;
    let now = ctx.now();
    let mut select = Select::new(
        sql!("devices/page"),
        params![ctx.account, now, MOST_COUNTED + 1],
        &["d.name_key"],
        limit as i64 + 1,
    );
    let begins = fold(begins.trim());
    if !begins.is_empty() {
        let end = format!("{begins}\u{10FFFF}");
        select = select.and(
            "d.name_key >= $1 and d.name_key < $2",
            params![begins.as_ref(), end],
        );
    }
    let backwards = matches!(at, DevicesAt::Before(_));
    if backwards {
        select = select.direction(Direction::Descending);
    }
    if let DevicesAt::After(key) | DevicesAt::Before(key) = at {
        select = select.after(params![key]);
    }
    let mut lines: Vec<DeviceLine> = tx.select(&select)?;
    let more = lines.len() > limit;
    lines.truncate(limit);
    if backwards {
        lines.reverse();
    }
    Ok(DevicePage {
        lines,
        has_previous: match at {
            DevicesAt::Start => false,
            DevicesAt::After(_) => true,
            DevicesAt::Before(_) => more,
        },
        has_next: backwards || more,
    })
}

/// Why devices were not listed.
#[derive(Debug, thiserror::Error)]
pub enum ListDevices {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Every device by name; at most 10,000.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Device>> {
    tx.fetch(sql!("devices/list"), params![account])
}
