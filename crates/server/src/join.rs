//! The page behind a link of an invitation: whoever has it chooses a password, or shows the one they have.
//!
//! Looking at it consumes nothing (mail scanners look), and nothing of it is kept by caches or told to other sites.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use identity::{
    Password,
    devices::Origin,
    sessions::Token,
    sign_in::{self, Entry, SignIn},
    tries::Tried,
};
use invite::accept::{self, AcceptError, Credential, Door, Login, Offer};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    form::Field,
    format::sentence,
    page::{Page, see_other, with_status},
    second_step,
    sign_in::{hashing, origin, refusal_in_words},
    throttle::{self, Peer},
};

#[derive(Template)]
#[template(path = "join.html")]
struct JoinPage {
    token: String,
    account: String,
    first_name: String,
    invited_by: String,
    login: String,
    /// Whether the person must say what they want to sign in with, and what they said.
    needs_login: bool,
    typed: Field,
    /// What a new password has to be.
    rule: String,
    has_sign_in: bool,
    password: Field,
}

#[derive(Template)]
#[template(path = "join_closed.html")]
struct ClosedPage {
    title: &'static str,
    text: String,
    /// The link with which a new one can be asked for.
    ask: Option<String>,
    to_sign_in: bool,
}

/// `GET /join/{token}`
pub(crate) async fn show(
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    let Some(token) = Token::parse(&text) else {
        return Ok(closed(StatusCode::NOT_FOUND, Door::Closed, &text));
    };
    Ok(match look(&app, &token, None).await? {
        Door::Open(offer) => Page(page(&offer, &token, None)).into_response(),
        door => closed(StatusCode::GONE, door, &text),
    })
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    password: String,
    /// Only of people without an address in the directory.
    #[serde(default)]
    login: String,
}

/// `POST /join/{token}`
pub(crate) async fn submit(
    State(app): State<App>,
    Path(text): Path<String>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let Some(token) = Token::parse(&text) else {
        return Ok(closed(StatusCode::NOT_FOUND, Door::Closed, &text));
    };
    let offer = match look(&app, &token, None).await? {
        Door::Open(offer) => offer,
        door => return Ok(closed(StatusCode::GONE, door, &text)),
    };
    let peer = peer.map(|Extension(peer)| peer);
    if let Some(answer) = too_often(&app, peer, &offer, &token).await? {
        return Ok(answer);
    }
    let (offer, login) = match chosen_login(&app, offer, &token, &fields.login).await? {
        Ok(chosen) => chosen,
        Err(answer) => return Ok(answer),
    };
    if !offer.has_sign_in {
        let about = [offer.login.as_str(), &offer.name, &offer.account_name];
        let chosen = match Password::choose(&fields.password, &offer.rules, &about) {
            Ok(chosen) => chosen,
            Err(weak) => {
                return Ok(again(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    &offer,
                    &token,
                    sentence(&weak.to_string()),
                ));
            }
        };
        let hash = hashing(&app, move || chosen.hash()).await?;
        let (state, used, login) = (app.clone(), token.clone(), login.clone());
        let accepted = app
            .db
            .write(move |tx| {
                let new = Credential::New(&hash);
                accept::accept(tx, &state.clock, &state.ids, &used, login.as_ref(), &new)
            })
            .await;
        match accepted {
            Ok(_) => {}
            Err(AcceptError::Closed | AcceptError::HasSignIn | AcceptError::Wrong) => {
                return Ok(see_other(&path(&token)));
            }
            Err(AcceptError::Db(error)) => return Err(error.into()),
        }
    }
    let origin = origin(peer, &headers);
    let signed_in = enter(
        &app,
        &offer,
        (&token, login),
        Password::typed(&fields.password),
        origin,
    )
    .await?;
    match signed_in {
        Ok(entry) => second_step::go_on(&app, &entry, "/"),
        Err(refusal) => {
            throttle::wrong(&app, peer, Tried::Password).await?;
            let status = match refusal {
                SignIn::Wrong => StatusCode::UNAUTHORIZED,
                SignIn::Locked(_) => StatusCode::TOO_MANY_REQUESTS,
            };
            Ok(again(status, &offer, &token, refusal_in_words(refusal)))
        }
    }
}

/// Compares the password, uses the link if it is still open, and begins a session in the account, or the step of the code.
async fn enter(
    app: &App,
    offer: &Offer,
    (token, chosen): (&Token, Option<Login>),
    password: Password,
    origin: Origin,
) -> Result<Result<Entry, SignIn>, Failure> {
    let (state, login) = (app.clone(), offer.login.clone());
    let challenge = app
        .db
        .read(move |tx| sign_in::challenge(tx, &state.strangers, &login))
        .await?;
    let now = app.clock.now();
    let answer = hashing(app, move || challenge.check(&password, now)).await?;
    let (state, used, account, known) =
        (app.clone(), token.clone(), offer.account, offer.has_sign_in);
    let session = app
        .db
        .write(move |tx| {
            let (clock, ids, strangers) = (&state.clock, &state.ids, &state.strangers);
            if known && answer.proven().is_some() {
                let known = Credential::Known(&answer);
                match accept::accept(tx, clock, ids, &used, chosen.as_ref(), &known) {
                    // Somebody with the same right was faster: they are in all the same.
                    Ok(_)
                    | Err(AcceptError::Closed | AcceptError::HasSignIn | AcceptError::Wrong) => {}
                    Err(AcceptError::Db(error)) => return Err(error),
                }
            }
            sign_in::conclude(tx, clock, ids, strangers, &answer, Some(account), &origin)
        })
        .await?;
    Ok(session)
}

