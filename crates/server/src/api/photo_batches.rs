//! Photos of many users at once: a ZIP comes in, a job goes through it, and it can be taken back.

use axum::{
    extract::Request,
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use db::Tx;
use directory::photos::{
    Archive,
    batch::{self, Batch, FileResult, NewBatch, Outcome, PAGE, Recognise},
    undo,
};
use futures_util::StreamExt as _;
use identity::answers::{self, Answer};
use kernel::PhotoBatchId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    drive,
    intake::clean,
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    problem::json_response,
    replay,
    shape::{Shape, field, may},
};
use crate::{failure::Failure, spool::Spilled};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const OUTCOMES: Shape = Shape::OneOf(&[
    "stored",
    "replaced",
    "kept",
    "nobody",
    "several",
    "repeated",
    "not_a_picture",
    "too_large",
]);
const UNDONE: Shape = Shape::Object(&[
    field(
        "restored",
        COUNT,
        "People who have their former photo again.",
    ),
    field("removed", COUNT, "People who have none again."),
    field("kept", COUNT, "People whose photo was changed since."),
]);
const BATCH: Shape = Shape::Named(
    "PhotoBatch",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 1000), "What was uploaded."),
        field(
            "state",
            Shape::OneOf(&["running", "done", "failed", "undoing", "undone"]),
            "",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "replaces",
            Shape::Bool,
            "Whether photos that are there are replaced.",
        ),
        field("files", COUNT, "In all, once they were counted."),
        field(
            "files_done",
            COUNT,
            "Gone through; the next four add up to it.",
        ),
        field("stored", COUNT, "First photos."),
        field("replaced", COUNT, "Photos instead of others."),
        field("kept", COUNT, "Photos that stayed as they were."),
        field("refused", COUNT, "Files that are nobody's photo."),
        field("error", Shape::Maybe(&Shape::Lines(4000)), "Why it failed."),
        field("can_undo", Shape::Bool, "Within 30 days, once."),
        field(
            "undone",
            Shape::Maybe(&UNDONE),
            "What taking it back did, once it did; null in lists.",
        ),
        field("begun_by", Shape::Text(0, 1000), ""),
        field("created_at", Shape::Moment, ""),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field("human_url", Shape::Text(0, 200), "The page of it."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a80","name":"badges.zip","state":"running","busy":true,"replaces":false,"files":300,"files_done":20,"stored":18,"replaced":0,"kept":1,"refused":1,"error":null,"can_undo":false,"undone":null,"begun_by":"Maria Keller","created_at":"2026-11-22T09:30:00Z","status_url":"/api/v1/photo-batches/01977420-5c1d-7b32-9a01-3d1f5b9e2a80","human_url":"/photos/01977420-5c1d-7b32-9a01-3d1f5b9e2a80"}"#;
const FILE: Shape = Shape::Named(
    "PhotoFile",
    &Shape::Object(&[
        field("position", COUNT, "Its place in the upload, from 0."),
        field("name", Shape::Text(0, 4000), ""),
        field("outcome", OUTCOMES, ""),
        field(
            "reason",
            Shape::Lines(4000),
            "Why, when it was refused or kept.",
        ),
        field("user", Shape::Maybe(&Shape::Id), "Whose photo it is."),
    ]),
);

pub(super) const BEGIN: Operation = Operation::new(
    "uploadPhotos",
    "Set the photos of many users",
    Work::Raw(|ask, request| Box::pin(begin(ask, request))),
)
.words("The body is a ZIP, as application/octet-stream; the name of each picture in it, without its ending, says whose it is. A job goes through it.")
.query(&[
    may(
        "recognise",
        Shape::List(&Shape::OneOf(&["external_id", "email", "id"]), 3),
        "What the names are; all of these, in this order of trust, if nothing is said.",
    ),
    may(
        "existing",
        Shape::OneOf(&["keep", "replace"]),
        "What becomes of photos that are there; `keep` if nothing is said.",
    ),
    may("name", Shape::Text(1, 200), "The file's name."),
])
.body(Body::Bytes)
.answers(Answered::Taken(&BATCH), EXAMPLE)
.refuses(&[409, 413, 415, 422, 507]);
pub(super) const LIST: Operation =
    Operation::new("listPhotoBatches", "List uploads of photos", Work::Read(list))
        .words("The newest 20, on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&BATCH)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a80","name":"badges.zip","state":"done","stored":298}],"next":null}"#,
        );
