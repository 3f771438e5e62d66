//! What requests with an idempotency key were answered, so that the same one again gets it again.
//!
//! A key belongs to one token and is kept for a day. Not here: which requests take a key.

use std::collections::BTreeMap;

use db::{Tx, from_row, params, sql};
use directory::upkeep;
use kernel::{AccountId, ApiTokenId, Timestamp};

/// No key is longer.
const KEY_BYTES: usize = 255;

/// A request that must not be carried out twice.
#[derive(Clone, Debug)]
pub struct Keyed {
    account: AccountId,
    token: ApiTokenId,
    key: [u8; 32],
    request: [u8; 32],
}

impl Keyed {
    /// A request with a key of visible characters, of which `content` is the hash.
    pub fn new(
        account: AccountId,
        token: ApiTokenId,
        key: &str,
        content: [u8; 32],
    ) -> Option<Self> {
        let is_key = (1..=KEY_BYTES).contains(&key.len())
            && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        is_key.then(|| Self {
            account,
            token,
            key: *blake3::hash(key.as_bytes()).as_bytes(),
            request: content,
        })
    }
}

/// An answer as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: i64,
    /// The body.
    pub body: String,
    /// Headers that belong to it, such as where the thing made is.
    pub headers: BTreeMap<String, String>,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing.
    Unknown,
    /// The same request was answered so.
    Same(Answer),
    /// Another request had the key.
    Other,
}

struct Kept {
    request_hash: Vec<u8>,
    status: i64,
    body: String,
    headers: String,
}

from_row!(Kept {
    request_hash,
    status,
    body,
    headers,
});

/// What a request with this key was answered before.
pub fn find(tx: &mut Tx<'_>, keyed: &Keyed, now: Timestamp) -> db::Result<Earlier> {
    let kept: Option<Kept> = tx.fetch_optional(
        sql!("answers/find"),
        params![keyed.account, keyed.token, keyed.key, oldest(now)],
    )?;
    Ok(match kept {
        None => Earlier::Unknown,
        Some(kept) if kept.request_hash == keyed.request => Earlier::Same(Answer {
            status: kept.status,
            body: kept.body,
            headers: serde_json::from_str(&kept.headers).unwrap_or_default(),
        }),
        Some(_) => Earlier::Other,
    })
}

/// Keeps an answer; says no if the key has one already.
pub fn keep(tx: &mut Tx<'_>, keyed: &Keyed, answer: &Answer, now: Timestamp) -> db::Result<bool> {
    upkeep::forget_answers(tx, keyed.account, now)?;
    let kept = tx.execute(
        sql!("answers/insert"),
        params![
            keyed.account,
            keyed.token,
            keyed.key,
            keyed.request,
            answer.status,
            answer.body,
            serde_json::to_string(&answer.headers).unwrap_or_default(),
            now
        ],
    )?;
    Ok(kept > 0)
}

/// Puts what is known by now in the place of an answer that was kept before all was done.
pub fn amend(tx: &mut Tx<'_>, keyed: &Keyed, answer: &Answer) -> db::Result<()> {
    tx.execute(
        sql!("answers/amend"),
        params![
            keyed.account,
            keyed.token,
            keyed.key,
            keyed.request,
            answer.status,
            answer.body,
            serde_json::to_string(&answer.headers).unwrap_or_default()
        ],
    )?;
    Ok(())
}

fn oldest(now: Timestamp) -> Timestamp {
    now.checked_sub(upkeep::ANSWERS_KEPT)
        .unwrap_or(Timestamp::EPOCH)
}
