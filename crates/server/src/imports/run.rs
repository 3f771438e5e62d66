//! Work under way: checking, importing, taking back. It goes on when the page is closed.

use std::{convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    response::{
        IntoResponse, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use directory::{Action, accounts};
use futures_util::stream;
use import::{Import, Imports, Refusal, State as ImportState};
use kernel::{ImportId, Timestamp};
use serde::Deserialize;

use super::{
    frame::{Frame, Place},
    work::{ask, queued},
};
use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    format::{Moment, count, counted, duration, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

/// How often a page without scripts loads itself again.
const REFRESH_SECONDS: u32 = 3;
/// How often a page with scripts is told.
const TELL_EVERY: Duration = Duration::from_millis(500);

#[derive(Template)]
#[template(path = "imports/run.html")]
pub(crate) struct RunPage {
    shell: Shell,
    frame: Frame,
    progress: Progress,
    controls: Controls,
    tells_at_the_end: bool,
    /// Who started the work, and when.
    begun: Option<(String, Moment)>,
    /// Where the people are that a paused import has written.
    written: Option<String>,
    state: &'static str,
}

/// What the visitor can do about the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Controls {
    Nothing,
    PauseOrStop,
    ResumeOrStop,
}

impl Controls {
    fn pauses(self) -> bool {
        self == Self::PauseOrStop
    }

    fn resumes(self) -> bool {
        self == Self::ResumeOrStop
    }
}

/// How many rows of the present work are done, of how many; 0 while that is not known.
pub(crate) fn done_and_total(import: &Import) -> (i64, i64) {
    let writes = import.plan.as_ref().map_or(0, import::Plan::people);
    match import.state {
        ImportState::Checking if import.stage == "deciding" => {
            (import.rows_done, import.counts.rows)
        }
        ImportState::Checking => (import.rows_done, 0),
        ImportState::Undoing => (import.rows_done, writes),
        // Before the first chunk is written, the rows done are those of the sorting.
        _ if import.chunks_done == 0 => (0, 0),
        _ => (import.rows_done, writes),
    }
}

/// How far the work is, as the page and its events show it.
#[derive(Debug, Template)]
#[template(path = "imports/progress.html")]
pub(crate) struct Progress {
    heading: String,
    title: String,
    stage: &'static str,
    percent: Option<i64>,
    done: String,
    speed: String,
    is_waiting: bool,
}

impl Progress {
    fn of(import: &Import, now: Timestamp) -> Self {
        let (done, total) = done_and_total(import);
        let percent = (total > 0).then(|| (done.saturating_mul(100) / total).clamp(0, 100));
        let what = verb(import.state);
        let heading = format!("{what} {}", import.name);
        Self {
            title: match percent {
                Some(percent) => format!("{percent} % – {heading} – Muster"),
                None => format!("{heading} – Muster"),
            },
            heading,
            stage: stage(import),
            percent,
            done: match (done, total) {
                (0, 0) => String::new(),
                (done, 0) => format!("{} so far", counted(done, "row", "rows")),
                (done, total) => format!("{} of {}", count(done), count(total)),
            },
            speed: speed(import, done, total, now),
            is_waiting: import.state == ImportState::Queued,
        }
    }
}

fn verb(state: ImportState) -> &'static str {
    match state {
        ImportState::Checking => "Checking",
        ImportState::Queued => "Waiting to import",
        ImportState::Paused => "Paused:",
        ImportState::Undoing => "Taking back",
        ImportState::Redoing => "Doing again",
        _ => "Importing",
    }
}

fn stage(import: &Import) -> &'static str {
    match (import.state, import.stage.as_str()) {
        (ImportState::Queued, _) => "Waiting for its turn",
        (ImportState::Pausing, _) => "Pausing after the present batch",
        (ImportState::Stopping, _) => "Stopping after the present batch",
        (ImportState::Paused, _) => "Paused",
        (ImportState::Undoing, _) => "Taking back",
        (ImportState::Redoing, _) => "Doing again",
        (ImportState::Checking, "deciding") => "Comparing with the directory",
        (ImportState::Checking, _) => "Reading and checking rows",
        _ if import.chunks_done == 0 => "Sorting",
        _ => "Writing people",
    }
}

