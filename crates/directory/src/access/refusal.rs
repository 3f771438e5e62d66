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
            Self::NameTaken(_) => "device_exists",
            Self::KindNotAllowed(_) => "access_type_not_allowed",
            Self::GuestTooLong { .. } => "guest_too_long",
            Self::GuestsFull { .. } => "guests_full",
            Self::Db(_) => "internal",
        }
    }
}
