//! What became of a person's access to a device.

use kernel::{Timestamp, UserStatus};

/// How access stands at a moment. The first that fits, from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// Taken away; kept as history.
    Revoked,
    /// Its window is over.
    Expired,
    /// The person does not belong to the account at present.
    Deactivated,
    /// The person has never signed in.
    Pending,
    /// The person can use it.
    Active,
}

impl Standing {
    /// Every standing, in the order in which lists name them.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Pending,
        Self::Expired,
        Self::Deactivated,
        Self::Revoked,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::Deactivated => "deactivated",
            Self::Pending => "pending",
            Self::Active => "active",
        }
    }

    /// The standing with this stable name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// How access that was not taken away stands, of a person with this status.
    pub fn of(status: UserStatus, ends_at: Option<Timestamp>, now: Timestamp) -> Self {
        if ends_at.is_some_and(|end| end <= now) {
            return Self::Expired;
        }
        match status {
            UserStatus::Active => Self::Active,
            UserStatus::Invited => Self::Pending,
            UserStatus::Deactivated | UserStatus::Deleted => Self::Deactivated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_stands_as_its_person_and_its_end_say() {
        let at = Timestamp::from_micros;
        for (status, end, standing) in [
            (UserStatus::Active, None, Standing::Active),
            (UserStatus::Invited, Some(at(6)), Standing::Pending),
            (UserStatus::Invited, Some(at(5)), Standing::Expired),
            (UserStatus::Active, Some(at(4)), Standing::Expired),
            (UserStatus::Deactivated, None, Standing::Deactivated),
        ] {
            assert_eq!(Standing::of(status, end, at(5)), standing);
        }
        for standing in Standing::ALL {
            assert_eq!(Standing::parse(standing.as_str()), Some(standing));
        }
    }
}
