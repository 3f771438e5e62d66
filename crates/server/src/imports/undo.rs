//! Taking an import back, with a look at what that does first.

use askama::Template;
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use import::{Refusal, UndoPreview};
use kernel::ImportId;

use super::{
    check::Revision,
    download::{CSV, attachment},
    frame::{Frame, Place},
    work::{ask, engine, queued},
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{count, counted},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

/// `GET /imports/{id}/undo/kept.csv`: everybody an undo would keep, and why.
pub(crate) async fn kept(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let (number, list) = ask(&app, move |imports| {
        let mut list = Vec::new();
        imports.undo_kept(&ctx, id, &mut list)?;
        Ok((imports.find(&ctx, id)?.number, list))
    })
    .await
    .map_err(|failure| failure.about(id))?;
    let name = format!("import-{number}-kept.csv");
    Ok(attachment(&name, CSV, Body::from(list)))
}

#[derive(Template)]
#[template(path = "imports/undo.html")]
struct UndoPage {
    shell: Shell,
    frame: Frame,
    removed: String,
    restored: String,
    reinstated: Option<String>,
    returned: Option<String>,
    kept: i64,
    kept_shown: String,
    kept_people: Vec<(String, String)>,
    more_kept: String,
    /// How many of its people were invited.
    invited: Option<String>,
}

/// `GET /imports/{id}/undo`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let found = engine(&app, move |imports| {
        Ok::<_, Refusal>((imports.find(&ctx, id)?, imports.undo_preview(&ctx, id)?))
    })
    .await?;
    let (import, preview): (_, UndoPreview) =
        found.map_err(|refusal| Failure::from(refusal).about(id))?;
    let account = visitor.session.account;
    let (shell, invited) = app
        .db
        .read(move |tx| {
            let invited = invite::list::of_import(tx, account, id)?;
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, invited))
        })
        .await?;
    let kept = preview.kept();
    Ok(Page(UndoPage {
        shell,
        frame: Frame::of(&import, Place::Results, "Undo this import?"),
        invited: (invited > 0)
            .then(|| counted(invited, "person was invited", "people were invited")),
        removed: counted(preview.removed, "new person", "new people"),
        restored: counted(preview.restored, "changed person", "changed people"),
        reinstated: (preview.reinstated > 0).then(|| {
            counted(
                preview.reinstated,
                "deactivated person",
                "deactivated people",
            )
        }),
        returned: (preview.returned > 0).then(|| counted(preview.returned, "card is", "cards are")),
        kept,
        kept_shown: format!(
            "{} kept as they are",
            counted(kept, "person is", "people are")
        ),
        more_kept: count(kept - preview.kept.len() as i64),
        kept_people: preview.kept,
    })
    .into_response())
}

/// `POST /imports/{id}/undo`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(Revision { rev }): Form<Revision>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    queued(&app, move |imports| imports.queue_undo(&ctx, id, Some(rev)))
        .await
        .map_err(|failure| failure.about(id))?;
    Ok(see_other(&Place::Run.link(id)))
}
