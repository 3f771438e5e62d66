//! What is counted about webhooks: how tries went, and what waits.

use std::sync::LazyLock;

use db::{Tx, params, sql};
use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

static TRIES: LazyLock<Family<[(&'static str, &'static str); 1], Counter>> =
    LazyLock::new(Family::default);

/// Adds what is counted about webhooks to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_webhook_tries",
        "Tries to hand an event over to a webhook, by what became of it",
        TRIES.clone(),
    );
}

/// Counts a try.
pub(crate) fn tried(outcome: &'static str) {
    TRIES.get_or_create(&[("outcome", outcome)]).inc();
}

/// How many events wait to be handed over, in all accounts.
pub fn waiting(tx: &mut Tx<'_>) -> db::Result<i64> {
    let (count,) = tx.fetch_one(sql!("deliveries/waiting"), params![])?;
    Ok(count)
}
