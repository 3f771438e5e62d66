//! A person's own data: packed by a job, announced to that person alone, and deleted after a week (S1.27, S2.26).
//!
//! Whoever asks, the person gets the link: an administrator never sees it. The link is known only by its hash; looking at
//! it opens nothing. Not here: what the fields of a person mean.

mod documents;
mod job;
mod open;
mod pack;
mod profile;
mod sheets;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use db::{Param, Tx, Value, from_row, params, sql};
use directory::{Action, Ctx, Forbidden, activity, users};
use jobs::NewJob;
use kernel::{AccountId, DataRequestId, Timestamp, UserId};

pub use job::register;
pub use open::{Ready, look, of_person, opened};

use crate::person;

/// For so many days the file is kept and its link works.
pub const DAYS: i64 = 7;
const DAY: Duration = Duration::from_hours(24);

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataState {
    /// Waiting to be packed.
    Queued,
    /// There to be taken.
    Ready,
    /// Deleted, or never made.
    Gone,
}

impl DataState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Ready => "ready",
            Self::Gone => "gone",
        }
    }

    fn parse(name: &str) -> Self {
        [Self::Queued, Self::Ready]
            .into_iter()
            .find(|state| state.as_str() == name)
            .unwrap_or(Self::Gone)
    }
}

impl Param for DataState {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

/// A request for somebody's data.
#[derive(Clone, Debug)]
pub struct DataRequest {
    /// Its id.
    pub id: DataRequestId,
    /// Where it stands.
    pub state: DataState,
    /// Who asked.
    pub asked_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// Until when the file is there.
    pub expires_at: Option<Timestamp>,
    /// When it was first taken.
    pub opened_at: Option<Timestamp>,
}

/// Why nothing was asked for.
#[derive(Debug, thiserror::Error)]
pub enum DataRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nobody of this id belongs to the account.
    #[error("there is no such user")]
    NotFound,
    /// Asked for within a day.
    #[error("this person's data was asked for within a day; ask again tomorrow")]
    TooSoon,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

struct Stored {
    id: DataRequestId,
    state: String,
    asked_by_name: String,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    opened_at: Option<Timestamp>,
}

from_row!(Stored {
    id,
    state,
    asked_by_name,
    created_at,
    expires_at,
    opened_at
});

/// The newest request for somebody's data.
pub fn latest(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> db::Result<Option<DataRequest>> {
    let stored: Option<Stored> =
        tx.fetch_optional(sql!("own_data/latest"), params![account, user])?;
    Ok(stored.map(|stored| DataRequest {
        id: stored.id,
        state: DataState::parse(&stored.state),
        asked_by_name: stored.asked_by_name,
        created_at: stored.created_at,
        expires_at: stored.expires_at,
        opened_at: stored.opened_at,
    }))
}

/// The newest request for somebody's data, for those who may make one.
pub fn requested(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
) -> Result<Option<DataRequest>, DataRefusal> {
    ctx.require(Action::EditUsers)?;
    if !users::sees(tx, ctx, user)? {
        return Err(DataRefusal::NotFound);
    }
    Ok(latest(tx, ctx.account, user)?)
}

/// Asks for one's own data.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), DataRefusal> {
    let user = ctx.actor.user.ok_or(DataRefusal::NotFound)?;
    begin(tx, ctx, user, "user.data_ask")
}

/// Has a person's data sent to that person.
pub fn request(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), DataRefusal> {
    ctx.require(Action::EditUsers)?;
    if !users::sees(tx, ctx, user)? {
        return Err(DataRefusal::NotFound);
    }
    begin(tx, ctx, user, "user.data_request")
}

fn begin(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, action: &str) -> Result<(), DataRefusal> {
    person::find(tx, ctx, user)?.ok_or(DataRefusal::NotFound)?;
    let now = ctx.now();
    let day_ago = now.checked_sub(DAY).unwrap_or(Timestamp::EPOCH);
    if let Some(last) = latest(tx, ctx.account, user)?
        && last.created_at > day_ago
    {
        return Err(DataRefusal::TooSoon);
    }
    // What was given up does not keep the person from asking again.
    tx.execute(sql!("own_data/give_up"), params![ctx.account, user])?;
    let id: DataRequestId = ctx.new_id();
    let inserted = tx.execute(
        sql!("own_data/insert"),
        params![ctx.account, id, user, ctx.actor.user, ctx.actor.name, now],
    )?;
    // Of two at once, the second finds the first one's line.
    if inserted == 0 {
        return Err(DataRefusal::TooSoon);
    }
    activity::record(tx, ctx, action, Some(user.uuid()), "")?;
    if let Ok(job) = NewJob::new(job::PACK, &id) {
        jobs::enqueue(tx, &ctx.ids, now, &job.account(ctx.account))?;
    }
    // Whatever becomes of the packing, nothing of it stays.
    job::forget_at(tx, ctx, id, after_days(now, DAYS + 1))?;
    Ok(())
}

fn after_days(now: Timestamp, days: i64) -> Timestamp {
    let time = DAY.saturating_mul(u32::try_from(days).unwrap_or(1));
    now.checked_add(time).unwrap_or(now)
}

/// Where the file of a request is kept.
pub fn file(data: &Path, id: DataRequestId) -> PathBuf {
    data.join("own-data").join(format!("{id}.zip"))
}
