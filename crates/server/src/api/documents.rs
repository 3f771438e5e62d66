//! Documents in workflows: where they stand, and what is done with them.
//!
//! A token acts as its maker: what waits for the maker is done by them, also by the API. Not here:
//! their files, see `document_files`.

use axum::http::StatusCode;
use db::Tx;
use directory::documents::{
    self, Act, Document, DocumentError, Filter, Mine, Reassign, Seen, State,
};
use kernel::{DocumentId, UserId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Field, Shape, field, may},
};
use crate::{failure::Failure, format::sentence};

pub(super) const COUNT: Shape = Shape::Integer(0, i64::MAX);
pub(super) const STATE: Shape = Shape::OneOf(&[
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
    field("assignee_email", Shape::Maybe(&Shape::Text(0, 320)), ""),
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
pub(super) const DOCUMENT: Shape = Shape::Named("Document", &Shape::Object(BASIC));
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
pub(super) const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a50","title":"Contract","state":"draft","workflow":"01977420-5c1d-7b32-9a01-3d1f5b9e2a20","workflow_name":"Onboarding","step":"01977420-5c1d-7b32-9a01-3d1f5b9e2a40","step_kind":"fill","step_name":"Fill in","assignee":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","assignee_name":"Thandi Nkosi","assignee_email":"thandi@example.com","note":null,"files":1,"file_name":"contract.pdf","media_type":"application/pdf","size":52311,"version":2,"created_at":"2026-11-22T09:30:00Z","updated_at":"2026-11-22T10:00:00Z","human_url":"/documents/01977420-5c1d-7b32-9a01-3d1f5b9e2a50"}"#;
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
pub(super) const SHOW: Operation = Operation::new("getDocument", "One document", Work::Read(show))
    .query(&[FIELDS])
    .answers(Answered::One(&DOCUMENT), EXAMPLE);
pub(super) const EVENTS: Operation =
    Operation::new("listDocumentEvents", "List what happened to it", Work::Read(events))
        .words("Newest first, at most 200.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&EVENT)),
            r#"{"items":[{"at":"2026-11-22T09:30:00Z","by":"Maria Keller","act":"upload","state":"inbox","note":""}],"next":null}"#,
        );
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

pub(super) fn value(document: &Document) -> Value {
    json!({
        "id": document.id, "title": document.title, "state": document.state.as_str(),
        "workflow": document.workflow, "workflow_name": document.workflow_name,
        "step": document.step, "step_kind": document.step_kind.as_str(),
        "step_name": document.step_name, "assignee": document.assignee,
        "assignee_name": document.assignee_name, "assignee_email": document.assignee_email,
        "note": document.note, "files": document.files,
        "file_name": document.file_name, "media_type": document.media_type,
        "size": document.size_bytes, "version": document.version,
        "created_at": document.created_at, "updated_at": document.updated_at,
        "human_url": format!("/documents/{}", document.id),
    })
}

pub(super) fn reply(document: &Document) -> Reply {
    Reply::one(value(document)).tagged(&tag(document.version))
}

/// A document that the token's maker sees as an administrator, or because it is their turn.
pub(super) fn get(tx: &mut Tx<'_>, ask: &Ask, id: DocumentId) -> Result<Document, Problem> {
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

/// Which documents the address asks for.
pub(super) fn filter(ask: &Ask) -> Filter {
    Filter {
        workflow: ask.parsed("workflow"),
        state: ask.param("state").and_then(State::parse),
        person: ask.parsed("assignee"),
        text: ask.param("q").unwrap_or_default().to_owned(),
        unchanged_since: ask.parsed("unchanged_since"),
    }
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let allowed = ask.ctx.require(directory::Action::ManageDocuments);
    allowed.map_err(Failure::from)?;
    let filter = filter(ask);
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
