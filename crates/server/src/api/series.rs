//! Handing a file to a series, and what became of it.

use axum::{extract::Request, response::Response};
use identity::answers::{self, Answer};
use import::{Import, Imports, Refusal, RunOutcome, Series, SeriesRun};
use kernel::{SeriesId, SeriesRunId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    drive,
    imports::{self, IMPORT},
    intake::{self, Upload},
    operation::{Answered, Body, Operation, Work},
    problem::json_response,
    replay,
    shape::{Shape, field, may},
};
use crate::{failure::Failure, imports::engine};

const PUSHED: Shape = Shape::Named(
    "Pushed",
    &Shape::Object(&[
        field("run", Shape::Maybe(&Shape::Id), ""),
        field("import", Shape::Maybe(&Shape::Id), ""),
        field(
            "state",
            Shape::Text(0, 40),
            "`nothing_new` if it is the content of the last import again.",
        ),
        may("detail", Shape::Text(0, 1000), ""),
        field(
            "status_url",
            Shape::Maybe(&Shape::Text(0, 200)),
            "Where to look what becomes of it.",
        ),
        field(
            "human_url",
            Shape::Maybe(&Shape::Text(0, 200)),
            "A page for somebody who signs in.",
        ),
    ]),
);
const COMPARISON: Shape = Shape::Object(&[
    field("added", Shape::Integer(0, i64::MAX), ""),
    field("removed", Shape::Integer(0, i64::MAX), ""),
    field("changed", Shape::Integer(0, i64::MAX), ""),
    field("same", Shape::Integer(0, i64::MAX), ""),
]);
pub(super) const RUN: Shape = Shape::Named(
    "Run",
    &Shape::Object(&[
        field("run", Shape::Id, ""),
        field("series", Shape::Id, ""),
        field(
            "state",
            Shape::Text(0, 40),
            "looking, started, held (a person decides, on the page `human_url`), nothing_new, no_file, waits (for an earlier import of the series), failed.",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "reasons",
            Shape::List(&Shape::Lines(4000), 1000),
            "Why it is held.",
        ),
        field(
            "comparison",
            Shape::Maybe(&COMPARISON),
            "With the last accepted file.",
        ),
        field("file", Shape::Maybe(&Shape::Text(0, 1000)), ""),
        field("import", Shape::Maybe(&IMPORT), ""),
        field("started_at", Shape::Moment, ""),
        field("decided_at", Shape::Maybe(&Shape::Moment), ""),
        field("status_url", Shape::Text(0, 200), ""),
        field("human_url", Shape::Text(0, 200), ""),
    ]),
);

pub(super) const PUSH: Operation =
    Operation::new("pushFile", "Hand a file to a series", Work::Raw(|ask, request| Box::pin(push(ask, request))))
        .words("The file is checked and imported, or held for a person, by the rules of the series; the answer does not wait for that. The content of the last import again is answered with 200 and `nothing_new`. While an import of the series is not finished, also one that is held, this is refused with 409 `series_waits`.")
        .query(&[may("name", Shape::Text(0, 400), "The file's name.")])
        .body(Body::File("User ID,Name,Email\n1,Thandi Nkosi,thandi@example.com\n"))
        .answers(
            Answered::Taken(&PUSHED),
            r#"{"run":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13","import":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","state":"looking","status_url":"/api/v1/series/01977420-5c1d-7b32-9a01-3d1f5b9e2a14/runs/01977420-5c1d-7b32-9a01-3d1f5b9e2a13","human_url":"/imports/01977420-5c1d-7b32-9a01-3d1f5b9e2a12"}"#,
        )
        .refuses(&[200, 409, 413, 415, 422, 507]);
pub(super) const SHOW_RUN: Operation =
    Operation::new("getRun", "One run of a series", Work::Engine(show_run)).answers(
        Answered::One(&RUN),
        r#"{"run":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13","series":"01977420-5c1d-7b32-9a01-3d1f5b9e2a14","state":"held","busy":false,"reasons":["30 people would be deactivated, 4 % of the scope."],"comparison":{"added":12,"removed":30,"changed":4,"same":700},"file":"staff.csv","import":null,"started_at":"2026-11-22T09:30:00Z","decided_at":"2026-11-22T09:31:00Z","status_url":"/api/v1/series/01977420-5c1d-7b32-9a01-3d1f5b9e2a14/runs/01977420-5c1d-7b32-9a01-3d1f5b9e2a13","human_url":"/imports/01977420-5c1d-7b32-9a01-3d1f5b9e2a12"}"#,
    );

