//! One lane of a sender: a conversation with the mail server, or a client of the gateway, and the messages it has taken.

use std::{
    collections::VecDeque,
    mem,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use kernel::Timestamp;

use super::{POLL, Sender};
use crate::{
    journal::Slot,
    measure,
    message::{Channel, MessageState, Purpose},
    messages::{self, Claimed, Settled},
    outlet,
    render::{Rendered, render},
    settings::MailServer,
    sms::Gateway,
    smtp::{Answer, Conversation, Letter, letter},
    templates,
};

/// Taken at once by one lane.
const BATCH: i64 = 20;
/// A message that was put off for so long is given up (RFC 5321 says four to five days at most).
const GIVE_UP: Duration = Duration::from_hours(3 * 24);
/// The waits after the tries of one message, in multiples of the first.
const BACKOFF: [u32; 7] = [1, 5, 15, 30, 60, 120, 240];

/// What a lane keeps between messages.
pub(super) struct Lane<'s> {
    sender: &'s Sender,
    worker: &'s str,
    channel: Channel,
    way: Way,
    /// What became of the last message, to be written down together with the next one's note.
    unwritten: Vec<Settled>,
    /// What was claimed and not yet looked at.
    batch: VecDeque<Claimed>,
    is_troubled: bool,
    slot: Slot,
}

enum Way {
    Kept,
    Mail(Box<MailServer>, Option<Box<Conversation>>),
    Sms(Gateway),
}

impl<'s> Lane<'s> {
    /// A lane of a channel, with the way out that is configured.
    pub(super) fn new(
        sender: &'s Sender,
        worker: &'s str,
        number: usize,
        channel: Channel,
    ) -> db::Result<Self> {
        let way = match channel {
            Channel::Email => sender
                .settings
                .mail
                .clone()
                .map(|server| Way::Mail(Box::new(server), None)),
            Channel::Sms => sender
                .settings
                .sms
                .as_ref()
                .map(|gateway| Way::Sms(Gateway::new(gateway))),
        };
        Ok(Self {
            sender,
            worker,
            channel,
            way: way.unwrap_or(Way::Kept),
            unwritten: Vec::new(),
            batch: VecDeque::new(),
            is_troubled: false,
            slot: sender.journal.slot(worker, number).map_err(unwritable)?,
        })
    }
}

