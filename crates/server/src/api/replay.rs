//! The same request again gets the same answer: `Idempotency-Key`, one rule for every POST.
//!
//! The answer of what worked is kept in the transaction that did it; that of what was refused,
//! afterwards. Not here: how answers are stored, see `identity::answers`.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use db::Tx;
use directory::Ctx;
use identity::answers::{self, Answer, Earlier, Keyed};
use kernel::ApiTokenId;

use super::{Problem, ask::Ask, problem::json_response};
use crate::app::App;

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// The code of a request whose key another one has got an answer for meanwhile.
pub(super) const KEY_TAKEN: &str = "idempotency_key_taken";

/// The key of a request.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(&IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    value
        .to_str()
        .map(|key| Some(key.to_owned()))
        .map_err(|_| bad_key())
}

fn bad_key() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "idempotency_key_invalid",
        "An Idempotency-Key is 1 to 255 visible characters of ASCII.",
    )
}

/// A request with a key: what it asks for is the hash of these parts.
pub(super) fn keyed(
    ctx: &Ctx,
    token: ApiTokenId,
    key: &str,
    parts: &[&[u8]],
) -> Result<Keyed, Problem> {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&part.len().to_le_bytes()).update(part);
    }
    let content = *hasher.finalize().as_bytes();
    Keyed::new(ctx.account, token, key, content).ok_or_else(bad_key)
}

/// Gives a request that brings a file its key, and says what the same one was answered before.
pub(super) async fn answered(ask: &mut Ask, parts: &[&[u8]]) -> Result<Option<Response>, Problem> {
    let Some(key) = &ask.key else {
        return Ok(None);
    };
    let keyed = keyed(&ask.ctx, ask.token, key, parts)?;
    let before = earlier(&ask.app, &ask.ctx, &keyed).await?;
    ask.keyed = Some(keyed);
    Ok(before.map(|answer| replayed(&answer)))
}

/// What the same request was answered before.
pub(super) fn earlier_in(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    keyed: &Keyed,
) -> Result<Option<Answer>, Problem> {
    match answers::find(tx, keyed, ctx.now())? {
        Earlier::Unknown => Ok(None),
        Earlier::Same(answer) => Ok(Some(answer)),
        Earlier::Other => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another request. Use a new one for each.",
        )),
    }
}

/// The same in a transaction of its own.
pub(super) async fn earlier(
    app: &App,
    ctx: &Ctx,
    keyed: &Keyed,
) -> Result<Option<Answer>, Problem> {
    let (ctx, keyed) = (ctx.clone(), keyed.clone());
    app.db.read(move |tx| earlier_in(tx, &ctx, &keyed)).await
}

/// Keeps an answer; says no if another request with the key was faster.
pub(super) async fn keep(app: &App, ctx: &Ctx, keyed: &Keyed, given: Answer) -> db::Result<bool> {
    let (keyed, now) = (keyed.clone(), ctx.now());
    app.db
        .write(move |tx| answers::keep(tx, &keyed, &given, now))
        .await
}

/// Refuses because another request with the key was faster; its answer is given instead.
pub(super) fn taken() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        KEY_TAKEN,
        "Another request with this Idempotency-Key is being answered.",
    )
}

/// An answer that was given before.
pub(super) fn replayed(answer: &Answer) -> Response {
    let mut response = json_response(answer);
    response
        .headers_mut()
        .insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    response
}
