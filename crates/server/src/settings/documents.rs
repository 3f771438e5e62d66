//! How large the files of documents may be.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::documents::{self, DocumentError};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::{bytes, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "settings/documents.html")]
struct DocumentsPage {
    shell: Shell,
    limit: String,
    /// What the server takes at most, whatever the account says.
    most: String,
    error: Option<String>,
}

/// `GET /settings/documents`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let most = bytes(app.settings.upload_limit_bytes);
    let account = visitor.session.account;
    let page = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>(DocumentsPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                limit: documents::limit_mb(tx, account)?.to_string(),
                most,
                error: None,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    limit: String,
}

/// `POST /settings/documents`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    // What is no number is none that is allowed.
    let limit = fields.limit.trim().parse().unwrap_or_default();
    let set = app
        .db
        .write(move |tx| documents::set_limit_mb(tx, &ctx, limit))
        .await;
    let error = match set {
        Ok(()) => return Ok(see_other("/settings/documents")),
        Err(DocumentError::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(DocumentError::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let shell = app.shell(&visitor, Section::Settings).await?;
    let page = DocumentsPage {
        shell,
        limit: fields.limit,
        most: bytes(app.settings.upload_limit_bytes),
        error: Some(error),
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
