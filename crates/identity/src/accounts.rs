//! The accounts an identity belongs to, and going from one to another without a new password (S1.6).
//!
//! A session is in one account at a time and is moved, not doubled: it stays one device of however many are allowed.

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, IdentityId, Role, UserId};

use crate::sessions::Session;

/// Nobody is shown more.
const MOST: i64 = 100;

/// An account somebody can work in.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
    /// Who they are there.
    pub user: UserId,
    /// What they may do there.
    pub role: Role,
}

struct Row {
    account_id: AccountId,
    name: String,
    user_id: UserId,
    role: String,
}

from_row!(Row {
    account_id,
    name,
    user_id,
    role
});

/// Where an identity is active: the account it used last, then all others by name.
pub fn list(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Vec<Membership>> {
    let found: Vec<Row> = tx.fetch(sql!("identities/accounts"), params![identity, MOST])?;
    let known = found.into_iter().filter_map(|row| {
        Some(Membership {
            account: row.account_id,
            name: row.name,
            user: row.user_id,
            role: row.role.parse().ok()?,
        })
    });
    Ok(known.collect())
}

/// Moves a session to another account of its identity; `false` if it is not active there.
pub fn switch(tx: &mut Tx<'_>, session: &Session, account: AccountId) -> db::Result<bool> {
    let memberships = list(tx, session.identity)?;
    let Some(there) = memberships.iter().find(|one| one.account == account) else {
        return Ok(false);
    };
    let moved = tx.execute(
        sql!("sessions/move"),
        params![session.id, session.identity, there.account, there.user],
    )?;
    if moved > 0 {
        remember(tx, session.identity, account)?;
    }
    Ok(moved > 0)
}

/// Notes where an identity works, for the next time it signs in.
pub(crate) fn remember(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    account: AccountId,
) -> db::Result<()> {
    tx.execute(
        sql!("identities/remember_account"),
        params![identity, account],
    )
    .map(drop)
}
