//! Devices and the people who have access to them.
//!
//! The same pages for two kinds of visitors: administrators come to all devices at `/devices`, and
//! whoever has a say on a device comes to it from their own portal, at `/me/access`. What each may
//! do there is decided by [`directory::access`].

mod change;
mod list;
mod people;
mod place;
mod remove;
mod revoke;
mod settings;
mod transfer;
mod words;

pub(crate) use change::{change, show as show_change};
pub(crate) use list::{create, list};
pub(crate) use people::people;
pub(crate) use remove::{remove, show as show_remove};
pub(crate) use revoke::{revoke, show as show_revoke};
pub(crate) use settings::{configure, show as show_settings};
pub(crate) use transfer::{address, show as show_transfer, transfer};
pub(crate) use words::{AccessLine, window};