pub(super) const SHOW: Operation =
    Operation::new("getPhotoBatch", "One upload of photos", Work::Read(show))
        .answers(Answered::One(&BATCH), EXAMPLE);
pub(super) const FILES: Operation =
    Operation::new("listPhotoFiles", "What became of each picture", Work::Read(files))
        .words("In the order of the upload, 100 on a page.")
        .query(&[may("outcome", OUTCOMES, "Only these."), CURSOR])
        .answers(
            Answered::One(&Shape::Page(&FILE)),
            r#"{"items":[{"position":0,"name":"E-1004.jpg","outcome":"stored","reason":"","user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10"}],"next":null}"#,
        );
pub(super) const UNDO: Operation = Operation::new(
    "undoPhotoBatch",
    "Take an upload of photos back",
    Work::Write(take_back),
)
.words("By a job: whoever still has the photo of the upload gets the one before, or none. Once, within 30 days.")
.answers(Answered::Taken(&BATCH), EXAMPLE)
.refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = batch::look_at_all(tx, &ask.ctx)?;
    let items = all.iter().map(|one| value(ask, one)).collect();
    Ok(Reply::page(ask, items, None))
}

fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Batch, Problem> {
    Ok(batch::look(tx, &ask.ctx, ask.id("id")?)?)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let batch = get(tx, ask)?;
    let mut shown = value(ask, &batch);
    if let Some(shown) = shown.as_object_mut().filter(|_| batch.is_undone()) {
        let done = undo::counts(tx, ask.ctx.account, batch.id)?;
        let done = json!({
            "restored": done.restored, "removed": done.removed, "kept": done.kept,
        });
        shown.insert("undone".to_owned(), done);
    }
    Ok(Reply::one(shown))
}

fn state(batch: &Batch) -> &'static str {
    if batch.is_running() {
        "running"
    } else if batch.is_undoing() {
        "undoing"
    } else if batch.is_undone() {
        "undone"
    } else if batch.has_failed() {
        "failed"
    } else {
        "done"
    }
}

fn address(id: PhotoBatchId) -> String {
    format!("/api/v1/photo-batches/{id}")
}

fn value(ask: &Ask, batch: &Batch) -> Value {
    json!({
        "id": batch.id, "name": batch.source_name, "state": state(batch),
        "busy": batch.is_running() || batch.is_undoing(), "replaces": batch.replace,
        "files": batch.files, "files_done": batch.files_done, "stored": batch.stored,
        "replaced": batch.replaced, "kept": batch.kept, "refused": batch.refused,
        "error": batch.error, "can_undo": batch.can_undo(ask.ctx.now()),
        "undone": null,
        "begun_by": batch.begun_by_name, "created_at": batch.created_at,
        "status_url": address(batch.id), "human_url": format!("/photos/{}", batch.id),
    })
}

fn files(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let batch = get(tx, ask)?;
    let outcome = ask.param("outcome").and_then(Outcome::parse);
    let after = ask.after::<i64>()?.unwrap_or(-1);
    let found = batch::results(tx, ask.ctx.account, batch.id, outcome, after)?;
    let last = found.last().filter(|_| found.len() as i64 == PAGE);
    let next = last.map(|one| one.position.to_string());
    let one = |file: &FileResult| {
        json!({
            "position": file.position, "name": file.name, "outcome": file.outcome,
            "reason": file.reason, "user": file.user,
        })
    };
    Ok(Reply::page(ask, found.iter().map(one).collect(), next))
}

