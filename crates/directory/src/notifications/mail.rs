//! Notifications that go out by e-mail: what waits, and what of it one mail takes along.
//!
//! One mail has all that waits for somebody. Whoever had a mail within the hour gets none that is of documents
//! only: what comes meanwhile is kept for the next, without what they have read by then.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use db::{Tx, from_row, params, sql};
use jobs::NewJob;
use kernel::{AccountId, NotificationId, Timestamp, UserId, full_name};

use super::Topic;
use crate::{Ctx, users::stage_ids};

/// The job that mails what is due.
pub const MAILED: &str = "notifications.mail";
/// What has a mail of its own, with more in it than the notification says.
const OWN_MAIL: [&str; 2] = [crate::documents::MAILED, "messages.bounced"];
/// Between two mails about documents.
const PAUSE: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);
/// Notifications of one transaction.
const CHUNK: i64 = 1_000;

/// What one mail tells somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// Their first name.
    pub first_name: String,
    /// Both names.
    pub name: String,
    /// Where it goes.
    pub email: String,
    /// Their language.
    pub language: Option<String>,
    /// The sentences, the oldest first.
    pub texts: Vec<String>,
}

struct Waiting {
    user_id: UserId,
    id: NotificationId,
    kind: String,
    text: String,
    read_at: Option<Timestamp>,
    first_name: String,
    last_name: String,
    language: Option<String>,
    email: Option<String>,
}

from_row!(Waiting {
    user_id,
    id,
    kind,
    text,
    read_at,
    first_name,
    last_name,
    language,
    email
});

fn topic_of(kind: &str) -> Option<Topic> {
    Topic::of_kind(kind).filter(|_| !OWN_MAIL.contains(&kind))
}

/// Whether somebody wants a notification of a kind by e-mail, too.
pub(super) fn is_wanted(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    kind: &str,
) -> db::Result<bool> {
    match topic_of(kind) {
        Some(topic) => super::wants_mail(tx, account, user, topic),
        None => Ok(false),
    }
}

/// Who of these wants it; other ids are staged afterwards.
pub(super) fn wanted_by(
    tx: &mut Tx<'_>,
    account: AccountId,
    users: &[UserId],
    kind: &str,
) -> db::Result<HashSet<UserId>> {
    let Some(topic) = topic_of(kind) else {
        return Ok(HashSet::new());
    };
    stage_ids(tx, users.iter().copied())?;
    let usual = topic.is_usually_mailed();
    let others: Vec<(UserId,)> = tx.fetch(
        sql!("notifications/choosing_of_staged"),
        params![account, topic.as_str(), !usual],
    )?;
    let others: HashSet<UserId> = others.into_iter().map(|row| row.0).collect();
    Ok(users
        .iter()
        .copied()
        .filter(|user| others.contains(user) != usual)
        .collect())
}

/// Queues the job.
pub(super) fn plan(tx: &mut Tx<'_>, ctx: &Ctx, at: Timestamp) -> db::Result<()> {
    // Nothing always becomes JSON.
    if let Ok(job) = NewJob::new(MAILED, &()) {
        let group = format!("{MAILED}:{}", ctx.account);
        let job = job.account(ctx.account).group(group).run_at(at);
        jobs::enqueue(tx, &ctx.ids, ctx.now(), &job)?;
    }
    Ok(())
}

