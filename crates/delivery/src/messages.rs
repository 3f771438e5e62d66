//! The queue of messages and the outbox: writing, taking back, and looking at what became of them.

mod burial;

use std::{collections::HashMap, time::Duration};

use db::{Direction, Select, Tx, bulk, from_row, params, sql, sql_pair};
use kernel::{AccountId, Ids, MessageId, Timestamp};
use uuid::Uuid;

use crate::{
    message::{Channel, MessageState, Parameters, Purpose},
    render::{Rendered, render},
    templates,
    texts::language_for,
};

pub(crate) use burial::{Fate, UNANSWERED, bury, workers};

/// So many messages a page of the outbox has.
pub const PAGE: i64 = 50;

/// A message to be sent.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Its id, which is also its Message-ID and its return path.
    pub id: MessageId,
    /// Whose message it is.
    pub account: AccountId,
    /// The way it goes.
    pub channel: Channel,
    /// What it is for.
    pub purpose: Purpose,
    /// The language the recipient wants, a BCP 47 tag.
    pub language: Option<String>,
    /// What it is about, such as an invitation.
    pub subject: Option<Uuid>,
    /// The e-mail address, or the phone number in E.164 form.
    pub recipient: String,
    /// What fills the text.
    pub parameters: Parameters,
    /// The secret address it carries; not kept once the message was handed over.
    pub link: Option<String>,
    /// Not before this moment.
    pub due_at: Timestamp,
    /// When it was asked for.
    pub created_at: Timestamp,
}

struct Row {
    account_id: AccountId,
    id: MessageId,
    channel: Channel,
    purpose: Purpose,
    language: &'static str,
    urgency: i64,
    subject_id: Option<Uuid>,
    recipient: String,
    parameters: String,
    link: Option<String>,
    state: MessageState,
    due_at: Timestamp,
    created_at: Timestamp,
}

bulk!(Row => "messages" {
    account_id, id, channel, purpose, language, urgency, subject_id, recipient, parameters, link, state, due_at, created_at
});

/// Queues messages in the caller's transaction.
pub fn queue(tx: &mut Tx<'_>, messages: &[NewMessage]) -> db::Result<u64> {
    let usual = usual_languages(tx, messages)?;
    let rows: Vec<_> = messages
        .iter()
        .map(|message| Row {
            account_id: message.account,
            id: message.id,
            channel: message.channel,
            purpose: message.purpose,
            language: language_for(
                message
                    .language
                    .as_deref()
                    .or_else(|| usual.get(&message.account)?.as_deref()),
            ),
            urgency: i64::from(!message.purpose.is_awaited()),
            subject_id: message.subject,
            recipient: message.recipient.clone(),
            parameters: serde_json::to_string(&message.parameters).unwrap_or_default(),
            link: message.link.clone(),
            state: MessageState::Queued,
            due_at: message.due_at,
            created_at: message.created_at,
        })
        .collect();
    tx.bulk(&rows)
}

/// The languages of the accounts of messages to people who have none of their own.
fn usual_languages(
    tx: &mut Tx<'_>,
    messages: &[NewMessage],
) -> db::Result<HashMap<AccountId, Option<String>>> {
    let mut usual = HashMap::new();
    for message in messages {
        if message.language.is_none() && !usual.contains_key(&message.account) {
            let found: Option<(Option<String>,)> =
                tx.fetch_optional(sql!("messages/account_language"), params![message.account])?;
            usual.insert(message.account, found.and_then(|(language,)| language));
        }
    }
    Ok(usual)
}

/// Takes back what is still waiting of the messages about something; returns how many.
pub fn withdraw(
    tx: &mut Tx<'_>,
    account: AccountId,
    subject: Uuid,
    now: Timestamp,
) -> db::Result<u64> {
    tx.execute(sql!("messages/withdraw"), params![account, subject, now])
}

/// Takes one message back; false if it has left already, or there is none.
pub fn withdraw_one(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: MessageId,
    now: Timestamp,
) -> db::Result<bool> {
    tx.execute(sql!("messages/withdraw_one"), params![account, id, now])
        .map(|changed| changed > 0)
}

/// A message of the outbox.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The way it goes.
    pub channel: Channel,
    /// What it is for.
    pub purpose: Purpose,
    /// The language of its text.
    pub language: String,
    /// What it is about.
    pub subject: Option<Uuid>,
    /// Whom it is for.
    pub recipient: String,
    /// What fills the text.
    pub parameters: Parameters,
    /// Its link, as long as it is known.
    pub link: Option<String>,
    /// Where it stands.
    pub state: MessageState,
    /// How often it was offered in vain.
    pub attempts: i64,
    /// When it is offered next, while it waits.
    pub due_at: Timestamp,
    /// Why it was not delivered, in plain words.
    pub reason: Option<String>,
    /// What the server said.
    pub reply: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When its state became final.
    pub settled_at: Option<Timestamp>,
    /// When its text and address were taken away.
    pub forgotten_at: Option<Timestamp>,
}

