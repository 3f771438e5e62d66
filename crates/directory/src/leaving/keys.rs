//! Keys of a file that belonged to somebody who was deleted.

use std::ops::ControlFlow;

use db::{Tx, params, sql};
use kernel::{AccountId, UserId};

use crate::users::{KeyKind, StagedKey};

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
    tx.execute(sql!("users/clear_staged_keys"), params![])?;
    tx.bulk(keys)?;
    tx.for_each::<db::Error>(sql!("leaving/match_staged"), params![account], |row| {
        let code: i64 = row.get(1)?;
        match KeyKind::ALL.into_iter().find(|kind| kind.code() == code) {
            Some(kind) => each(row.get(0)?, kind, row.get(2)?)?,
            None => return Err(db::Error::NotFound),
        }
        Ok(ControlFlow::Continue(()))
    })
}
