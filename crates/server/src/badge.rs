//! A state as words with an icon and a colour; never a colour alone.

use kernel::UserStatus;

use crate::icon::Icon;

/// A small label for a state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Badge {
    /// `good`, `warn`, `bad`, `info` or `still`.
    pub(crate) tone: &'static str,
    pub(crate) icon: Icon,
    pub(crate) text: &'static str,
}

impl From<UserStatus> for Badge {
    fn from(status: UserStatus) -> Self {
        let (tone, icon, text) = match status {
            UserStatus::Invited => ("info", Icon::Mail, "Never signed in"),
            UserStatus::Active => ("good", Icon::Done, "Active"),
            UserStatus::Deactivated => ("still", Icon::Off, "Deactivated"),
            UserStatus::Deleted => ("bad", Icon::Close, "Deleted"),
        };
        Self { tone, icon, text }
    }
}