fn take_back(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let batch = get(tx, ask)?;
    undo::begin(tx, &ask.ctx, batch.id)?;
    let batch = get(tx, ask)?;
    Ok(Reply::taken(value(ask, &batch), &address(batch.id)))
}

/// What is to be done with the ZIP, as the address says.
fn wanted(ask: &Ask, id: PhotoBatchId) -> NewBatch {
    let recognise = match ask.param("recognise") {
        Some(names) => names.split(',').filter_map(Recognise::parse).collect(),
        None => Recognise::ALL.to_vec(),
    };
    NewBatch {
        id,
        source_name: clean(ask.param("name").unwrap_or_default()),
        recognise,
        replace: ask.param("existing") == Some("replace"),
    }
}

async fn begin(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    // Nobody's upload is taken to the disk who may not bring one.
    ask.ctx
        .require_for_all(directory::Action::EditUsers)
        .map_err(Failure::from)?;
    let id: PhotoBatchId = ask.ctx.new_id();
    let asked = request.uri().to_string();
    let hash = receive(&ask, id, request).await?;
    if let Some(key) = &ask.key {
        let content = [b"photos".as_slice(), asked.as_bytes(), hash.as_bytes()];
        ask.keyed = Some(replay::keyed(&ask.ctx, ask.token, key, &content)?);
    }
    let ask = std::sync::Arc::new(ask);
    let shared = std::sync::Arc::clone(&ask);
    let begun = ask.app.db.write(move |tx| start(tx, &shared, id)).await;
    let data = &ask.app.settings.data;
    match begun {
        Ok(Begun::Now(answer)) => {
            ask.app.wake.wake();
            Ok(json_response(&answer))
        }
        Ok(Begun::Before(answer)) => {
            batch::discard(data, id);
            Ok(replay::replayed(&answer))
        }
        Err(problem) => {
            batch::discard(data, id);
            drive::refused(&ask, problem).await
        }
    }
}

/// What an upload was answered: newly, or to the same request before.
enum Begun {
    Now(Answer),
    Before(Answer),
}

fn start(tx: &mut Tx<'_>, ask: &Ask, id: PhotoBatchId) -> Result<Begun, Problem> {
    if let Some(keyed) = &ask.keyed
        && let Some(answer) = replay::earlier_in(tx, &ask.ctx, keyed)?
    {
        return Ok(Begun::Before(answer));
    }
    batch::begin(tx, &ask.ctx, &wanted(ask, id))?;
    let begun = batch::look(tx, &ask.ctx, id)?;
    let answer = Reply::taken(value(ask, &begun), &address(id)).answer();
    if let Some(keyed) = &ask.keyed
        && !answers::keep(tx, keyed, &answer, ask.ctx.now())?
    {
        return Err(replay::taken());
    }
    Ok(Begun::Now(answer))
}

/// Takes the ZIP to the disk, where the job finds it.
async fn receive(ask: &Ask, id: PhotoBatchId, request: Request) -> Result<blake3::Hash, Problem> {
    let kind = request.headers().get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind != "application/octet-stream") {
        let detail = "Send the ZIP as application/octet-stream.";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "content_type_unsupported", detail));
    }
    let settings = &ask.app.settings;
    let limit = settings.upload_limit_bytes;
    let refused = |error: std::io::Error| {
        Problem::from(match error.kind() {
            std::io::ErrorKind::FileTooLarge => Spilled::TooLarge(limit),
            _ => Spilled::NoRoom,
        })
    };
    let mut archive = Archive::begin(&settings.data, id, limit).map_err(refused)?;
    let mut hasher = blake3::Hasher::new();
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Failure::BadRequest)?;
        hasher.update(&chunk);
        archive.write(&chunk).map_err(refused)?;
    }
    if hasher.count() == 0 {
        return Err(Problem::unprocessable(
            "file_missing",
            "Send the ZIP as the whole body.",
        ));
    }
    archive.finish();
    Ok(hasher.finalize())
}
