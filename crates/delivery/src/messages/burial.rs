//! What becomes of the messages of senders that died.

use db::{Tx, params, sql};
use kernel::{AccountId, Ids, MessageId, Timestamp};

use super::{Settled, settle};
use crate::message::MessageState;

/// Said of a message that was handed over without an answer: sending it again might send it twice.
pub(crate) const UNANSWERED: &str =
    "It was handed over, and the connection ended before the answer came.";

/// The senders that have messages, dead or alive.
pub(crate) fn workers(tx: &mut Tx<'_>) -> db::Result<Vec<String>> {
    let workers: Vec<(String,)> = tx.fetch(sql!("messages/workers"), params![])?;
    Ok(workers.into_iter().map(|(worker,)| worker).collect())
}

/// What becomes of a message that a dead sender had noted as on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The server had answered.
    Sent,
    /// Its content was on the way.
    Unanswered,
    /// Its content was not on the way yet.
    Again,
    /// Not known here, and not old enough to be given up.
    Wait,
}

/// Queues again what a dead sender had claimed, and settles what it had noted as on its way.
pub(crate) fn bury(
    tx: &mut Tx<'_>,
    ids: &Ids,
    worker: &str,
    now: Timestamp,
    fate: impl Fn(MessageId, Timestamp) -> Fate,
) -> db::Result<u64> {
    let handed: Vec<(AccountId, MessageId, Timestamp)> =
        tx.fetch(sql!("messages/handed"), params![worker])?;
    let mut count = tx.execute(sql!("messages/requeue"), params![worker])?;
    for (account, id, handed_at) in handed {
        let (state, reason) = match fate(id, handed_at) {
            Fate::Sent => (MessageState::Sent, None),
            Fate::Unanswered => (MessageState::Sent, Some(UNANSWERED.to_owned())),
            Fate::Again => (MessageState::Queued, None),
            Fate::Wait => continue,
        };
        let settled = Settled {
            account,
            id,
            state,
            due_at: now,
            counts_as_try: false,
            reason,
            reply: None,
        };
        count += u64::from(settle(tx, ids, worker, now, &settled)?);
    }
    Ok(count)
}
