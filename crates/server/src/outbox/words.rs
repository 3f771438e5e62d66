//! What a person reads for the stored names of messages.

use delivery::{Channel, MessageState, Purpose};

use crate::{badge::Badge, icon::Icon};

impl From<MessageState> for Badge {
    fn from(state: MessageState) -> Self {
        let (tone, icon, text) = match state {
            MessageState::Queued => ("info", Icon::Clock, "Waiting"),
            MessageState::Claimed | MessageState::Handed => ("info", Icon::Busy, "On its way"),
            MessageState::Sent => ("good", Icon::Done, "Sent"),
            MessageState::Captured => ("still", Icon::Mail, "Kept here"),
            MessageState::Bounced => ("bad", Icon::Problem, "Bounced"),
            MessageState::Failed => ("bad", Icon::Warning, "Not delivered"),
            MessageState::Withdrawn => ("still", Icon::Off, "Withdrawn"),
        };
        Self { tone, icon, text }
    }
}

/// The states one filters by; what is on its way is so for a moment only.
pub(super) const FILTERED: [MessageState; 6] = [
    MessageState::Queued,
    MessageState::Sent,
    MessageState::Captured,
    MessageState::Bounced,
    MessageState::Failed,
    MessageState::Withdrawn,
];

/// What a message is for.
pub(crate) const fn purpose_name(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "Invitation",
        Purpose::Reminder => "Reminder",
        Purpose::Access => "New access",
        Purpose::PasswordReset => "New password",
        Purpose::SecurityNotice => "Security notice",
        Purpose::Bounces => "Bounced messages",
        Purpose::EarlyAccess => "Early access",
        Purpose::OwnData => "Own data",
        Purpose::Documents => "Documents",
        Purpose::Notifications => "Notifications",
    }
}

/// Who gets such a message, and when.
pub(crate) const fn purpose_help(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Invitation => "To people who are to sign in for the first time.",
        Purpose::Reminder => "To people who did not follow their invitation.",
        Purpose::Access => "To people who sign in already and were given a device.",
        Purpose::PasswordReset => "To people who asked for a new password.",
        Purpose::SecurityNotice => {
            "To people whose password, address or two-factor sign-in was changed."
        }
        Purpose::Bounces => "To administrators, about messages that came back.",
        Purpose::EarlyAccess => "To people who may have the next version before its release.",
        Purpose::OwnData => "To people who asked for the data that is kept about them.",
        Purpose::Documents => "To people to whom documents were assigned.",
        Purpose::Notifications => "To people who want their notifications by e-mail, too.",
    }
}

/// The way a message goes.
pub(crate) const fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "E-mail",
        Channel::Sms => "SMS",
    }
}

/// A language, in itself.
pub(crate) fn language_name(language: &'static str) -> &'static str {
    match language {
        "en" => "English",
        "de" => "Deutsch",
        "fr" => "Français",
        "es" => "Español",
        "it" => "Italiano",
        "pt" => "Português",
        "nl" => "Nederlands",
        "pl" => "Polski",
        other => other,
    }
}

/// A recipient, or what stands for one whose address is not kept any more.
pub(super) fn known(recipient: String) -> String {
    if recipient.is_empty() {
        "an address that is not kept".to_owned()
    } else {
        recipient
    }
}
