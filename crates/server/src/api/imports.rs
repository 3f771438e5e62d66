//! Imports: taking files, where they stand, and what a program may do with them.

use import::{Counts, Import, Imports, Refusal, State};
use kernel::ImportId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{format::sentence, imports::done_and_total};

const STATES: &[&str] = &[
    "choose_format",
    "mapping",
    "checking",
    "planned",
    "queued",
    "running",
    "pausing",
    "paused",
    "stopping",
    "stopped",
    "done",
    "done_with_problems",
    "refused",
    "failed",
    "discarded",
    "undoing",
    "undone",
    "partly_undone",
    "redoing",
];
pub(super) const COUNT: Shape = Shape::Integer(0, i64::MAX);
pub(super) const COUNTS: Shape = Shape::Object(&[
    field("new", COUNT, ""),
    field("changed", COUNT, ""),
    field("unchanged", COUNT, ""),
    field("skipped", COUNT, ""),
    field("failed", COUNT, ""),
    field("not_started", COUNT, ""),
]);
const REASON: Shape = Shape::Object(&[
    field("code", Shape::Text(0, 100), ""),
    field("message", Shape::Lines(4000), ""),
]);

/// An import as it is answered.
pub(super) const IMPORT: Shape = Shape::Named(
    "Import",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("import", Shape::Id, "The same, as older programs know it."),
        field("number", Shape::Integer(1, i64::MAX), "As on the pages."),
        field("name", Shape::Text(0, 1000), ""),
        field("file", Shape::Text(0, 1000), "The file's name."),
        field(
            "state",
            Shape::OneOf(STATES),
            "It has ended as done, done_with_problems (some rows were not imported), stopped, refused or failed.",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "waits_for",
            Shape::Maybe(&Shape::OneOf(&["format", "columns", "start", "resume"])),
            "What somebody has to decide: how the file is built, what its columns are, whether to start, or to go on.",
        ),
        field("stage", Shape::Text(0, 100), ""),
        field(
            "rows_total",
            Shape::Maybe(&COUNT),
            "Null while it is not known.",
        ),
        field("rows_done", COUNT, "How far the present stage is."),
        field(
            "counts",
            COUNTS,
            "Those of the plan until the run has ended, then what really happened; they add up to the rows of the file.",
        ),
        field(
            "reason",
            Shape::Maybe(&REASON),
            "Why it was refused, or failed.",
        ),
        field(
            "started_by",
            Shape::Text(0, 400),
            "Who brought it, as named then.",
        ),
        field("created_at", Shape::Moment, ""),
        field("started_at", Shape::Maybe(&Shape::Moment), ""),
        field("finished_at", Shape::Maybe(&Shape::Moment), ""),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field(
            "human_url",
            Shape::Text(0, 200),
            "A page where a person can fix it.",
        ),
    ]),
);
pub(super) const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","import":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","number":118,"name":"staff.csv","file":"staff.csv","state":"running","busy":true,"waits_for":null,"stage":"writing","rows_total":712,"rows_done":400,"counts":{"new":12,"changed":4,"unchanged":694,"skipped":0,"failed":2,"not_started":0},"reason":null,"started_by":"Maria Gomez","created_at":"2026-11-22T09:30:00Z","started_at":"2026-11-22T09:31:00Z","finished_at":null,"status_url":"/api/v1/imports/01977420-5c1d-7b32-9a01-3d1f5b9e2a12","human_url":"/imports/01977420-5c1d-7b32-9a01-3d1f5b9e2a12"}"#;
const PAGE: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","number":118,"state":"done"}],"next":"/api/v1/imports?fields=number%2Cstate&limit=1&cursor=6f2d"}"#;
/// Imports on a page.
const MOST: i64 = 200;

