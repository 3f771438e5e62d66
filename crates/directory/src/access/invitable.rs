//! The devices somebody may invite others to, and to what.

use db::{FromRow, Row, Tx, params, sql};
use kernel::AccessType;

use super::Right;
use crate::{
    Action, Ctx,
    devices::{self, Device, GuestLimits},
};

/// A device that the actor may invite to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitable {
    /// The device.
    pub device: Device,
    /// By what they may.
    pub right: Right,
    /// For a tenant: how many guests they may still invite, and for how long.
    pub guests: Option<GuestPlaces>,
}

/// What a tenant may give at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestPlaces {
    /// The device's limits.
    pub limits: GuestLimits,
    /// How many places for guests are free; shared by all tenants of the device.
    pub free: i64,
}

impl Invitable {
    /// The types of access that may be given.
    pub const fn kinds(&self) -> &'static [AccessType] {
        self.right.may_give()
    }
}

struct Own {
    device: Device,
    kind: String,
    guests: i64,
}

impl FromRow for Own {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            device: Device::from_row(row)?,
            kind: row.get(5)?,
            guests: row.get(6)?,
        })
    }
}

/// The devices that the actor may invite to at this moment, by name; at most 10,000.
///
/// All devices for administrators; nothing for whoever may not invite.
pub fn invitable(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Vec<Invitable>> {
    if ctx.may(Action::ManageAccess) {
        let devices = devices::list(tx, ctx.account)?;
        let every = devices.into_iter().map(|device| Invitable {
            device,
            right: Right::Administration,
            guests: None,
        });
        return Ok(every.collect());
    }
    let Some(user) = ctx.actor.user else {
        return Ok(Vec::new());
    };
    let own: Vec<Own> = tx.fetch(
        sql!("access/own_devices"),
        params![ctx.account, user, ctx.now()],
    )?;
    Ok(own
        .into_iter()
        .filter_map(|own| {
            let right = Right::of(&ctx.actor, AccessType::parse(&own.kind).ok())?;
            let limits = own.device.guests;
            Some(Invitable {
                device: own.device,
                right,
                guests: right.only_guests().then(|| GuestPlaces {
                    limits,
                    free: (limits.most() - own.guests).max(0),
                }),
            })
        })
        .collect())
}
