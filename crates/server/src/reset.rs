//! "Forgot your password?": asking for a link, and the page behind it (S1.19, S2.18).
//!
//! Whatever is typed gets the same answer after the same work. Looking at a link consumes nothing (mail scanners look).

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{
    Password,
    reset::{self, Reset},
    sessions::Token,
    sign_in::SignIn,
    tries::Tried,
};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    form::Field,
    format::sentence,
    page::{Page, see_other, with_status},
    sign_in::{hashing, refusal_in_words},
    throttle::{self, Peer},
};

#[derive(Default, Template)]
#[template(path = "reset/ask.html")]
struct AskPage {
    error: Option<String>,
}

#[derive(Template)]
#[template(path = "reset/sent.html")]
struct SentPage;

#[derive(Template)]
#[template(path = "reset/choose.html")]
struct ChoosePage {
    token: String,
    login: String,
    rule: String,
    password: Field,
}

#[derive(Template)]
#[template(path = "reset/closed.html")]
struct ClosedPage;

/// `GET /reset`
pub(crate) async fn show_ask() -> Response {
    Page(AskPage::default()).into_response()
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Asked {
    login: String,
}

/// `POST /reset`
pub(crate) async fn ask(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    Form(fields): Form<Asked>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let peer = peer.map(|Extension(peer)| peer);
    if let Some(wait) = throttle::wait(&app, peer, Tried::Password).await? {
        let page = AskPage {
            error: Some(refusal_in_words(SignIn::Locked(wait))),
        };
        return Ok(with_status(StatusCode::TOO_MANY_REQUESTS, &page));
    }
    throttle::wrong(&app, peer, Tried::Password).await?;
    let state = app.clone();
    app.db
        .write(move |tx| reset::ask(tx, &state.ids, now, &fields.login))
        .await?;
    app.wake.wake();
    Ok(see_other("/reset/sent"))
}

/// `GET /reset/sent`
pub(crate) async fn show_sent() -> Response {
    Page(SentPage).into_response()
}

/// `GET /reset/{token}`
pub(crate) async fn show_choose(
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let Some((token, reset)) = look(&app, &text).await? else {
        return Ok(closed());
    };
    Ok(Page(page(&token, &reset, None)).into_response())
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    password: String,
}

/// `POST /reset/{token}`
pub(crate) async fn choose(
    State(app): State<App>,
    Path(text): Path<String>,
    Form(fields): Form<Chosen>,
) -> Result<Response, Failure> {
    let Some((token, reset)) = look(&app, &text).await? else {
        return Ok(closed());
    };
    let about = [reset.login.as_str(), &reset.name, &reset.account_name];
    let chosen = match Password::choose(&fields.password, &reset.rules, &about) {
        Ok(chosen) => chosen,
        Err(weak) => {
            let page = page(&token, &reset, Some(sentence(&weak.to_string())));
            return Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let hash = hashing(&app, move || chosen.hash()).await?;
    let state = app.clone();
    let is_set = app
        .db
        .write(move |tx| reset::choose(tx, &state.clock, &state.ids, &token, &hash))
        .await?;
    Ok(if is_set {
        see_other("/sign-in?done=password")
    } else {
        closed()
    })
}

async fn look(app: &App, text: &str) -> Result<Option<(Token, Reset)>, Failure> {
    let Some(token) = Token::parse(text) else {
        return Ok(None);
    };
    let now = app.clock.now();
    let found = app
        .db
        .read(move |tx| Ok::<_, db::Error>((reset::look(tx, &token, now)?, token)))
        .await?;
    Ok(found.0.map(|reset| (found.1, reset)))
}

fn page(token: &Token, reset: &Reset, error: Option<String>) -> ChoosePage {
    ChoosePage {
        token: token.reveal(),
        login: reset.login.clone(),
        rule: reset.rules.in_words(),
        password: Field {
            value: String::new(),
            error,
        },
    }
}

fn closed() -> Response {
    with_status(StatusCode::GONE, &ClosedPage)
}
