//! One person by what somebody types: an e-mail address, a user id, a phone number or a full name.

use db::{Tx, params, sql};
use kernel::{AccountId, Email, UserId, fold};

use super::row::external_id_key;

/// Why a text does not name one person.
#[derive(Debug, thiserror::Error)]
pub enum LookupError {
    /// Nobody has it.
    #[error("nobody here has the e-mail address, user id, phone number or full name {0:?}")]
    Nobody(String),
    /// More than one person is called so.
    #[error("more than one person is called {0:?}; use their e-mail address or user id")]
    Several(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// The one person who is not deleted and has exactly this as an address, id, number or name.
pub fn lookup(tx: &mut Tx<'_>, account: AccountId, text: &str) -> Result<UserId, LookupError> {
    let text = text.trim();
    let named = || text.chars().take(100).collect::<String>();
    let email =
        Email::parse(text).map_or_else(|_| text.to_lowercase(), |email| email.key().into_owned());
    let phone: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let name = fold(text).into_owned();
    let found: Vec<(UserId, String, String)> = tx.fetch(
        sql!("users/lookup"),
        params![
            account,
            email,
            external_id_key(Some(text)),
            phone,
            name,
            2_i64
        ],
    )?;
    match found.as_slice() {
        [] => Err(LookupError::Nobody(named())),
        [(id, _, _)] => Ok(*id),
        _ => Err(LookupError::Several(named())),
    }
}
