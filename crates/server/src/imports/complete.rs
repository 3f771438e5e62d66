//! Ending an import for good: its rows and files go, its counts stay.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::ImportId;

use super::{
    check::Revision,
    frame::{Frame, Place},
    work::ask,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "imports/complete.html")]
struct CompletePage {
    shell: Shell,
    frame: Frame,
}

/// `GET /imports/{id}/complete`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.has_results() || import.completed_at.is_some() {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    let shell = app.shell(&visitor, Section::Imports).await?;
    Ok(Page(CompletePage {
        shell,
        frame: Frame::of(&import, Place::Results, "Complete this import?"),
    })
    .into_response())
}

/// `POST /imports/{id}/complete`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| imports.complete(&ctx, id, Some(rev)))
        .await
        .map_err(|failure| failure.about(id))?;
    Ok(see_other(&Place::Results.link(id)))
}