impl Message {
    /// The message as somebody may see it in the outbox.
    ///
    /// A link by which one acts as the recipient is for the recipient. Where messages are kept here nobody else brings
    /// it, so an owner does; an administrator could become an owner by it.
    #[must_use]
    pub fn seen_by(mut self, is_owner: bool) -> Self {
        if self.purpose.link_signs_in() && !(is_owner && self.state == MessageState::Captured) {
            self.link = None;
        }
        self
    }
}

struct Stored {
    id: MessageId,
    channel: String,
    purpose: String,
    language: String,
    subject_id: Option<Uuid>,
    recipient: String,
    parameters: String,
    link: Option<String>,
    state: String,
    attempts: i64,
    due_at: Timestamp,
    reason: Option<String>,
    reply: Option<String>,
    created_at: Timestamp,
    settled_at: Option<Timestamp>,
    forgotten_at: Option<Timestamp>,
}

from_row!(Stored {
    id,
    channel,
    purpose,
    language,
    subject_id,
    recipient,
    parameters,
    link,
    state,
    attempts,
    due_at,
    reason,
    reply,
    created_at,
    settled_at,
    forgotten_at,
});

impl Stored {
    /// The message; none if a later version wrote something this one does not know.
    fn message(self) -> Option<Message> {
        Some(Message {
            id: self.id,
            channel: Channel::parse(&self.channel)?,
            purpose: Purpose::parse(&self.purpose)?,
            language: self.language,
            subject: self.subject_id,
            recipient: self.recipient,
            parameters: serde_json::from_str(&self.parameters).ok()?,
            link: self.link,
            state: MessageState::parse(&self.state)?,
            attempts: self.attempts,
            due_at: self.due_at,
            reason: self.reason,
            reply: self.reply,
            created_at: self.created_at,
            settled_at: self.settled_at,
            forgotten_at: self.forgotten_at,
        })
    }
}

/// Which messages of the outbox are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those in this state.
    pub state: Option<MessageState>,
    /// Only those for this.
    pub purpose: Option<Purpose>,
    /// Only those whose recipient begins so.
    pub recipient: Option<String>,
    /// Only those older than this one.
    pub before: Option<MessageId>,
}

/// A page of the outbox, newest first, at most [`PAGE`].
pub fn list(tx: &mut Tx<'_>, account: AccountId, wanted: &Wanted) -> db::Result<Vec<Message>> {
    let mut select = Select::new(sql!("messages/list"), &[&account], &["id"], PAGE)
        .direction(Direction::Descending);
    if let Some(state) = wanted.state {
        select = select.and("state = $1", &[&state]);
    }
    if let Some(purpose) = wanted.purpose {
        select = select.and("purpose = $1", &[&purpose]);
    }
    if let Some(recipient) = &wanted.recipient {
        let after = format!("{recipient}\u{10ffff}");
        select = select.and("recipient >= $1 and recipient < $2", &[recipient, &after]);
    }
    if let Some(before) = wanted.before {
        select = select.after(&[&before]);
    }
    let stored: Vec<Stored> = tx.select(&select)?;
    Ok(stored.into_iter().filter_map(Stored::message).collect())
}

/// One message.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: MessageId) -> db::Result<Option<Message>> {
    let stored: Option<Stored> = tx.fetch_optional(sql!("messages/find"), params![account, id])?;
    Ok(stored.and_then(Stored::message))
}

/// How many messages are in each state.
pub fn counts(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<(MessageState, i64)>> {
    let counts: Vec<(String, i64)> = tx.fetch(sql!("messages/counts"), params![account])?;
    let known = counts
        .into_iter()
        .filter_map(|(state, count)| Some((MessageState::parse(&state)?, count)));
    Ok(known.collect())
}

/// The message as its recipient gets it; its link only as long as it is known, and nothing once it
/// is not kept any more.
pub fn content(
    tx: &mut Tx<'_>,
    account: AccountId,
    message: &Message,
) -> db::Result<Option<Rendered>> {
    if message.forgotten_at.is_some() {
        return Ok(None);
    }
    let template = templates::find(
        tx,
        account,
        message.purpose,
        message.channel,
        &message.language,
    )?;
    Ok(template.map(|template| render(&template, &message.parameters, message.link.as_deref())))
}

/// Bounces that nobody has been told of yet, oldest first; they count as told from here on.
pub fn take_unannounced(
    tx: &mut Tx<'_>,
    account: AccountId,
    limit: i64,
) -> db::Result<Vec<Message>> {
    let mut stored: Vec<Stored> = tx.fetch(sql!("messages/announce"), params![account, limit])?;
    stored.sort_by_key(|stored| stored.id);
    Ok(stored.into_iter().filter_map(Stored::message).collect())
}

/// A message a sender has taken.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) account: AccountId,
    pub(crate) id: MessageId,
    pub(crate) purpose: String,
    pub(crate) language: String,
    pub(crate) recipient: String,
    pub(crate) parameters: String,
    pub(crate) link: Option<String>,
    pub(crate) attempts: i64,
    pub(crate) created_at: Timestamp,
    urgency: i64,
    due_at: Timestamp,
}

