//! What is counted about requests, and the listener that shows everything that is counted.
//!
//! Labels are routes, methods and statuses: never an address, an id or anything a visitor chose.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    Router,
    http::{Method, StatusCode, header::CONTENT_TYPE},
    routing::get,
};
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

type Answered = [(&'static str, String); 3];
type Route = [(&'static str, String); 2];

/// From what a cached page takes to what nobody waits for.
const SECONDS: [f64; 12] = [
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 10.0, 60.0,
];

static ANSWERED: LazyLock<Family<Answered, Counter>> = LazyLock::new(Family::default);
static DURATION: LazyLock<Family<Route, Histogram>> =
    LazyLock::new(|| Family::new_with_constructor(|| Histogram::new(SECONDS)));
static UNDER_WAY: LazyLock<Gauge> = LazyLock::new(Gauge::default);

/// Adds what is counted about requests to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_http_requests",
        "Requests by route and status of the answer",
        ANSWERED.clone(),
    );
    registry.register(
        "muster_http_request_duration_seconds",
        "How long requests took until the answer began",
        DURATION.clone(),
    );
    registry.register(
        "muster_http_requests_under_way",
        "Requests that are not answered yet",
        UNDER_WAY.clone(),
    );
}

/// The page of numbers, for a listener of its own.
pub fn metrics_router(text: Arc<dyn Fn() -> String + Send + Sync>) -> Router {
    let show = move || {
        let text = Arc::clone(&text);
        async move {
            let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
            // Some of the numbers are counted in the database.
            let text = tokio::task::spawn_blocking(move || text()).await;
            ([(CONTENT_TYPE, kind)], text.unwrap_or_default())
        }
    };
    Router::new().route("/metrics", get(show))
}

/// A request under way; it is not any more when this is dropped, however it ended.
pub(crate) struct UnderWay(());

impl UnderWay {
    pub(crate) fn begin() -> Self {
        UNDER_WAY.inc();
        Self(())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        UNDER_WAY.dec();
    }
}

/// Counts an answer.
pub(crate) fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let method = named(method);
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    ANSWERED.get_or_create(&labels).inc();
    let labels = [("method", method.to_owned()), ("route", route.to_owned())];
    DURATION.get_or_create(&labels).observe(took.as_secs_f64());
}

/// The method, if it is one that we answer; a client may make up others without end.
fn named(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
