//! How many requests a token has made in a minute, counted by all processes together.
//!
//! A process takes some at a time, so that not every request writes. Not here: how many it may make.

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, ApiTokenId, Timestamp};

/// What is counted together begins with a request and ends after this time.
pub const WINDOW: Duration = Duration::from_mins(1);

/// What is used up since a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// When the first of these requests was made.
    pub began: Timestamp,
    /// How many, those just taken with them.
    pub used: i64,
}

from_row!(Used { began, used });

/// Takes this many requests for the process that asks.
pub fn take(
    tx: &mut Tx<'_>,
    account: AccountId,
    token: ApiTokenId,
    many: i64,
    now: Timestamp,
) -> db::Result<Used> {
    tx.fetch_one(
        sql!("tokens/use"),
        params![
            account,
            token,
            now,
            many,
            now.checked_sub(WINDOW).unwrap_or(now),
            now.checked_add(WINDOW).unwrap_or(now)
        ],
    )
}
