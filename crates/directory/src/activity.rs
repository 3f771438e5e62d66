//! The append-only record of what users and administrators did. A bulk action is one entry.

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, ActivityId, Timestamp, UserId};
use uuid::Uuid;

use crate::Ctx;

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

/// Records an action in the caller's transaction.
pub fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    subject: Option<Uuid>,
    details: &str,
) -> db::Result<()> {
    let id: ActivityId = ctx.new_id();
    tx.execute(
        sql!("activity/insert"),
        params![
            ctx.account,
            id,
            ctx.now(),
            ctx.actor.user,
            ctx.actor.name,
            action,
            subject,
            details
        ],
    )?;
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
