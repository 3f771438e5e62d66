//! The second step of a sign-in: the code of an app, or a recovery code.
//!
//! Between the steps the browser holds a cookie of its own that opens nothing but this page.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{
        HeaderMap, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use identity::{
    second_step::{self, HOLDS, StepRefusal},
    sessions::Token,
    sign_in::{Begun, Entry, SignIn},
    tries::Tried,
    two_factor::Code,
};
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Form, Params},
    failure::Failure,
    guard,
    link::{Link, local_path},
    page::{Page, see_other, with_status},
    sign_in::{self, cookie, origin},
    throttle::{self, Peer},
};

#[derive(Template)]
#[template(path = "second_step.html")]
struct CodePage {
    next: String,
    error: Option<String>,
}

/// Where to go on to.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    next: Option<String>,
}

/// The answer to whoever has shown their password: in, or asked for a code.
pub(crate) fn go_on(app: &App, entry: &Entry, next: &str) -> Result<Response, Failure> {
    match entry {
        Entry::Session(begun) => arrived(app, begun, next),
        Entry::Code(token) => {
            let next = if next == "/" { "" } else { next };
            let link = Link::to("/sign-in/code").with("next", next);
            let mut response = see_other(&link.into_string());
            let held = sign_in::cookie_of(app, name(app), &token.reveal(), HOLDS.as_secs())?;
            response.headers_mut().insert(SET_COOKIE, held);
            Ok(response)
        }
    }
}

/// In: to where they wanted to go, or to the choice of accounts first.
fn arrived(app: &App, begun: &Begun, next: &str) -> Result<Response, Failure> {
    let target = if begun.has_choice {
        let next = if next == "/" { "" } else { next };
        Link::to("/accounts").with("next", next).into_string()
    } else {
        next.to_owned()
    };
    let mut response = see_other(&target);
    let headers = response.headers_mut();
    headers.insert(SET_COOKIE, cookie(app, Some(&begun.token))?);
    Ok(response)
}

/// `GET /sign-in/code`
pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let Some(token) = token(&app, &headers) else {
        return Ok(late());
    };
    let now = app.clock.now();
    let is_open = app
        .db
        .read(move |tx| second_step::is_open(tx, &token, now))
        .await?;
    if !is_open {
        return Ok(late());
    }
    let next = local_path(query.next.as_deref())
        .unwrap_or_default()
        .to_owned();
    Ok(Page(CodePage { next, error: None }).into_response())
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    code: String,
    next: Option<String>,
}

/// `POST /sign-in/code`
pub(crate) async fn submit(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let next = local_path(fields.next.as_deref()).unwrap_or("/").to_owned();
    let Some(token) = token(&app, &headers) else {
        return Ok(late());
    };
    let peer = peer.map(|Extension(peer)| peer);
    if let Some(wait) = throttle::wait(&app, peer, Tried::Password).await? {
        return Ok(refused(next, SignIn::Locked(wait)));
    }
    let (code, origin) = (Code::typed(&fields.code), origin(peer, &headers));
    let state = app.clone();
    let concluded = app
        .db
        .write(move |tx| {
            second_step::conclude(tx, &state.clock, &state.ids, &token, &code, &origin)
        })
        .await?;
    match concluded {
        Ok(begun) => {
            let mut response = arrived(&app, &begun, &next)?;
            let gone = sign_in::cookie_of(&app, name(&app), "", 0)?;
            response.headers_mut().append(SET_COOKIE, gone);
            Ok(response)
        }
        Err(StepRefusal::Over) => Ok(late()),
        Err(StepRefusal::Code(refusal)) => {
            throttle::wrong(&app, peer, Tried::Password).await?;
            Ok(refused(next, refusal))
        }
    }
}

/// What somebody is told whose code was not taken.
pub(crate) fn refusal_in_words(refusal: SignIn) -> String {
    match refusal {
        SignIn::Wrong => {
            "That code is not right, or was used before. Wait for the next one and type it in."
                .to_owned()
        }
        SignIn::Locked(_) => sign_in::refusal_in_words(refusal),
    }
}

fn refused(next: String, refusal: SignIn) -> Response {
    let page = CodePage {
        next: if next == "/" { String::new() } else { next },
        error: Some(refusal_in_words(refusal)),
    };
    match refusal {
        SignIn::Wrong => with_status(StatusCode::UNAUTHORIZED, &page),
        SignIn::Locked(wait) => {
            let mut response = with_status(StatusCode::TOO_MANY_REQUESTS, &page);
            let seconds = wait.as_secs().max(1);
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
            response
        }
    }
}

/// The first step comes first.
fn late() -> Response {
    see_other("/sign-in?done=late")
}

fn token(app: &App, headers: &HeaderMap) -> Option<Token> {
    guard::cookie_token(name(app), headers)
}

fn name(app: &App) -> &'static str {
    if app.settings.https {
        "__Host-muster-step"
    } else {
        "muster-step"
    }
}
