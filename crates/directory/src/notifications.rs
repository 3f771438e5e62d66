//! Notifications in the product: kept until they are read, so that no result is missed; and which of
//! them go out by e-mail, too. Not here: the mails themselves.

mod mail;
#[cfg(test)]
mod tests;
mod topic;

use std::time::Duration;

use db::{Direction, FromRow, Row, Select, Tx, bulk, params, sql};
use kernel::{AccountId, NotificationId, Timestamp, UserId};
use uuid::Uuid;

use crate::Ctx;

pub use mail::{Bundle, MAILED, take_due};
pub use topic::{Topic, choices, choose, wants_mail};

/// A notification for one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Its id; newer ones have greater ids.
    pub id: NotificationId,
    /// What kind, such as `import.finished`.
    pub kind: String,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// The sentence to show.
    pub text: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

impl FromRow for Notification {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            kind: row.get(1)?,
            subject: row.get(2)?,
            text: row.get(3)?,
            created_at: row.get(4)?,
            read_at: row.get(5)?,
        })
    }
}

/// Leaves a notification for a user.
pub fn add(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    kind: &str,
    subject: Option<Uuid>,
    text: &str,
) -> db::Result<()> {
    let id: NotificationId = ctx.new_id();
    let is_mailed = mail::is_wanted(tx, ctx.account, user, kind)?;
    let mail_due_at = is_mailed.then(|| ctx.now());
    tx.execute(
        sql!("notifications/insert"),
        params![
            ctx.account,
            id,
            user,
            kind,
            subject,
            text,
            ctx.now(),
            mail_due_at
        ],
    )?;
    if is_mailed {
        mail::plan(tx, ctx, ctx.now())?;
    }
    Ok(())
}

/// A user's newest notifications, at most 100.
pub fn list(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Vec<Notification>> {
    page(tx, account, user, None, 100)
}

/// A page of a user's notifications, newest first: those older than one of them, or the newest.
pub fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    before: Option<NotificationId>,
    limit: i64,
) -> db::Result<Vec<Notification>> {
    let base = params![account, user];
    let mut select = Select::new(sql!("notifications/list"), base, &["id"], limit)
        .direction(Direction::Descending);
    if let Some(before) = before {
        select = select.after(params![before]);
    }
    tx.select(&select)
}

/// How many notifications a user has not read.
pub fn unread(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<i64> {
    tx.fetch_one::<(i64,)>(sql!("notifications/unread"), params![account, user])
        .map(|(count,)| count)
}

/// Marks all of a user's notifications as read.
pub fn mark_read(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> db::Result<u64> {
    tx.execute(
        sql!("notifications/mark_read"),
        params![ctx.account, user, ctx.now()],
    )
}

/// Marks one of a user's notifications as read; false if it was, or is not theirs.
pub fn mark_one_read(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    id: NotificationId,
) -> db::Result<bool> {
    tx.execute(
        sql!("notifications/mark_one_read"),
        params![ctx.account, user, id, ctx.now()],
    )
    .map(|changed| changed > 0)
}

/// Leaves the same notification for many users.
pub fn add_to_many(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    users: &[UserId],
    kind: &'static str,
    subject: Option<Uuid>,
    text: &str,
) -> db::Result<u64> {
    let mailed = mail::wanted_by(tx, ctx.account, users, kind)?;
    let rows: Vec<NewRow> = users
        .iter()
        .map(|user| NewRow {
            account_id: ctx.account,
            id: ctx.new_id(),
            user_id: *user,
            kind,
            subject_id: subject,
            text: text.to_owned(),
            created_at: ctx.now(),
            mail_due_at: mailed.contains(user).then(|| ctx.now()),
        })
        .collect();
    if !mailed.is_empty() {
        mail::plan(tx, ctx, ctx.now())?;
    }
    tx.bulk(&rows)
}

struct NewRow {
    account_id: AccountId,
    id: NotificationId,
    user_id: UserId,
    kind: &'static str,
    subject_id: Option<Uuid>,
    text: String,
    created_at: Timestamp,
    mail_due_at: Option<Timestamp>,
}

bulk!(NewRow => "notifications" { account_id, id, user_id, kind, subject_id, text, created_at, mail_due_at });

/// Notifications removed in one transaction.
const CHUNK: i64 = 5_000;

/// How many would be removed if those that were read were kept for so many days.
pub fn would_forget(tx: &mut Tx<'_>, ctx: &Ctx, days: i64) -> db::Result<i64> {
    let before = earlier(ctx.now(), days);
    let (count,) = tx.fetch_one(
        sql!("notifications/count_old"),
        params![ctx.account, before],
    )?;
    Ok(count)
}

/// Removes some of those that were read before so many days; returns how many.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
    days: i64,
) -> db::Result<u64> {
    tx.execute(
        sql!("notifications/forget"),
        params![account, earlier(now, days), CHUNK],
    )
}

fn earlier(now: Timestamp, days: i64) -> Timestamp {
    let hours = u64::try_from(days).unwrap_or(0).saturating_mul(24);
    now.checked_sub(Duration::from_hours(hours)).unwrap_or(now)
}
