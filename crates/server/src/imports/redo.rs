//! Doing an import again that was taken back, with a look at what that does first.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use import::Refusal;
use kernel::ImportId;

use super::{
    check::Revision,
    frame::{Frame, Place},
    work::{engine, queued},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "imports/redo.html")]
struct RedoPage {
    shell: Shell,
    frame: Frame,
    created: String,
    updated: String,
    deactivated: Option<String>,
    left: String,
}

/// `GET /imports/{id}/redo`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let found = engine(&app, move |imports| {
        Ok::<_, Refusal>((imports.find(&ctx, id)?, imports.redo_preview(&ctx, id)?))
    })
    .await?;
    let (import, preview) = found.map_err(|refusal| Failure::from(refusal).about(id))?;
    let shell = app.shell(&visitor, Section::Imports).await?;
    Ok(Page(RedoPage {
        shell,
        frame: Frame::of(&import, Place::Results, "Do this import again?"),
        created: counted(preview.created, "person", "people"),
        updated: counted(preview.updated, "person", "people"),
        deactivated: (preview.deactivated > 0)
            .then(|| counted(preview.deactivated, "person", "people")),
        left: counted(preview.left, "person", "people"),
    })
    .into_response())
}

/// `POST /imports/{id}/redo`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    queued(&app, move |imports| imports.queue_redo(&ctx, id, Some(rev)))
        .await
        .map_err(|failure| failure.about(id))?;
    Ok(see_other(&Place::Run.link(id)))
}
