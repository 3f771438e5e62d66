//! One person's photo: for those who may see the person, set by those who may.

use std::collections::HashMap;

use axum::{
    extract::{Multipart, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::{
    photos::{self, PhotoRefusal, PhotoSettings, Size},
    users,
};
use kernel::{AccountId, UserId};
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::see_other,
    sign_in::hashing,
};

/// Which size; what else is in the query makes the address of another photo another one.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    size: String,
}

impl Query {
    fn size(&self) -> Size {
        if self.size == "small" {
            Size::Small
        } else {
            Size::Large
        }
    }
}

/// The addresses of the small photos of those who have one.
pub(crate) fn with_photos(
    tx: &mut Tx<'_>,
    account: AccountId,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<HashMap<UserId, String>> {
    let versions = photos::versions(tx, account, people)?;
    let link = |(user, version)| {
        let link = format!("/users/{user}/photo?size=small&v={version}");
        (user, link)
    };
    Ok(versions.into_iter().map(link).collect())
}

/// The address of a person's large photo below `path`, if there is one.
pub(crate) fn large_link(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    path: &str,
) -> db::Result<Option<String>> {
    let version = photos::versions(tx, account, [user])?.remove(&user);
    Ok(version.map(|version| format!("{path}?v={version}")))
}

/// `GET /users/{id}/photo`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx;
    let account = ctx.account;
    app.db.read(move |tx| users::see(tx, &ctx, id)).await?;
    image(&app, account, id, query.size()).await
}

/// `GET /me/photo`
pub(crate) async fn own(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let session = visitor.session;
    image(&app, session.account, session.user, query.size()).await
}

/// The photo itself.
pub(crate) async fn image(
    app: &App,
    account: AccountId,
    user: UserId,
    size: Size,
) -> Result<Response, Failure> {
    let found = app
        .db
        .read(move |tx| photos::find(tx, account, user, size))
        .await?;
    let mut response = found.ok_or(Failure::NotFound)?.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    // The address of another photo is another one.
    let cache = HeaderValue::from_static("private, max-age=86400");
    headers.insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

/// `POST /users/{id}/photo`
pub(crate) async fn set(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    form: Multipart,
) -> Result<Response, Failure> {
    store(&app, visitor, id, form, &format!("/users/{id}")).await
}

/// `POST /me/photo`
pub(crate) async fn set_own(
    State(app): State<App>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Failure> {
    let id = visitor.session.user;
    store(&app, visitor, id, form, "/me").await
}

async fn store(
    app: &App,
    visitor: Visitor,
    user: UserId,
    form: Multipart,
    page: &str,
) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let settings = app
        .db
        .read(move |tx| PhotoSettings::load(tx, account))
        .await?;
    let most = settings.most_bytes();
    let bytes = file(form, most).await?;
    let Some(bytes) = bytes else {
        return Err(refused("Choose a picture first.".to_owned(), page));
    };
    // Decoding takes a whole core like hashing does, and waits for its turn with it.
    let made = hashing(app, move || picture::portrait(&bytes, most)).await?;
    let portrait = made.map_err(|reason| {
        let words = match reason {
            picture::NotAPicture::TooLarge => format!(
                "The file is larger than {} MB, which is the limit here.",
                settings.megabytes
            ),
            reason => sentence(&reason.to_string()),
        };
        refused(words, page)
    })?;
    app.db
        .write(move |tx| photos::set(tx, &visitor.ctx, user, &portrait))
        .await
        .map_err(|refusal| failure(refusal, page))?;
    Ok(see_other(page))
}

/// The file of the form, no more of it than shows that it is too large.
async fn file(mut form: Multipart, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    while let Some(mut part) = form.next_field().await.map_err(|_| Failure::BadRequest)? {
        if part.name() != Some("photo") {
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| Failure::BadRequest)? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > most {
                break;
            }
        }
        return Ok(Some(bytes).filter(|bytes| !bytes.is_empty()));
    }
    Ok(None)
}

/// `POST /users/{id}/photo/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Response, Failure> {
    take_away(&app, visitor, id, &format!("/users/{id}")).await
}

/// `POST /me/photo/remove`
pub(crate) async fn remove_own(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Response, Failure> {
    let id = visitor.session.user;
    take_away(&app, visitor, id, "/me").await
}

async fn take_away(
    app: &App,
    visitor: Visitor,
    user: UserId,
    page: &str,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| photos::remove(tx, &visitor.ctx, user))
        .await
        .map_err(|refusal| failure(refusal, page))?;
    Ok(see_other(page))
}

fn refused(message: String, page: &str) -> Failure {
    Failure::Conflict {
        title: "No photo was stored".to_owned(),
        message,
        link: page.to_owned(),
    }
}

fn failure(refusal: PhotoRefusal, page: &str) -> Failure {
    match refusal {
        PhotoRefusal::Forbidden(_) => Failure::Forbidden,
        PhotoRefusal::Locked(locked) => locked.into(),
        PhotoRefusal::NotFound => Failure::NotFound,
        PhotoRefusal::Db(error) => error.into(),
        refusal => refused(sentence(&refusal.to_string()), page),
    }
}
