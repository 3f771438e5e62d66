//! People who belong to the account now, one after the other, and the end of their sessions.

use std::ops::ControlFlow;

use db::{FromRow, Row, Sql, Tx, params, sql};
use kernel::{AccountId, ImportId, UserId, full_name};

/// Somebody who is invited or active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActiveUser {
    /// The person.
    pub id: UserId,
    /// Counts the changes.
    pub version: i64,
    /// Their role.
    pub role: String,
    /// Invited or active.
    pub status: String,
    /// First name, or the only one.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The import that created or last changed them.
    pub import: Option<ImportId>,
}

impl ActiveUser {
    /// First and last name in one.
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

impl FromRow for ActiveUser {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            role: row.get(2)?,
            status: row.get(3)?,
            first_name: row.get(4)?,
            last_name: row.get(5)?,
            import: row.get(6)?,
        })
    }
}

/// Calls `each` for everybody who is invited or active, in the order of ids.
pub fn for_each_active<E: From<db::Error>>(
    tx: &mut Tx<'_>,
    account: AccountId,
    each: &mut dyn FnMut(ActiveUser) -> Result<(), E>,
) -> Result<(), E> {
    walk(tx, sql!("users/active"), account, each)
}

/// The same for those in at least one of the groups and teams whose ids are staged.
pub fn for_each_active_of_staged_groups<E: From<db::Error>>(
    tx: &mut Tx<'_>,
    account: AccountId,
    each: &mut dyn FnMut(ActiveUser) -> Result<(), E>,
) -> Result<(), E> {
    walk(tx, sql!("users/active_of_staged_groups"), account, each)
}

fn walk<E: From<db::Error>>(
    tx: &mut Tx<'_>,
    statement: &Sql,
    account: AccountId,
    each: &mut dyn FnMut(ActiveUser) -> Result<(), E>,
) -> Result<(), E> {
    tx.for_each(statement, params![account], |row| {
        each(ActiveUser::from_row(row)?)?;
        Ok(ControlFlow::Continue(()))
    })
}

/// Signs out the people whose ids are staged.
///
/// Sessions belong to `identity`; ending them is part of deactivating and has to be in its
/// transaction.
pub fn end_sessions_of_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<()> {
    tx.execute(sql!("users/end_sessions_of_staged"), params![account])
        .map(drop)
}
