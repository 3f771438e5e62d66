//! From a request to its operation and back: the way that every request of a program takes.
//!
//! Token, rate, address, parameters, version, body, key; then the work; then the answer. What an
//! operation takes is in its table, see `operation`.

use std::sync::Arc;

use axum::{
    body::Body as Bytes,
    extract::{FromRequestParts as _, Query, RawPathParams, Request, State},
    http::{HeaderMap, StatusCode, header::IF_MATCH, request::Parts},
    response::{IntoResponse as _, Response},
    routing::{MethodFilter, MethodRouter, on},
};
use futures_util::StreamExt as _;
use identity::answers::{self, Answer};
use serde_json::Value;

use super::{
    Problem,
    ask::{Ask, Expected, Reply},
    bearer::{self, Caller},
    operation::{Body, Operation, Work},
    problem::json_response,
    replay,
    shape::{Shape, whole},
    table::Entry,
};
use crate::{app::App, failure::Failure, imports::engine, media_type::media_type, throttle::Peer};

/// The largest body of JSON.
const BODY_BYTES: usize = 1024 * 1024;

/// What answers at an address.
pub(crate) fn handler(entry: Entry) -> MethodRouter<App> {
    let filter = MethodFilter::try_from(entry.method.clone()).unwrap_or(MethodFilter::GET);
    on(filter, move |State(app): State<App>, request: Request| {
        let entry = entry.clone();
        async move { answer(app, &entry, request).await }
    })
}

async fn answer(app: App, entry: &Entry, request: Request) -> Response {
    let peer = request.extensions().get::<Peer>().copied();
    let caller = match bearer::admit(&app, entry.scope, peer, request.headers()).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    let left = match app.rates.of(&app, &caller).await {
        Ok(left) => left,
        Err(failure) => return Problem::from(failure).into_response(),
    };
    let mut response = if left.is_over {
        left.too_many().into_response()
    } else {
        match run(app, entry, caller, request).await {
            Ok(response) => response,
            Err(problem) => problem.into_response(),
        }
    };
    left.tell(&mut response);
    response
}

async fn run(
    app: App,
    entry: &Entry,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let operation = entry.operation;
    let (mut parts, body) = request.into_parts();
    let mut ask = Ask {
        ctx: caller.ctx,
        token: caller.token,
        scopes: caller.scopes,
        operation,
        path: parts.uri.path().to_owned(),
        places: places(&mut parts).await?,
        query: query(&parts, operation)?,
        body: Value::Null,
        expected: expected(&parts.headers, operation)?,
        key: replay::key(&parts.headers)?,
        keyed: None,
        app,
    };
    if let Work::Raw(work) = operation.work {
        return work(ask, Request::from_parts(parts, body)).await;
    }
    let bytes = bytes(operation, &parts.headers, body).await?;
    if let Body::Json(shape, _) = operation.body {
        ask.body = parsed(shape, &bytes)?;
    }
    if let (Some(key), true) = (&ask.key, parts.method == axum::http::Method::POST) {
        let asked = parts.uri.to_string();
        let content = [b"json".as_slice(), asked.as_bytes(), &bytes];
        ask.keyed = Some(replay::keyed(&ask.ctx, ask.token, key, &content)?);
    }
    worked(Arc::new(ask)).await
}

/// What the work of an operation may have come to.
enum Done {
    Now(Answer),
    Before(Answer),
}

async fn worked(ask: Arc<Ask>) -> Result<Response, Problem> {
    let done = match ask.operation.work {
        Work::Read(work) => {
            let asked = Arc::clone(&ask);
            let read = ask.app.db.read(move |tx| work(tx, &asked)).await;
            read.map(|reply| Done::Now(chosen(&ask, reply).answer()))
        }
        Work::Write(work) => {
            let asked = Arc::clone(&ask);
            let written = ask.app.db.write(move |tx| {
                if let Some(keyed) = &asked.keyed
                    && let Some(answer) = replay::earlier_in(tx, &asked.ctx, keyed)?
                {
                    return Ok(Done::Before(answer));
                }
                let answer = work(tx, &asked)?.answer();
                if let Some(keyed) = &asked.keyed
                    && !answers::keep(tx, keyed, &without_secret(&asked, &answer), asked.ctx.now())?
                {
                    return Err(replay::taken());
                }
                Ok(Done::Now(answer))
            });
            let written = written.await;
            ask.app.wake.wake();
            written
        }
        Work::Engine(work) => by_engine(&ask, work).await,
        Work::Raw(_) => Err(Failure::Internal.into()),
    };
    match done {
        Ok(Done::Now(answer)) => Ok(json_response(&answer)),
        Ok(Done::Before(answer)) => Ok(replay::replayed(&answer)),
        Err(problem) => refused(&ask, problem).await,
    }
}

