//! Keys of a file that belonged to somebody who was deleted.

use db::{Tx, params, sql};
use kernel::{AccountId, UserId};

use crate::users::{self, KeyKind, StagedKey};

/// Whether the account has anybody who was deleted and can be taken back.
pub fn any(tx: &mut Tx<'_>, account: AccountId) -> db::Result<bool> {
    let found: Option<(UserId,)> = tx.fetch_optional(sql!("leaving/any"), params![account])?;
    Ok(found.is_some())
}

/// Calls `each` for every key that belonged to somebody who can be taken back: row, kind, person.
pub fn match_keys(
    tx: &mut Tx<'_>,
    account: AccountId,
    keys: &[StagedKey],
    each: &mut dyn FnMut(i64, KeyKind, UserId) -> db::Result<()>,
) -> db::Result<()> {
    users::match_by(tx, sql!("leaving/match_staged"), account, keys, each)
}
