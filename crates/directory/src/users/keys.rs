//! Finding whom a key belongs to: for many keys at once, or by reading all keys of an account.

use std::ops::ControlFlow;

use db::{Bulk, Cells, Sql, Tx, params, sql};
use kernel::{AccountId, UserId};

/// What a person can be recognised by. Names are never a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// The organisation's own id.
    ExternalId,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The number of a live card.
    Card,
}

impl KeyKind {
    /// Every kind, in the default order of trust.
    pub const ALL: [Self; 4] = [Self::ExternalId, Self::Email, Self::Phone, Self::Card];

    /// The number stored while staging.
    pub const fn code(self) -> i64 {
        match self {
            Self::ExternalId => 0,
            Self::Email => 1,
            Self::Phone => 2,
            Self::Card => 3,
        }
    }
}

/// A key to look up, and the row it stands for.
#[derive(Clone, Debug)]
pub struct StagedKey {
    /// What kind of key.
    pub kind: KeyKind,
    /// The key in its form for comparing.
    pub key: String,
    /// The row's number.
    pub row: i64,
}

impl Bulk for StagedKey {
    const TABLE: &'static str = "staged_keys";
    const COLUMNS: &'static [&'static str] = &["kind", "key", "row_no"];

    fn write(&self, row: &mut Cells<'_, '_>) {
        row.put(&self.kind.code()).put(&self.key).put(&self.row);
    }
}

/// Calls `each` for every staged key that belongs to somebody: row, kind, person.
pub fn match_staged(
    tx: &mut Tx<'_>,
    account: AccountId,
    keys: &[StagedKey],
    each: &mut dyn FnMut(i64, KeyKind, UserId) -> db::Result<()>,
) -> db::Result<()> {
    match_by(tx, sql!("users/match_staged"), account, keys, each)
}

/// The same by a statement that says whose the staged keys are: columns row, kind, person.
pub(crate) fn match_by(
    tx: &mut Tx<'_>,
    statement: &Sql,
    account: AccountId,
    keys: &[StagedKey],
    each: &mut dyn FnMut(i64, KeyKind, UserId) -> db::Result<()>,
) -> db::Result<()> {
    tx.execute(sql!("users/clear_staged_keys"), params![])?;
    tx.bulk(keys)?;
    tx.for_each::<db::Error>(statement, params![account], |row| {
        let code: i64 = row.get(1)?;
        match KeyKind::ALL.into_iter().find(|kind| kind.code() == code) {
            Some(kind) => each(row.get(0)?, kind, row.get(2)?)?,
            None => return Err(db::Error::NotFound),
        }
        Ok(ControlFlow::Continue(()))
    })
}

/// Calls `each` for every key of every person of the account.
///
/// One pass over the table; cheaper than looking keys up once a file has a good part of as many
/// rows as the account has people.
pub fn for_each_key(
    tx: &mut Tx<'_>,
    account: AccountId,
    each: &mut dyn FnMut(KeyKind, &str, UserId) -> db::Result<()>,
) -> db::Result<()> {
    tx.for_each::<db::Error>(sql!("users/keys"), params![account], |row| {
        let id: UserId = row.get(0)?;
        for (column, kind) in [
            (1, KeyKind::ExternalId),
            (2, KeyKind::Email),
            (3, KeyKind::Phone),
        ] {
            if let Some(key) = row.get::<Option<&str>>(column)? {
                each(kind, key, id)?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    crate::cards::for_each_live(tx, account, &mut |number, user| {
        each(KeyKind::Card, number, user)
    })
}
