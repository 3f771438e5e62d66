//! Whether the process is alive, and whether it can do its work.

use axum::{extract::State, http::StatusCode};

use crate::app::App;

/// `GET /livez`: the process answers.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers too.
pub(crate) async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.db.read(identity::set_up::is_needed).await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "the database does not answer\n",
            )
        }
    }
}