/// Work with transactions of its own: what it did is found again by whoever asks for it again.
async fn by_engine(
    ask: &Arc<Ask>,
    work: fn(&import::Imports, &Ask) -> Result<Reply, Problem>,
) -> Result<Done, Problem> {
    if let Some(keyed) = &ask.keyed
        && let Some(answer) = replay::earlier(&ask.app, &ask.ctx, keyed).await?
    {
        return Ok(Done::Before(answer));
    }
    let asked = Arc::clone(ask);
    let answer = engine(&ask.app, move |imports| work(imports, &asked)).await??;
    let answer = chosen(ask, answer).answer();
    ask.app.wake.wake();
    kept(ask, answer).await
}

/// Keeps an answer; if another request with the key was faster, both hear the same.
async fn kept(ask: &Ask, answer: Answer) -> Result<Done, Problem> {
    if let Some(keyed) = &ask.keyed
        && !replay::keep(&ask.app, &ask.ctx, keyed, without_secret(ask, &answer)).await?
        && let Some(before) = replay::earlier(&ask.app, &ask.ctx, keyed).await?
    {
        return Ok(Done::Before(before));
    }
    Ok(Done::Now(answer))
}

/// Answers a request that was carried out in transactions of its own.
pub(super) async fn finished(ask: &Ask, answer: Answer) -> Result<Response, Problem> {
    Ok(match kept(ask, answer).await? {
        Done::Now(answer) => json_response(&answer),
        Done::Before(answer) => replay::replayed(&answer),
    })
}

/// What of an answer is kept for the same request again: no secret that is shown once.
fn without_secret(ask: &Ask, answer: &Answer) -> Answer {
    let Some(field) = ask.operation.shown_once else {
        return answer.clone();
    };
    let mut body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    if let Some(secret) = body.get_mut(field) {
        *secret = Value::Null;
    }
    Answer {
        body: body.to_string(),
        ..answer.clone()
    }
}

/// A refusal is kept, too; unless the same request was answered meanwhile.
pub(super) async fn refused(ask: &Ask, problem: Problem) -> Result<Response, Problem> {
    let Some(keyed) = &ask.keyed else {
        return Err(problem);
    };
    if problem.is(replay::KEY_TAKEN) {
        return match replay::earlier(&ask.app, &ask.ctx, keyed).await? {
            Some(answer) => Ok(replay::replayed(&answer)),
            None => Err(problem),
        };
    }
    if problem.is_lasting() && !problem.is("idempotency_key_reused") {
        let is_ours = replay::keep(&ask.app, &ask.ctx, keyed, problem.answer()).await?;
        if !is_ours && let Some(answer) = replay::earlier(&ask.app, &ask.ctx, keyed).await? {
            return Ok(replay::replayed(&answer));
        }
    }
    Err(problem)
}

/// The fields that were asked for.
fn chosen(ask: &Ask, reply: Reply) -> Reply {
    match ask.param("fields") {
        Some(fields) => reply.only(&fields.split(',').collect::<Vec<_>>()),
        None => reply,
    }
}

async fn places(parts: &mut Parts) -> Result<Vec<(String, String)>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &())
        .await
        .map_err(|_| Problem::not_found())?;
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Ok(params.iter().map(own).collect())
}

