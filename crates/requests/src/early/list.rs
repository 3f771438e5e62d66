//! Everybody with early access or a request for it, by where it stands.

use std::collections::BTreeMap;

use db::{Direction, Select, Tx, from_row, params, sql};
use kernel::{AccountId, Timestamp, UserId};

use super::EarlyState;

/// So many lines a page has.
pub const PAGE: i64 = 50;

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Where their early access stands.
    pub state: EarlyState,
    /// The version it is for.
    pub version: Option<String>,
    /// When it was asked for or offered.
    pub asked_at: Timestamp,
    /// When it was decided about last.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
}

struct Stored {
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: Option<String>,
    state: String,
    version: Option<String>,
    asked_at: Timestamp,
    decided_at: Option<Timestamp>,
    decided_by_name: Option<String>,
}

from_row!(Stored {
    user_id,
    first_name,
    last_name,
    email,
    state,
    version,
    asked_at,
    decided_at,
    decided_by_name
});

/// A page of those in a state, the latest first, at most [`PAGE`].
pub fn page(
    tx: &mut Tx<'_>,
    account: AccountId,
    state: EarlyState,
    before: Option<(Timestamp, UserId)>,
) -> db::Result<Vec<Entry>> {
    let mut select = Select::new(
        sql!("early/page"),
        &[&account, &state],
        &["e.asked_at", "e.user_id"],
        PAGE,
    )
    .direction(Direction::Descending);
    if let Some((at, user)) = before {
        select = select.after(&[&at, &user]);
    }
    let stored: Vec<Stored> = tx.select(&select)?;
    let entries = stored.into_iter().filter_map(|stored| {
        let name = format!("{} {}", stored.first_name, stored.last_name);
        Some(Entry {
            user: stored.user_id,
            name: name.trim().to_owned(),
            email: stored.email,
            state: EarlyState::parse(&stored.state)?,
            version: stored.version,
            asked_at: stored.asked_at,
            decided_at: stored.decided_at,
            decided_by: stored.decided_by_name,
        })
    });
    Ok(entries.collect())
}

/// How many there are in each state.
pub fn counts(tx: &mut Tx<'_>, account: AccountId) -> db::Result<BTreeMap<EarlyState, i64>> {
    let counts: Vec<(String, i64)> = tx.fetch(sql!("early/counts"), params![account])?;
    let known = counts
        .into_iter()
        .filter_map(|(state, count)| Some((EarlyState::parse(&state)?, count)));
    Ok(known.collect())
}
