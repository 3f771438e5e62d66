//! One person by what somebody types: an e-mail address, a user id, a phone number or a full name.

use db::{Tx, params, sql};
use kernel::{Email, UserId, fold};

use super::{row::external_id_key, seen_of};
use crate::Ctx;

/// No more people of a name are looked at.
const MOST: i64 = 100;

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

/// The one person the actor sees who is not deleted and has exactly this as an address, id, number or name.
pub fn lookup(tx: &mut Tx<'_>, ctx: &Ctx, text: &str) -> Result<UserId, LookupError> {
    let text = text.trim();
    let named = || text.chars().take(100).collect::<String>();
    let email =
        Email::parse(text).map_or_else(|_| text.to_lowercase(), |email| email.key().into_owned());
    let phone: String = text
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let name = fold(text).into_owned();
    let mut found: Vec<(UserId, String, String)> = tx.fetch(
        sql!("users/lookup"),
        params![
            ctx.account,
            email,
            external_id_key(Some(text)),
            phone,
            name,
            MOST
        ],
    )?;
    let seen = seen_of(tx, ctx, found.iter().map(|line| line.0))?;
    found.retain(|line| seen.contains(&line.0));
    match found.as_slice() {
        [] => Err(LookupError::Nobody(named())),
        [(id, _, _)] => Ok(*id),
        _ => Err(LookupError::Several(named())),
    }
}
