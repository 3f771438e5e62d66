//! What an invitation is: its channel, where it stands, and why one cannot be made.

use db::{Param, Value};
use delivery::MessageState;
use directory::Forbidden;
use kernel::Timestamp;

/// How an invitation reaches its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
    /// By whoever hands over the link or its QR code.
    Link,
}

impl Channel {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Link => "link",
        }
    }

    /// The channel with this name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Email, Self::Sms, Self::Link]
            .into_iter()
            .find(|channel| channel.as_str() == name)
    }
}

impl Param for Channel {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

/// Where an invitation stands, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// Made, and handed over by somebody.
    Prepared,
    /// Its message waits for its turn.
    Waiting,
    /// Its message is with the next server, or kept in the outbox.
    Sent,
    /// Its message came back.
    Bounced,
    /// Its message could not be delivered for another reason.
    Failed,
    /// Its person signs in.
    Accepted,
    /// Its link no longer works, because too much time has passed.
    Expired,
    /// Taken back.
    Withdrawn,
}

impl Standing {
    /// Every standing, in the order of the funnel.
    pub const ALL: [Self; 8] = [
        Self::Prepared,
        Self::Waiting,
        Self::Sent,
        Self::Bounced,
        Self::Failed,
        Self::Accepted,
        Self::Expired,
        Self::Withdrawn,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The standing with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|standing| standing.as_str() == name)
    }

    /// Whether whoever stands here has no link that works, and can be given another.
    pub const fn lacks_link(self) -> bool {
        match self {
            Self::Bounced | Self::Failed | Self::Expired => true,
            Self::Prepared | Self::Waiting | Self::Sent | Self::Accepted | Self::Withdrawn => false,
        }
    }

    /// What the stored states come to.
    pub(crate) fn of(
        state: &str,
        message: Option<&str>,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Option<Self> {
        match state {
            "accepted" => return Some(Self::Accepted),
            "withdrawn" => return Some(Self::Withdrawn),
            "open" => {}
            _ => return None,
        }
        let message = match message {
            Some(message) => MessageState::parse(message)?,
            None if expires_at <= now => return Some(Self::Expired),
            None => return Some(Self::Prepared),
        };
        Some(match message {
            MessageState::Bounced => Self::Bounced,
            MessageState::Failed => Self::Failed,
            _ if expires_at <= now => Self::Expired,
            MessageState::Queued | MessageState::Claimed => Self::Waiting,
            MessageState::Handed | MessageState::Sent | MessageState::Captured => Self::Sent,
            MessageState::Withdrawn => Self::Prepared,
        })
    }
}

/// Why somebody could not be invited, or an invitation not be changed.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    /// The actor may not invite.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person or invitation in this account.
    #[error("there is no such person or invitation")]
    NotFound,
    /// Invitations are for those who never signed in (S1.10).
    #[error("this person signs in already")]
    SignsIn,
    /// The person is deactivated or deleted.
    #[error("this person is not active in the directory")]
    NotActive,
    /// The person has no address for this channel.
    #[error("this person has no {0}")]
    NoAddress(&'static str),
    /// Somebody else of this account signs in with the same address.
    #[error("another person of this account already signs in with this address")]
    TakenHere,
    /// More messages than anybody wants to get.
    #[error(
        "this person was sent {MOST_A_DAY} invitations within a day; wait until tomorrow, or hand over the link"
    )]
    TooOften,
    /// The invitation is not open any more.
    #[error("this invitation is not open any more")]
    NotOpen,
    /// Out of bounds.
    #[error("a link works for 1 to 90 days")]
    Days,
    /// Out of bounds.
    #[error("reminders are up to five numbers of days, each less than the days the link works")]
    Reminders,
    /// Out of bounds.
    #[error("choose a moment to come, within the next {MOST_DAYS_AHEAD} days")]
    SendAt,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl InviteError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NotFound => "not_found",
            Self::SignsIn => "signs_in",
            Self::NotActive => "user_not_active",
            Self::NoAddress(_) => "no_address",
            Self::TakenHere => "already_taken",
            Self::TooOften => "too_often",
            Self::NotOpen => "not_open",
            Self::Days | Self::Reminders | Self::SendAt => "invalid",
            Self::Db(_) => "internal",
        }
    }
}

/// So far ahead messages can be put off, in days.
pub(crate) const MOST_DAYS_AHEAD: u64 = 90;

/// So many messages of invitations a person gets within a day.
pub(crate) const MOST_A_DAY: i64 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_message_says_is_known_before_the_time_is_over() {
        let (now, later) = (Timestamp::from_micros(10), Timestamp::from_micros(20));
        let standing = |message, expires_at| Standing::of("open", message, expires_at, now);
        assert_eq!(standing(None, later), Some(Standing::Prepared));
        assert_eq!(standing(Some("queued"), later), Some(Standing::Waiting));
        assert_eq!(standing(Some("captured"), later), Some(Standing::Sent));
        assert_eq!(standing(Some("sent"), now), Some(Standing::Expired));
        assert_eq!(standing(Some("bounced"), now), Some(Standing::Bounced));
        assert_eq!(
            Standing::of("accepted", Some("sent"), now, now),
            Some(Standing::Accepted)
        );
        assert_eq!(Standing::of("replaced", None, later, now), None);
    }
}
