//! What is counted about jobs: how they end, and how long they take. Kinds only, never whose they are.

use std::{sync::LazyLock, time::Duration};

use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::Registry,
};

use crate::job::JobState;

type Kind = [(&'static str, String); 1];
type KindAndOutcome = [(&'static str, String); 2];

/// From quick to an hour.
const SECONDS: [f64; 10] = [0.01, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0];

static ENDED: LazyLock<Family<KindAndOutcome, Counter>> = LazyLock::new(Family::default);
static DURATION: LazyLock<Family<Kind, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(SECONDS)));

/// Adds what is counted about jobs to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_jobs",
        "Runs of jobs by kind and how they ended",
        ENDED.clone(),
    );
    registry.register(
        "muster_job_duration_seconds",
        "How long runs of jobs took",
        DURATION.clone(),
    );
}

/// Counts a run; no state if the job had become another worker's.
pub(crate) fn ended(kind: &str, state: Option<JobState>, took: Duration) {
    let outcome = match state {
        Some(JobState::Done) => "done",
        Some(JobState::Failed) => "failed",
        Some(JobState::Queued | JobState::Running) => "again",
        None => "taken_over",
    };
    let labels = [("kind", kind.to_owned()), ("outcome", outcome.to_owned())];
    ENDED.get_or_create(&labels).inc();
    DURATION
        .get_or_create(&[("kind", kind.to_owned())])
        .observe(took.as_secs_f64());
}