impl Lane<'_> {
    pub(super) fn run(&mut self, is_over: &AtomicBool) {
        let wake = &self.sender.wake;
        while !wake.is_stopping() && !is_over.load(Ordering::Relaxed) {
            let seen = wake.calls();
            match self.send_some() {
                Ok(0) => {
                    self.hang_up();
                    wake.wait(seen, POLL);
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "messages cannot be sent");
                    wake.wait_for_stop(POLL);
                }
            }
        }
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the last messages' outcome could not be written");
        }
    }

    /// Takes what is due and the channel's rate admits; returns how many that was.
    pub(super) fn send_some(&mut self) -> db::Result<u64> {
        if self.batch.is_empty() {
            self.claim()?;
        }
        let count = u64::try_from(self.batch.len()).unwrap_or(u64::MAX);
        while let Some(message) = self.batch.pop_front() {
            match self.deliver(&message) {
                Ok(None) => {}
                Ok(Some(problem)) => {
                    self.put_off(&problem)?;
                    break;
                }
                Err(error) => {
                    // The server may be waiting for this message's content, which it will not get.
                    self.break_off();
                    self.batch.push_front(message);
                    return Err(error);
                }
            }
        }
        self.write(None)?;
        Ok(count)
    }

    fn claim(&mut self) -> db::Result<()> {
        let (sender, worker, channel) = (self.sender, self.worker, self.channel);
        let now = sender.clock.now();
        let rate = match (&self.way, channel) {
            (Way::Kept, _) => u32::MAX,
            (_, Channel::Email) => sender.settings.mails_per_second,
            (_, Channel::Sms) => sender.settings.sms_per_second,
        };
        // Asked without becoming a writer: an idle lane looks every second.
        if !sender
            .db
            .read_blocking(|tx| messages::is_due(tx, channel, now))?
        {
            return Ok(());
        }
        let (is_troubled, batch) = sender.db.write_blocking(|tx| {
            let admitted = outlet::admit(tx, channel, rate, now, BATCH)?;
            let batch = match admitted.count {
                0 => Vec::new(),
                count => messages::claim(tx, worker, channel, now, count)?,
            };
            Ok::<_, db::Error>((admitted.is_troubled, batch))
        })?;
        self.is_troubled = is_troubled;
        self.batch = batch.into();
        Ok(())
    }

    /// Delivers one message; answers with what is wrong if the server can be used for none. It fails only
    /// before the content is sent.
    fn deliver(&mut self, message: &Claimed) -> db::Result<Option<String>> {
        let sender = self.sender;
        let now = sender.clock.now();
        let Some(content) = self.content(message)? else {
            let reason = "There is no text for this message.".to_owned();
            self.settle(failed(message, now, reason, None));
            return Ok(None);
        };
        let answer = match &mut self.way {
            Way::Kept => {
                self.settle(settled(message, MessageState::Captured, now));
                return Ok(None);
            }
            Way::Mail(server, open) => match prepare(server, open, message, &content, now) {
                Ok(letter) => {
                    if !self.note(message)? {
                        self.break_off();
                        return Ok(None);
                    }
                    let Way::Mail(_, Some(conversation)) = &mut self.way else {
                        return Ok(None);
                    };
                    let answer = conversation.hand_over(&letter);
                    self.slot.answer(message.id);
                    answer
                }
                Err(answer) => answer,
            },
            Way::Sms(_) => {
                if !self.note(message)? {
                    return Ok(None);
                }
                let Way::Sms(gateway) = &self.way else {
                    return Ok(None);
                };
                let answer = gateway.hand_over(&message.recipient, &content.text);
                self.slot.answer(message.id);
                answer
            }
        };
        let now = sender.clock.now();
        match answer {
            Answer::Yes => {
                self.settle(settled(message, MessageState::Sent, now));
                if mem::take(&mut self.is_troubled) {
                    self.recover(now);
                }
            }
            Answer::Unknown => {
                let mut sent = settled(message, MessageState::Sent, now);
                sent.reason = Some(messages::UNANSWERED.to_owned());
                self.settle(sent);
            }
            Answer::Never {
                because_of_recipient: true,
                reason,
                reply,
            } => {
                let mut bounced = settled(message, MessageState::Bounced, now);
                (bounced.reason, bounced.reply) = (Some(reason), Some(reply));
                self.settle(bounced);
            }
            Answer::Never { reason, reply, .. } => {
                self.settle(failed(message, now, reason, Some(reply)));
            }
            Answer::NotNow { reply } => {
                let later = self.later(message, now, reply);
                self.settle(later);
            }
            Answer::Unusable { problem } => {
                let mut again = settled(message, MessageState::Queued, now);
                again.reason = Some(problem.clone());
                self.settle(again);
                return Ok(Some(problem));
            }
        }
        Ok(None)
    }

    fn content(&self, message: &Claimed) -> db::Result<Option<Rendered>> {
        let Some(purpose) = Purpose::parse(&message.purpose) else {
            return Ok(None);
        };
        let template = self.sender.db.read_blocking(|tx| {
            templates::find(
                tx,
                message.account,
                purpose,
                self.channel,
                &message.language,
            )
        })?;
        let parameters = serde_json::from_str(&message.parameters).ok();
        Ok(template
            .zip(parameters)
            .map(|(template, parameters)| render(&template, &parameters, message.link.as_deref())))
    }

    /// Notes that a message is on its way; `false` if it is no longer ours.
    fn note(&mut self, message: &Claimed) -> db::Result<bool> {
        Ok(self.write(Some(message))? && {
            self.slot.begin(message.id).map_err(unwritable)?;
            true
        })
    }

    /// Keeps an outcome until the next commit.
    fn settle(&mut self, outcome: Settled) {
        measure::attempted(self.channel, outcome.state);
        self.unwritten.push(outcome);
    }

    /// One commit: what became of the last messages, and the next one's note. If it fails, it is tried again with the next.
    fn write(&mut self, next: Option<&Claimed>) -> db::Result<bool> {
        let (sender, worker, outcomes) = (self.sender, self.worker, &self.unwritten);
        if outcomes.is_empty() && next.is_none() {
            return Ok(true);
        }
        let now = sender.clock.now();
        let is_ours = sender.db.write_blocking(|tx| {
            for outcome in outcomes {
                messages::settle(tx, &sender.ids, worker, now, outcome)?;
            }
            next.map_or(Ok(true), |next| {
                messages::hand(tx, worker, next.account, next.id, now)
            })
        })?;
        self.unwritten.clear();
        Ok(is_ours)
    }

    /// Notes that the server works again; if that cannot be written now, the next message does it.
    fn recover(&mut self, now: Timestamp) {
        let channel = self.channel;
        let noted = self
            .sender
            .db
            .write_blocking(|tx| outlet::recover(tx, channel, now));
        self.is_troubled = noted.is_err();
    }

    /// The server can be used for nothing: what was taken waits, and nobody is blamed for it.
    fn put_off(&mut self, problem: &str) -> db::Result<()> {
        self.hang_up();
        self.release();
        self.write(None)?;
        let (sender, channel) = (self.sender, self.channel);
        let now = sender.clock.now();
        tracing::warn!(
            channel = channel.as_str(),
            "messages cannot leave; trying again later"
        );
        sender
            .db
            .write_blocking(|tx| outlet::fail(tx, channel, problem, now))
    }

    /// Gives back what was claimed and not looked at.
    fn release(&mut self) {
        let now = self.sender.clock.now();
        let waiting = self.batch.drain(..);
        let waiting: Vec<_> = waiting
            .map(|message| settled(&message, MessageState::Queued, now))
            .collect();
        self.unwritten.extend(waiting);
    }

    fn later(&self, message: &Claimed, now: Timestamp, reply: String) -> Settled {
        if now.since(message.created_at) >= GIVE_UP {
            let reason = "The recipient's mail server put us off for three days.".to_owned();
            return failed(message, now, reason, Some(reply));
        }
        let try_number = usize::try_from(message.attempts).unwrap_or(usize::MAX);
        let factor = BACKOFF
            .get(try_number)
            .or(BACKOFF.last())
            .copied()
            .unwrap_or(1);
        let wait = self.sender.settings.first_retry.saturating_mul(factor);
        Settled {
            due_at: now.checked_add(wait).unwrap_or(now),
            counts_as_try: true,
            reason: Some("The recipient's mail server asked to try again later.".to_owned()),
            reply: Some(reply),
            ..settled(message, MessageState::Queued, now)
        }
    }

    fn hang_up(&mut self) {
        if let Way::Mail(_, open) = &mut self.way
            && let Some(mut conversation) = open.take()
        {
            conversation.close();
        }
    }

    /// Ends the conversation without another word.
    fn break_off(&mut self) {
        if let Way::Mail(_, open) = &mut self.way
            && let Some(mut conversation) = open.take()
        {
            conversation.break_off();
        }
    }

    pub(super) fn close(&mut self) -> db::Result<()> {
        self.hang_up();
        self.release();
        self.write(None).map(drop)
    }
}