/// `POST /join/{token}/ask`: a new link instead of one that is over.
pub(crate) async fn ask(
    State(app): State<App>,
    Path(text): Path<String>,
) -> Result<Response, Failure> {
    if let Some(token) = Token::parse(&text) {
        let state = app.clone();
        app.db
            .write(move |tx| accept::ask_again(tx, &state.clock, &state.ids, &token))
            .await?;
    }
    // Said whatever the link was: nothing is to be learnt here.
    let page = ClosedPage {
        title: "Your question is on its way",
        text: "Whoever looks after the account has been told that you would like a new link."
            .to_owned(),
        ask: None,
        to_sign_in: false,
    };
    Ok(with_status(StatusCode::OK, &page))
}

/// The page again for somebody who tried too often.
async fn too_often(
    app: &App,
    peer: Option<Peer>,
    offer: &Offer,
    token: &Token,
) -> Result<Option<Response>, Failure> {
    let wait = throttle::wait(app, peer, Tried::Password).await?;
    Ok(wait.map(|wait| {
        let words = refusal_in_words(SignIn::Locked(wait));
        again(StatusCode::TOO_MANY_REQUESTS, offer, token, words)
    }))
}

async fn look(app: &App, token: &Token, login: Option<Login>) -> Result<Door, Failure> {
    let (token, now) = (token.clone(), app.clock.now());
    let door = app
        .db
        .read(move |tx| accept::look_as(tx, &token, login.as_ref(), now));
    Ok(door.await?)
}

/// What somebody without an address in the directory wants to sign in with, and the offer as it is then; or the page again.
async fn chosen_login(
    app: &App,
    offer: Box<Offer>,
    token: &Token,
    typed: &str,
) -> Result<Result<(Box<Offer>, Option<Login>), Response>, Failure> {
    if !offer.login.is_empty() {
        return Ok(Ok((offer, None)));
    }
    let refused = |error: String| {
        let mut page = page(&offer, token, None);
        page.typed = Field {
            value: typed.to_owned(),
            error: Some(error),
        };
        with_status(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let login = match Login::parse(typed, offer.country.as_deref()) {
        Ok(login) => login,
        Err(fault) => return Ok(Err(refused(sentence(&fault.to_string())))),
    };
    Ok(match look(app, token, Some(login.clone())).await? {
        Door::Open(offer) => Ok((offer, Some(login))),
        Door::Taken => Err(refused(
            "Somebody else of this account has this address.".to_owned(),
        )),
        door => Err(closed(StatusCode::GONE, door, &token.reveal())),
    })
}

fn path(token: &Token) -> String {
    format!("/join/{}", token.reveal())
}

fn page(offer: &Offer, token: &Token, error: Option<String>) -> JoinPage {
    JoinPage {
        token: token.reveal(),
        account: offer.account_name.clone(),
        first_name: offer.first_name.clone(),
        invited_by: offer.invited_by.clone(),
        login: offer.login.clone(),
        needs_login: offer.login.is_empty() || offer.is_chosen,
        typed: Field::new(&offer.login),
        rule: offer.rules.in_words(),
        has_sign_in: offer.has_sign_in,
        password: Field {
            value: String::new(),
            error,
        },
    }
}

fn again(status: StatusCode, offer: &Offer, token: &Token, error: String) -> Response {
    with_status(status, &page(offer, token, Some(error)))
}

fn closed(status: StatusCode, door: Door, token: &str) -> Response {
    let page = match door {
        Door::Expired { account_name } => ClosedPage {
            title: "This link has expired",
            text: format!("Your invitation to {account_name} is still known: ask for a new link, and whoever looks after the account will send one."),
            ask: Some(token.to_owned()),
            to_sign_in: false,
        },
        Door::Used => ClosedPage {
            title: "You are already in",
            text: "This link was used. Sign in with the password that was chosen then.".to_owned(),
            ask: None,
            to_sign_in: true,
        },
        Door::Closed | Door::Taken | Door::Open(_) => ClosedPage {
            title: "This link does not work",
            text: "It may have been replaced by a newer one: look for the latest message, or ask whoever invited you.".to_owned(),
            ask: None,
            to_sign_in: true,
        },
    };
    with_status(status, &page)
}
