//! Looking at series, and the buttons beside them.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, accounts};
use import::{Import, RunOutcome, Series, SeriesRun};
use jiff::tz::TimeZone;
use kernel::SeriesId;
use serde::Deserialize;

use super::{failure, when};
use crate::{
    app::App,
    badge::Badge,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    icon::Icon,
    imports::work::{ask, engine},
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "imports/series_list.html")]
struct ListPage {
    shell: Shell,
    may_run: bool,
    lines: Vec<Line>,
}

struct Line {
    id: SeriesId,
    name: String,
    when: String,
    source: String,
    badge: Badge,
    next: Option<Moment>,
}

/// `GET /imports/series`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let found = ask(&app, move |imports| {
        imports
            .series_list(&ctx)?
            .into_iter()
            .map(|series| {
                let runs = imports.series_runs(&ctx, series.id)?;
                Ok((series, runs.into_iter().next()))
            })
            .collect::<Result<Vec<_>, import::Refusal>>()
    })
    .await?;
    let (shell, zone) = surroundings(&app, visitor).await?;
    Ok(Page(ListPage {
        may_run: shell.may(Action::RunImports),
        shell,
        lines: found
            .iter()
            .map(|(series, last)| Line {
                id: series.id,
                name: series.name.clone(),
                when: when(series.schedule),
                source: source(series),
                badge: match last {
                    _ if series.paused => paused(),
                    Some((run, import)) => badge(run, import.as_ref()),
                    None => Badge {
                        tone: "still",
                        icon: Icon::Clock,
                        text: "Not yet run",
                    },
                },
                next: series.next_at.map(|at| moment(at, &zone)),
            })
            .collect(),
    })
    .into_response())
}

#[derive(Template)]
#[template(path = "imports/series.html")]
struct SeriesPage {
    shell: Shell,
    may_run: bool,
    series: Series,
    when: String,
    source: String,
    what: String,
    limits: String,
    next: Option<Moment>,
    runs: Vec<RunLine>,
    /// How a program hands a file over, for the terminal.
    push_line: String,
}

struct RunLine {
    at: Moment,
    badge: Badge,
    file: String,
    import: Option<ImportLine>,
    comparison: String,
    reasons: Vec<String>,
}

struct ImportLine {
    link: String,
    name: String,
    rows: String,
}

/// `GET /imports/series/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let found = engine(&app, move |imports| {
        let series = imports.series(&ctx, id)?;
        let runs = imports.series_runs(&ctx, id)?;
        Ok((series, runs))
    })
    .await?;
    let (series, runs) = found.map_err(failure)?;
    let (shell, zone) = surroundings(&app, visitor).await?;
    let brakes = series.brakes;
    Ok(Page(SeriesPage {
        may_run: shell.may(Action::RunImports),
        shell,
        when: when(series.schedule),
        source: source(&series),
        what: what(&series),
        limits: format!(
            "more than {} % of the scope or {} people deactivated, an administrator changed, a \
             file that is {} % larger or smaller, or more than {} % of rows that cannot be imported",
            brakes.removed_percent,
            count(brakes.removed_people),
            brakes.changed_percent,
            brakes.failed_percent
        ),
        next: series.next_at.map(|at| moment(at, &zone)),
        runs: runs
            .iter()
            .map(|(run, import)| run_line(run, import.as_ref(), &zone))
            .collect(),
        push_line: push_line(&app, id),
        series,
    })
    .into_response())
}

/// The revision a form was made from.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    rev: i64,
    #[serde(default)]
    paused: String,
}

/// `POST /imports/series/{id}/run`
pub(crate) async fn run(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
) -> Result<Response, Failure> {
    let queued = engine(&app, move |imports| imports.run_series(&visitor.ctx, id)).await?;
    queued.map_err(failure)?;
    app.wake.wake();
    Ok(see_other(&format!("/imports/series/{id}")))
}

