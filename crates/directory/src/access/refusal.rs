//! Why access was not given, changed or taken away.

use kernel::AccessType;

/// Why access was not given, changed or taken away.
#[derive(Debug, thiserror::Error)]
pub enum AccessRefusal {
    /// There is no such device or person, or none that the actor may know of.
    #[error("there is no such device")]
    Unknown,
    /// The actor invites guests to the device, but does not manage it.
    #[error("only those with Full access manage the device")]
    NotManaged,
    /// Another device has the name.
    #[error("there is already a device named {0:?}")]
    NameTaken(String),
    /// The person has no access to the device, or none that the actor may know of.
    #[error("there is nobody like that with access to this device")]
    NotHeld,
    /// Somebody changed the person or their access since it was looked at.
    #[error("this was changed while you were looking; look at it again")]
    ChangedMeanwhile,
    /// The owner's access is changed by handing the device over.
    #[error("the owner's access changes only by handing the device over")]
    OwnerStays,
    /// Only the owner hands a device over.
    #[error("only the owner of the device may do this")]
    NotOwner,
    /// Nobody who signs in has exactly that address.
    #[error("user not found: nobody who signs in here has exactly this e-mail address or number")]
    RecipientUnknown,
    /// The recipient owns the device already.
    #[error("this person owns the device already")]
    IsOwner,
    /// The actor's own access does not allow giving this type.
    #[error("your own access does not allow giving {} access", .0.as_str())]
    KindNotAllowed(AccessType),
    /// A guest of a tenant would stay longer than the device allows.
    #[error("guests of {device} stay for at most {minutes} minutes")]
    GuestTooLong {
        /// The device's name.
        device: String,
        /// The longest stay.
        minutes: i64,
    },
    /// The device has not enough places for guests of tenants.
    #[error("{device} has places for {free} more guests")]
    GuestsFull {
        /// The device's name.
        device: String,
        /// How many are free.
        free: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl AccessRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "device_unknown",
            Self::NotManaged => "not_permitted",
            Self::NotHeld => "access_unknown",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::OwnerStays => "owner_stays",
            Self::NotOwner => "not_owner",
            Self::RecipientUnknown => "recipient_unknown",
            Self::IsOwner => "is_owner",
            Self::NameTaken(_) => "device_exists",
            Self::KindNotAllowed(_) => "access_type_not_allowed",
            Self::GuestTooLong { .. } => "guest_too_long",
            Self::GuestsFull { .. } => "guests_full",
            Self::Db(_) => "internal",
        }
    }

    /// Whether the installation failed, rather than what was asked for.
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Db(_))
    }
}
