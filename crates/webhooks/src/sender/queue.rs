//! Taking events that are due, so that several senders never take the same one.

use db::{Tx, from_row, params, sql, sql_pair};
use kernel::{AccountId, EventId, Timestamp, WebhookId};

use crate::secret::Secret;

/// Events of one webhook on their way at once.
const MOST_OF_ONE: i64 = 4;
/// After so many failures in a row a webhook is only tried with one event at a time.
pub(super) const TROUBLED: i64 = 3;

/// A webhook with something due.
pub(super) struct Ready {
    account: AccountId,
    webhook: WebhookId,
    failures: i64,
    taken: i64,
}

from_row!(Ready {
    account: account_id,
    webhook: id,
    failures,
    taken: taken_count,
});

impl Ready {
    /// How many more may be on their way.
    pub(super) const fn admits(&self) -> i64 {
        let most = if self.failures < TROUBLED {
            MOST_OF_ONE
        } else {
            1
        };
        most - self.taken
    }
}

/// An event that this sender has taken.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) account: AccountId,
    pub(super) webhook: WebhookId,
    pub(super) event: EventId,
    pub(super) order_key: uuid::Uuid,
    pub(super) is_test: bool,
    pub(super) at: Timestamp,
    /// Tries before this one.
    pub(super) attempts: i64,
    pub(super) first_tried_at: Timestamp,
}

from_row!(Taken {
    account: account_id,
    webhook: webhook_id,
    event: event_id,
    order_key,
    is_test,
    at,
    attempts,
    first_tried_at,
});

/// Where an event goes.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) name: String,
    pub(super) url: String,
    secret: String,
    old_secret: Option<String>,
    old_secret_until: Option<Timestamp>,
    pub(super) failing_since: Option<Timestamp>,
}

from_row!(Receiver {
    name,
    url,
    secret,
    old_secret,
    old_secret_until,
    failing_since,
});

impl Receiver {
    /// The secrets that sign now, the newest first.
    pub(super) fn secrets(&self, now: Timestamp) -> Vec<Secret> {
        let holds = self.old_secret_until.is_some_and(|until| until > now);
        let old = self.old_secret.as_deref().filter(|_| holds);
        [Some(self.secret.as_str()), old]
            .into_iter()
            .flatten()
            .filter_map(Secret::parse)
            .collect()
    }
}

/// The webhooks with something due.
pub(super) fn ready(tx: &mut Tx<'_>, now: Timestamp) -> db::Result<Vec<Ready>> {
    tx.fetch(sql!("sender/ready"), params![now])
}

/// Takes what is due of one webhook and first of its subject.
pub(super) fn claim(
    tx: &mut Tx<'_>,
    worker: &str,
    ready: &Ready,
    now: Timestamp,
    most: i64,
) -> db::Result<Vec<Taken>> {
    tx.fetch(
        sql_pair!("sender/claim"),
        params![worker, ready.account, ready.webhook, now, most],
    )
}

pub(super) fn receiver(tx: &mut Tx<'_>, taken: &Taken) -> db::Result<Option<Receiver>> {
    tx.fetch_optional(
        sql!("sender/receiver"),
        params![taken.account, taken.webhook],
    )
}

/// Whoever has taken something.
pub(super) fn workers(tx: &mut Tx<'_>) -> db::Result<Vec<String>> {
    let found: Vec<(String,)> = tx.fetch(sql!("sender/workers"), params![])?;
    Ok(found.into_iter().map(|(worker,)| worker).collect())
}

/// Gives back what a sender had taken.
pub(super) fn requeue(tx: &mut Tx<'_>, worker: &str) -> db::Result<u64> {
    tx.execute(sql!("sender/requeue"), params![worker])
}
