//! What somebody may give, to which devices: as `directory::access` decides, for the steps of the wizard.

use db::Tx;
use directory::{
    Action, Ctx,
    access::{Invitable, invitable},
};
use kernel::{AccessType, DeviceId};

use crate::error::AdmitError;

/// What somebody may give at this moment.
#[derive(Clone, Debug)]
pub struct Rights {
    /// The devices they may invite to, by name.
    pub devices: Vec<Invitable>,
    /// Whether they administer the account's people, and may see what is known of them.
    pub is_administrator: bool,
}

/// The access types that can be given to others, in the order of the picker (S0.12).
const KINDS: [AccessType; 5] = [
    AccessType::Always,
    AccessType::Full,
    AccessType::Tenant,
    AccessType::Repeat,
    AccessType::Temporary,
];

impl Rights {
    /// What the actor may give; [`AdmitError::MayNotInvite`] if nothing.
    pub fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Self, AdmitError> {
        let is_administrator = ctx.actor.may_for_all(Action::InviteUsers);
        let devices = invitable(tx, ctx)?;
        if devices.is_empty() && !is_administrator {
            return Err(AdmitError::MayNotInvite);
        }
        Ok(Self {
            devices,
            is_administrator,
        })
    }

    /// A device they may invite to.
    pub fn device(&self, id: DeviceId) -> Option<&Invitable> {
        self.devices.iter().find(|device| device.device.id == id)
    }

    /// Whether they may give an access type to a device.
    pub fn allows(&self, id: DeviceId, kind: AccessType) -> bool {
        self.device(id)
            .is_some_and(|device| device.kinds().contains(&kind))
    }

    /// The access types they may give to any device, in the order of the picker.
    pub fn kinds(&self) -> Vec<AccessType> {
        let given = |kind: &AccessType| {
            self.is_administrator
                || self
                    .devices
                    .iter()
                    .any(|device| device.kinds().contains(kind))
        };
        KINDS.into_iter().filter(given).collect()
    }
}

/// Whether somebody may invite to any device.
pub fn may_invite(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<bool> {
    Ok(ctx.actor.may_for_all(Action::InviteUsers) || !invitable(tx, ctx)?.is_empty())
}