fn speed(import: &Import, done: i64, total: i64, now: Timestamp) -> String {
    let Some(started) = import
        .started_at
        .filter(|_| import.state == ImportState::Running)
    else {
        return String::new();
    };
    let seconds = now.since(started).as_secs_f64();
    if seconds < 1.0 || done == 0 {
        return String::new();
    }
    let rate = done as f64 / seconds;
    let seconds_left = (total - done).max(0) as f64 / rate;
    let left = if seconds_left < 1.0 {
        String::new()
    } else {
        format!(" · about {} left", duration(seconds_left))
    };
    format!("{} people/s{left}", count(rate.round() as i64))
}

/// `GET /imports/{id}/run`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    let place = Place::of(import.state);
    if place != Place::Run {
        return Ok(see_other(&place.link(id)));
    }
    progress_page(&app, visitor, import)
        .await
        .map(IntoResponse::into_response)
}

/// The page of work under way.
pub(crate) async fn progress_page(
    app: &App,
    visitor: Visitor,
    import: Import,
) -> Result<Page<RunPage>, Failure> {
    let may_run = visitor.ctx.may(Action::RunImports);
    let (mut shell, zone) = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, zone))
        })
        .await?;
    shell.refresh_seconds = (import.state != ImportState::Paused).then_some(REFRESH_SECONDS);
    let progress = Progress::of(&import, app.clock.now());
    Ok(Page(RunPage {
        shell,
        frame: Frame::of(&import, Place::of(import.state), &progress.heading),
        progress,
        state: import.state.as_str(),
        begun: import
            .changed
            .as_ref()
            .filter(|change| matches!(change.what.as_str(), "start" | "undo" | "redo"))
            .map(|change| (change.by.clone(), moment(change.at, &zone))),
        written: (import.state == ImportState::Paused)
            .then(|| format!("/users?import={}", import.id)),
        tells_at_the_end: import.state != ImportState::Checking,
        controls: match import.state {
            ImportState::Running if may_run => Controls::PauseOrStop,
            ImportState::Paused if may_run => Controls::ResumeOrStop,
            _ => Controls::Nothing,
        },
    }))
}

/// The state a page that follows the work was made in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Following {
    state: String,
}

/// `GET /imports/{id}/events`: the progress as server-sent events, until the work ends.
pub(crate) async fn follow(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Following>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    // The page may have been made in another state than the present one; it is then out of date.
    let began = ImportState::parse(&query.state).unwrap_or(import.state);
    let events = stream::unfold(Some(String::new()), move |last| {
        let (app, ctx) = (app.clone(), visitor.ctx.clone());
        async move {
            // The last event was sent, or the server is stopping.
            let mut last = last.filter(|_| !app.wake.is_stopping())?;
            loop {
                if !last.is_empty() {
                    tokio::time::sleep(TELL_EVERY).await;
                }
                let ctx = ctx.clone();
                let import = ask(&app, move |imports| imports.find(&ctx, id))
                    .await
                    .ok()?;
                if import.state != began || !import.state.is_busy() {
                    let link = format!("/imports/{id}");
                    return Some((Event::default().event("end").data(link), None));
                }
                let html = Progress::of(&import, app.clock.now()).render().ok()?;
                if html != last {
                    last.clone_from(&html);
                    return Some((Event::default().event("patch").data(html), Some(last)));
                }
                if app.wake.is_stopping() {
                    return None;
                }
            }
        }
    });
    let events = stream::StreamExt::map(events, Ok::<_, Infallible>);
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// `POST /imports/{id}/pause`
pub(crate) async fn pause(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    change(app, visitor, id, Imports::pause).await
}

/// `POST /imports/{id}/stop`
pub(crate) async fn stop(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    change(app, visitor, id, Imports::stop).await
}

async fn change(
    app: App,
    visitor: Visitor,
    id: ImportId,
    change: fn(&Imports, &directory::Ctx, ImportId) -> Result<(), Refusal>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let outcome = super::work::engine(&app, move |imports| change(imports, &ctx, id)).await?;
    match outcome {
        // Whoever presses too late sees what has become of it.
        Ok(()) | Err(Refusal::WrongState(_)) => Ok(see_other(&format!("/imports/{id}"))),
        Err(refusal) => Err(Failure::from(refusal).about(id)),
    }
}

/// `POST /imports/{id}/resume`
pub(crate) async fn resume(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    queued(&app, move |imports| imports.resume(&ctx, id))
        .await
        .map_err(|failure| failure.about(id))?;
    Ok(see_other(&format!("/imports/{id}")))
}
