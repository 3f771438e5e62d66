//! What a message is: its channel, what it is for, what fills its text, and where it stands.

use db::{Param, Value};
use serde::{Deserialize, Serialize};

/// Declares an enum that is stored by a stable name.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident $text:literal;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {$($(#[$value_doc])* $value,)+}

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {$(Self::$value => $text,)+}
            }

            /// The value with this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }

        impl Param for $name {
            fn value(&self) -> Value<'_> {
                Value::Text(self.as_str())
            }
        }
    )+};
}

names! {
    /// The way a message goes.
    Channel {
        /// To an e-mail address.
        Email "email";
        /// To a phone number in E.164 form.
        Sms "sms";
    }

    /// What a message is for; each has its own template.
    Purpose {
        /// An offer to sign in.
        Invitation "invitation";
        /// The same offer, once more.
        Reminder "reminder";
        /// Access to a device of somebody who signs in already.
        Access "access";
        /// A link to choose a new password.
        PasswordReset "password_reset";
        /// A password, an address or two-factor sign-in was changed.
        SecurityNotice "security_notice";
        /// To administrators: messages that could not be delivered (S1.8, S2.10).
        Bounces "bounces";
        /// The link to a version of the app before its release (S2.47).
        EarlyAccess "early_access";
        /// The link to a person's own data (S1.27, S2.26).
        OwnData "own_data";
        /// Documents that were assigned to somebody (S2.42).
        Documents "documents";
        /// What somebody is told in the product and wants by e-mail, too.
        Notifications "notifications";
    }

    /// Where a message stands.
    MessageState {
        /// Waiting for its turn.
        Queued "queued";
        /// A sender has it.
        Claimed "claimed";
        /// Its content is on the way: from here on it is never offered again.
        Handed "handed";
        /// The next server has it.
        Sent "sent";
        /// Kept here, because there is no way out.
        Captured "captured";
        /// The recipient's server will never take it.
        Bounced "bounced";
        /// Not delivered for another reason, and given up.
        Failed "failed";
        /// Taken back before it was sent.
        Withdrawn "withdrawn";
    }
}

impl Purpose {
    /// Whether somebody sits and waits for it: these overtake invitations by the thousand.
    pub(crate) const fn is_awaited(self) -> bool {
        match self {
            Self::PasswordReset | Self::SecurityNotice | Self::Bounces | Self::OwnData => true,
            Self::Invitation
            | Self::Reminder
            | Self::Access
            | Self::EarlyAccess
            | Self::Documents
            | Self::Notifications => false,
        }
    }

    /// Whether whoever opens the link acts as its recipient.
    pub const fn link_signs_in(self) -> bool {
        match self {
            Self::Invitation | Self::Reminder | Self::PasswordReset | Self::OwnData => true,
            Self::Access
            | Self::SecurityNotice
            | Self::Bounces
            | Self::EarlyAccess
            | Self::Documents
            | Self::Notifications => false,
        }
    }

    /// Whether the message makes no sense without its link.
    pub const fn needs_link(self) -> bool {
        match self {
            Self::Invitation
            | Self::Reminder
            | Self::PasswordReset
            | Self::EarlyAccess
            | Self::OwnData => true,
            Self::Access
            | Self::SecurityNotice
            | Self::Bounces
            | Self::Documents
            | Self::Notifications => false,
        }
    }
}

/// What fills a template. All of it may be shown to administrators; the link is kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// The account's name.
    pub account: String,
    /// The recipient's full name.
    #[serde(default)]
    pub name: String,
    /// The recipient's first name.
    #[serde(default)]
    pub first_name: String,
    /// Who caused the message.
    #[serde(default)]
    pub sender: String,
    /// For so many days the link works.
    #[serde(default)]
    pub days: i64,
    /// What was changed, which devices, or which addresses, one a line.
    #[serde(default)]
    pub list: Vec<String>,
}
