//! What a try means: for the event, for those that wait for it, and for the webhook.

use std::time::Duration;

use db::{Tx, params, sql};
use kernel::{Clock, Ids, Timestamp};

use super::queue::{Receiver, TROUBLED, Taken};
use crate::{deliveries::DeliveryState, notice, post::Answer, subscriptions, trouble::Trouble};

/// The waits after the first tries of an event, in seconds; every later one is the last.
const BACKOFF: [u64; 8] = [5, 30, 120, 600, 3_600, 10_800, 21_600, 43_200];
/// An event that failed for so long is given up; a webhook that took nothing for so long is switched off.
pub(super) const GIVE_UP: Duration = Duration::from_hours(3 * 24);
/// The rest of a webhook that failed some times in a row; it doubles.
const FIRST_REST: Duration = Duration::from_secs(5);
const LONGEST_REST: Duration = Duration::from_mins(5);
/// After so long a failure, the first success brings forward everything that waits.
const OUTAGE: Duration = Duration::from_mins(10);

/// Writes down what became of a try; says in a word what that was, or nothing if the event was no longer this sender's.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    surroundings: (&Clock, &Ids),
    worker: &str,
    taken: &Taken,
    receiver: &Receiver,
    (answer, now): (Answer, Timestamp),
) -> db::Result<Option<&'static str>> {
    let (state, due_at) = match answer.trouble {
        None => {
            worked(tx, taken, receiver, now)?;
            (DeliveryState::Delivered, now)
        }
        Some(trouble) => failed(tx, surroundings, taken, receiver, (answer, trouble, now))?,
    };
    let is_over = matches!(state, DeliveryState::Delivered | DeliveryState::GivenUp);
    let written = tx.execute(
        sql!("sender/settle"),
        params![
            taken.account,
            taken.webhook,
            taken.event,
            worker,
            state.as_str(),
            due_at,
            answer.status.map(i64::from),
            i64::try_from(answer.took.as_millis()).unwrap_or(i64::MAX),
            answer.trouble.map(Trouble::as_str),
            is_over.then_some(now)
        ],
    )?;
    if written == 0 {
        return Ok(None);
    }
    // Those that wait for it were put off together with it, and go when it is settled.
    if !is_over || taken.attempts > 0 {
        tx.execute(
            sql!("sender/followers"),
            params![
                taken.account,
                taken.webhook,
                taken.order_key,
                taken.event,
                due_at
            ],
        )?;
    }
    Ok(Some(match state {
        DeliveryState::Delivered => "delivered",
        DeliveryState::GivenUp => "given_up",
        DeliveryState::Waiting | DeliveryState::Held | DeliveryState::Taken => "failed",
    }))
}

fn worked(tx: &mut Tx<'_>, taken: &Taken, receiver: &Receiver, now: Timestamp) -> db::Result<()> {
    let (account, webhook) = (taken.account, taken.webhook);
    tx.execute(sql!("sender/worked"), params![account, webhook, now])?;
    let failed_for = receiver.failing_since.map(|since| now.since(since));
    if failed_for.is_some_and(|time| time >= OUTAGE) {
        tx.execute(sql!("sender/forward"), params![account, webhook, now])?;
    }
    Ok(())
}

/// The new state of an event that failed and when it is due, after the webhook's own was written.
fn failed(
    tx: &mut Tx<'_>,
    (clock, ids): (&Clock, &Ids),
    taken: &Taken,
    receiver: &Receiver,
    (answer, trouble, now): (Answer, Trouble, Timestamp),
) -> db::Result<(DeliveryState, Timestamp)> {
    let (account, webhook) = (taken.account, taken.webhook);
    let counted: Option<(String, i64, Timestamp)> =
        tx.fetch_optional(sql!("sender/failed"), params![account, webhook, now])?;
    let Some((state, failures, failing_since)) = counted else {
        // It was deleted meanwhile, and this event with it.
        return Ok((DeliveryState::GivenUp, now));
    };
    if state != subscriptions::State::On.as_str() {
        return Ok((DeliveryState::Held, now));
    }
    if trouble == Trouble::Gone || now.since(failing_since) >= GIVE_UP {
        tx.execute(
            sql!("sender/switch_off"),
            params![account, webhook, trouble.as_str()],
        )?;
        subscriptions::hold(tx, account, webhook)?;
        let named = (webhook, receiver.name.as_str());
        notice::switched_off(tx, account, (clock, ids), named, trouble)?;
        return Ok((DeliveryState::Held, now));
    }
    let asked = answer
        .wait
        .filter(|_| matches!(answer.status, Some(429 | 503)));
    let rest = rest(failures).max(asked.unwrap_or_default());
    let after = |wait: Duration| now.checked_add(wait).unwrap_or(now);
    if rest > Duration::ZERO {
        tx.execute(sql!("sender/rest"), params![account, webhook, after(rest)])?;
    }
    if now.since(taken.first_tried_at) >= GIVE_UP {
        return Ok((DeliveryState::GivenUp, now));
    }
    let wait = wait(taken).max(asked.unwrap_or_default());
    Ok((DeliveryState::Waiting, after(wait)))
}

/// How long an event waits for its next try: longer each time, and for each event a little different, so that those that
/// failed together do not come back together.
fn wait(taken: &Taken) -> Duration {
    let tries = usize::try_from(taken.attempts).unwrap_or(usize::MAX);
    let seconds = BACKOFF.get(tries).or(BACKOFF.last()).copied();
    let wait = Duration::from_secs(seconds.unwrap_or_default());
    let spread = taken.event.uuid().as_u128() % 200;
    wait + wait.mul_f64(spread as f64 / 1_000.0)
}

/// How long a webhook rests after so many failures in a row.
fn rest(failures: i64) -> Duration {
    let Ok(doublings) = u32::try_from(failures - TROUBLED) else {
        return Duration::ZERO;
    };
    FIRST_REST
        .saturating_mul(2_u32.saturating_pow(doublings.min(20)))
        .min(LONGEST_REST)
}
