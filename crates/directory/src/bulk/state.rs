//! Making an action on many people, looking at it, starting it, taking it back.

use std::collections::BTreeMap;

use db::{Select, Tx, from_row, params, sql};
use jobs::NewJob;
use kernel::{BulkId, Timestamp, UserId};
use uuid::Uuid;

use super::{
    decide::{BulkAction, Outcome, permit},
    over::UNDO_DAYS,
    run::{self, JOB, Order},
    told::{settled, told},
};
use crate::{
    Action, Ctx, Forbidden, Sees, activity,
    lock::{Locked, require_unlocked},
    modules,
    users::{Selection, UserFilter, stage_ids},
};

/// So many chunks are looked at before the answer; the rest by a job.
const CHUNKS_AT_ONCE: usize = 4;

/// Where an action stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkState {
    /// Its people are being looked at.
    Preparing,
    /// It waits to be confirmed.
    Ready,
    /// It is being done.
    Running,
    /// It was done.
    Done,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
    /// Nobody confirmed it.
    Dropped,
}

impl BulkState {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::Done => "done",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::Dropped => "dropped",
        }
    }

    fn parse(name: &str) -> Self {
        [
            Self::Preparing,
            Self::Ready,
            Self::Running,
            Self::Done,
            Self::Undoing,
            Self::Undone,
        ]
        .into_iter()
        .find(|state| state.as_str() == name)
        .unwrap_or(Self::Dropped)
    }

    /// Whether a job is at it.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Preparing | Self::Running | Self::Undoing)
    }
}

/// An action on many people.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// What is done.
    pub action: BulkAction,
    /// The same in words, with names as they were: "Add to group Night shift".
    pub told: String,
    /// Where it stands.
    pub state: BulkState,
    /// People chosen.
    pub chosen: i64,
    /// People whom it fitted when they were looked at.
    pub fitting: i64,
    /// Who made it.
    pub made_by: Option<UserId>,
    /// Their name.
    pub made_by_name: String,
    /// When.
    pub created_at: Timestamp,
    /// When it came to where it stands.
    pub changed_at: Timestamp,
    pub(super) filter: Option<String>,
    pub(super) after_user: Option<UserId>,
}

struct Stored {
    id: BulkId,
    action: String,
    told: String,
    filter: Option<String>,
    after_user: Option<UserId>,
    state: String,
    chosen: i64,
    fitting: i64,
    made_by: Option<UserId>,
    made_by_name: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

from_row!(Stored {
    id,
    action,
    told,
    filter,
    after_user,
    state,
    chosen,
    fitting,
    made_by,
    made_by_name,
    created_at,
    updated_at
});

impl Stored {
    /// An action that a newer version made is none here.
    fn bulk(self) -> Option<Bulk> {
        Some(Bulk {
            action: serde_json::from_str(&self.action).ok()?,
            id: self.id,
            told: self.told,
            state: BulkState::parse(&self.state),
            chosen: self.chosen,
            fitting: self.fitting,
            made_by: self.made_by,
            made_by_name: self.made_by_name,
            filter: self.filter,
            after_user: self.after_user,
            created_at: self.created_at,
            changed_at: self.updated_at,
        })
    }
}

/// Why an action could not be made, started or taken back.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// An import of the account has to end first.
    #[error(transparent)]
    Locked(#[from] Locked),
    /// Nobody was chosen.
    #[error("nobody is chosen")]
    Nobody,
    /// What people are to get is not there.
    #[error("that {0} is not there any more")]
    Missing(&'static str),
    /// The field cannot be set for many, or not to this.
    #[error("{0}")]
    Value(String),
    /// Fewer seats than people.
    #[error("{free} of {seats} seats of {label} are free, and {wanted} people would need one")]
    NoSeats {
        /// The module.
        label: String,
        /// Its seats.
        seats: i64,
        /// Free ones.
        free: i64,
        /// People without one.
        wanted: i64,
    },
    /// There is none.
    #[error("there is no such action")]
    NotFound,
    /// It was started, taken back or dropped before.
    #[error("this is not possible any more")]
    NotNow,
    /// It was done too long ago to be taken back.
    #[error("an action can be taken back for {UNDO_DAYS} days, and this one was done before that")]
    TooLate,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl BulkError {
    /// The stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::Locked(locked) => locked.code(),
            Self::Nobody => "nobody_chosen",
            Self::Missing(_) => "missing",
            Self::Value(_) => "value",
            Self::NoSeats { .. } => "no_seats",
            Self::NotFound => "action_unknown",
            Self::NotNow => "not_now",
            Self::TooLate => "too_late",
            Self::Db(_) => "internal",
        }
    }
}

/// Writes down whom an action is for; if they are many, a job goes on with it.
pub fn make(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &BulkAction,
    selection: &Selection,
) -> Result<BulkId, BulkError> {
    require_unlocked::<BulkError>(tx, ctx)?;
    permit(ctx, action)?;
    let action = settled(tx, ctx, action)?;
    let told = told(tx, ctx.account, &action)?;
    let id: BulkId = ctx.new_id();
    let filter = match selection {
        Selection::People(people) if people.is_empty() => return Err(BulkError::Nobody),
        Selection::People(_) => None,
        Selection::Matching(filter) => Some(filter),
    };
    let (Ok(stored), Ok(filter)) = (
        serde_json::to_string(&action),
        filter.map(serde_json::to_string).transpose(),
    ) else {
        return Err(BulkError::NotNow);
    };
    tx.execute(
        sql!("bulk/insert"),
        params![
            ctx.account,
            id,
            stored,
            told,
            filter,
            ctx.actor.user,
            ctx.actor.name,
            ctx.now()
        ],
    )?;
    let mut bulk = get(tx, ctx, id)?;
    let at_once = match selection {
        // Ticked ones are kept nowhere else.
        Selection::People(_) => usize::MAX,
        Selection::Matching(_) => CHUNKS_AT_ONCE,
    };
    for _ in 0..at_once {
        if !run::prepare(tx, ctx, &bulk, selection)? {
            break;
        }
        bulk = get(tx, ctx, id)?;
    }
    if get(tx, ctx, id)?.state == BulkState::Preparing {
        enqueue(tx, ctx, id)?;
    }
    Ok(id)
}

/// One action.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<Option<Bulk>, BulkError> {
    ctx.require(Action::EditUsers)?;
    let stored: Option<Stored> = tx.fetch_optional(sql!("bulk/find"), params![ctx.account, id])?;
    Ok(stored
        .and_then(Stored::bulk)
        .filter(|bulk| is_seen(ctx, bulk)))
}

