//! Modules an account owns, their licences (seats), and who holds one.

use db::{FromRow, Row, Tx, bulk, params, sql};
use kernel::{AccountId, IdRange, Timestamp, UserId};

use crate::{Action, Ctx, Forbidden, activity};

/// The modules of source document S3 with their labels; an account may own others of its own.
pub const KNOWN: [(&str, &str); 3] = [
    ("lone_working", "Lone Working"),
    ("events", "Events"),
    ("audits", "Audits"),
];

/// A module an account owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The stable key, such as `lone_working`.
    pub key: String,
    /// The name to show.
    pub label: String,
    /// How many people may have it.
    pub seats: i64,
    /// How many people have it.
    pub used: i64,
}

impl Module {
    /// Seats that are still free; never negative.
    pub fn free(&self) -> i64 {
        (self.seats - self.used).max(0)
    }
}

impl FromRow for Module {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            label: row.get(1)?,
            seats: row.get(2)?,
            used: row.get(3)?,
        })
    }
}

/// Why a module could not be set.
#[derive(Debug, thiserror::Error)]
pub enum SetModule {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The key is not made of lower-case letters, digits and underscores.
    #[error("a module key is 1 to 40 lower-case letters, digits and underscores, not {0:?}")]
    Key(String),
    /// Fewer seats than are in use.
    #[error("{used} seats of {key} are in use; free some before setting {seats}")]
    InUse {
        /// The module.
        key: String,
        /// Seats wanted.
        seats: i64,
        /// Seats in use.
        used: i64,
    },
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Makes the account own a module with this many seats, or changes the number.
pub fn set(tx: &mut Tx<'_>, ctx: &Ctx, key: &str, seats: u32) -> Result<Module, SetModule> {
    ctx.require(Action::EditSettings)?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if key.is_empty() || key.len() > 40 || !key.chars().all(fits) {
        return Err(SetModule::Key(key.to_owned()));
    }
    let seats = i64::from(seats);
    let label = KNOWN.iter().find(|(known, _)| *known == key).map_or_else(
        || {
            let mut words = key.replace('_', " ");
            if let Some(first) = words.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            words
        },
        |(_, label)| (*label).to_owned(),
    );
    tx.execute(
        sql!("modules/set"),
        params![ctx.account, key, label, seats, ctx.now()],
    )?;
    let module = list(tx, ctx.account)?
        .into_iter()
        .find(|module| module.key == key)
        .ok_or(db::Error::NotFound)?;
    if module.used > seats {
        return Err(SetModule::InUse {
            key: key.to_owned(),
            seats,
            used: module.used,
        });
    }
    activity::record(
        tx,
        ctx,
        "module.set",
        None,
        &format!("{} {seats}", module.label),
    )?;
    Ok(module)
}

/// The modules an account owns, with seats and how many are used.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Module>> {
    tx.fetch(sql!("modules/list"), params![account])
}

/// A module whose seats nobody else gives or takes until this transaction ends.
pub fn locked(tx: &mut Tx<'_>, account: AccountId, key: &str) -> db::Result<Module> {
    tx.execute(sql!("modules/lock"), params![account, key])?;
    list(tx, account)?
        .into_iter()
        .find(|module| module.key == key)
        .ok_or(db::Error::NotFound)
}

/// A licence held by a person, for bulk writing.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub user: UserId,
    /// The module's key.
    pub module: String,
    /// Since when.
    pub created_at: Timestamp,
}

bulk!(Seat => "module_seats" {
    account: account_id,
    user: user_id,
    module: module_key,
    created_at,
});

/// How many of the people with ids of a block hold a module's licence.
pub fn held_in(
    tx: &mut Tx<'_>,
    account: AccountId,
    module: &str,
    range: IdRange,
) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(
        sql!("modules/held_in"),
        params![account, module, range.first(), range.last()],
    )
    .map(|(count,)| count)
}

/// Takes a module's licence from the staged people.
pub fn remove_staged(tx: &mut Tx<'_>, account: AccountId, module: &str) -> db::Result<u64> {
    tx.execute(sql!("modules/remove_staged"), params![account, module])
}
