//! From where somebody came to a device, and the frame of its pages.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use db::Tx;
use directory::{
    access::{AccessRefusal, Right},
    devices::Device,
};
use kernel::{DeviceId, UserId};

use crate::{
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Section, Shell},
};

/// From where somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The devices of the account.
    Devices,
    /// Somebody's own portal.
    Portal,
}

impl Place {
    /// Where a device is, seen from here.
    pub(super) fn device(self, id: DeviceId) -> String {
        match self {
            Self::Devices => format!("/devices/{id}"),
            Self::Portal => format!("/me/access/{id}"),
        }
    }

    /// What is above a device.
    pub(super) const fn above(self) -> (&'static str, &'static str) {
        match self {
            Self::Devices => ("/devices", "Devices"),
            Self::Portal => ("/me", "Your profile"),
        }
    }

    /// The frame around pages here.
    pub(super) fn shell(self, tx: &mut Tx<'_>, visitor: &Visitor) -> db::Result<Shell> {
        let section = match self {
            Self::Devices => Section::Devices,
            Self::Portal => Section::Me,
        };
        Shell::load(tx, visitor, section)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Place {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(if parts.uri.path().starts_with("/me/") {
            Self::Portal
        } else {
            Self::Devices
        })
    }
}

/// A device and one of its people, as the path names them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeviceUser {
    pub(super) device: DeviceId,
    pub(super) user: UserId,
}

impl<S: Send + Sync> FromRequestParts<S> for DeviceUser {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let Path((device, user)) = Path::<(String, String)>::from_request_parts(parts, state)
            .await
            .map_err(|_| Failure::NotFound)?;
        Ok(Self {
            device: device.parse().map_err(|_| Failure::NotFound)?,
            user: user.parse().map_err(|_| Failure::NotFound)?,
        })
    }
}

/// What every page of a device shows.
#[derive(Debug)]
pub(super) struct Frame {
    /// Address of the device from here.
    pub(super) base: String,
    /// Address and name of what is above.
    pub(super) above: (&'static str, &'static str),
    pub(super) device: String,
    pub(super) right: Right,
    /// Administrators go on to people's own pages.
    pub(super) links_people: bool,
}

impl Frame {
    pub(super) fn new(place: Place, device: &Device, right: Right) -> Self {
        Self {
            base: place.device(device.id),
            above: place.above(),
            device: device.name.clone(),
            right,
            links_people: place == Place::Devices,
        }
    }

    /// What the visitor may do here, in words.
    pub(super) const fn standing(&self) -> &'static str {
        match self.right {
            Right::Administration => "You administer every device of the account.",
            Right::Owner => "This device is yours.",
            Right::Full => "You have Full access: you manage its people and settings.",
            Right::Tenant => "You have Tenant access: you see the guests you invited.",
        }
    }
}

/// A refusal where no form can be shown again.
pub(super) fn failure(refusal: AccessRefusal, link: String) -> Failure {
    match refusal {
        AccessRefusal::Unknown | AccessRefusal::NotHeld => Failure::NotFound,
        AccessRefusal::NotManaged | AccessRefusal::NotOwner => Failure::Forbidden,
        AccessRefusal::Db(error) => error.into(),
        refusal => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&refusal.to_string()),
            link,
        },
    }
}