/// Takes some of what is to be mailed now, by person; `None` when nothing is due any more.
///
/// The caller sends it in the same transaction. Who is gone, or has no address, is left out.
pub fn take_due(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Option<Vec<Bundle>>> {
    let waiting: Vec<Waiting> = tx.fetch(
        sql!("notifications/mail_due"),
        params![ctx.account, ctx.now(), CHUNK],
    )?;
    if waiting.is_empty() {
        return Ok(None);
    }
    let waiting = of_whole_people(waiting);
    stage_ids(
        tx,
        waiting
            .iter()
            .map(|one| one.user_id)
            .collect::<HashSet<_>>(),
    )?;
    let pause_begins = ctx.now().checked_sub(PAUSE).unwrap_or(Timestamp::EPOCH);
    let last: Vec<(UserId, Timestamp)> = tx.fetch(
        sql!("notifications/last_mailed"),
        params![ctx.account, pause_begins],
    )?;
    let last: HashMap<UserId, Timestamp> = last.into_iter().collect();
    let mut people: BTreeMap<UserId, Vec<Waiting>> = BTreeMap::new();
    for one in waiting {
        people.entry(one.user_id).or_default().push(one);
    }
    let (mut bundles, mut gone, mut dropped) = (Vec::new(), Vec::new(), Vec::new());
    let mut held: BTreeMap<Timestamp, Vec<UserId>> = BTreeMap::new();
    for (user, all) in people {
        let is_unhurried = |one: &Waiting| topic_of(&one.kind) == Some(Topic::Documents);
        match last.get(&user) {
            Some(last) if all.iter().all(is_unhurried) => {
                held.entry(pause_ends(*last)).or_default().push(user);
            }
            Some(_) | None => {
                let ids: Vec<NotificationId> = all.iter().map(|one| one.id).collect();
                match bundle(all) {
                    Some(bundle) => {
                        gone.extend(ids);
                        bundles.push(bundle);
                    }
                    None => dropped.extend(ids),
                }
            }
        }
    }
    for (until, users) in held {
        hold(tx, ctx, users, until)?;
    }
    for (ids, mailed_at) in [(gone, Some(ctx.now())), (dropped, None)] {
        stage_ids(tx, ids)?;
        let mailed = sql!("notifications/mailed_staged");
        tx.execute(mailed, params![ctx.account, mailed_at])?;
    }
    Ok(Some(bundles))
}

/// Without the last person if more of theirs may be waiting than was read: that decides whether it can be held.
fn of_whole_people(mut waiting: Vec<Waiting>) -> Vec<Waiting> {
    let first = waiting.first().map(|one| one.user_id);
    let last = waiting.last().map(|one| one.user_id);
    if waiting.len() as i64 == CHUNK && first != last {
        waiting.retain(|one| Some(one.user_id) != last);
    }
    waiting
}

/// When somebody mailed at a moment is mailed again of documents: at a whole minute, so that many wait for one job.
fn pause_ends(last: Timestamp) -> Timestamp {
    let over = last.checked_add(PAUSE).unwrap_or(last);
    let minute = MINUTE.as_micros() as i64;
    Timestamp::from_micros(
        over.as_micros()
            .div_euclid(minute)
            .saturating_add(1)
            .saturating_mul(minute),
    )
}

/// Keeps all that waits for these people until a moment.
fn hold(tx: &mut Tx<'_>, ctx: &Ctx, users: Vec<UserId>, until: Timestamp) -> db::Result<()> {
    let planned: Option<(UserId,)> =
        tx.fetch_optional(sql!("notifications/is_held"), params![ctx.account, until])?;
    if planned.is_none() {
        plan(tx, ctx, until)?;
    }
    stage_ids(tx, users)?;
    tx.execute(
        sql!("notifications/hold_staged"),
        params![ctx.account, until],
    )?;
    Ok(())
}

/// The mail of what somebody has not read yet.
fn bundle(all: Vec<Waiting>) -> Option<Bundle> {
    let first = all.first()?;
    let (first_name, name) = (
        first.first_name.clone(),
        full_name(&first.first_name, &first.last_name),
    );
    let (email, language) = (first.email.clone()?, first.language.clone());
    let texts: Vec<String> = all
        .into_iter()
        .filter(|one| one.read_at.is_none())
        .map(|one| one.text)
        .collect();
    (!texts.is_empty()).then_some(Bundle {
        first_name,
        name,
        email,
        language,
        texts,
    })
}