const CONFIRMED: Shape = Shape::Named(
    "Start",
    &Shape::Object(&[
        may(
            "confirmed",
            COUNT,
            "The number that the plan asks for in `guard`, if it does.",
        ),
        may(
            "pause_after",
            Shape::Integer(1, 10_000),
            "Halt after so many written rows for a look; `resumeImport` goes on.",
        ),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listImports", "List imports", Work::Engine(list))
        .words("Newest first.")
        .query(&[
            may(
                "number",
                Shape::Integer(1, i64::MAX),
                "Only the import of this number, as on the pages.",
            ),
            may(
                "limit",
                Shape::Integer(1, MOST - 1),
                "How many entries a page has; 100 if nothing is said.",
            ),
            CURSOR,
            FIELDS,
        ])
        .answers(Answered::One(&Shape::Page(&IMPORT)), PAGE);

pub(super) const SHOW: Operation = Operation::new("getImport", "One import", Work::Engine(show))
    .query(&[FIELDS])
    .answers(Answered::One(&IMPORT), EXAMPLE);

macro_rules! action {
    ($name:ident, $id:literal, $summary:literal, $words:literal, $work:path) => {
        pub(super) const $name: Operation = Operation::new($id, $summary, Work::Engine($work))
            .words($words)
            .answers(Answered::Taken(&IMPORT), EXAMPLE)
            .refuses(&[409]);
    };
}

action!(
    CHECK,
    "checkImport",
    "Check an import",
    "Compares it with the directory again. For drafts only.",
    check
);
action!(
    PAUSE,
    "pauseImport",
    "Pause an import",
    "After the present chunk.",
    pause
);
action!(
    RESUME,
    "resumeImport",
    "Go on with a paused import",
    "",
    resume
);
action!(
    STOP,
    "stopImport",
    "Stop an import",
    "After the present chunk; what was written stays, and can be undone.",
    stop
);
action!(
    UNDO,
    "undoImport",
    "Undo an import",
    "Within 30 days. Whoever was changed since keeps what they have.",
    undo
);

pub(super) const START: Operation =
    Operation::new("startImport", "Start an import", Work::Engine(start))
        .words("Writes what the plan says. Refused with 409 when somebody has to decide first: `human_url` is the page. If the plan has a `guard`, send its number as `confirmed`.")
        .body(Body::Json(&CONFIRMED, r#"{"confirmed":1204}"#))
        .answers(Answered::Taken(&IMPORT), EXAMPLE)
        .refuses(&[409]);

pub(super) const DISCARD: Operation =
    Operation::new("discardImport", "Discard a draft", Work::Engine(discard))
        .words("An import that has not started; its file is removed.")
        .refuses(&[409]);

fn list(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    if let Some(number) = ask.parsed("number") {
        let found = match imports.find_number(&ask.ctx, number) {
            Ok(import) => vec![value(&import)],
            Err(Refusal::NotFound) => Vec::new(),
            Err(refusal) => return Err(refusal.into()),
        };
        return Ok(Reply::page(ask, found, None));
    }
    let limit = ask.limit();
    let mut found = imports.list(&ask.ctx, ask.after()?, limit as i64 + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|import| import.number.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    Ok(Reply::one(value(&import)).tagged(&tag(import.rev)))
}

/// The import of the address, which has to be there before anything is done with it.
pub(super) fn found(imports: &Imports, ask: &Ask) -> Result<Import, Problem> {
    Ok(imports.find(&ask.ctx, ask.id("id")?)?)
}

/// Something that was asked for, or the page where a person can see why not.
fn done(
    imports: &Imports,
    ask: &Ask,
    act: impl FnOnce(ImportId) -> Result<(), Refusal>,
) -> Result<Reply, Problem> {
    let id = found(imports, ask)?.id;
    act(id).map_err(|refusal| refused(id, refusal))?;
    let import = imports.find(&ask.ctx, id)?;
    Ok(taken(&import))
}

/// An import whose work was begun.
pub(super) fn taken(import: &Import) -> Reply {
    Reply::taken(value(import), &format!("/api/v1/imports/{}", import.id))
}

/// Why something cannot be done with an import now: a conflict with what it is.
pub(super) fn refused(id: ImportId, refusal: Refusal) -> Problem {
    let page = format!("/imports/{id}");
    let words = sentence(&refusal.to_string());
    match refusal {
        Refusal::File { code, message } => Problem::conflict(&code, sentence(&message)),
        Refusal::WrongState(_) | Refusal::Stale => Problem::conflict(refusal.code(), words),
        other => return other.into(),
    }
    .human_url(page)
}

/// The same where what was sent may be wrong in itself.
pub(super) fn unfit(id: ImportId, refusal: Refusal) -> Problem {
    match refusal {
        Refusal::File { code, message } => {
            let words = sentence(&message);
            Problem::unprocessable(&code, words.clone())
                .errors(vec![Wrong::new("", words)])
                .human_url(format!("/imports/{id}"))
        }
        other => refused(id, other),
    }
}

fn check(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| {
        imports.queue_check(&ask.ctx, id, None).map(drop)
    })
}

fn start(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let confirmed = ask.body.get("confirmed").and_then(Value::as_i64);
    let rows = ask.body.get("pause_after").and_then(Value::as_i64);
    done(imports, ask, |id| {
        if rows.is_some() {
            imports.pause_after(&ask.ctx, id, None, rows)?;
        }
        imports.start(&ask.ctx, id, None, confirmed).map(drop)
    })
}

fn pause(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| imports.pause(&ask.ctx, id))
}

fn resume(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| imports.resume(&ask.ctx, id).map(drop))
}

fn stop(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| imports.stop(&ask.ctx, id))
}

fn undo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| {
        imports.queue_undo(&ask.ctx, id, None).map(drop)
    })
}

fn discard(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    done(imports, ask, |id| {
        imports.discard(&ask.ctx, id, None).map(drop)
    })?;
    Ok(Reply::nothing())
}

/// What somebody has to decide before it goes on.
const fn waits_for(state: State) -> Option<&'static str> {
    match state {
        State::ChooseFormat => Some("format"),
        State::Mapping => Some("columns"),
        State::Planned => Some("start"),
        State::Paused => Some("resume"),
        _ => None,
    }
}

/// The terms of the row equation.
pub(super) fn counts(counts: Counts) -> Value {
    let Counts {
        rows: _,
        created,
        updated,
        unchanged,
        skipped,
        failed,
        not_started,
    } = counts;
    json!({
        "new": created, "changed": updated, "unchanged": unchanged, "skipped": skipped,
        "failed": failed, "not_started": not_started,
    })
}

/// An import in JSON.
pub(super) fn value(import: &Import) -> Value {
    let rows = import.counts.rows;
    let (done, total) = match import.state {
        state if state.has_results() => (rows, rows),
        state if state.is_draft() => (0, rows),
        _ => done_and_total(import),
    };
    json!({
        "id": import.id,
        "import": import.id,
        "number": import.number,
        "name": import.name,
        "file": import.file.name,
        "state": import.state.as_str(),
        "busy": import.state.is_busy(),
        "waits_for": waits_for(import.state),
        "stage": import.stage,
        "rows_total": (total > 0).then_some(total),
        "rows_done": done,
        "counts": counts(import.counts),
        "reason": import.reason,
        "started_by": import.created_by_name,
        "created_at": import.created_at,
        "started_at": import.started_at,
        "finished_at": import.finished_at,
        "status_url": format!("/api/v1/imports/{}", import.id),
        "human_url": format!("/imports/{}", import.id),
    })
}
