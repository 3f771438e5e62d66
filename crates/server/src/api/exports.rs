//! People as a file, as the page takes them out: importing it again changes nothing. At once, or by a job.

use std::io::{Seek as _, SeekFrom};

use axum::{extract::Request, response::Response};
use db::Tx;
use directory::users::{ExportUsers, Selection, write_described};
use requests::exports::{Export, ExportRefusal, ExportState};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    actions::filter_of,
    ask::{Ask, Reply},
    operation::{Answered, Body, Operation, Work},
    shape::{Shape, field, may},
    user_key::with_key,
    users::FILTER,
};
use crate::{
    failure::Failure,
    format::sentence,
    imports::{CSV, WORKBOOK, attachment, streamed},
    users::{Query, write_export},
};

macro_rules! file {
    ($name:ident, $id:literal, $summary:literal, $kind:literal, $is_workbook:literal) => {
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Raw(|ask, request| Box::pin(export(ask, request, $is_workbook))),
        )
        .words("Everybody, or those whom the filter lets through. The answer begins when all are written; cells are never formulas. Importing the file again changes nothing.")
        .query(FILTER)
        .answers(Answered::File($kind), "");
    };
}
file!(
    USERS_CSV,
    "exportUsersCsv",
    "Users as CSV",
    "text/csv",
    false
);
file!(
    USERS_XLSX,
    "exportUsersXlsx",
    "Users as a workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    true
);

const ANSWER: Shape = Shape::Named(
    "Export",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("format", Shape::OneOf(&["csv", "xlsx"]), ""),
        field(
            "state",
            Shape::OneOf(&["queued", "ready", "failed"]),
            "`ready`: the file is at `file_url`.",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "users",
            Shape::Maybe(&Shape::Integer(0, i64::MAX)),
            "How many are in it.",
        ),
        field("size", Shape::Maybe(&Shape::Integer(0, i64::MAX)), "Bytes."),
        field("created_at", Shape::Moment, ""),
        field(
            "expires_at",
            Shape::Moment,
            "Then the file is removed, and this with it.",
        ),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field(
            "file_url",
            Shape::Maybe(&Shape::Text(0, 200)),
            "Where the file is, once it is ready.",
        ),
    ]),
);
const ANSWERED: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a60","format":"csv","state":"ready","busy":false,"users":20431,"size":3211042,"created_at":"2026-11-22T09:30:00Z","expires_at":"2026-11-23T09:30:00Z","status_url":"/api/v1/exports/01977420-5c1d-7b32-9a01-3d1f5b9e2a60","file_url":"/api/v1/exports/01977420-5c1d-7b32-9a01-3d1f5b9e2a60/file"}"#;
const WANTED: Shape = Shape::Named(
    "NewExport",
    &Shape::Object(&[
        field("format", Shape::OneOf(&["csv", "xlsx"]), ""),
        may(
            "matching",
            Shape::Object(FILTER),
            "Only whom this filter of `listUsers` lets through; everybody if nothing is said.",
        ),
    ]),
);

