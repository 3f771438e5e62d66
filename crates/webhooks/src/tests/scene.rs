//! What the tests begin with.

use std::time::Duration;

use db::Db;
use directory::{
    Actor, Ctx,
    accounts::{self, NewAccount},
    activity::{self, Area},
};
use jobs::Wake;
use kernel::{Clock, EventId, Ids, WebhookId};
use testkit::{NOW, TestDb};
use uuid::Uuid;

use super::receiver::Receiver;
use crate::{
    Address, Sender, Settings,
    deliveries::{self, Delivery, DeliveryState},
    subscriptions::{self, Areas, NewWebhook, Webhook},
};

/// An account, acted in from the command line.
pub(super) fn account(db: &TestDb, name: &str) -> Ctx {
    let (clock, ids) = (Clock::fixed(NOW), Ids::system());
    let new = NewAccount::named(name);
    let account = db
        .write_blocking(|tx| accounts::create(tx, &clock, &ids, &new))
        .unwrap();
    Ctx {
        account: account.id,
        actor: Actor::command_line(),
        clock,
        ids,
    }
}

pub(super) fn settings() -> Settings {
    Settings {
        public_url: "https://people.example.com".to_owned(),
        networks: vec!["127.0.0.0/8".parse().unwrap()],
    }
}

/// A webhook that hears of some areas, and its secret.
pub(super) fn webhook(
    db: &TestDb,
    ctx: &Ctx,
    receiver: &Receiver,
    areas: &[Area],
) -> (WebhookId, String) {
    let new = NewWebhook {
        id: ctx.new_id(),
        name: "Door system".to_owned(),
        address: Address::check(&receiver.url("/hook"), &settings().networks).unwrap(),
        areas: Areas::Of(areas.to_vec()),
    };
    let secret = db
        .write_blocking(|tx| subscriptions::create(tx, ctx, &new))
        .unwrap();
    (new.id, secret.reveal())
}

/// Something that happens, a moment after what happened before.
pub(super) fn happen(
    db: &TestDb,
    ctx: &Ctx,
    action: &str,
    subject: impl Into<Option<Uuid>>,
    details: &str,
) {
    let subject = subject.into();
    ctx.clock.advance(Duration::from_millis(1));
    db.write_blocking(|tx| activity::record(tx, ctx, action, subject, details))
        .unwrap();
}

/// A sender as another process has it.
pub(super) fn sender(db: Db, ctx: &Ctx, wake: &Wake) -> Sender {
    Sender::new(
        db,
        ctx.clock.clone(),
        ctx.ids.clone(),
        wake.clone(),
        settings(),
    )
}

/// Sends what is due now; returns how many tries that were.
pub(super) fn send(db: &TestDb, ctx: &Ctx) -> u64 {
    sender(db.reopen(), ctx, &Wake::default())
        .send_due()
        .unwrap()
}

pub(super) fn log(db: &TestDb, ctx: &Ctx, webhook: WebhookId) -> Vec<Delivery> {
    let mut found = db
        .read_blocking(|tx| deliveries::page(tx, ctx, webhook, None, None, 100))
        .unwrap();
    found.reverse();
    found
}

pub(super) fn states(db: &TestDb, ctx: &Ctx, webhook: WebhookId) -> Vec<DeliveryState> {
    let found = log(db, ctx, webhook);
    found.iter().map(|delivery| delivery.state).collect()
}

pub(super) fn get(db: &TestDb, ctx: &Ctx, webhook: WebhookId) -> Webhook {
    db.read_blocking(|tx| subscriptions::get(tx, ctx, webhook))
        .unwrap()
}

pub(super) fn redeliver(db: &TestDb, ctx: &Ctx, webhook: WebhookId, event: EventId) {
    db.write_blocking(|tx| deliveries::redeliver(tx, ctx, webhook, event))
        .unwrap();
}
