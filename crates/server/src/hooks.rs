//! What other machines call: a mail server brings mail that came back.
//!
//! No cookie counts here, only the secret that an operator gave the mail server; without one there is nothing at the
//! address. What a returned mail means is for `delivery::bounces`.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{AUTHORIZATION, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use delivery::bounces;
use serde::Deserialize;

use crate::{app::App, extract::Params, failure::Failure};

/// An address is not longer than that (RFC 5321).
const LONGEST_RECIPIENT: usize = 320;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    recipient: Option<String>,
}

/// `POST /hooks/bounces`: one mail as it came in, as the body.
pub(crate) async fn bounce(
    State(app): State<App>,
    Params(query): Params<Query>,
    request: Request,
) -> Result<Response, Failure> {
    let Some(token) = &app.delivery.bounce_token else {
        return Err(Failure::NotFound);
    };
    // Before the mail is read: strangers shall not fill the memory.
    if !is_known(request.headers(), token) {
        let ask = [(WWW_AUTHENTICATE, "Bearer")];
        return Ok((StatusCode::UNAUTHORIZED, ask).into_response());
    }
    let mail = Bytes::from_request(request, &app)
        .await
        .map_err(|_| Failure::TooLarge)?;
    let (ids, now) = (app.ids.clone(), app.clock.now());
    let recipient = query
        .recipient
        .filter(|recipient| recipient.len() <= LONGEST_RECIPIENT);
    app.db
        .write(move |tx| bounces::receive(tx, &ids, now, &mail, recipient.as_deref()))
        .await?;
    app.wake.wake();
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Whether the request bears the secret; compared in a time that tells nothing about it.
fn is_known(headers: &HeaderMap, token: &str) -> bool {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map_or("", |(_, token)| token.trim());
    blake3::hash(given.as_bytes()) == blake3::hash(token.as_bytes())
}
