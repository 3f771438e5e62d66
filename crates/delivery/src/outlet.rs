//! How fast a way out may go, and whether it is out of order; shared by all nodes.

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use kernel::Timestamp;

use crate::message::Channel;

/// What one channel may send at once after a pause, in seconds of its rate.
const BURST: Duration = Duration::from_secs(1);
/// The wait after a server could not be reached; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_mins(10);

/// Whether messages of a channel are leaving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutletState {
    /// When it is tried again, if the last try failed.
    pub retry_at: Option<Timestamp>,
    /// What was wrong.
    pub problem: Option<String>,
}

struct Stored {
    next_at: Timestamp,
    failures: i64,
    retry_at: Option<Timestamp>,
    problem: Option<String>,
}

from_row!(Stored {
    next_at,
    failures,
    retry_at,
    problem
});

/// What a channel lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// So many messages may go now; they count as gone.
    pub(crate) count: i64,
    /// Whether the last try failed.
    pub(crate) is_troubled: bool,
}

/// How many messages may go now, at most `wanted`.
pub(crate) fn admit(
    tx: &mut Tx<'_>,
    channel: Channel,
    per_second: u32,
    now: Timestamp,
    wanted: i64,
) -> db::Result<Admitted> {
    let micros = |duration: Duration| i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    let interval = 1_000_000 / i64::from(per_second.clamp(1, 1_000_000));
    // Inserting first takes the row's lock on both databases.
    tx.execute(sql!("outlets/touch"), params![channel, now])?;
    let stored: Stored = tx.fetch_one(sql!("outlets/find"), params![channel])?;
    if stored.retry_at.is_some_and(|at| at > now) {
        return Ok(Admitted {
            count: 0,
            is_troubled: true,
        });
    }
    let earliest = now.as_micros() - micros(BURST).max(interval);
    let next = stored.next_at.as_micros().max(earliest);
    let admitted = ((now.as_micros() - next) / interval).clamp(0, wanted);
    if admitted > 0 {
        let next = Timestamp::from_micros(next + admitted * interval);
        tx.execute(sql!("outlets/advance"), params![channel, next, now])?;
    }
    Ok(Admitted {
        count: admitted,
        is_troubled: stored.failures > 0,
    })
}

/// Notes that the server could not be used; it is left alone for a while.
pub(crate) fn fail(
    tx: &mut Tx<'_>,
    channel: Channel,
    problem: &str,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(sql!("outlets/touch"), params![channel, now])?;
    let stored: Stored = tx.fetch_one(sql!("outlets/find"), params![channel])?;
    let doublings = u32::try_from(stored.failures).unwrap_or(u32::MAX).min(20);
    let wait = FIRST_WAIT
        .saturating_mul(2_u32.saturating_pow(doublings))
        .min(LONGEST_WAIT);
    let retry_at = now.checked_add(wait).unwrap_or(now);
    tx.execute(
        sql!("outlets/fail"),
        params![channel, retry_at, problem, now],
    )
    .map(drop)
}

/// Notes that the server works.
pub(crate) fn recover(tx: &mut Tx<'_>, channel: Channel, now: Timestamp) -> db::Result<()> {
    tx.execute(sql!("outlets/recover"), params![channel, now])
        .map(drop)
}

/// Whether messages of a channel are leaving.
pub fn state(tx: &mut Tx<'_>, channel: Channel) -> db::Result<OutletState> {
    let stored: Option<Stored> = tx.fetch_optional(sql!("outlets/find"), params![channel])?;
    Ok(stored.map_or(
        OutletState {
            retry_at: None,
            problem: None,
        },
        |stored| OutletState {
            retry_at: stored.retry_at,
            problem: stored.problem,
        },
    ))
}

#[cfg(test)]
mod tests {
    use testkit::{NOW, TestDb, on_both};

    use super::*;

    fn later(millis: u64) -> Timestamp {
        NOW.checked_add(Duration::from_millis(millis)).unwrap()
    }

    fn admitted(db: &TestDb, now: Timestamp, wanted: i64) -> i64 {
        db.write_blocking(|tx| admit(tx, Channel::Sms, 5, now, wanted))
            .unwrap()
            .count
    }

    on_both! {
        fn a_channel_goes_at_its_rate(db: &TestDb) {
            assert_eq!(admitted(db, NOW, 3), 3);
            assert_eq!(admitted(db, NOW, 100), 2);
            assert_eq!(admitted(db, NOW, 100), 0);
            assert_eq!(admitted(db, later(199), 100), 0);
            assert_eq!(admitted(db, later(400), 100), 2);
            // What was not used is not saved up beyond a second.
            assert_eq!(admitted(db, later(60_000), 100), 5);
        }

        fn a_server_that_failed_is_left_alone_for_longer_each_time(db: &TestDb) {
            db.write_blocking(|tx| fail(tx, Channel::Sms, "nobody there", NOW)).unwrap();
            assert_eq!(admitted(db, later(4_999), 1), 0);
            assert_eq!(admitted(db, later(5_000), 1), 1);
            db.write_blocking(|tx| fail(tx, Channel::Sms, "nobody there", later(5_000))).unwrap();
            assert_eq!(admitted(db, later(14_999), 1), 0);
            assert_eq!(db.read_blocking(|tx| state(tx, Channel::Sms)).unwrap().problem.as_deref(), Some("nobody there"));
            db.write_blocking(|tx| recover(tx, Channel::Sms, later(15_000))).unwrap();
            assert_eq!(db.read_blocking(|tx| state(tx, Channel::Sms)).unwrap(), OutletState { retry_at: None, problem: None });
        }
    }
}