pub(super) const BEGIN: Operation =
    Operation::new("beginExport", "Have users taken out as a file", Work::Write(begin))
        .words("By a job, for lists of any length. The file is kept for a day, for tokens of the same maker, as long as what the maker may see stays the same. At most 20 at once.")
        .body(Body::Json(&WANTED, r#"{"format":"csv","matching":{"status":"active"}}"#))
        .answers(Answered::Taken(&ANSWER), ANSWERED);
pub(super) const SHOW: Operation = Operation::new("getExport", "One export", Work::Read(show))
    .answers(Answered::One(&ANSWER), ANSWERED);
pub(super) const FILE: Operation = Operation::new(
    "getExportFile",
    "The file of an export",
    Work::Raw(|ask, request| Box::pin(file(ask, request))),
)
.words("As CSV or as a workbook. Refused with 409 `wrong_state` while it is not ready.")
.answers(Answered::File("application/octet-stream"), "")
.refuses(&[409]);
const PERSON: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","full_name":"Thandi Nkosi","groups":["Night shift"],"grants":[],"cards":[]}"#;

pub(super) const USERS_JSON: Operation = Operation::new(
    "exportUsersJson",
    "Users as JSON",
    Work::Raw(|ask, request| Box::pin(export_json(ask, request))),
)
.words("A list of everybody, or of those whom the filter lets through, each with names of groups, access and cards; as `muster users list --json`. The answer begins when all are written.")
.query(FILTER)
.answers(Answered::File("application/json"), "");
pub(super) const USER: Operation = Operation::new(
    "exportUser",
    "One user with all that belongs to them",
    Work::Read(one),
)
.words("As in the list. Refused with 409 `several` if a name is that of more than one.")
.query(&[super::shape::field(
    "key",
    Shape::Text(1, 400),
    "The id, e-mail address, phone number, user ID or full name.",
)])
.answers(Answered::One(&Shape::Any), PERSON)
.refuses(&[404, 409]);

fn one(tx: &mut db::Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    ask.ctx
        .require(directory::Action::ExportUsers)
        .map_err(Failure::from)?;
    let key = ask.param("key").unwrap_or_default();
    let found = with_key(tx, ask, key)?.ok_or_else(Problem::not_found)?;
    Ok(Reply::one(found.described()))
}

async fn export_json(ask: Ask, _: Request) -> Result<Response, Problem> {
    let selection = Selection::Matching(Query::new(ask.query.clone()).filter());
    let written = tokio::task::spawn_blocking(move || {
        let mut spool =
            tempfile::tempfile_in(&ask.app.settings.data).map_err(ExportUsers::Output)?;
        write_described(&ask.app.db, &ask.ctx, &selection, &mut spool)?;
        spool
            .seek(SeekFrom::Start(0))
            .map_err(ExportUsers::Output)?;
        Ok(spool)
    });
    let written = written.await.map_err(|error| Failure::internal(&error))?;
    let file = written.map_err(failed)?;
    Ok(attachment(
        "people.json",
        "application/json",
        streamed(file),
    ))
}

fn failed(error: ExportUsers) -> Failure {
    match error {
        ExportUsers::Forbidden(_) => Failure::Forbidden,
        ExportUsers::Db(error) => error.into(),
        error @ ExportUsers::Output(_) => Failure::internal(&error),
    }
}

async fn export(ask: Ask, _: Request, is_workbook: bool) -> Result<Response, Problem> {
    let selection = Selection::Matching(Query::new(ask.query.clone()).filter());
    let written = tokio::task::spawn_blocking(move || {
        write_export(&ask.app, &ask.ctx, &selection, None, is_workbook)
    });
    let written = written.await.map_err(|error| Failure::internal(&error))?;
    let file = written.map_err(failed)?;
    let (name, kind) = if is_workbook {
        ("people.xlsx", WORKBOOK)
    } else {
        ("people.csv", CSV)
    };
    Ok(attachment(name, kind, streamed(file)))
}

fn begin(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let matching = ask.body.get("matching").and_then(Value::as_object);
    let filter = filter_of(matching.unwrap_or(&Map::new()));
    let is_workbook = ask.text("format") == Some("xlsx");
    let id = requests::exports::begin(tx, &ask.ctx, &filter, is_workbook)?;
    let export = requests::exports::find(tx, &ask.ctx, id)?.ok_or_else(Problem::not_found)?;
    Ok(Reply::taken(value(&export), &address(&export)))
}

fn address(export: &Export) -> String {
    format!("/api/v1/exports/{}", export.id)
}

fn value(export: &Export) -> Value {
    let is_ready = export.state == ExportState::Ready;
    json!({
        "id": export.id, "format": if export.is_workbook { "xlsx" } else { "csv" },
        "state": export.state.as_str(), "busy": export.state == ExportState::Queued,
        "users": export.rows, "size": export.size_bytes, "created_at": export.created_at,
        "expires_at": export.expires_at, "status_url": address(export),
        "file_url": is_ready.then(|| format!("{}/file", address(export))),
    })
}

fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Export, Problem> {
    let found = requests::exports::find(tx, &ask.ctx, ask.id("id")?)?;
    found.ok_or_else(Problem::not_found)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(Reply::one(value(&get(tx, ask)?)))
}

async fn file(ask: Ask, _: Request) -> Result<Response, Problem> {
    let app = ask.app.clone();
    let export = app.db.read(move |tx| get(tx, &ask)).await?;
    if export.state != ExportState::Ready {
        let words = "The export is not ready.";
        return Err(Problem::conflict("wrong_state", words).human_url("/users"));
    }
    let (data, of) = (app.settings.data.clone(), export.clone());
    let opened = tokio::task::spawn_blocking(move || requests::exports::open(&data, &of));
    // It may be removed at this moment.
    let file = opened
        .await
        .map_err(|error| Failure::internal(&error))?
        .map_err(|_| Problem::not_found())?;
    let ending = if export.is_workbook { "xlsx" } else { "csv" };
    let kind = "application/octet-stream";
    Ok(attachment(
        &format!("people.{ending}"),
        kind,
        streamed(file),
    ))
}

impl From<ExportRefusal> for Problem {
    fn from(error: ExportRefusal) -> Self {
        let words = sentence(&error.to_string());
        match error {
            ExportRefusal::Forbidden(_) => Failure::Forbidden.into(),
            ExportRefusal::Db(error) => error.into(),
            ExportRefusal::TooMany => Self::conflict("too_many_exports", words),
        }
    }
}
