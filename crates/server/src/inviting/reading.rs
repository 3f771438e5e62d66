//! Lists for the wizard: a file that is dropped or chosen, and lines that are pasted (S0.17, S0.18).

use admit::AdmitError;
use axum::{
    extract::{Multipart, State},
    response::Response,
};
use kernel::InviteDraftId;
use serde::Deserialize;

use super::{
    people::{Wrong, again},
    sent_or,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    imports::{Trouble, Upload, receive},
    page::see_other,
};

/// `POST /invite/{id}/file`
pub(crate) async fn upload(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    form: Multipart,
) -> Result<Response, Failure> {
    // Nobody's bytes are taken who could not keep them.
    let ctx = visitor.ctx.clone();
    app.db
        .read(move |tx| admit::find_open(tx, &ctx, id).map(drop))
        .await
        .map_err(|error| sent_or(error, id))?;
    let file = match receive(&app, form).await {
        Ok(Upload { file, .. }) => file,
        Err(Trouble::Words(words)) => return wrong(&app, visitor, id, "file", words).await,
        Err(Trouble::Failure(failure)) => return Err(failure),
    };
    let Some((name, mut file)) = file else {
        let words = "Choose a file, or drop one.".to_owned();
        return wrong(&app, visitor, id, "file", words).await;
    };
    let (state, ctx) = (app.clone(), visitor.ctx.clone());
    let read =
        off_thread(move || admit::read_file(&state.db, &state.imports, &ctx, id, &name, &mut file))
            .await?;
    match read {
        Ok(_) => Ok(see_other(&format!("/invite/{id}/people"))),
        Err(error) => told(&app, visitor, id, "file", error).await,
    }
}

/// What was pasted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pasted {
    rows: String,
}

/// `POST /invite/{id}/paste`: kept, and shown as it is read; blank lines throw it away.
pub(crate) async fn paste(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
    Form(pasted): Form<Pasted>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let kept = app
        .db
        .write(move |tx| admit::keep_pasted(tx, &ctx, id, Some(&pasted.rows)))
        .await;
    match kept {
        Ok(()) => Ok(see_other(&format!("/invite/{id}/people?add=paste"))),
        Err(error) => told(&app, visitor, id, "paste", error).await,
    }
}

/// `POST /invite/{id}/paste/add`
pub(crate) async fn add_pasted(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<InviteDraftId>,
) -> Result<Response, Failure> {
    let (state, ctx) = (app.clone(), visitor.ctx.clone());
    let read = off_thread(move || admit::read_pasted(&state.db, &state.imports, &ctx, id)).await?;
    match read {
        Ok(_) => Ok(see_other(&format!("/invite/{id}/people"))),
        Err(error) => told(&app, visitor, id, "paste", error).await,
    }
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AdmitError> + Send + 'static,
) -> Result<Result<T, AdmitError>, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::internal(&error))
}

/// What a person can put right is said where they did it.
async fn told(
    app: &App,
    visitor: Visitor,
    id: InviteDraftId,
    pane: &'static str,
    error: AdmitError,
) -> Result<Response, Failure> {
    match error {
        AdmitError::Import(import::Refusal::File { message, .. }) => {
            wrong(app, visitor, id, pane, sentence(&message)).await
        }
        error @ (AdmitError::TooMany(_) | AdmitError::TooMuchText) => {
            let words = sentence(&error.to_string());
            wrong(app, visitor, id, pane, words).await
        }
        error => Err(sent_or(error, id)),
    }
}

async fn wrong(
    app: &App,
    visitor: Visitor,
    id: InviteDraftId,
    pane: &'static str,
    words: String,
) -> Result<Response, Failure> {
    let wrong = Wrong {
        pane,
        words: Some(words),
        ..Wrong::default()
    };
    again(app, visitor, id, wrong).await
}
