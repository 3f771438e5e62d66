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

/// A text of an account's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTemplate {
    /// What it says.
    pub template: Template,
    /// When it was last changed: what a change of it has to have seen.
    pub updated_at: Timestamp,
}

struct Stored {
    language: String,
    subject: String,
    text: String,
    updated_at: Timestamp,
}

from_row!(Stored {
    language,
    subject,
    text,
    updated_at
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
    /// Somebody else changed it since it was looked at.
    #[error("somebody else changed this text meanwhile")]
    Changed,
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

/// What there are texts for: each way a message goes, by what it is for.
pub fn kinds() -> impl Iterator<Item = (Purpose, Channel)> {
    let all = Purpose::ALL.iter().flat_map(|purpose| {
        let channels = Channel::ALL.iter();
        channels.map(|channel| (*purpose, *channel))
    });
    all.filter(|(purpose, channel)| texts::built_in(*purpose, *channel, "en").is_some())
}

/// The account's own template, or the one that comes with the product.
pub fn find(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> db::Result<Option<Template>> {
    let own = find_own(tx, account, purpose, channel, language)?.map(|own| own.template);
    Ok(own.or_else(|| texts::built_in(purpose, channel, language).cloned()))
}

/// The account's own template, if it has one here.
pub fn find_own(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
) -> db::Result<Option<OwnTemplate>> {
    let own: Option<Stored> = tx.fetch_optional(
        sql!("templates/find"),
        params![account, purpose, channel, language],
    )?;
    Ok(own.map(|own| OwnTemplate {
        template: Template {
            language: own.language,
            subject: own.subject,
            text: own.text,
        },
        updated_at: own.updated_at,
    }))
}

/// Where the account has a text of its own, and since when.
pub fn list_own(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> db::Result<Vec<(Purpose, Channel, String, Timestamp)>> {
    let own: Vec<(String, String, String, Timestamp)> =
        tx.fetch(sql!("templates/list"), params![account])?;
    let known = own
        .into_iter()
        .filter_map(|(purpose, channel, language, at)| {
            Some((
                Purpose::parse(&purpose)?,
                Channel::parse(&channel)?,
                language,
                at,
            ))
        });
    Ok(known.collect())
}

/// Stores an account's own template; `seen` is when the one it was made from was changed, if that was its own.
pub fn store(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    (purpose, channel): (Purpose, Channel),
    template: &Template,
    seen: Option<Timestamp>,
) -> Result<(), TemplateError> {
    check(purpose, channel, template)?;
    let (subject, text) = (
        template.subject.trim(),
        template.text.trim().replace("\r\n", "\n"),
    );
    let language = &template.language;
    let changed = match seen {
        Some(seen) => tx.execute(
            sql!("templates/update"),
            params![
                account, purpose, channel, language, subject, text, now, seen
            ],
        )?,
        None => tx.execute(
            sql!("templates/insert_if_missing"),
            params![account, purpose, channel, language, subject, text, now],
        )?,
    };
    if changed == 0 {
        return Err(TemplateError::Changed);
    }
    Ok(())
}

/// Goes back to the text that comes with the product, if the account's own is still as it was `seen`.
pub fn reset(
    tx: &mut Tx<'_>,
    account: AccountId,
    purpose: Purpose,
    channel: Channel,
    language: &str,
    seen: Timestamp,
) -> Result<(), TemplateError> {
    let removed = tx.execute(
        sql!("templates/delete"),
        params![account, purpose, channel, language, seen],
    )?;
    if removed == 0 {
        return Err(TemplateError::Changed);
    }
    Ok(())
}

/// What a message of this template would look like.
pub fn preview(template: &Template, parameters: &Parameters, link: &str) -> Rendered {
    render::render(template, parameters, Some(link))
}

/// Whether a text may be stored.
pub fn check(purpose: Purpose, channel: Channel, template: &Template) -> Result<(), TemplateError> {
    if texts::built_in(purpose, channel, &template.language).is_none() {
        return Err(TemplateError::UnknownMessage);
    }
    let (subject, text) = (template.subject.as_str(), template.text.as_str());
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
            let (subject, text) = (subject.to_owned(), text.to_owned());
            let language = "en".to_owned();
            let template = Template {
                language,
                subject,
                text,
            };
            check(Purpose::Invitation, Channel::Email, &template)
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
            let kind = (Purpose::Invitation, Channel::Email);
            db.write_blocking(|tx| store(tx, account, NOW, kind, &own, None)).unwrap();
            assert_eq!(db.read_blocking(english).unwrap().unwrap(), own);
            let listed = db.read_blocking(|tx| list_own(tx, account)).unwrap();
            assert_eq!(listed, [(kind.0, kind.1, "en".to_owned(), NOW)]);
            db.write_blocking(|tx| reset(tx, account, kind.0, kind.1, "en", NOW)).unwrap();
            assert_eq!(db.read_blocking(english).unwrap().unwrap(), ours);
        }

        fn nobody_s_text_is_lost_to_somebody_who_has_not_seen_it(db: &TestDb) {
            let account = crate::scene::account(db);
            let kind = (Purpose::Access, Channel::Sms);
            let text = |text: &str| Template { language: "de".to_owned(), subject: String::new(), text: text.to_owned() };
            let store = |words: &str, now, seen| db.write_blocking(|tx| store(tx, account, now, kind, &text(words), seen));
            let later = NOW.checked_add(std::time::Duration::from_secs(1)).unwrap();
            store("first", NOW, None).unwrap();
            assert!(matches!(store("second", later, None), Err(TemplateError::Changed)));
            store("second", later, Some(NOW)).unwrap();
            assert!(matches!(store("third", later, Some(NOW)), Err(TemplateError::Changed)));
            let reset = |seen| db.write_blocking(|tx| reset(tx, account, kind.0, kind.1, "de", seen));
            assert!(matches!(reset(NOW), Err(TemplateError::Changed)));
            reset(later).unwrap();
            assert!(matches!(store("third", later, Some(later)), Err(TemplateError::Changed)));
        }
    }
}