/// The data folder cannot be written: nothing is sent until it can.
fn unwritable(error: std::io::Error) -> db::Error {
    db::Error::Unavailable(Box::new(error))
}

/// Opens a conversation if there is none, and offers the message.
fn prepare(
    server: &MailServer,
    open: &mut Option<Box<Conversation>>,
    message: &Claimed,
    content: &Rendered,
    now: Timestamp,
) -> Result<Letter, Answer> {
    let account = serde_json::from_str::<crate::Parameters>(&message.parameters)
        .map(|parameters| parameters.account);
    let account = account.unwrap_or_default();
    let letter = letter(
        server,
        message.id.uuid(),
        &account,
        &message.language,
        &message.recipient,
        content,
        now,
    );
    let letter = letter.ok_or_else(|| Answer::Never {
        because_of_recipient: true,
        reason: "This is not an address that mail can be sent to.".to_owned(),
        reply: String::new(),
    })?;
    let fresh = match open.take() {
        Some(conversation) if conversation.is_usable() => {
            *open = Some(conversation);
            false
        }
        Some(mut conversation) => {
            conversation.close();
            true
        }
        None => true,
    };
    if fresh {
        *open = Some(Box::new(Conversation::open(server)?));
    }
    let Some(conversation) = open else {
        return Err(Answer::Unusable {
            problem: String::new(),
        });
    };
    match conversation.offer(&letter) {
        Answer::Yes => Ok(letter),
        // A server may end a conversation it has had enough of; a new one says what is really wrong.
        Answer::Unusable { .. } if !fresh => {
            let conversation = open.insert(Box::new(Conversation::open(server)?));
            match conversation.offer(&letter) {
                Answer::Yes => Ok(letter),
                answer => Err(answer),
            }
        }
        answer => Err(answer),
    }
}

fn settled(message: &Claimed, state: MessageState, now: Timestamp) -> Settled {
    Settled {
        account: message.account,
        id: message.id,
        state,
        due_at: now,
        counts_as_try: false,
        reason: None,
        reply: None,
    }
}

fn failed(message: &Claimed, now: Timestamp, reason: String, reply: Option<String>) -> Settled {
    Settled {
        reason: Some(reason),
        reply,
        ..settled(message, MessageState::Failed, now)
    }
}
