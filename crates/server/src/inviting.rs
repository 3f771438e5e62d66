//! The Invite wizard (S0): Access, Device, People, Check & send, and what was sent.
//!
//! Its pages are for everybody whose own access lets them invite; which of it that is, is decided by `admit`.

mod access;
mod card;
mod check;
mod device;
mod frame;
mod overview;
mod people;
mod person;
mod reading;
mod sheet;

pub(crate) use access::{choose as choose_access, show as show_access};
pub(crate) use card::{change as change_card, remove as remove_cards, show as show_card};
pub(crate) use check::{send, show as show_check};
pub(crate) use device::{choose as choose_devices, show as show_device};
pub(crate) use overview::{begin, discard, show as show_overview};
pub(crate) use people::show as show_people;
pub(crate) use person::{add as add_person, dismiss, skipped};
pub(crate) use reading::{add_pasted, paste, upload};
pub(crate) use sheet::{download, hand_over, show as show_sheet};

use admit::AdmitError;
use import::Refusal;
use kernel::InviteDraftId;

use crate::{failure::Failure, format::sentence};

/// A refusal as a page; `link` leads to where it can be put right.
fn refused(error: AdmitError, link: String) -> Failure {
    match error {
        AdmitError::MayNotInvite | AdmitError::Forbidden(_) => Failure::Forbidden,
        AdmitError::NotFound | AdmitError::NoSuchCard => Failure::NotFound,
        AdmitError::Db(error)
        | AdmitError::Import(Refusal::Db(error))
        | AdmitError::Invite(invite::InviteError::Db(error)) => error.into(),
        AdmitError::Import(Refusal::Io(error)) => Failure::internal(&error),
        error @ (AdmitError::Sent
        | AdmitError::Stale
        | AdmitError::NoAccess
        | AdmitError::NoDevice
        | AdmitError::TooManyDevices(_)
        | AdmitError::Nobody
        | AdmitError::DeviceNotAllowed(_)
        | AdmitError::TypeNotAllowed(_)
        | AdmitError::Ended
        | AdmitError::TooLong { .. }
        | AdmitError::NoRoom { .. }
        | AdmitError::TooMany(_)
        | AdmitError::TooMuchText
        | AdmitError::Card(_)
        | AdmitError::NoLink
        | AdmitError::Import(_)
        | AdmitError::Invite(_)) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&error.to_string()),
            link,
        },
    }
}

/// A draft that was sent is looked at where it was sent to.
fn sent_or(error: AdmitError, id: InviteDraftId) -> Failure {
    match error {
        AdmitError::Sent => refused(error, format!("/invite/{id}/sent")),
        error => refused(error, "/invite".to_owned()),
    }
}
