//! What is counted about connections: how many there are, and how long work waited for one.

use std::{sync::LazyLock, time::Duration};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

type Pool = [(&'static str, &'static str); 1];

const SECONDS: [f64; 8] = [0.000_1, 0.001, 0.01, 0.1, 1.0, 5.0, 20.0, 60.0];

static WAIT: LazyLock<Family<Pool, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(SECONDS)));
static GAVE_UP: LazyLock<Family<Pool, Counter>> = LazyLock::new(Family::default);

/// Adds what is counted about connections to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_database_wait_seconds",
        "How long work waited for a connection to the database",
        WAIT.clone(),
    );
    registry.register(
        "muster_database_gave_up",
        "Work that found no free connection in time",
        GAVE_UP.clone(),
    );
}

/// Counts somebody who waited for a connection, and whether there was one in the end.
pub(crate) fn waited(pool: &'static str, time: Duration, got_one: bool) {
    let labels = [("pool", pool)];
    WAIT.get_or_create(&labels).observe(time.as_secs_f64());
    if !got_one {
        GAVE_UP.get_or_create(&labels).inc();
    }
}