from_row!(Claimed {
    account: account_id,
    id,
    purpose,
    language,
    recipient,
    parameters,
    link,
    attempts,
    created_at,
    urgency,
    due_at,
});

/// Takes messages that are due for a sender, at most so many; awaited ones first.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    worker: &str,
    channel: Channel,
    now: Timestamp,
    limit: i64,
) -> db::Result<Vec<Claimed>> {
    let mut claimed: Vec<Claimed> = tx.fetch(
        sql_pair!("messages/claim"),
        params![worker, channel, now, limit],
    )?;
    claimed.sort_by_key(|message| (message.urgency, message.due_at, message.id));
    Ok(claimed)
}

/// What became of a message that was claimed.
#[derive(Clone, Debug)]
pub(crate) struct Settled {
    pub(crate) account: AccountId,
    pub(crate) id: MessageId,
    pub(crate) state: MessageState,
    pub(crate) due_at: Timestamp,
    pub(crate) counts_as_try: bool,
    pub(crate) reason: Option<String>,
    pub(crate) reply: Option<String>,
}

/// Writes down what became of a message, if it is still this worker's; the first bounce nobody was told of queues the telling.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    ids: &Ids,
    worker: &str,
    now: Timestamp,
    settled: &Settled,
) -> db::Result<bool> {
    let is_final = settled.state != MessageState::Queued;
    let changed = tx.execute(
        sql!("messages/settle"),
        params![
            settled.account,
            settled.id,
            worker,
            settled.state,
            settled.due_at,
            i64::from(settled.counts_as_try),
            settled.reason,
            settled.reply,
            is_final.then_some(now),
            is_final && settled.state != MessageState::Captured
        ],
    )?;
    if changed > 0 && settled.state == MessageState::Bounced {
        announce_bounces(tx, ids, settled.account, now)?;
    }
    Ok(changed > 0)
}

/// The job that tells administrators of bounces; whoever sends messages registers its handler.
pub const BOUNCED: &str = "delivery.bounced";
/// Bounces come in swarms: they are collected for so long.
const COLLECT: Duration = Duration::from_mins(1);
/// Nobody is told more often than this.
const TOLD_EVERY: Duration = Duration::from_hours(1);

/// Queues the telling, unless it is queued already.
pub(crate) fn announce_bounces(
    tx: &mut Tx<'_>,
    ids: &Ids,
    account: AccountId,
    now: Timestamp,
) -> db::Result<()> {
    let (queued, told_at): (i64, Option<Timestamp>) =
        tx.fetch_one(sql!("messages/telling"), params![BOUNCED, account])?;
    if queued > 0 {
        return Ok(());
    }
    let Ok(job) = jobs::NewJob::new(BOUNCED, &serde_json::json!({})) else {
        return Ok(());
    };
    let soon = now.checked_add(COLLECT).unwrap_or(now);
    let next = told_at.and_then(|at| at.checked_add(TOLD_EVERY));
    let job = job
        .account(account)
        .group(format!("bounces:{account}"))
        .run_at(next.map_or(soon, |next| next.max(soon)));
    jobs::enqueue(tx, ids, now, &job).map(drop)
}

/// Marks a message as on its way: from here on it is never offered again.
pub(crate) fn hand(
    tx: &mut Tx<'_>,
    worker: &str,
    account: AccountId,
    id: MessageId,
    now: Timestamp,
) -> db::Result<bool> {
    tx.execute(sql!("messages/hand"), params![account, id, worker, now])
        .map(|changed| changed > 0)
}

/// Whether anything of a channel is due.
pub(crate) fn is_due(tx: &mut Tx<'_>, channel: Channel, now: Timestamp) -> db::Result<bool> {
    let due: Option<(MessageId,)> =
        tx.fetch_optional(sql!("messages/due"), params![channel, now])?;
    Ok(due.is_some())
}