/// `POST /imports/series/{id}/pause`
pub(crate) async fn pause(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let paused = fields.paused == "yes";
    let changed = engine(&app, move |imports| {
        imports.pause_series(&visitor.ctx, id, Some(fields.rev), paused)
    })
    .await?;
    changed.map_err(failure)?;
    Ok(see_other(&format!("/imports/series/{id}")))
}

/// `POST /imports/series/{id}/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<SeriesId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let removed = engine(&app, move |imports| {
        imports.remove_series(&visitor.ctx, id, Some(fields.rev))
    })
    .await?;
    removed.map_err(failure)?;
    Ok(see_other("/imports/series"))
}

async fn surroundings(app: &App, visitor: Visitor) -> Result<(Shell, TimeZone), Failure> {
    app.db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            Ok((Shell::load(tx, &visitor, Section::Imports)?, zone))
        })
        .await
}

/// The line with which a program hands a file over.
fn push_line(app: &App, id: SeriesId) -> String {
    let address = app.delivery.link(&format!("/api/v1/series/{id}/files"));
    format!(
        "curl --fail-with-body -H \"Authorization: Bearer $MUSTER_TOKEN\" \\\n  \
         --form file=@people.csv \\\n  {address}"
    )
}

fn source(series: &Series) -> String {
    match &series.folder {
        Some(folder) => format!("{}/{}", folder.trim_end_matches('/'), series.pattern),
        None => "Files are pushed".to_owned(),
    }
}

fn what(series: &Series) -> String {
    use import::Mode;
    let mode = match series.settings.mode {
        Mode::AddUpdate => "Add and update people",
        Mode::Add => "Only add new people",
        Mode::Update => "Only update people",
        Mode::Match => "Make the directory match the file",
    };
    match series.scope_words() {
        "" => mode.to_owned(),
        scope => format!("{mode}, for {scope}"),
    }
}

const fn paused() -> Badge {
    Badge {
        tone: "still",
        icon: Icon::Pause,
        text: "Paused",
    }
}

/// What came of a run: of an import, where it stands now.
fn badge(run: &SeriesRun, import: Option<&Import>) -> Badge {
    let (tone, icon) = match run.outcome {
        RunOutcome::Started | RunOutcome::Held => {
            let held = run.outcome == RunOutcome::Held;
            return match import {
                Some(import) if held && import.state.is_draft() => Badge {
                    tone: "warn",
                    icon: Icon::Warning,
                    text: "Waits for you",
                },
                Some(import) => Badge::from(import.state),
                None => Badge {
                    tone: "still",
                    icon: Icon::Done,
                    text: run.outcome.label(),
                },
            };
        }
        RunOutcome::Looking => ("info", Icon::Busy),
        RunOutcome::NothingNew | RunOutcome::NoFile => ("still", Icon::Off),
        RunOutcome::Waits => ("warn", Icon::Clock),
        RunOutcome::Failed => ("bad", Icon::Problem),
    };
    Badge {
        tone,
        icon,
        text: run.outcome.label(),
    }
}

fn run_line(run: &SeriesRun, import: Option<&Import>, zone: &TimeZone) -> RunLine {
    RunLine {
        at: moment(run.started_at, zone),
        badge: badge(run, import),
        file: run.file_name.clone().unwrap_or_default(),
        import: import.map(|import| ImportLine {
            link: format!("/imports/{}", import.id),
            name: format!("Import #{}", import.number),
            rows: if import.counts.rows == 0 {
                String::new()
            } else {
                format!(
                    "{} rows: +{} ~{} –{}",
                    count(import.counts.rows),
                    count(import.counts.created),
                    count(import.counts.updated),
                    count(import.counts.failed)
                )
            },
        }),
        comparison: run.comparison.map_or_else(String::new, |comparison| {
            format!(
                "Since the last file: {} rows added, {} removed, {} changed, {} the same.",
                count(comparison.added),
                count(comparison.removed),
                count(comparison.changed),
                count(comparison.same)
            )
        }),
        reasons: run.reasons.clone(),
    }
}
