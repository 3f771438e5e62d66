//! The lock of the directory while an import writes (S4.22): nobody makes or changes people and
//! cards by hand meanwhile, if the account wants it so.
//!
//! It is no state of its own but follows from the imports', so that it ends with the import,
//! however that ends, and outlives a restart no longer than the import does. Imports and their undo
//! write by other functions than those that look here; reading, signing in, and what people do with
//! their own photo and card go on. An action on many people that began before the import goes to
//! its end.

use db::{Tx, params, sql};
use kernel::{AccountId, ImportId};

use crate::Ctx;

/// An import of the account has to end first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("locked by import {number} until it ends")]
pub struct Locked {
    /// The import.
    pub import: ImportId,
    /// Its number in the account.
    pub number: i64,
}

impl Locked {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        "locked_by_import"
    }
}

/// The import that locks the account's people and cards now, if any does.
pub fn find(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Option<Locked>> {
    let found: Option<(ImportId, i64)> =
        tx.fetch_optional(sql!("lock/writing_import"), params![account])?;
    Ok(found.map(|(import, number)| Locked { import, number }))
}

/// Refuses while an import locks the account: in the transaction that is about to write.
pub fn require_unlocked<E: From<db::Error> + From<Locked>>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
) -> Result<(), E> {
    match find(tx, ctx.account)? {
        Some(locked) => Err(locked.into()),
        None => Ok(()),
    }
}
