//! Everything that is counted, as Prometheus reads it.

use std::sync::Arc;

use db::Db;
use prometheus_client::{
    encoding::text::encode,
    metrics::{family::Family, gauge::Gauge, info::Info},
    registry::Registry,
};

type Pool = [(&'static str, &'static str); 2];

/// The text of all numbers, made anew each time it is asked for.
pub(crate) fn text(db: Db) -> Arc<dyn Fn() -> String + Send + Sync> {
    let mut registry = Registry::default();
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("muster", "The program", version);
    server::register_metrics(&mut registry);
    jobs::register_metrics(&mut registry);
    import::register_metrics(&mut registry);
    delivery::register_metrics(&mut registry);
    webhooks::register_metrics(&mut registry);
    db::register_metrics(&mut registry);
    let connections = Family::<Pool, Gauge>::default();
    registry.register(
        "muster_database_connections",
        "Connections to the database",
        connections.clone(),
    );
    let waiting = Gauge::<i64>::default();
    registry.register(
        "muster_webhook_events_waiting",
        "Events that wait to be handed over to webhooks",
        waiting.clone(),
    );
    Arc::new(move || {
        match db.read_blocking(webhooks::waiting) {
            Ok(count) => {
                waiting.set(count);
            }
            Err(error) => tracing::warn!(%error, "what waits for webhooks cannot be counted"),
        }
        for pool in db.pools() {
            for (state, count) in [("idle", pool.idle), ("in_use", pool.in_use)] {
                let labels = [("pool", pool.name), ("state", state)];
                connections.get_or_create(&labels).set(count.into());
            }
        }
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &registry) {
            tracing::error!(%error, "the numbers cannot be written");
        }
        text
    })
}
