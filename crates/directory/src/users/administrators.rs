//! Who looks after an account.

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, UserId};

/// Somebody who is told when something needs looking after.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The person.
    pub id: UserId,
    /// Their first name.
    pub first_name: String,
    /// Their full name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The language they want, a BCP 47 tag.
    pub language: Option<String>,
}

from_row!(Administrator {
    id,
    first_name,
    name,
    email,
    language
});

/// The active owners and administrators, at most 100.
pub fn administrators(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Administrator>> {
    tx.fetch(sql!("users/administrators"), params![account])
}
