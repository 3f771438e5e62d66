//! Sending: takes what is due, hands it over, and writes down what became of it.
//!
//! Of each webhook only a few events are on their way at once, so that a slow one holds up no other, and of each subject
//! one: the next is not taken before it is settled. An event that was handed over when its sender died is sent again, with
//! the same id: each is delivered at least once.

mod queue;
mod settle;

use std::{
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use db::{Db, Held};
use directory::activity;
use jobs::Wake;
use kernel::{ActivityId, Clock, Ids};
use queue::{Receiver, Taken};

use crate::{
    event,
    post::{Client, Parcel},
    secret::Secret,
    settings::Settings,
};

/// Events on their way at once, of all webhooks together.
const MOST_AT_ONCE: usize = 16;
/// How long it is waited before looking again without being woken.
const POLL: Duration = Duration::from_secs(1);
/// How often the dead are looked for.
const BURY_EVERY: Duration = Duration::from_secs(5);

/// Sends events until it is told to stop.
#[derive(Debug)]
pub struct Sender {
    db: Db,
    clock: Clock,
    ids: Ids,
    wake: Wake,
    settings: Settings,
    client: Client,
}

impl Sender {
    /// A sender that reaches what the settings allow.
    pub fn new(db: Db, clock: Clock, ids: Ids, wake: Wake, settings: Settings) -> Self {
        let client = Client::new(&settings.networks);
        Self {
            db,
            clock,
            ids,
            wake,
            settings,
            client,
        }
    }

    /// Sends until [`Wake::stop`] is called.
    pub fn run(&self) {
        while !self.wake.is_stopping() {
            if let Err(error) = self.with_name(|worker, held| self.work(worker, held)) {
                tracing::warn!(%error, "events cannot be sent to webhooks");
                self.wake.wait_for_stop(POLL);
            }
        }
    }

    /// Sends everything that is due now, one after the other; returns how many tries that were.
    pub fn send_due(&self) -> db::Result<u64> {
        self.bury_dead()?;
        self.with_name(|worker, _| {
            let mut count = 0;
            while let Some(taken) = self.claim(worker, 0, 1)?.pop() {
                self.deliver(worker, &taken)?;
                count += 1;
            }
            Ok(count)
        })
    }

    /// Sends under one name, until a stop is asked for or the name is lost.
    fn work(&self, worker: &str, held: &mut Held) -> db::Result<()> {
        let on_their_way = AtomicUsize::new(0);
        // What became of an event could not be written: with the name given up, the event is taken anew.
        let is_lost = AtomicBool::new(false);
        let mut turn = 0;
        let mut buried_at = None;
        thread::scope(|scope| {
            while !self.wake.is_stopping() && held.is_alive() && !is_lost.load(Ordering::Relaxed) {
                let seen = self.wake.calls();
                let now = self.clock.now();
                if buried_at.is_none_or(|at| now.since(at) >= BURY_EVERY) {
                    self.bury_dead()?;
                    buried_at = Some(now);
                }
                let room = MOST_AT_ONCE.saturating_sub(on_their_way.load(Ordering::Relaxed));
                let taken = self.claim(worker, turn, room)?;
                turn += 1;
                if taken.is_empty() {
                    self.wake.wait(seen, POLL);
                }
                for one in taken {
                    on_their_way.fetch_add(1, Ordering::Relaxed);
                    let (on_their_way, is_lost) = (&on_their_way, &is_lost);
                    scope.spawn(move || {
                        if let Err(error) = self.deliver(worker, &one) {
                            tracing::warn!(%error, "what became of an event could not be written");
                            is_lost.store(true, Ordering::Relaxed);
                        }
                        on_their_way.fetch_sub(1, Ordering::Relaxed);
                        // The next one of the subject, or of the webhook, may go now.
                        self.wake.wake();
                    });
                }
            }
            if is_lost.load(Ordering::Relaxed) {
                self.wake.wait_for_stop(BURY_EVERY);
            }
            Ok(())
        })
    }

    /// Takes what is due, at most so many; every turn begins with another webhook.
    fn claim(&self, worker: &str, turn: usize, most: usize) -> db::Result<Vec<Taken>> {
        let now = self.clock.now();
        // Asked without becoming a writer: whoever idles looks every second.
        let mut ready = self.db.read_blocking(|tx| queue::ready(tx, now))?;
        if !ready.is_empty() {
            let first = turn % ready.len();
            ready.rotate_left(first);
        }
        let mut taken = Vec::new();
        for webhook in ready {
            let room = most.saturating_sub(taken.len());
            let count = webhook.admits().min(room as i64);
            if count > 0 {
                taken.extend(
                    self.db
                        .write_blocking(|tx| queue::claim(tx, worker, &webhook, now, count))?,
                );
            }
        }
        Ok(taken)
    }

    /// Sends one event, and writes down what became of it.
    fn deliver(&self, worker: &str, taken: &Taken) -> db::Result<()> {
        let loaded = self.db.read_blocking(|tx| self.load(tx, taken))?;
        let Some((receiver, body)) = loaded else {
            // The webhook was deleted, and its deliveries with it.
            return Ok(());
        };
        let now = self.clock.now();
        let secrets: Vec<Secret> = receiver.secrets(now);
        let answer = self.client.post(&Parcel {
            url: &receiver.url,
            id: &taken.event.to_string(),
            at: now,
            body: &body,
            secrets: &secrets,
        });
        let now = self.clock.now();
        let outcome = self.db.write_blocking(|tx| {
            settle::settle(
                tx,
                (&self.clock, &self.ids),
                worker,
                taken,
                &receiver,
                (answer, now),
            )
        })?;
        if let Some(outcome) = outcome {
            crate::measure::tried(outcome);
        }
        Ok(())
    }

    /// Where an event goes, and what is sent; nothing if there is no such webhook any more.
    fn load(&self, tx: &mut db::Tx<'_>, taken: &Taken) -> db::Result<Option<(Receiver, String)>> {
        let Some(receiver) = queue::receiver(tx, taken)? else {
            return Ok(None);
        };
        if taken.is_test {
            let webhook = (taken.webhook, receiver.name.as_str());
            let body = event::of_test(taken.event, taken.at, taken.account, webhook);
            return Ok(Some((receiver, body)));
        }
        let entry = ActivityId::from_uuid(taken.event.uuid());
        let entry = activity::find(tx, taken.account, entry)?.ok_or(db::Error::NotFound)?;
        let body = event::of_entry(&entry, taken.account, &self.settings.public_url);
        Ok(Some((receiver, body)))
    }

    /// Holds a new name while `work` goes on: others see by it that this sender lives.
    fn with_name<T>(&self, work: impl FnOnce(&str, &mut Held) -> db::Result<T>) -> db::Result<T> {
        let name = format!("webhooks:{}", self.ids.uuid(self.clock.now()));
        let mut held = self.db.hold(&name)?.ok_or(db::Error::Busy)?;
        work(&name, &mut held)
    }

    /// Leaves to others what dead senders had taken.
    fn bury_dead(&self) -> db::Result<()> {
        for worker in self.db.read_blocking(queue::workers)? {
            if !self.db.is_held(&worker)? {
                let count = self.db.write_blocking(|tx| queue::requeue(tx, &worker))?;
                tracing::warn!(events.count = count, "a sender of webhooks died");
            }
        }
        Ok(())
    }
}
