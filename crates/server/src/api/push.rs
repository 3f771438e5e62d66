//! Handing a file to a series.

use axum::{
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::LOCATION},
    response::Response,
};
use identity::answers::{self, Answer, Earlier, Keyed};
use import::{Refusal, Series, SeriesRun};
use serde_json::{Value, json};

use super::{
    Problem,
    bearer::Caller,
    intake::{self, Upload},
    problem::json_response,
    status,
};
use crate::{app::App, failure::Failure, imports::engine};

static IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Refuses a push whose key another one has got an answer for meanwhile.
const KEY_TAKEN: &str = "idempotency_key_taken";

/// `POST /api/v1/series/{id}/files`
pub(crate) async fn push(
    State(app): State<App>,
    caller: Caller,
    Path(series): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let series = status::series(&app, &caller, series).await?;
    let key = key(request.headers())?;
    let upload = intake::receive(&app, request).await?;
    let keyed = key
        .map(|key| keyed(&caller, &key, &series, &upload))
        .transpose()?;
    if let Some(keyed) = &keyed
        && let Some(answer) = earlier(&app, &caller, keyed).await?
    {
        return Ok(replayed(&answer));
    }
    match take(&app, &caller, &series, upload, keyed.clone()).await? {
        Ok(answer) => {
            app.wake.wake();
            Ok(answered(&answer))
        }
        Err(refusal) => refused(&app, &caller, &series, refusal, keyed).await,
    }
}

/// Takes the file; the answer is kept in the transaction that stores the import.
async fn take(
    app: &App,
    caller: &Caller,
    series: &Series,
    mut upload: Upload,
    keyed: Option<Keyed>,
) -> Result<Result<Answer, Refusal>, Failure> {
    let (ctx, id) = (caller.ctx.clone(), series.id);
    engine(app, move |imports| {
        let mut answer = None;
        let (name, file) = (&*upload.name, &mut upload.file);
        imports.push_to_series_with(&ctx, id, name, file, &mut |tx, run| {
            let given = accepted(run);
            if let Some(keyed) = &keyed
                && !answers::keep(tx, keyed, &given, ctx.now())?
            {
                return Err(Refusal::File {
                    code: KEY_TAKEN.to_owned(),
                    message: String::new(),
                });
            }
            answer = Some(given);
            Ok(())
        })?;
        answer.ok_or(Refusal::NotFound)
    })
    .await
}

/// What a refused push is answered; for the same request again, the same.
async fn refused(
    app: &App,
    caller: &Caller,
    series: &Series,
    refusal: Refusal,
    keyed: Option<Keyed>,
) -> Result<Response, Problem> {
    let page = format!("/imports/series/{}", series.id);
    let problem = match refusal {
        Refusal::File { code, .. } if code == KEY_TAKEN => None,
        Refusal::File { code, message } if code == "nothing_new" => {
            let body = json!({
                "run": Value::Null, "import": Value::Null, "state": code, "detail": message,
                "status_url": Value::Null, "human_url": page,
            });
            Some(Ok(answer(StatusCode::OK, &body)))
        }
        refusal => Some(Err(Problem::from(refusal).human_url(page))),
    };
    let given = match &problem {
        Some(Ok(answer)) => Some(answer.clone()),
        Some(Err(problem)) => problem.is_lasting().then(|| problem.answer()),
        None => None,
    };
    if let Some(keyed) = keyed {
        let is_ours = match given {
            Some(given) => keep(app, caller, &keyed, given).await?,
            None => problem.is_some(),
        };
        if !is_ours && let Some(answer) = earlier(app, caller, &keyed).await? {
            return Ok(replayed(&answer));
        }
    }
    match problem {
        Some(Ok(answer)) => Ok(answered(&answer)),
        Some(Err(problem)) => Err(problem),
        None => Err(Failure::Internal.into()),
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
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

/// The request is the series, the file's name and its content.
fn keyed(caller: &Caller, key: &str, series: &Series, upload: &Upload) -> Result<Keyed, Problem> {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(b"series/files")
        .update(series.id.uuid().as_bytes())
        .update(upload.hash.as_bytes())
        .update(upload.name.as_bytes());
    let content = *hasher.finalize().as_bytes();
    Keyed::new(caller.ctx.account, caller.token, key, content).ok_or_else(bad_key)
}

async fn earlier(app: &App, caller: &Caller, keyed: &Keyed) -> Result<Option<Answer>, Problem> {
    let (keyed, now) = (keyed.clone(), caller.ctx.now());
    let found = app
        .db
        .read(move |tx| answers::find(tx, &keyed, now))
        .await?;
    match found {
        Earlier::Unknown => Ok(None),
        Earlier::Same(answer) => Ok(Some(answer)),
        Earlier::Other => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_key_reused",
            "This Idempotency-Key was sent with another file. Use a new one for each push.",
        )),
    }
}

async fn keep(app: &App, caller: &Caller, keyed: &Keyed, given: Answer) -> db::Result<bool> {
    let (keyed, now) = (keyed.clone(), caller.ctx.now());
    app.db
        .write(move |tx| answers::keep(tx, &keyed, &given, now))
        .await
}

fn accepted(run: &SeriesRun) -> Answer {
    let human_url = run.import.map(|id| format!("/imports/{id}"));
    let body = json!({
        "run": run.id, "import": run.import, "state": run.outcome.as_str(),
        "status_url": status::run_url(run), "human_url": human_url,
    });
    answer(StatusCode::ACCEPTED, &body)
}

fn answer(status: StatusCode, body: &Value) -> Answer {
    Answer {
        status: i64::from(status.as_u16()),
        body: body.to_string(),
    }
}

/// The answer, with the address to look at next.
fn answered(answer: &Answer) -> Response {
    let mut response = json_response(answer);
    let body: Option<Value> = serde_json::from_str(&answer.body).ok();
    let next = body
        .as_ref()
        .and_then(|body| body.get("status_url")?.as_str());
    if let Some(next) = next.and_then(|next| HeaderValue::from_str(next).ok()) {
        response.headers_mut().insert(LOCATION, next);
    }
    response
}

fn replayed(answer: &Answer) -> Response {
    let mut response = answered(answer);
    response
        .headers_mut()
        .insert(REPLAYED.clone(), HeaderValue::from_static("true"));
    response
}
