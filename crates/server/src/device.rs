//! A device somebody is signed in on, as lists show it.

use identity::devices::Device;
use jiff::tz::TimeZone;
use kernel::SessionId;

use crate::format::{Moment, moment};

/// A line of a list.
pub(crate) struct DeviceLine {
    pub(crate) id: SessionId,
    pub(crate) name: String,
    /// The version of our app, if it is one.
    pub(crate) app: Option<String>,
    pub(crate) account: String,
    pub(crate) address: String,
    pub(crate) signed_in: Moment,
    pub(crate) seen: Moment,
    /// Whether it is the one that asks.
    pub(crate) is_here: bool,
}

impl DeviceLine {
    pub(crate) fn new(device: &Device, here: SessionId, zone: &TimeZone) -> Self {
        Self {
            id: device.id,
            name: device.name(),
            app: device.app_version().map(str::to_owned),
            account: device.account_name.clone(),
            address: device.address.clone().unwrap_or_default(),
            signed_in: moment(device.created_at, zone),
            seen: moment(device.last_seen_at, zone),
            is_here: device.id == here,
        }
    }
}
