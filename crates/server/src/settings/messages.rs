//! The texts of messages: which are the account's own, changing one, trying it, and going back.

mod edit;
pub(crate) mod keep;
mod list;

pub(crate) use edit::{reset, send, show, submit};
pub(crate) use keep::TextRefusal;
pub(crate) use list::list;

use std::{fmt, str::FromStr};

use delivery::{Channel, Purpose, templates};

/// Names one text, in addresses as `invitation.email.en`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextKey {
    pub(crate) purpose: Purpose,
    pub(crate) channel: Channel,
    pub(crate) language: &'static str,
}

impl TextKey {
    /// Every text there is.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        templates::kinds().flat_map(|(purpose, channel)| {
            templates::languages().map(move |language| Self {
                purpose,
                channel,
                language,
            })
        })
    }

    fn link(&self) -> String {
        format!("/settings/messages/{self}")
    }
}

impl fmt::Display for TextKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (purpose, channel) = (self.purpose.as_str(), self.channel.as_str());
        write!(f, "{purpose}.{channel}.{}", self.language)
    }
}

/// There is no such text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UnknownText;

impl FromStr for TextKey {
    type Err = UnknownText;

    fn from_str(text: &str) -> Result<Self, UnknownText> {
        let mut parts = text.split('.');
        let purpose = parts.next().and_then(Purpose::parse);
        let channel = parts.next().and_then(Channel::parse);
        let language = parts
            .next()
            .and_then(|tag| templates::languages().find(|language| *language == tag));
        match (purpose, channel, language, parts.next()) {
            (Some(purpose), Some(channel), Some(language), None)
                if templates::kinds().any(|kind| kind == (purpose, channel)) =>
            {
                Ok(Self {
                    purpose,
                    channel,
                    language,
                })
            }
            _ => Err(UnknownText),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_texts_that_exist_have_an_address() {
        let key: TextKey = "invitation.email.de".parse().unwrap();
        assert_eq!(key.link(), "/settings/messages/invitation.email.de");
        for text in [
            "",
            "invitation",
            "invitation.email",
            "invitation.email.xx",
            "bounces.sms.en",
            "invitation.email.en.x",
            "x.email.en",
        ] {
            assert!(text.parse::<TextKey>().is_err(), "{text:?}");
        }
    }
}