/// Whoever sees only some people sees only what they did with them themselves.
fn is_seen(ctx: &Ctx, bulk: &Bulk) -> bool {
    ctx.sees() == Sees::Everybody || bulk.made_by == ctx.actor.user
}

pub(super) fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<Bulk, BulkError> {
    find(tx, ctx, id)?.ok_or(BulkError::NotFound)
}

/// The newest actions that were started, at most 50; of whoever sees only some people, their own.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Bulk>, BulkError> {
    ctx.require(Action::EditUsers)?;
    let of_all = ctx.sees() == Sees::Everybody;
    let stored: Vec<Stored> = tx.fetch(
        sql!("bulk/list"),
        params![ctx.account, of_all, ctx.actor.user],
    )?;
    Ok(stored.into_iter().filter_map(Stored::bulk).collect())
}

/// How many people there are of each outcome.
pub fn counts(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<Vec<(Outcome, i64)>, BulkError> {
    get(tx, ctx, id)?;
    let counts: Vec<(String, i64)> = tx.fetch(sql!("bulk/counts"), params![ctx.account, id])?;
    Ok(counts
        .into_iter()
        .filter_map(|(name, count)| Some((Outcome::parse(&name)?, count)))
        .collect())
}

/// The same of many actions at once.
pub fn counts_of_many(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    ids: &[BulkId],
) -> Result<BTreeMap<BulkId, Vec<(Outcome, i64)>>, BulkError> {
    stage_ids(tx, ids.iter().copied())?;
    let found: Vec<(BulkId, String, i64)> =
        tx.fetch(sql!("bulk/counts_of_staged"), params![ctx.account])?;
    let mut all: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (id, name, count) in found {
        if let Some(outcome) = Outcome::parse(&name) {
            all.entry(id).or_default().push((outcome, count));
        }
    }
    Ok(all)
}

/// Somebody of an action.
#[derive(Clone, Debug)]
pub struct Row {
    /// The person.
    pub user: UserId,
    /// Their name; blank if they are gone.
    pub name: String,
    /// What became of them.
    pub outcome: Outcome,
}

struct StoredRow {
    user_id: UserId,
    outcome: String,
    first_name: Option<String>,
    last_name: Option<String>,
}

from_row!(StoredRow {
    user_id,
    outcome,
    first_name,
    last_name
});

/// The people of an action after one of them, in the order of ids.
pub fn rows(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: BulkId,
    outcome: Option<Outcome>,
    after: Option<UserId>,
    limit: i64,
) -> Result<Vec<Row>, BulkError> {
    get(tx, ctx, id)?;
    let base = params![ctx.account, id];
    let mut select = Select::new(sql!("bulk/rows"), base, &["r.user_id"], limit);
    if let Some(outcome) = outcome {
        select = select.and("r.outcome = $1", params![outcome.as_str()]);
    }
    if let Some(after) = after {
        select = select.after(params![after]);
    }
    let rows: Vec<StoredRow> = tx.select(&select)?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let (first, last) = (
                row.first_name.unwrap_or_default(),
                row.last_name.unwrap_or_default(),
            );
            Some(Row {
                user: row.user_id,
                name: kernel::full_name(&first, &last),
                outcome: Outcome::parse(&row.outcome)?,
            })
        })
        .collect())
}

