//! What became of every row, and what can be done next.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::{Action, accounts};
use import::{Import, Outcome, RowFilter, State as ImportState};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    edit::check_again,
    equation::{Equation, OUTCOMES},
    frame::{Frame, Place},
    rows::{self, RowTable},
    work::ask,
};
use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    format::{count, counted, duration, moment, zone},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

const ROWS_SHOWN: usize = 50;

/// Which rows the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    outcome: String,
    after: u64,
}

#[derive(Template)]
#[template(path = "imports/results.html")]
struct ResultsPage {
    shell: Shell,
    frame: Frame,
    verdict_icon: Icon,
    verdict_class: &'static str,
    verdict: String,
    details: String,
    equation: Equation,
    tabs: Vec<Tab>,
    table: RowTable,
    next: Option<String>,
    first: Option<String>,
    undone: Option<import::UndoPreview>,
    departed: Option<String>,
    /// Where to go on, as far as the visitor may.
    undo: Option<String>,
    redo: Option<String>,
    redone: Option<import::Redone>,
    complete: Option<String>,
    go_on: Option<String>,
    people: Option<String>,
    is_completed: bool,
    has_left: bool,
    may_run: bool,
}

struct Tab {
    text: &'static str,
    rows: String,
    link: String,
    is_current: bool,
}

/// `GET /imports/{id}/results`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let import = ask(&app, move |imports| imports.find(&ctx, id)).await?;
    if !import.state.has_results() && import.state != ImportState::Paused {
        return Ok(see_other(&format!("/imports/{id}")));
    }
    page(&app, visitor, import, query)
        .await
        .map(IntoResponse::into_response)
}

async fn page(
    app: &App,
    visitor: Visitor,
    import: Import,
    query: Query,
) -> Result<Page<ResultsPage>, Failure> {
    let outcome = Outcome::parse(&query.outcome).or_else(|| most_telling(&import));
    let (ctx, id) = (visitor.ctx.clone(), import.id);
    let filter = RowFilter {
        outcome,
        after: query.after,
        limit: ROWS_SHOWN,
        ..RowFilter::default()
    };
    let subject = import.clone();
    let (found, catalogue, departed) = ask(app, move |imports| {
        Ok((
            imports.rows(&ctx, id, &filter)?,
            imports.catalogue(&ctx)?,
            imports.departed(&ctx, &subject)?,
        ))
    })
    .await?;
    let may_run = visitor.ctx.may(Action::RunImports);
    let (shell, zone) = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, zone))
        })
        .await?;
    let is_completed = import.completed_at.is_some();
    let base = Place::Results.link(id);
    let key = outcome.map_or("all", Outcome::as_str);
    let list = |after: u64| {
        let after = if after == 0 {
            String::new()
        } else {
            after.to_string()
        };
        Link::to(&base)
            .with("outcome", key)
            .with("after", &after)
            .into_string()
    };
    let (verdict_icon, verdict_class, verdict) = verdict(&import);
    let ended = import
        .finished_at
        .map(|at| format!("Ended {}", moment(at, &zone).shown));
    let by = format!("started by {}", import.created_by_name);
    let details = ended.into_iter().chain([by]).collect::<Vec<_>>().join(", ");
    Ok(Page(ResultsPage {
        shell,
        frame: Frame::of(&import, Place::Results, "Results"),
        verdict_icon,
        verdict_class,
        verdict,
        details,
        equation: Equation::of(&import.counts, Some(key), |outcome| {
            Some(Link::to(&base).with("outcome", outcome).into_string())
        }),
        tabs: tabs(&import, key, &base),
        next: (found.len() == ROWS_SHOWN)
            .then(|| found.last().map(|row| list(row.row)))
            .flatten(),
        first: (query.after > 0).then(|| list(0)),
        table: rows::table(&import, &catalogue, &found),
        undone: import.undo.clone(),
        departed: (departed.planned > 0).then(|| super::departures::sentence(departed)),
        undo: (may_run && !is_completed && import.state.can_undo())
            .then(|| format!("/imports/{id}/undo")),
        redo: (may_run && !is_completed && import.state.can_redo() && import.redo.is_none())
            .then(|| format!("/imports/{id}/redo")),
        redone: import.redo.filter(|_| import.undo.is_none()),
        complete: (may_run && !is_completed && import.state.has_results())
            .then(|| format!("/imports/{id}/complete")),
        go_on: (import.state == ImportState::Paused).then(|| Place::Run.link(id)),
        people: (import.counts.created + import.counts.updated > 0)
            .then(|| format!("/users?import={id}")),
        is_completed,
        has_left: import.counts.failed + import.counts.not_started > 0,
        may_run,
    }))
}

/// Rows not imported need a person; otherwise the new ones are what one came for.
fn most_telling(import: &Import) -> Option<Outcome> {
    let counts = &import.counts;
    [
        (counts.failed, Outcome::Failed),
        (counts.created, Outcome::Created),
        (counts.updated, Outcome::Updated),
    ]
    .into_iter()
    .find(|(rows, _)| *rows > 0)
    .map(|(_, outcome)| outcome)
}

fn tabs(import: &Import, current: &str, base: &str) -> Vec<Tab> {
    const NAMES: [&str; 5] = ["New", "Changed", "Unchanged", "Skipped", "Not imported"];
    let counts = &import.counts;
    let values = [
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed,
    ];
    OUTCOMES
        .into_iter()
        .zip(NAMES)
        .zip(values)
        .map(|(((key, _, _), text), rows)| Tab {
            text,
            rows: count(rows),
            link: Link::to(base).with("outcome", key).into_string(),
            is_current: key == current,
        })
        .collect()
}

fn verdict(import: &Import) -> (Icon, &'static str, String) {
    let counts = &import.counts;
    let people = counted(counts.created + counts.updated, "person", "people");
    let took = match (import.started_at, import.finished_at) {
        (Some(began), Some(ended)) => format!(" in {}", duration(ended.since(began).as_secs_f64())),
        _ => String::new(),
    };
    let left = counted(counts.failed + counts.not_started, "row", "rows");
    match import.state {
        ImportState::Done => (
            Icon::Done,
            "level-fixed",
            format!("Done{took}. {people} imported, nothing left over."),
        ),
        ImportState::DoneWithProblems => (
            Icon::Warning,
            "level-check",
            format!("Done{took}. {people} imported, {left} left."),
        ),
        ImportState::Stopped => (
            Icon::Stop,
            "level-check",
            format!("Stopped. {people} imported, {left} left."),
        ),
        ImportState::Paused => (
            Icon::Pause,
            "level-check",
            format!("Paused. {people} imported so far, {left} left."),
        ),
        ImportState::Undone => (
            Icon::Undo,
            "soft",
            "This import was taken back completely.".to_owned(),
        ),
        ImportState::PartlyUndone => (
            Icon::Undo,
            "level-check",
            "This import was taken back, except for people changed since.".to_owned(),
        ),
        _ => (
            Icon::Problem,
            "level-must",
            format!("The import failed. {people} imported before, {left} left."),
        ),
    }
}

/// `POST /imports/{id}/rest`: an import of the rows that this one left.
pub(crate) async fn fix_rest(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let rest = ask(&app, move |imports| imports.begin_rest(&ctx, id))
        .await
        .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, rest.id).await?;
    Ok(see_other(&Place::Review.link(rest.id)))
}