/// The parameters, each known, given once, and of its shape.
fn query(parts: &Parts, operation: &Operation) -> Result<Vec<(String, String)>, Problem> {
    let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|_| Failure::BadRequest)?;
    let refuse = |code, name: &str, detail: String| {
        let name: String = name.chars().take(100).collect();
        Err(Problem::new(StatusCode::BAD_REQUEST, code, detail).parameter(&name))
    };
    for (place, (name, value)) in query.iter().enumerate() {
        let Some(field) = operation.query.iter().find(|field| field.name == name) else {
            let known: Vec<_> = operation.query.iter().map(|field| field.name).collect();
            let detail = format!(
                "There is no such parameter here; there are: {}.",
                known.join(", ")
            );
            return refuse("parameter_unknown", name, detail);
        };
        if query.iter().take(place).any(|earlier| earlier.0 == *name) {
            let detail = "It is given twice. Put commas between several values.";
            return refuse("parameter_repeated", name, detail.to_owned());
        }
        if let Err(detail) = field.shape.fits(value) {
            return refuse("parameter_invalid", name, detail);
        }
        if let Shape::Fields = field.shape {
            let known = operation
                .answered
                .shape()
                .map(Shape::names)
                .unwrap_or_default();
            if let Some(odd) = value.split(',').find(|name| !known.contains(name)) {
                let odd: String = odd.chars().take(100).collect();
                let detail = format!(
                    "There is no field {odd:?}; there are: {}.",
                    known.join(", ")
                );
                return refuse("parameter_invalid", name, detail);
            }
        }
    }
    let missing = operation
        .query
        .iter()
        .find(|field| field.is_required && query.iter().all(|given| given.0 != field.name));
    match missing {
        Some(field) => refuse(
            "parameter_missing",
            field.name,
            "This is missing.".to_owned(),
        ),
        None => Ok(query),
    }
}

fn expected(headers: &HeaderMap, operation: &Operation) -> Result<Expected, Problem> {
    if !operation.needs_version {
        return Ok(Expected::Unsaid);
    }
    let Some(given) = headers.get(IF_MATCH) else {
        return Err(Problem::new(
            StatusCode::PRECONDITION_REQUIRED,
            "version_missing",
            "Say which version you want to change: If-Match with the ETag you read, or with * for whichever there is.",
        ));
    };
    let given = given.to_str().map_err(|_| Failure::BadRequest)?.trim();
    if given == "*" {
        return Ok(Expected::Any);
    }
    // A proxy that changes how an answer is packed makes its tag a weak one.
    let strong = |tag: &str| tag.strip_prefix("W/").unwrap_or(tag).to_owned();
    let tags: Vec<String> = given.split(',').map(|tag| strong(tag.trim())).collect();
    let is_tag = |tag: &String| tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"');
    if tags.iter().all(is_tag) {
        Ok(Expected::These(tags))
    } else {
        let detail = "If-Match is an ETag in quotes, or *.";
        Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "version_invalid",
            detail,
        ))
    }
}

/// The whole body, if the operation takes one.
async fn bytes(
    operation: &Operation,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Vec<u8>, Problem> {
    if !matches!(operation.body, Body::Json(..)) {
        return Ok(Vec::new());
    }
    let kind = media_type(headers);
    if !matches!(&*kind, "application/json" | "application/merge-patch+json") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_unsupported",
            "Send the body as application/json.",
        ));
    }
    let mut all = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        all.extend_from_slice(&chunk.map_err(|_| Failure::BadRequest)?);
        if all.len() > BODY_BYTES {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                kernel::Code::TooLarge.as_str(),
                "A body of JSON has at most 1 MiB.",
            ));
        }
    }
    Ok(all)
}

/// The body as JSON of a shape.
fn parsed(shape: &'static Shape, bytes: &[u8]) -> Result<Value, Problem> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "json_invalid",
            format!(
                "The body is not JSON: it goes wrong in line {}, column {}.",
                error.line(),
                error.column()
            ),
        )
    })?;
    let wrong = shape.check(&value);
    if wrong.is_empty() {
        make_whole(&mut value);
        Ok(value)
    } else {
        Err(Problem::invalid(wrong))
    }
}

/// Whole numbers as such, also where a program wrote 300.0.
fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) if !number.is_i64() => {
            if let Some(whole) = whole(number) {
                *number = whole.into();
            }
        }
        Value::Array(all) => all.iter_mut().for_each(make_whole),
        Value::Object(all) => all.values_mut().for_each(make_whole),
        _ => {}
    }
}
