//! What is counted about imports: rows by what became of them.

use std::sync::LazyLock;

use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::Counts;

static ROWS: LazyLock<Family<[(&'static str, &'static str); 1], Counter>> =
    LazyLock::new(Family::default);

/// Adds what is counted about imports to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_import_rows",
        "Rows of imports that have ended, by what became of them",
        ROWS.clone(),
    );
}

/// Counts the rows of an import that has ended.
pub(crate) fn ended(counts: &Counts) {
    for (outcome, rows) in [
        ("created", counts.created),
        ("updated", counts.updated),
        ("unchanged", counts.unchanged),
        ("skipped", counts.skipped),
        ("failed", counts.failed),
        ("not_started", counts.not_started),
    ] {
        ROWS.get_or_create(&[("outcome", outcome)])
            .inc_by(u64::try_from(rows).unwrap_or_default());
    }
}
