//! Having the rows checked, again if need be; and giving a draft up.

use axum::{extract::State, response::Response};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    frame::Place,
    work::{ask, queued},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::see_other,
};

/// The revision that a form was made from.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Revision {
    pub(crate) rev: i64,
}

/// Queues the check of an import that was just changed.
pub(crate) async fn begin(app: &App, visitor: &Visitor, id: ImportId) -> Result<(), Failure> {
    let ctx = visitor.ctx.clone();
    queued(app, move |imports| imports.queue_check(&ctx, id, None))
        .await
        .map_err(|f| f.about(id))
}

/// `POST /imports/{id}/check`
pub(crate) async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    queued(&app, move |imports| {
        imports.queue_check(&ctx, id, Some(rev))
    })
    .await
    .map_err(|failure| failure.about(id))?;
    Ok(see_other(&Place::Review.link(id)))
}

/// `POST /imports/{id}/discard`
pub(crate) async fn discard(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| imports.discard(&ctx, id, Some(rev)))
        .await
        .map_err(|failure| failure.about(id))?;
    Ok(see_other("/imports"))
}
