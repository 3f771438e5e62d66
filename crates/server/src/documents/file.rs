//! One version of a document's file, to be saved.

use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use directory::documents::{self, Document, DocumentError, FileError, FileLine};
use kernel::DocumentId;

use super::{blocking, refused};
use crate::{app::App, failure::Failure, guard::Visitor, imports::streamed, link::encoded};

/// `GET /documents/{id}/files/{number}`
pub(crate) async fn download(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    file_response(&app, visitor, &id, &number, |tx, visitor, document| {
        Ok(documents::see(tx, &visitor.ctx, document.id)?.is_some())
    })
    .await
}

/// A file, for whoever may see its document.
///
/// It is saved, never shown: what is in it came from outside.
pub(crate) async fn file_response(
    app: &App,
    visitor: Visitor,
    id: &str,
    number: &str,
    may_see: impl FnOnce(&mut db::Tx<'_>, &Visitor, &Document) -> db::Result<bool> + Send + 'static,
) -> Result<Response, Failure> {
    let id: DocumentId = id.parse().map_err(|_| Failure::NotFound)?;
    let number: i64 = number.parse().map_err(|_| Failure::NotFound)?;
    let account = visitor.session.account;
    let line: FileLine = app
        .db
        .read(move |tx| {
            let document = documents::get(tx, account, id)?;
            if !may_see(tx, &visitor, &document)? {
                return Err(DocumentError::NotFound);
            }
            documents::file(tx, account, id, number)?.ok_or(DocumentError::NotFound)
        })
        .await
        .map_err(|error| refused(error, "/"))?;
    let file = line.id;
    let opened = blocking(app, move |documents| {
        documents.files().open(account, id, file)
    })
    .await?;
    let opened = opened.map_err(|error| match error {
        FileError::Missing => Failure::NotFound,
        error @ (FileError::Empty | FileError::TooLarge(_) | FileError::Io(_)) => {
            Failure::internal(&error)
        }
    })?;
    Ok(saved(&line.name, &line.media_type, streamed(opened)))
}

/// An answer that browsers save under a name.
pub(super) fn saved(name: &str, media_type: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename*=UTF-8''{}", encoded(name));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (key, value) in [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, &disposition),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(key, value);
        }
    }
    response
}
