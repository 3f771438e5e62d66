//! Why a step of the wizard was refused.

use directory::Forbidden;
use import::Refusal;

use crate::card::CardFault;

/// A step was refused; nothing was changed by it.
#[derive(Debug, thiserror::Error)]
pub enum AdmitError {
    /// The person may not invite at all.
    #[error("your access does not allow inviting others")]
    MayNotInvite,
    /// There is no such draft, or it is somebody else's.
    #[error("there is no such draft")]
    NotFound,
    /// It was sent, and cannot be changed any more.
    #[error("the invitations are sent already")]
    Sent,
    /// It was changed since the page was made.
    #[error("people or choices were changed in another window")]
    Stale,
    /// No access type was chosen.
    #[error("choose an access type first")]
    NoAccess,
    /// No device was chosen.
    #[error("choose at least one device")]
    NoDevice,
    /// Too many devices were chosen.
    #[error("choose at most {0} devices")]
    TooManyDevices(usize),
    /// Nobody is left to invite.
    #[error("there is nobody to invite")]
    Nobody,
    /// A device is not there any more, or not the person's to give.
    #[error("you may not invite people to {0}")]
    DeviceNotAllowed(String),
    /// The access type cannot be given to a device.
    #[error("you may not give this kind of access to {0}")]
    TypeNotAllowed(String),
    /// The end is not in the future.
    #[error("the access would have ended already")]
    Ended,
    /// A guest's access would be too long.
    #[error("guests may have access to {device} for at most {minutes} minutes")]
    TooLong {
        /// The device.
        device: String,
        /// So long.
        minutes: i64,
    },
    /// Too few places for guests.
    #[error("there is room for {free} more guests at {device}")]
    NoRoom {
        /// The device.
        device: String,
        /// So many places.
        free: i64,
    },
    /// The draft holds as many people as it can.
    #[error("an invitation is for at most {0} people; use an import for more")]
    TooMany(usize),
    /// The text is longer than can be pasted.
    #[error("that is too much to paste; save it as a file")]
    TooMuchText,
    /// The fields of a card are not good.
    #[error("{} of the fields must be corrected", .0.len())]
    Card(Vec<CardFault>),
    /// There is no such card.
    #[error("this person is not in the list any more")]
    NoSuchCard,
    /// This actor may have no link for this person.
    #[error(
        "a link can be made only for people who are new here, have not signed in, and have only what you gave them"
    )]
    NoLink,
    /// A list could not be read, or the engine refused.
    #[error(transparent)]
    Import(#[from] Refusal),
    /// Inviting was refused.
    #[error(transparent)]
    Invite(#[from] invite::InviteError),
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}
