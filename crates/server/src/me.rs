//! A person's own portal: their profile, their password, and where they are signed in.

mod cards;
mod devices;
pub(crate) mod documents;
pub(crate) mod notifications;
mod password;
mod profile;
pub(crate) mod two_factor;

pub(crate) use devices::{end as end_device, end_others, list as list_devices};
pub(crate) use password::change as change_password;
pub(crate) use profile::show;
