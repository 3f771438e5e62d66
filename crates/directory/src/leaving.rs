//! People who leave: deleting them, taking them back for as long as the account keeps them (30 days at first), and what the database holds of
//! those who are erased for good.
//!
//! Whoever is deleted keeps their row in `users` without e-mail address, phone number, user ID and
//! sign-in, so that nobody finds them by these and somebody else can have them; `deleted_users` and
//! the tables beside it remember what they had (docs/decisions/0027). Not here: the files of
//! imports and archives, and when erasing is done, see `erasure`.

mod delete;
mod erase;
mod had;
mod keys;
mod list;
mod look;
mod refusal;
mod restore;
#[cfg(test)]
mod tests;

use std::time::Duration;

use db::Tx;
use kernel::{AccountId, Timestamp};

use crate::settings::AccountSettings;

pub(crate) use delete::{Blocks, delete_staged};
pub use delete::{Terms, delete};
pub use erase::{Files, due, erase, files_left, files_removed, needles, request, would_erase};
pub use had::{Had, had};
pub use keys::{any, match_keys};
pub use list::{Deleted, DeletedPage, PAGE, find, list, same_person};
pub use look::{Effects, Look, look};
pub use refusal::{LeaveError, Refusal};
pub use restore::{Back, Returned, Taken, restore};
pub(crate) use restore::{restore_staged, taken};

/// For so many days people of the account who were deleted can be taken back (S1.34, S2.41).
pub fn kept_days(tx: &mut Tx<'_>, account: AccountId) -> db::Result<i64> {
    Ok(AccountSettings::load(tx, account)?.keep_deleted)
}

/// The moment before which whoever was deleted is erased, if they are kept for so many days.
fn kept_since(now: Timestamp, days: i64) -> Timestamp {
    let kept = Duration::from_hours(24 * days.unsigned_abs());
    now.checked_sub(kept).unwrap_or(Timestamp::EPOCH)
}

/// Whole days until somebody who was deleted at a moment is erased, of those they are kept; at least 0.
pub fn days_left(deleted_at: Timestamp, now: Timestamp, days: i64) -> i64 {
    let gone = now.since(deleted_at).as_secs().div_ceil(24 * 60 * 60);
    (days + 1 - i64::try_from(gone).unwrap_or(i64::MAX).max(1)).max(0)
}
