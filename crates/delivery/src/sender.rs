//! Sending: takes what is due, hands it over, and writes down what became of it.
//!
//! A message is claimed, offered, noted as on its way, and only then handed over. A sender that dies before the note
//! leaves the message to another; one that dies after it leaves a message that counts as sent. So nothing is sent twice,
//! and what may have been lost is the one message that was on the wire at that moment.

mod lane;

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use db::{Db, Held};
use jobs::Wake;
use kernel::{Clock, Ids, MessageId, Timestamp};
use lane::Lane;

use crate::{
    journal::{Entry, Journal},
    message::Channel,
    messages::{self, Fate},
    settings::Settings,
};

/// Conversations with the mail server at once.
const MAIL_LANES: usize = 3;
/// How long an idle lane waits before it looks again without being woken.
const POLL: Duration = Duration::from_secs(1);
/// So long the machine of a dead sender has to come back.
const PATIENCE: Duration = Duration::from_mins(2);
/// How often the dead are looked for.
const BURY_EVERY: Duration = Duration::from_secs(5);

/// Sends messages until it is told to stop.
pub struct Sender {
    db: Db,
    clock: Clock,
    ids: Ids,
    wake: Wake,
    settings: Settings,
    journal: Journal,
}

impl Sender {
    /// A sender with the ways out that are configured; what it is doing is noted in the folder.
    pub fn new(
        db: Db,
        clock: Clock,
        ids: Ids,
        wake: Wake,
        settings: Settings,
        folder: &Path,
    ) -> Self {
        Self {
            db,
            clock,
            ids,
            wake,
            settings,
            journal: Journal::new(folder),
        }
    }

    /// Sends until [`Wake::stop`] is called.
    pub fn run(&self) {
        while !self.wake.is_stopping() {
            if let Err(error) = self.with_name(|worker, held| self.work(worker, held)) {
                tracing::warn!(%error, "messages cannot be sent");
                self.wake.wait_for_stop(POLL);
            }
        }
    }

    /// Sends under one name, until a stop is asked for or the name is lost.
    fn work(&self, worker: &str, held: &mut Held) -> db::Result<()> {
        let channels = [Channel::Email; MAIL_LANES]
            .into_iter()
            .chain([Channel::Sms]);
        let lanes: Vec<_> = (0..)
            .zip(channels)
            .map(|(number, channel)| Lane::new(self, worker, number, channel))
            .collect::<db::Result<_>>()?;
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            for mut lane in lanes {
                let is_over = &is_over;
                scope.spawn(move || lane.run(is_over));
            }
            while !self.wake.is_stopping() && held.is_alive() {
                if let Err(error) = self.bury_dead() {
                    tracing::warn!(%error, "dead senders cannot be looked for");
                }
                self.wake.wait_for_stop(BURY_EVERY);
            }
            // Whoever lost the name may be taken for dead: what it has is another's now.
            is_over.store(true, Ordering::Relaxed);
        });
        Ok(())
    }

    /// Sends what is due now and returns how many messages were settled.
    pub fn send_due(&self) -> db::Result<u64> {
        self.bury_dead()?;
        self.with_name(|worker, _| {
            let mut count = 0;
            for (number, channel) in (0..).zip(Channel::ALL) {
                let mut lane = Lane::new(self, worker, number, *channel)?;
                loop {
                    let sent = lane.send_some()?;
                    if sent == 0 {
                        break;
                    }
                    count += sent;
                }
                lane.close()?;
            }
            Ok(count)
        })
    }

    /// Holds a new name while `work` goes on: others see by it that this sender lives.
    fn with_name<T>(&self, work: impl FnOnce(&str, &mut Held) -> db::Result<T>) -> db::Result<T> {
        let name = format!("sender:{}", self.ids.uuid(self.clock.now()));
        let mut held = self.db.hold(&name)?.ok_or(db::Error::Busy)?;
        let done = work(&name, &mut held);
        self.journal.forget(&name);
        done
    }

    /// Leaves to others what dead senders had taken.
    fn bury_dead(&self) -> db::Result<()> {
        for worker in self.db.read_blocking(messages::workers)? {
            if !self.db.is_held(&worker)? {
                let now = self.clock.now();
                let said = self.journal.read(&worker);
                let fate = |id, handed_at| fate(said.as_deref(), id, handed_at, now);
                let count = self
                    .db
                    .write_blocking(|tx| messages::bury(tx, &self.ids, &worker, now, fate))?;
                self.journal.forget(&worker);
                tracing::warn!(messages.count = count, "a sender died");
            }
        }
        Ok(())
    }
}

/// What becomes of a message that a dead sender had noted as on its way.
fn fate(said: Option<&[Entry]>, id: MessageId, handed_at: Timestamp, now: Timestamp) -> Fate {
    match said {
        Some(said) if said.contains(&Entry::Answered(id)) => Fate::Sent,
        Some(said) if said.contains(&Entry::Begun(id)) => Fate::Unanswered,
        // It was noted, and the process ended before the first byte.
        Some(_) => Fate::Again,
        // It ran on another machine, which knows better when it is back soon.
        None if now.since(handed_at) < PATIENCE => Fate::Wait,
        None => Fate::Unanswered,
    }
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
