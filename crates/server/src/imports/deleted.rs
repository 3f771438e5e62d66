//! `POST /imports/{id}/restore-deleted`: deleted people whom the file names come back before it is started.

use axum::{extract::State, response::Response};
use kernel::ImportId;

use super::{
    check::{Revision, begin},
    frame::Place,
    work::ask,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::see_other,
};

/// Takes them back with what they had, and has the rows checked again.
pub(crate) async fn restore(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        imports.restore_deleted(&ctx, id, Some(rev))
    })
    .await
    .map_err(|failure| failure.about(id))?;
    begin(&app, &visitor, id).await?;
    Ok(see_other(&Place::Review.link(id)))
}
