//! Whether the process is alive, and whether it can do its work.

use std::time::Duration;

use axum::{extract::State, http::StatusCode};
use tokio::time::timeout;

use crate::app::App;

/// Whoever asks gives up soon; a request for a page waits longer for a connection.
const PATIENCE: Duration = Duration::from_secs(3);

/// `GET /livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    let away = (
        StatusCode::SERVICE_UNAVAILABLE,
        "the database does not answer\n",
    );
    match timeout(PATIENCE, app.db.read(identity::set_up::is_needed)).await {
        Ok(Ok(_)) => (StatusCode::OK, "ok\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            away
        }
        Err(_) => {
            tracing::warn!("not ready: no connection to the database was free in time");
            away
        }
    }
}
