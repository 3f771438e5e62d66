//! Where a run of a series and an import stand.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use identity::answers::Answer;
use import::{Counts, Import, Refusal, RunOutcome, Series, SeriesRun};
use kernel::{ImportId, SeriesId, SeriesRunId};
use serde_json::{Value, json};

use super::{Problem, bearer::Caller, problem::json_response};
use crate::{
    app::App,
    imports::{done_and_total, engine},
};

/// `GET /api/v1/series/{id}/runs/{run}`
pub(crate) async fn show_run(
    State(app): State<App>,
    caller: Caller,
    Path((wanted, run)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let series = series(&app, &caller, wanted).await?;
    let run: SeriesRunId = run.parse().map_err(|_| Problem::not_found())?;
    let found = engine(&app, move |imports| {
        imports.series_run(&caller.ctx, series.id, run)
    })
    .await?;
    let (run, import) = found?;
    Ok(ok(&of_run(&run, import.as_ref())))
}

/// `GET /api/v1/imports/{id}`
pub(crate) async fn show_import(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id: ImportId = id.parse().map_err(|_| Problem::not_found())?;
    let found = engine(&app, move |imports| imports.find(&caller.ctx, id)).await?;
    Ok(ok(&of_import(&found?)))
}

/// The series with this id or name.
pub(super) async fn series(app: &App, caller: &Caller, wanted: String) -> Result<Series, Problem> {
    let ctx = caller.ctx.clone();
    let found = engine(app, move |imports| match wanted.parse::<SeriesId>() {
        Ok(id) => imports.series(&ctx, id),
        Err(_) => imports.series_named(&ctx, &wanted),
    })
    .await?;
    found.map_err(|refusal: Refusal| refusal.into())
}

/// Where a run is to be looked at again.
pub(super) fn run_url(run: &SeriesRun) -> String {
    format!("/api/v1/series/{}/runs/{}", run.series, run.id)
}

fn of_run(run: &SeriesRun, import: Option<&Import>) -> Value {
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
        "import": import.map(of_import),
        "started_at": run.started_at,
        "decided_at": run.finished_at,
        "status_url": run_url(run),
        "human_url": human_url,
    })
}

fn of_import(import: &Import) -> Value {
    let Counts {
        rows,
        created,
        updated,
        unchanged,
        skipped,
        failed,
        not_started,
    } = import.counts;
    let (done, total) = match import.state {
        state if state.has_results() => (rows, rows),
        state if state.is_draft() => (0, rows),
        _ => done_and_total(import),
    };
    json!({
        "import": import.id,
        "number": import.number,
        "name": import.name,
        "state": import.state.as_str(),
        "busy": import.state.is_busy(),
        "stage": import.stage,
        "rows_total": (total > 0).then_some(total),
        "rows_done": done,
        "counts": {
            "new": created, "changed": updated, "unchanged": unchanged, "skipped": skipped,
            "failed": failed, "not_started": not_started,
        },
        "reason": import.reason,
        "created_at": import.created_at,
        "started_at": import.started_at,
        "finished_at": import.finished_at,
        "status_url": format!("/api/v1/imports/{}", import.id),
        "human_url": format!("/imports/{}", import.id),
    })
}

fn ok(body: &Value) -> Response {
    json_response(&Answer {
        status: i64::from(StatusCode::OK.as_u16()),
        body: body.to_string(),
    })
}