/// The people of a selection, at most so many: for what is done without an action of this kind.
pub fn chosen(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    selection: &Selection,
    most: usize,
) -> Result<Vec<UserId>, BulkError> {
    ctx.require(Action::ViewUsers)?;
    Ok(selection.next(tx, ctx, None, most as i64)?)
}

/// Does what was looked at, as a job; `confirmed` is the number of people it was said to be.
pub fn start(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId, confirmed: i64) -> Result<(), BulkError> {
    let bulk = get(tx, ctx, id)?;
    require_unlocked::<BulkError>(tx, ctx)?;
    permit(ctx, &bulk.action)?;
    if bulk.fitting != confirmed || bulk.fitting == 0 {
        return Err(BulkError::NotNow);
    }
    if let BulkAction::GiveSeat(key) = &bulk.action {
        let all = modules::list(tx, ctx.account)?;
        let module = all
            .into_iter()
            .find(|module| module.key == *key)
            .ok_or(BulkError::Missing("module"))?;
        if module.free() < bulk.fitting {
            return Err(BulkError::NoSeats {
                free: module.free(),
                seats: module.seats,
                wanted: bulk.fitting,
                label: module.label,
            });
        }
    }
    turn(tx, ctx, id, (BulkState::Ready, BulkState::Running))?;
    enqueue(tx, ctx, id)
}

/// Takes an action back, as a job: of those who were not changed since, and whom the actor may change.
///
/// Possible for [`UNDO_DAYS`] days.
pub fn undo(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<(), BulkError> {
    let bulk = get(tx, ctx, id)?;
    if bulk.is_over(ctx.now()) {
        return Err(BulkError::TooLate);
    }
    require_unlocked::<BulkError>(tx, ctx)?;
    permit(ctx, &bulk.action)?;
    turn(tx, ctx, id, (BulkState::Done, BulkState::Undoing))?;
    enqueue(tx, ctx, id)
}

/// Gives up an action that was not started.
pub fn drop_action(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<(), BulkError> {
    get(tx, ctx, id)?;
    turn(tx, ctx, id, (BulkState::Ready, BulkState::Dropped))?;
    tx.execute(sql!("bulk/drop_rows"), params![ctx.account, id])?;
    Ok(())
}

fn turn(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: BulkId,
    (from, to): (BulkState, BulkState),
) -> Result<(), BulkError> {
    let turned = tx.execute(
        sql!("bulk/set_state"),
        params![ctx.account, id, from.as_str(), to.as_str(), ctx.now()],
    )?;
    if turned == 0 {
        return Err(BulkError::NotNow);
    }
    Ok(())
}

/// Ends a stage: the state, and one entry of the log for all people.
pub(super) fn end(tx: &mut Tx<'_>, ctx: &Ctx, bulk: &Bulk, to: BulkState) -> Result<(), BulkError> {
    turn(tx, ctx, bulk.id, (bulk.state, to))?;
    let mut parts = vec![bulk.told.clone()];
    for (outcome, count) in counts(tx, ctx, bulk.id)? {
        parts.push(format!("{} {count}", outcome.as_str().replace('_', " ")));
    }
    let action = if to == BulkState::Undone {
        "users.bulk_undo"
    } else {
        "users.bulk"
    };
    let subject: Uuid = bulk.id.uuid();
    activity::record(tx, ctx, action, Some(subject), &parts.join(", "))?;
    Ok(())
}

fn enqueue(tx: &mut Tx<'_>, ctx: &Ctx, id: BulkId) -> Result<(), BulkError> {
    let order = Order {
        bulk: id,
        actor: ctx.actor.clone(),
    };
    let job = NewJob::new(JOB, &order).map_err(|_| BulkError::NotNow)?;
    let job = job
        .account(ctx.account)
        .group(format!("users.bulk:{}", ctx.account));
    jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?;
    Ok(())
}

/// The filter of an action that is still being prepared.
pub(super) fn filter_of(bulk: &Bulk) -> Option<UserFilter> {
    serde_json::from_str(bulk.filter.as_deref()?).ok()
}
