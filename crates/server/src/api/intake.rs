//! A file in the body of a request: as raw bytes, or as a part of a form.

use std::fs::File;

use axum::{
    extract::{FromRequest, Multipart, Query, Request},
    http::{
        HeaderMap, StatusCode, Uri,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
};
use futures_util::StreamExt as _;
use serde::Deserialize;

use super::Problem;
use crate::{
    app::App,
    failure::Failure,
    media_type::media_type,
    spool::{Spilled, Spool},
};

/// What files are sent as. What a file really is, its content says.
const KINDS: [&str; 12] = [
    "application/octet-stream",
    "application/csv",
    "application/gzip",
    "application/x-gzip",
    "application/zip",
    "application/vnd.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/csv",
    "text/plain",
    "text/tab-separated-values",
    "text/tsv",
];
/// What a file is called that comes without a name.
const NAMELESS: &str = "pushed file";

/// A file that came whole.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) name: String,
    pub(super) file: File,
    pub(super) hash: blake3::Hash,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

/// Refuses what says that it is something else than raw bytes.
pub(super) fn require_bytes(headers: &HeaderMap) -> Result<(), Problem> {
    if matches!(&*media_type(headers), "" | "application/octet-stream") {
        return Ok(());
    }
    let detail = "Send the bytes as application/octet-stream.";
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    Err(Problem::new(status, "content_type_unsupported", detail))
}

/// Takes the file of a request to the disk.
pub(super) async fn receive(app: &App, request: Request) -> Result<Upload, Problem> {
    let kind = kind(request.headers())?;
    let name = named(request.uri())?;
    if kind.as_deref() == Some("multipart/form-data") {
        return from_form(app, request, name).await;
    }
    if let Some(kind) = kind.filter(|kind| !KINDS.contains(&&**kind)) {
        return Err(unsupported(&kind));
    }
    let limit = app.settings.upload_limit_bytes;
    if announced(request.headers()).is_some_and(|bytes| bytes > limit) {
        return Err(Spilled::TooLarge(limit).into());
    }
    let mut spool = Spool::begin(app)?;
    let mut body = request.into_body().into_data_stream();
    while let Some(chunk) = body.next().await {
        spool.write(&chunk.map_err(|_| Failure::BadRequest)?)?;
    }
    let (file, hash) = spool.finish()?;
    let name = clean(&name);
    Ok(Upload { name, file, hash })
}

async fn from_form(app: &App, request: Request, name: String) -> Result<Upload, Problem> {
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|_| Failure::BadRequest)?;
    while let Some(mut part) = form.next_field().await.map_err(|_| Failure::BadRequest)? {
        if part.name() != Some("file") {
            continue;
        }
        let given = part.file_name().unwrap_or_default().to_owned();
        let mut spool = Spool::begin(app)?;
        while let Some(chunk) = part.chunk().await.map_err(|_| Failure::BadRequest)? {
            spool.write(&chunk)?;
        }
        let (file, hash) = spool.finish()?;
        let name = clean(if name.is_empty() { &given } else { &name });
        return Ok(Upload { name, file, hash });
    }
    Err(Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "file_missing",
        "Send the file as the part \"file\" of the form, or as the whole body.",
    ))
}

/// The media type without its parameters.
fn kind(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(CONTENT_TYPE) else {
        return Ok(None);
    };
    let value = value.to_str().map_err(|_| Failure::BadRequest)?;
    let kind = value.split(';').next().unwrap_or_default().trim();
    Ok(Some(kind.to_ascii_lowercase()))
}

fn unsupported(kind: &str) -> Problem {
    let hint = if kind == "application/x-www-form-urlencoded" {
        " That is what curl --data sends by itself: use --form file=@FILE or --upload-file FILE."
    } else {
        ""
    };
    let kind: String = kind.chars().take(100).collect();
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type_unsupported",
        format!(
            "Files are not taken as {kind}. Send a spreadsheet as text/csv, as \
             application/octet-stream or as a form.{hint}"
        ),
    )
}

fn announced(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn named(uri: &Uri) -> Result<String, Problem> {
    let Query(named) = Query::<Named>::try_from_uri(uri).map_err(|_| Failure::BadRequest)?;
    Ok(named.name)
}

/// The last part of a path, without what cannot be shown.
pub(super) fn clean(name: &str) -> String {
    let name: String = name
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .chars()
        .filter(|letter| !letter.is_control())
        .take(200)
        .collect();
    match name.trim() {
        "" => NAMELESS.to_owned(),
        name => name.to_owned(),
    }
}
