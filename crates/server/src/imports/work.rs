//! Calling the engine, which works on threads of its own.

use import::{Imports, Refusal};
use kernel::JobId;

use crate::{app::App, failure::Failure};

/// Runs a use case off the async threads.
pub(crate) async fn engine<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Imports) -> T + Send + 'static,
) -> Result<T, Failure> {
    let imports = app.imports.clone();
    tokio::task::spawn_blocking(move || work(&imports))
        .await
        .map_err(|error| Failure::internal(&error))
}

/// The same for a use case whose refusals are all pages.
pub(crate) async fn ask<T: Send + 'static>(
    app: &App,
    work: impl FnOnce(&Imports) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Failure> {
    engine(app, work).await?.map_err(Failure::from)
}

/// The same for a use case that queues work for a worker.
pub(crate) async fn queued(
    app: &App,
    work: impl FnOnce(&Imports) -> Result<JobId, Refusal> + Send + 'static,
) -> Result<(), Failure> {
    ask(app, work).await?;
    app.wake.wake();
    Ok(())
}
