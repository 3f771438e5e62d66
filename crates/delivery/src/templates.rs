//! Templates: the text of each kind of message, which an account may replace by its own.

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, Timestamp};

use crate::{
    message::{Channel, Parameters, Purpose},
    render::{self, Rendered, places, value},
    texts,
};

/// A longer text is refused; an SMS of this length would be hundreds of parts.
const LONGEST_TEXT: usize = 10_000;
const LONGEST_SUBJECT: usize = 200;
const LONGEST_SMS: usize = 1_000;

/// A text with places such as `{first_name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The language it is in.
    pub language: String,
    /// The subject; empty for SMS.
    pub subject: String,
    /// The text.
    pub text: String,
}

from_row!(Template {
    language,
    subject,
    text
});

/// Why a template was not stored.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Nothing to send.
    #[error("the text is empty")]
    Empty,
    /// A mail without a subject looks like spam.
    #[error("the subject is empty")]
    NoSubject,
    /// Past the bound.
    #[error("the {what} has more than {most} characters")]
    Long {
        /// The part.
        what: &'static str,
        /// The bound.
        most: usize,
    },
    /// Nothing is known to fill it with.
    #[error(
        "{{{0}}} is not a place; use {{account}}, {{name}}, {{first_name}}, {{sender}}, {{days}}, {{list}} or {{link}}"
    )]
    UnknownPlace(String),
    /// The recipient could not do anything with it.
    #[error("the text needs the place {{link}}")]
    NoLink,
    /// There is no text of the product for this.
    #[error("there is no such message")]
    UnknownMessage,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The languages there are texts in.
pub fn languages() -> impl Iterator<Item = &'static str> {
    texts::languages()
}

/// The account's own template, or the one that comes with the product.
pub fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> db::Result<Option<Template>> {
    let own = tx.fetch_optional(
        sql!("templates/find"),
        params![account, purpose, channel, language],
    )?;
    Ok(own.or_else(|| texts::built_in(purpose, channel, language).cloned()))
}

/// Whether the account has a text of its own here.
pub fn is_own(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> db::Result<bool> {
    let own: Option<Template> = tx.fetch_optional(
        sql!("templates/find"),
        params![account, purpose, channel, language],
    )?;
    Ok(own.is_some())
}

/// Stores an account's own template.
pub fn store(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    (purpose, channel): (Purpose, Channel),
    template: &Template,
) -> Result<(), TemplateError> {
    if texts::built_in(purpose, channel, &template.language).is_none() {
        return Err(TemplateError::UnknownMessage);
    }
    check(purpose, channel, &template.subject, &template.text)?;
    tx.execute(
        sql!("templates/upsert"),
        params![
            account,
            purpose,
            channel,
            template.language,
            template.subject.trim(),
            template.text.trim().replace("\r\n", "\n"),
            now
        ],
    )?;
    Ok(())
}

/// Goes back to the text that comes with the product.
pub fn reset(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> db::Result<u64> {
    tx.execute(
        sql!("templates/delete"),
        params![account, purpose, channel, language],
    )
}

/// What a message of this template would look like.
pub fn preview(template: &Template, parameters: &Parameters, link: &str) -> Rendered {
    render::render(template, parameters, Some(link))
}

/// Whether a text may be stored.
pub(crate) fn check(
    purpose: Purpose,
    channel: Channel,
    subject: &str,
    text: &str,
) -> Result<(), TemplateError> {
    if text.trim().is_empty() {
        return Err(TemplateError::Empty);
    }
    let most = match channel {
        Channel::Email => LONGEST_TEXT,
        Channel::Sms => LONGEST_SMS,
    };
    if text.chars().count() > most {
        return Err(TemplateError::Long { what: "text", most });
    }
    if channel == Channel::Email {
        if subject.trim().is_empty() {
            return Err(TemplateError::NoSubject);
        }
        if subject.chars().count() > LONGEST_SUBJECT {
            return Err(TemplateError::Long {
                what: "subject",
                most: LONGEST_SUBJECT,
            });
        }
    }
    let nobody = Parameters::default();
    let unknown = places(subject)
        .chain(places(text))
        .find(|name| value(name, &nobody, "").is_none());
    if let Some(name) = unknown {
        return Err(TemplateError::UnknownPlace(name.to_owned()));
    }
    if purpose.needs_link() && !places(text).any(|name| name == "link") {
        return Err(TemplateError::NoLink);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use testkit::{NOW, TestDb, on_both};

    use super::*;

    #[test]
    fn refuses_texts_that_cannot_work() {
        let refused = |subject: &str, text: &str| {
            check(Purpose::Invitation, Channel::Email, subject, text)
                .map_err(|error| error.to_string())
                .err()
        };
        assert_eq!(refused("Hi", "Come {link}"), None);
        assert_eq!(refused("Hi", " \n").unwrap(), "the text is empty");
        assert_eq!(refused(" ", "{link}").unwrap(), "the subject is empty");
        assert_eq!(
            refused("Hi", "Come").unwrap(),
            "the text needs the place {link}"
        );
        assert!(
            refused("Hi", "{link} {password}")
                .unwrap()
                .starts_with("{password} is not a place")
        );
        assert!(refused(&"x".repeat(201), "{link}").unwrap().contains("200"));
    }

    on_both! {
        fn an_account_s_own_text_takes_the_place_of_ours(db: &TestDb) {
            let account = crate::scene::account(db);
            let english = |tx: &mut Tx<'_>| find(tx, account, Purpose::Invitation, Channel::Email, "en");
            let ours = db.read_blocking(english).unwrap().unwrap();
            let own = Template { language: "en".to_owned(), subject: "Come in".to_owned(), text: "{link}".to_owned() };
            db.write_blocking(|tx| store(tx, account, NOW, (Purpose::Invitation, Channel::Email), &own)).unwrap();
            assert_eq!(db.read_blocking(english).unwrap().unwrap(), own);
            db.write_blocking(|tx| reset(tx, account, Purpose::Invitation, Channel::Email, "en")).unwrap();
            assert_eq!(db.read_blocking(english).unwrap().unwrap(), ours);
        }
    }
}
