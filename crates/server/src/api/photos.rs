//! A user's photo.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header::CACHE_CONTROL},
    response::Response,
};
use db::Tx;
use directory::{
    photos::{self, PhotoRefusal, PhotoSettings, Size},
    users,
};
use futures_util::StreamExt as _;
use kernel::UserId;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, Operation, Work},
    problem::json_response,
    shape::{Shape, may},
};
use crate::{failure::Failure, format::sentence, photos::image, sign_in::hashing};

pub(super) const SHOW: Operation = Operation::new(
    "getPhoto",
    "A user's photo",
    Work::Raw(|ask, _| Box::pin(show(ask))),
)
.query(&[may(
    "size",
    Shape::OneOf(&["large", "small"]),
    "Large if nothing is said.",
)])
.answers(Answered::File("image/jpeg"), "");
pub(super) const SET: Operation = Operation::new(
    "setPhoto",
    "Set or replace a user's photo",
    Work::Raw(|ask, request| Box::pin(set(ask, request))),
)
.words("A JPEG, PNG or WebP within the account's limit; it is made square and small.")
.body(Body::Picture)
.refuses(&[409, 413, 422]);
pub(super) const REMOVE: Operation =
    Operation::new("deletePhoto", "Remove a user's photo", Work::Write(remove)).refuses(&[409]);

async fn show(ask: Ask) -> Result<Response, Problem> {
    let id: UserId = ask.id("id")?;
    let size = match ask.param("size") {
        Some("small") => Size::Small,
        _ => Size::Large,
    };
    let ctx = ask.ctx.clone();
    ask.app.db.read(move |tx| users::see(tx, &ctx, id)).await?;
    let mut response = image(&ask.app, ask.ctx.account, id, size).await?;
    // Unlike on the pages, the address stays the same when the photo changes.
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn set(ask: Ask, request: Request) -> Result<Response, Problem> {
    let id: UserId = ask.id("id")?;
    let ctx = ask.ctx.clone();
    let settings = ask.app.db.read(move |tx| {
        users::see(tx, &ctx, id)?;
        Ok::<_, Problem>(PhotoSettings::load(tx, ctx.account)?)
    });
    let most = settings.await?.most_bytes();
    let mut bytes = Vec::new();
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        bytes.extend_from_slice(&chunk.map_err(|_| Failure::BadRequest)?);
        if bytes.len() as u64 > most {
            return Err(Failure::TooLarge.into());
        }
    }
    // Decoding takes a whole core like hashing does, and waits for its turn with it.
    let made = hashing(&ask.app, move || picture::portrait(&bytes, most)).await?;
    let portrait = made.map_err(|reason| {
        let words = sentence(&reason.to_string());
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_a_picture", words)
    })?;
    let ctx = ask.ctx.clone();
    let stored = ask
        .app
        .db
        .write(move |tx| photos::set(tx, &ctx, id, &portrait));
    stored.await?;
    Ok(json_response(&Reply::nothing().answer()))
}

fn remove(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: UserId = ask.id("id")?;
    users::see(tx, &ask.ctx, id)?;
    match photos::remove(tx, &ask.ctx, id) {
        // They are there, without a photo: as it was asked for.
        Ok(()) | Err(PhotoRefusal::NotFound) => Ok(Reply::nothing()),
        Err(refusal) => Err(refusal.into()),
    }
}

impl From<PhotoRefusal> for Problem {
    fn from(refusal: PhotoRefusal) -> Self {
        match refusal {
            PhotoRefusal::Forbidden(_) => Failure::Forbidden.into(),
            PhotoRefusal::Locked(locked) => Failure::from(locked).into(),
            PhotoRefusal::NotFound => Self::not_found(),
            PhotoRefusal::Db(error) => error.into(),
            other => Self::conflict("photo_refused", sentence(&other.to_string())),
        }
    }
}
