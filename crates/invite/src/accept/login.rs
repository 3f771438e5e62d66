//! What somebody signs in with who was handed a link and has no address in the directory.

use db::{Tx, params, sql};
use kernel::{AccountId, Email, Phone, Timestamp, UserId};

use super::AcceptError;

/// An e-mail address or phone number that somebody chose to sign in with. Nothing proves that it is theirs.
#[derive(Clone, Debug)]
pub struct Login {
    pub(super) email: Option<Email>,
    pub(super) phone: Option<Phone>,
}

/// What was typed is neither an e-mail address nor a phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("type an e-mail address, or a phone number with its country code such as +27 82 123 4567")]
pub struct NotALogin;

impl Login {
    /// Reads what somebody typed; a number without country code is one of the account's country.
    pub fn parse(typed: &str, country: Option<&str>) -> Result<Self, NotALogin> {
        let typed = typed.trim();
        if let Ok(email) = Email::parse(typed) {
            return Ok(Self {
                email: Some(email),
                phone: None,
            });
        }
        let region = country.and_then(|country| country.parse().ok());
        let phone = Phone::parse(typed, region).map_err(|_| NotALogin)?;
        Ok(Self {
            email: None,
            phone: Some(phone),
        })
    }

    fn email_key(&self) -> Option<String> {
        self.email.as_ref().map(|email| email.key().into_owned())
    }

    fn phone(&self) -> Option<&str> {
        self.phone.as_ref().map(Phone::as_str)
    }

    /// Whether it is somebody else's address in the account.
    pub(super) fn is_taken(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        user: UserId,
    ) -> db::Result<bool> {
        let (others,): (i64,) = tx.fetch_one(
            sql!("accepting/others_with_address"),
            params![account, user, self.email_key(), self.phone()],
        )?;
        Ok(others > 0)
    }

    /// Writes it into the directory, where the person had no address; refused if it has become somebody else's.
    pub(super) fn fill_in(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        user: UserId,
        now: Timestamp,
    ) -> Result<(), AcceptError> {
        let filled = tx.execute(
            sql!("accepting/fill_in_address"),
            params![
                account,
                user,
                self.email.as_ref().map(Email::as_str),
                self.email_key(),
                self.phone(),
                now
            ],
        );
        match filled {
            Ok(_) => Ok(()),
            Err(error) if error.is_unique("users_email") || error.is_unique("users_phone") => {
                Err(AcceptError::Closed)
            }
            Err(error) => Err(error.into()),
        }
    }
}
