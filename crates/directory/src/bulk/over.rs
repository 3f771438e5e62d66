//! How long an action on many can be taken back, and forgetting those that cannot any more.

use std::time::Duration;

use db::{Tx, params, sql};
use kernel::{AccountId, Timestamp};

use super::state::{Bulk, BulkState};

/// For so many days after it was done an action can be taken back.
pub const UNDO_DAYS: u64 = 30;
/// Rows removed in one transaction.
const CHUNK: i64 = 5_000;

impl Bulk {
    /// Until when it can be taken back; `None` for one that was not done, or was taken back.
    pub fn undo_until(&self) -> Option<Timestamp> {
        if self.state != BulkState::Done {
            return None;
        }
        self.changed_at.checked_add(kept())
    }

    /// Whether it is too late to take it back.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.undo_until().is_some_and(|until| until < now)
    }
}

/// Removes some of what is kept of actions that nobody went on with for so long; returns how many rows.
///
/// Those that a job is at stay.
pub(crate) fn forget(tx: &mut Tx<'_>, account: AccountId, now: Timestamp) -> db::Result<u64> {
    let earliest = now.checked_sub(kept()).unwrap_or(Timestamp::EPOCH);
    let rows = tx.execute(sql!("bulk/forget_rows"), params![account, earliest, CHUNK])?;
    let actions = tx.execute(sql!("bulk/forget"), params![account, earliest, CHUNK])?;
    Ok(rows + actions)
}

const fn kept() -> Duration {
    Duration::from_hours(24 * UNDO_DAYS)
}
