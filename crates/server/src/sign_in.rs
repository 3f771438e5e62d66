//! Signing in and out, and the cookie between.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{RETRY_AFTER, SET_COOKIE, USER_AGENT},
    },
    response::{IntoResponse, Response},
};
use identity::{
    Password,
    devices::{self, Ended, Origin},
    sessions::{self, LONGEST, Token},
    sign_in::{self, Entry, SignIn},
    tries::Tried,
};
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Form, Params},
    failure::Failure,
    guard,
    link::local_path,
    page::{Page, see_other, with_status},
    second_step, set_up,
    throttle::{self, Peer},
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    email: String,
    next: String,
    error: Option<String>,
    /// Why they have to sign in, or what was just done.
    told: Option<&'static str>,
}

/// What the sign-in page may be told.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    next: Option<String>,
    login_hint: Option<String>,
    /// The same by the keys of managed configurations.
    #[serde(rename = "muster.mdm.userEmail")]
    own_key: Option<String>,
    #[serde(rename = "com.fluix.mdm.userEmail")]
    former_key: Option<String>,
    done: Option<String>,
}

impl Query {
    /// The address to fill in. An MDM puts it into the page's address as it is, so that a plus sign arrives as a blank,
    /// which no address has.
    fn prefill(&self) -> String {
        let given = [&self.login_hint, &self.own_key, &self.former_key];
        let mut given = given.into_iter().flatten().map(|text| text.trim());
        let given = given.find(|text| !text.is_empty()).unwrap_or_default();
        given.replace(' ', "+").chars().take(254).collect()
    }
}

/// `GET /sign-in`
pub(crate) async fn show(
    State(app): State<App>,
    headers: HeaderMap,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    if set_up::is_needed(&app).await? {
        return Ok(see_other("/setup"));
    }
    let told = match query.done.as_deref() {
        Some("password") => Some("Your new password is set. Sign in with it."),
        Some("late") => Some("Too much time has passed. Begin again with your password."),
        _ => why_ended(&app, &headers).await?,
    };
    let email = query.prefill();
    let next = local_path(query.next.as_deref())
        .unwrap_or_default()
        .to_owned();
    Ok(Page(SignInPage {
        email,
        next,
        error: None,
        told,
    })
    .into_response())
}

/// Why a browser that was signed in is not any more, if it was not its person's doing here.
async fn why_ended(app: &App, headers: &HeaderMap) -> Result<Option<&'static str>, Failure> {
    let Some(token) = guard::token(app, headers) else {
        return Ok(None);
    };
    let ended = app
        .db
        .read(move |tx| devices::why_ended(tx, &token))
        .await?;
    Ok(ended.map(Ended::in_words))
}

/// What is known about where a sign-in comes from. Addresses are those of the connection: what a client says about
/// itself in other headers is not believed.
pub(crate) fn origin(peer: Option<Peer>, headers: &HeaderMap) -> Origin {
    Origin {
        user_agent: headers
            .get(USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        address: peer.map(|peer| peer.0.to_canonical().to_string()),
    }
}

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    email: String,
    password: String,
    next: Option<String>,
}

/// `POST /sign-in`
pub(crate) async fn submit(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let next = local_path(fields.next.as_deref()).unwrap_or("/").to_owned();
    let peer = peer.map(|Extension(peer)| peer);
    if let Some(wait) = throttle::wait(&app, peer, Tried::Password).await? {
        return Ok(refused(&fields.email, next, SignIn::Locked(wait)));
    }
    let origin = origin(peer, &headers);
    let password = Password::typed(&fields.password);
    match attempt(&app, fields.email.clone(), password, origin).await? {
        Ok(entry) => second_step::go_on(&app, &entry, &next),
        Err(refusal) => {
            throttle::wrong(&app, peer, Tried::Password).await?;
            Ok(refused(&fields.email, next, refusal))
        }
    }
}

/// Looks up, compares and concludes; the comparing happens outside the transactions.
pub(crate) async fn attempt(
    app: &App,
    email: String,
    password: Password,
    origin: Origin,
) -> Result<Result<Entry, SignIn>, Failure> {
    let state = app.clone();
    let challenge = app
        .db
        .read(move |tx| sign_in::challenge(tx, &state.strangers, &email))
        .await?;
    let now = app.clock.now();
    let answer = hashing(app, move || challenge.check(&password, now)).await?;
    let state = app.clone();
    let conclude = move |tx: &mut db::Tx<'_>| {
        let (clock, ids, strangers) = (&state.clock, &state.ids, &state.strangers);
        sign_in::conclude(tx, clock, ids, strangers, &answer, None, &origin)
    };
    Ok(app.db.write(conclude).await?)
}

/// Runs work that takes a core for a while, no more of it at once than there are cores.
pub(crate) async fn hashing<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    let _place = app
        .hashing
        .acquire()
        .await
        .map_err(|error| Failure::internal(&error))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Failure::internal(&error))
}

/// What somebody is told who was not let in.
pub(crate) fn refusal_in_words(refusal: SignIn) -> String {
    match refusal {
        SignIn::Wrong => "That address and password do not belong together.".to_owned(),
        SignIn::Locked(wait) => {
            let minutes = wait.as_secs().max(1).div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("Too many wrong tries. Try again in {minutes} {unit}.")
        }
    }
}

fn refused(email: &str, next: String, refusal: SignIn) -> Response {
    let (status, wait) = match refusal {
        SignIn::Wrong => (StatusCode::UNAUTHORIZED, None),
        SignIn::Locked(wait) => (StatusCode::TOO_MANY_REQUESTS, Some(wait.as_secs().max(1))),
    };
    let error = refusal_in_words(refusal);
    let page = SignInPage {
        email: email.chars().take(254).collect(),
        next,
        error: Some(error),
        told: None,
    };
    let mut response = with_status(status, &page);
    if let Some(value) = wait.and_then(|seconds| HeaderValue::from_str(&seconds.to_string()).ok()) {
        response.headers_mut().insert(RETRY_AFTER, value);
    }
    response
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = guard::token(&app, &headers) {
        app.db.write(move |tx| sessions::end(tx, &token)).await?;
    }
    let mut response = see_other("/sign-in");
    response
        .headers_mut()
        .insert(SET_COOKIE, cookie(&app, None)?);
    Ok(response)
}

/// The cookie's name; over https the prefix makes browsers refuse weaker ones of that name.
pub(crate) fn cookie_name(app: &App) -> &'static str {
    if app.settings.https {
        "__Host-muster"
    } else {
        "muster"
    }
}

/// The cookie that holds a token, or the one that takes it away.
pub(crate) fn cookie(app: &App, token: Option<&Token>) -> Result<HeaderValue, Failure> {
    let (value, seconds) = match token {
        Some(token) => (token.reveal(), LONGEST.as_secs()),
        None => (String::new(), 0),
    };
    cookie_of(app, cookie_name(app), &value, seconds)
}

/// A cookie for this server alone that scripts do not see.
pub(crate) fn cookie_of(
    app: &App,
    name: &str,
    value: &str,
    seconds: u64,
) -> Result<HeaderValue, Failure> {
    let secure = if app.settings.https { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let mut header = HeaderValue::from_str(&text).map_err(|error| Failure::internal(&error))?;
    header.set_sensitive(true);
    Ok(header)
}
