//! The append-only record of what users and administrators did. A bulk action is one entry.
//!
//! Entries are added in the transaction of what they tell about. The database refuses to remove or change one;
//! only erasing a person takes their name and what was said about them out, and marks the entry
//! (docs/decisions/0028). What an entry means in words is in `activity/deeds.rs`, the one table of actions.

mod actor;
mod deeds;
mod export;
mod filter;
mod log;
#[cfg(test)]
mod tests;

use db::{FromRow, Row, Tx, params, sql, sql_pair};
use kernel::{AccountId, ActivityId, Timestamp, UserId};
use uuid::Uuid;

use crate::Ctx;

pub use actor::ActorKind;
pub use deeds::{About, Area, Deed, deed};
pub use export::{ActivityOutput, HEADINGS, for_each};
pub use filter::{ActivityFilter, ids_between};
pub use log::{At, LogEntry, LogPage, MOST_LOOKED_AT, Target, find, import_with_number, page};

/// Stands where the name of somebody erased was.
pub const ERASED: &str = "Erased person";

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id; newer entries have greater ids.
    pub id: ActivityId,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it, as named then.
    pub actor_name: String,
    /// What was done, such as `import.apply`.
    pub action: String,
    /// On what.
    pub subject: Option<Uuid>,
    /// The rest of the sentence.
    pub details: String,
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            at: row.get(1)?,
            actor_name: row.get(2)?,
            action: row.get(3)?,
            subject: row.get(4)?,
            details: row.get(5)?,
        })
    }
}

/// Records an action in the caller's transaction; it has to be one of the table of actions.
pub fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    subject: Option<Uuid>,
    details: &str,
) -> db::Result<()> {
    debug_assert!(
        deed(action).is_some(),
        "{action} is not in the table of actions, directory/src/activity/deeds.rs"
    );
    let id: ActivityId = ctx.new_id();
    let area = deed(action).map_or(Area::Settings, |deed| deed.area);
    tx.execute(
        sql!("activity/insert"),
        params![
            ctx.account,
            id,
            ctx.now(),
            ctx.actor.user,
            ActorKind::of(&ctx.actor).as_str(),
            ctx.actor.name,
            action,
            area.as_str(),
            subject,
            details
        ],
    )?;
    // Whoever wants to hear of it is told after the commit, see the crate `webhooks`.
    tx.execute(sql_pair!("activity/hand_over"), params![ctx.account, id])?;
    Ok(())
}

/// The newest entries about one subject, at most `limit`.
pub fn of_subject(
    tx: &mut Tx<'_>,
    account: AccountId,
    subject: Uuid,
    limit: i64,
) -> db::Result<Vec<Entry>> {
    tx.fetch(
        sql!("activity/of_subject"),
        params![account, subject, limit],
    )
}

/// The newest things somebody did, at most `limit`: their trail (S1.28, S2.27, S2.28).
pub fn of_actor(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    limit: i64,
) -> db::Result<Vec<Entry>> {
    tx.fetch(sql!("activity/of_actor"), params![account, user, limit])
}

/// Takes the staged people out of the log: their name where they acted, and what was said about them.
///
/// The entries stay, marked as erased in part; it is the only change the database allows.
pub fn erase_staged(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    let acted = tx.execute(sql!("activity/erase_actors"), params![account, ERASED, now])?;
    let told = tx.execute(sql!("activity/erase_subjects"), params![account, now])?;
    Ok(acted + told)
}
