//! Documents in workflows: where they stand, and what is done with them.
//!
//! A token acts as its maker: what waits for the maker is done by them, also by the API.

use axum::{
    extract::Request,
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use db::Tx;
use directory::documents::{
    self, Act, Document, DocumentError, Filter, Mine, NewDocument, Reassign, Seen, State,
};
use futures_util::StreamExt as _;
use kernel::{DocumentId, UserId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    intake::clean,
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    problem::json_response,
    shape::{Field, Shape, field, may},
};
use crate::{
    documents::blocking,
    failure::Failure,
    format::sentence,
    imports::{attachment, streamed},
    spool::Spool,
};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const STATE: Shape = Shape::OneOf(&[
    "inbox",
    "draft",
    "returned",
    "submitted",
    "reviewed",
    "approved",
    "completed",
]);
const NOTE: Shape = Shape::Maybe(&Shape::Lines(4000));
const BASIC: &[Field] = &[
    field("id", Shape::Id, ""),
    field("title", Shape::Text(0, 1000), ""),
    field("state", STATE, ""),
    field("workflow", Shape::Id, ""),
    field("workflow_name", Shape::Text(0, 400), ""),
    field("step", Shape::Id, "The step it stands at."),
    field(
        "step_kind",
        Shape::OneOf(&["fill", "review", "approve", "submit"]),
        "",
    ),
    field("step_name", Shape::Text(0, 400), ""),
    field("assignee", Shape::Id, "Whose work it is."),
    field("assignee_name", Shape::Text(0, 1000), ""),
    field(
        "note",
        NOTE,
        "What was said when it was last returned or assigned.",
    ),
    field("files", COUNT, "How many versions of its file there are."),
    field("file_name", Shape::Text(0, 1000), "The newest."),
    field("media_type", Shape::Text(0, 200), ""),
    field("size", COUNT, ""),
    field("version", COUNT, "As in `ETag`."),
    field("created_at", Shape::Moment, ""),
    field("updated_at", Shape::Moment, ""),
    field("human_url", Shape::Text(0, 200), "Its page."),
];
const DOCUMENT: Shape = Shape::Named("Document", &Shape::Object(BASIC));
const FILE: Shape = Shape::Named(
    "DocumentFile",
    &Shape::Object(&[
        field("number", COUNT, "From 1."),
        field("name", Shape::Text(0, 1000), ""),
        field("media_type", Shape::Text(0, 200), ""),
        field("size", COUNT, ""),
        field("by", Shape::Text(0, 1000), "Who uploaded it."),
        field("at", Shape::Moment, ""),
    ]),
);
const EVENT: Shape = Shape::Named(
    "DocumentEvent",
    &Shape::Object(&[
        field("at", Shape::Moment, ""),
        field("by", Shape::Text(0, 1000), ""),
        field(
            "act",
            Shape::Text(0, 40),
            "`upload`, `start`, `edit`, `submit`, `review`, `approve`, `return` or `reassign`.",
        ),
        field("state", Shape::Text(0, 40), "Where it stood afterwards."),
        field("note", Shape::Lines(4000), ""),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","title":"Contract","state":"draft","workflow":"01977420-5c1d-7b32-9a01-3d1f5b9e2a20","workflow_name":"Onboarding","step":"01977420-5c1d-7b32-9a01-3d1f5b9e2a40","step_kind":"fill","step_name":"Fill in","assignee":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","assignee_name":"Thandi Nkosi","note":null,"files":1,"file_name":"contract.pdf","media_type":"application/pdf","size":52311,"version":2,"created_at":"2026-11-22T09:30:00Z","updated_at":"2026-11-22T10:00:00Z","human_url":"/documents/01977420-5c1d-7b32-9a01-3d1f5b9e2a50"}"#;
const PAGE: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","title":"Contract","state":"draft"}],"next":null}"#;
const SAID: Shape = Shape::Named(
    "Said",
    &Shape::Object(&[may(
        "note",
        NOTE,
        "What is said about it; a return needs one.",
    )]),
);
const HAND_OVER: Shape = Shape::Named(
    "Reassign",
    &Shape::Object(&[
        field(
            "documents",
            Shape::List(
                &Shape::Object(&[
                    field("id", Shape::Id, ""),
                    field("version", COUNT, "As it was seen."),
                ]),
                1000,
            ),
            "All of them or none.",
        ),
        field("to", Shape::Id, "The user whose work they are to be."),
        may("note", NOTE, "What is said to them."),
    ]),
);
const HANDED: Shape = Shape::Object(&[field(
    "reassigned",
    COUNT,
    "How many were not theirs before.",
)]);
const NARROWED: &[Field] = &[
    may("workflow", Shape::Id, ""),
    may("state", STATE, ""),
    may("assignee", Shape::Id, "Whose work it is."),
    may("q", Shape::Text(1, 200), "What stands in the title."),
    may("unchanged_since", Shape::Moment, "Not changed since then."),
    LIMIT,
    CURSOR,
    FIELDS,
];
const MINE: Shape = Shape::OneOf(&[
    "inbox",
    "drafts",
    "review",
    "approve",
    "submit",
    "submitted",
    "completed",
]);

pub(super) const LIST: Operation =
    Operation::new("listDocuments", "List documents", Work::Read(list))
        .words("Newest first.")
        .query(NARROWED)
        .answers(Answered::One(&Shape::Page(&DOCUMENT)), PAGE);
pub(super) const LIST_MINE: Operation =
    Operation::new("listMyDocuments", "List what waits for the token's maker", Work::Read(mine))
        .words("50 on a page. `inbox`, `drafts`, `submitted` and `completed`: their own. `review`, `approve` and `submit`: what waits for them.")
        .query(&[
            field("list", MINE, "Which list."),
            CURSOR,
            FIELDS,
        ])
        .answers(Answered::One(&Shape::Page(&DOCUMENT)), PAGE);
pub(super) const UPLOAD: Operation = Operation::new(
    "createDocument",
    "Put a document into a workflow",
    Work::Raw(|ask, request| Box::pin(upload(ask, request))),
)
.words("The body is the file, as application/octet-stream; what it is, its first bytes say.")
.query(&[
    field("workflow", Shape::Id, ""),
    field(
        "assignee",
        Shape::Id,
        "Whose work it is to be; they have to take part.",
    ),
    may("name", Shape::Text(1, 200), "The file's name."),
    may(
        "title",
        Shape::Text(1, 200),
        "The file's name if nothing is said.",
    ),
    may("note", Shape::Lines(1000), "What is said to them."),
])
.body(Body::Bytes)
.answers(Answered::Made(&DOCUMENT), EXAMPLE)
.refuses(&[404, 409, 413, 415, 422, 507]);
pub(super) const SHOW: Operation = Operation::new("getDocument", "One document", Work::Read(show))
    .query(&[FIELDS])
    .answers(Answered::One(&DOCUMENT), EXAMPLE);
pub(super) const FILES: Operation =
    Operation::new("listDocumentFiles", "List the versions of its file", Work::Read(files))
        .words("Newest first, at most 200.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&FILE)),
            r#"{"items":[{"number":1,"name":"contract.pdf","media_type":"application/pdf","size":52311,"by":"Maria Keller","at":"2026-11-22T09:30:00Z"}],"next":null}"#,
        );
pub(super) const EVENTS: Operation =
    Operation::new("listDocumentEvents", "List what happened to it", Work::Read(events))
        .words("Newest first, at most 200.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&EVENT)),
            r#"{"items":[{"at":"2026-11-22T09:30:00Z","by":"Maria Keller","act":"upload","state":"inbox","note":""}],"next":null}"#,
        );
pub(super) const GET_FILE: Operation = Operation::new(
    "getDocumentFile",
    "A version of its file",
    Work::Raw(|ask, request| Box::pin(download(ask, request))),
)
.words("As it came from outside, whatever it is.")
.answers(Answered::File("application/octet-stream"), "");
pub(super) const ADD_FILE: Operation = Operation::new(
    "addDocumentFile",
    "Upload a new version of its file",
    Work::Raw(|ask, request| Box::pin(edit(ask, request))),
)
.words("By whose work it is, while they work on it.")
.query(&[may("name", Shape::Text(1, 200), "The file's name.")])
.body(Body::Bytes)
.answers(Answered::One(&DOCUMENT), EXAMPLE)
.refuses(&[413, 415, 422, 507])
.needs_version();
pub(super) const REASSIGN: Operation =
    Operation::new("reassignDocuments", "Make documents somebody else's work", Work::Write(reassign))
        .body(Body::Json(&HAND_OVER, r#"{"documents":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","version":2}],"to":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","note":"Thandi is on leave."}"#))
        .answers(Answered::One(&HANDED), r#"{"reassigned":1}"#)
        .refuses(&[404]);

macro_rules! act {
    ($($name:ident $id:literal $summary:literal $act:ident $example:literal;)+) => {$(
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Write(|tx, ask| act(tx, ask, Act::$act)),
        )
        .words("As the token's maker, if it is their turn.")
        .body(Body::Json(&SAID, $example))
        .answers(Answered::One(&DOCUMENT), EXAMPLE)
        .needs_version();
    )+};
}
act! {
    START "startDocument" "Begin to work on a document" Start "{}";
    SUBMIT "submitDocument" "Hand a document on" Submit r#"{"note":"Filled in."}"#;
    REVIEW "reviewDocument" "Say that a document was looked at" Review "{}";
    APPROVE "approveDocument" "Agree to a document" Approve "{}";
    RETURN "returnDocument" "Give a document back" Return r#"{"note":"Page 2 is missing."}"#;
}

fn value(document: &Document) -> Value {
    json!({
        "id": document.id, "title": document.title, "state": document.state.as_str(),
        "workflow": document.workflow, "workflow_name": document.workflow_name,
        "step": document.step, "step_kind": document.step_kind.as_str(),
        "step_name": document.step_name, "assignee": document.assignee,
        "assignee_name": document.assignee_name, "note": document.note, "files": document.files,
        "file_name": document.file_name, "media_type": document.media_type,
        "size": document.size_bytes, "version": document.version,
        "created_at": document.created_at, "updated_at": document.updated_at,
        "human_url": format!("/documents/{}", document.id),
    })
}

fn reply(document: &Document) -> Reply {
    Reply::one(value(document)).tagged(&tag(document.version))
}

/// A document that the token's maker sees as an administrator, or because it is their turn.
fn get(tx: &mut Tx<'_>, ask: &Ask, id: DocumentId) -> Result<Document, Problem> {
    let is_administrator = ask.ctx.may(directory::Action::ManageDocuments);
    if is_administrator && let Some(document) = documents::see(tx, &ask.ctx, id)? {
        return Ok(document);
    }
    let found = documents::find(tx, ask.ctx.account, id)?;
    let (Some(document), Some(user)) = (found, ask.ctx.actor.user) else {
        return Err(Problem::not_found());
    };
    if documents::can_see(tx, ask.ctx.account, user, &document)? {
        Ok(document)
    } else {
        Err(Problem::not_found())
    }
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let allowed = ask.ctx.require(directory::Action::ManageDocuments);
    allowed.map_err(Failure::from)?;
    let filter = Filter {
        workflow: ask.parsed("workflow"),
        state: ask.param("state").and_then(State::parse),
        person: ask.parsed("assignee"),
        text: ask.param("q").unwrap_or_default().to_owned(),
        unchanged_since: ask.parsed("unchanged_since"),
    };
    let limit = ask.limit();
    let mut found = documents::list(tx, &ask.ctx, &filter, ask.after()?, limit as i64 + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|one| one.id.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn mine(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user: UserId = ask.ctx.actor.user.ok_or(Failure::Forbidden)?;
    let wanted = ask
        .param("list")
        .and_then(Mine::parse)
        .unwrap_or(Mine::Inbox);
    let found = documents::mine(tx, ask.ctx.account, user, wanted, ask.after()?)?;
    // A full page may be the last one: then the next one is empty.
    let last = found
        .last()
        .filter(|_| found.len() as i64 == documents::PAGE);
    let next = last.map(|one| one.id.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&get(tx, ask, ask.id("id")?)?))
}

fn files(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let document = get(tx, ask, ask.id("id")?)?;
    let found = documents::files(tx, ask.ctx.account, document.id)?;
    let items = found.iter().map(|file| {
        json!({
            "number": file.number, "name": file.name, "media_type": file.media_type,
            "size": file.size_bytes, "by": file.by, "at": file.at,
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

fn events(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let document = get(tx, ask, ask.id("id")?)?;
    let found = documents::history(tx, ask.ctx.account, document.id)?;
    let items = found.iter().map(|line| {
        json!({
            "at": line.at, "by": line.by, "act": line.act, "state": line.state, "note": line.note,
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

fn act(tx: &mut Tx<'_>, ask: &Ask, act: Act) -> Result<Reply, Problem> {
    let before = get(tx, ask, ask.id("id")?)?;
    ask.expect(&tag(before.version))?;
    let note = ask.text("note").unwrap_or_default();
    documents::act(tx, &ask.ctx, before.id, before.version, act, note)?;
    Ok(reply(&documents::get(tx, ask.ctx.account, before.id)?))
}

fn reassign(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let listed = ask.body.get("documents").and_then(Value::as_array);
    let mut seen = Vec::new();
    for one in listed.into_iter().flatten() {
        let id = one
            .get("id")
            .and_then(Value::as_str)
            .and_then(|id| id.parse().ok());
        let version = one.get("version").and_then(Value::as_i64);
        if let (Some(id), Some(version)) = (id, version) {
            seen.push(Seen { id, version });
        }
    }
    let to = ask.text("to").and_then(|id| id.parse().ok());
    let wanted = Reassign {
        documents: seen,
        to: to.ok_or_else(Problem::not_found)?,
        note: ask.text("note").unwrap_or_default().to_owned(),
    };
    let number = documents::reassign(tx, &ask.ctx, &wanted)?;
    Ok(Reply::one(json!({"reassigned": number})))
}

/// Takes the file of a request to the disk, within the account's bound.
async fn spooled(ask: &Ask, request: Request) -> Result<(std::fs::File, u64), Problem> {
    let kind = request.headers().get(CONTENT_TYPE);
    if kind.is_some_and(|kind| kind != "application/octet-stream") {
        let detail = "Send a document as application/octet-stream.";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "content_type_unsupported", detail));
    }
    let account = ask.ctx.account;
    let limit = ask.app.db.read(move |tx| documents::limit_mb(tx, account));
    let limit_mb = limit.await?.unsigned_abs();
    let mut spool = Spool::bounded(&ask.app, limit_mb * 1024 * 1024)?;
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        spool.write(&chunk.map_err(|_| Failure::BadRequest)?)?;
    }
    Ok((spool.finish()?.0, limit_mb))
}

async fn upload(ask: Ask, request: Request) -> Result<Response, Problem> {
    let allowed = ask.ctx.require(directory::Action::ManageDocuments);
    allowed.map_err(Failure::from)?;
    let text = |name: &str| ask.param(name).unwrap_or_default().to_owned();
    let ids = (ask.parsed("workflow"), ask.parsed("assignee"));
    let (Some(workflow), Some(assignee)) = ids else {
        return Err(Problem::not_found());
    };
    let (name, title, note) = (clean(&text("name")), text("title"), text("note"));
    let (mut file, limit_mb) = spooled(&ask, request).await?;
    let ctx = ask.ctx.clone();
    let stored = blocking(&ask.app, move |documents| {
        let file = documents.files().receive(&name, &mut file, limit_mb)?;
        documents.upload(
            &ctx,
            NewDocument {
                workflow,
                assignee,
                title,
                note,
                file,
            },
        )
    });
    let id = stored.await??;
    ask.app.wake.wake();
    let account = ask.ctx.account;
    let made = ask
        .app
        .db
        .read(move |tx| documents::get(tx, account, id))
        .await?;
    let address = format!("/api/v1/documents/{id}");
    let made = Reply::made(value(&made), &address).tagged(&tag(made.version));
    Ok(json_response(&made.answer()))
}

async fn edit(ask: Ask, request: Request) -> Result<Response, Problem> {
    let id: DocumentId = ask.id("id")?;
    let ask = std::sync::Arc::new(ask);
    let asked = std::sync::Arc::clone(&ask);
    let before = ask.app.db.read(move |tx| get(tx, &asked, id)).await?;
    ask.expect(&tag(before.version))?;
    let name = clean(ask.param("name").unwrap_or_default());
    let (mut file, limit_mb) = spooled(&ask, request).await?;
    let ctx = ask.ctx.clone();
    let stored = blocking(&ask.app, move |documents| {
        let file = documents.files().receive(&name, &mut file, limit_mb)?;
        documents.edit(&ctx, id, before.version, file)
    });
    stored.await??;
    ask.app.wake.wake();
    let asked = std::sync::Arc::clone(&ask);
    let document = ask.app.db.read(move |tx| get(tx, &asked, id)).await?;
    Ok(json_response(&reply(&document).answer()))
}

async fn download(ask: Ask, _: Request) -> Result<Response, Problem> {
    let (id, number): (DocumentId, i64) = (ask.id("id")?, ask.id("number")?);
    let (app, account) = (ask.app.clone(), ask.ctx.account);
    let found = app.db.read(move |tx| {
        get(tx, &ask, id)?;
        documents::file(tx, account, id, number)?.ok_or_else(Problem::not_found)
    });
    let line = found.await?;
    let opened = blocking(&app, move |documents| {
        documents.files().open(account, id, line.id)
    });
    let file = opened.await?.map_err(DocumentError::from)?;
    Ok(attachment(
        &line.name,
        "application/octet-stream",
        streamed(file),
    ))
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        use directory::documents::FileError;
        let (code, words) = (error.code(), sentence(&error.to_string()));
        match error {
            DocumentError::Forbidden(_) => Failure::Forbidden.into(),
            DocumentError::Db(error) => error.into(),
            DocumentError::NotFound | DocumentError::File(FileError::Missing) => Self::not_found(),
            DocumentError::Workflow(error) => error.into(),
            DocumentError::File(error @ FileError::Io(_)) => Failure::internal(&error).into(),
            DocumentError::File(FileError::TooLarge(_)) => {
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", words)
            }
            DocumentError::File(FileError::Empty)
            | DocumentError::NoteMissing
            | DocumentError::NoteLong
            | DocumentError::Title
            | DocumentError::NotAParticipant { .. }
            | DocumentError::NobodyThere
            | DocumentError::HowMany
            | DocumentError::Limit => Self::unprocessable(code, words),
            DocumentError::Changed
            | DocumentError::NotPossible(..)
            | DocumentError::NotYours
            | DocumentError::OwnWork => Self::conflict(code, words),
        }
    }
}