async fn push(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    let (ctx, wanted) = (ask.ctx.clone(), ask.place("series").to_owned());
    let series = engine(&ask.app, move |imports| series(imports, &ctx, &wanted)).await??;
    let upload = intake::receive(&ask.app, request).await?;
    let id = series.id.uuid();
    // The request is the series, the file's name and its content.
    let content = [
        b"series/files".as_slice(),
        id.as_bytes(),
        upload.hash.as_bytes(),
        upload.name.as_bytes(),
    ];
    if let Some(before) = replay::answered(&mut ask, &content).await? {
        return Ok(before);
    }
    match take(&ask, &series, upload).await? {
        Ok(answer) => {
            ask.app.wake.wake();
            Ok(json_response(&answer))
        }
        Err(refusal) => refused(&ask, &series, refusal).await,
    }
}

/// Takes the file; the answer is kept in the transaction that stores the import.
async fn take(
    ask: &Ask,
    series: &Series,
    mut upload: Upload,
) -> Result<Result<Answer, Refusal>, Failure> {
    let (ctx, id, keyed) = (ask.ctx.clone(), series.id, ask.keyed.clone());
    engine(&ask.app, move |imports| {
        let mut answer = None;
        let (name, file) = (&*upload.name, &mut upload.file);
        imports.push_to_series_with(&ctx, id, name, file, &mut |tx, run| {
            let given = accepted(run);
            if let Some(keyed) = &keyed
                && !answers::keep(tx, keyed, &given, ctx.now())?
            {
                return Err(Refusal::File {
                    code: replay::KEY_TAKEN.to_owned(),
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
async fn refused(ask: &Ask, series: &Series, refusal: Refusal) -> Result<Response, Problem> {
    let page = format!("/imports/series/{}", series.id);
    match refusal {
        Refusal::File { code, .. } if code == replay::KEY_TAKEN => {
            drive::refused(ask, replay::taken()).await
        }
        Refusal::File { code, message } if code == "nothing_new" => {
            let body = json!({
                "run": Value::Null, "import": Value::Null, "state": code, "detail": message,
                "status_url": Value::Null, "human_url": page,
            });
            let answer = Reply::one(body).answer();
            if let Some(keyed) = &ask.keyed
                && !replay::keep(&ask.app, &ask.ctx, keyed, answer.clone()).await?
                && let Some(earlier) = replay::earlier(&ask.app, &ask.ctx, keyed).await?
            {
                return Ok(replay::replayed(&earlier));
            }
            Ok(json_response(&answer))
        }
        refusal => drive::refused(ask, Problem::from(refusal).human_url(page)).await,
    }
}

fn accepted(run: &SeriesRun) -> Answer {
    let human_url = run.import.map(|id| format!("/imports/{id}"));
    let body = json!({
        "run": run.id, "import": run.import, "state": run.outcome.as_str(),
        "status_url": run_url(run), "human_url": human_url,
    });
    Reply::taken(body, &run_url(run)).answer()
}

fn show_run(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = series(imports, &ask.ctx, ask.place("series"))?;
    let run: SeriesRunId = ask.id("run")?;
    let (run, import) = imports.series_run(&ask.ctx, series.id, run)?;
    Ok(Reply::one(of_run(&run, import.as_ref())))
}

/// The series with this id or name.
pub(super) fn series(
    imports: &Imports,
    ctx: &directory::Ctx,
    wanted: &str,
) -> Result<Series, Problem> {
    let found = match wanted.parse::<SeriesId>() {
        Ok(id) => imports.series(ctx, id),
        Err(_) => imports.series_named(ctx, wanted),
    };
    found.map_err(Problem::from)
}

/// Where a run is to be looked at again.
fn run_url(run: &SeriesRun) -> String {
    format!("/api/v1/series/{}/runs/{}", run.series, run.id)
}

pub(super) fn of_run(run: &SeriesRun, import: Option<&Import>) -> Value {
    let human_url = run.import.map_or_else(
        || format!("/imports/series/{}", run.series),
        |id| format!("/imports/{id}"),
    );
    let is_busy =
        run.outcome == RunOutcome::Looking || import.is_some_and(|import| import.state.is_busy());
    json!({
        "run": run.id,
        "series": run.series,
        "state": run.outcome.as_str(),
        "busy": is_busy,
        "reasons": run.reasons,
        "comparison": run.comparison,
        "file": run.file_name,
        "import": import.map(imports::value),
        "started_at": run.started_at,
        "decided_at": run.finished_at,
        "status_url": run_url(run),
        "human_url": human_url,
    })
}
