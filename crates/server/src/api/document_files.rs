//! Files of documents: as they come, version by version, and as they go.

use std::sync::Arc;

use axum::{extract::Request, response::Response};
use db::Tx;
use directory::documents::{self, Document, DocumentError, NewDocument};
use futures_util::StreamExt as _;
use identity::answers::{self, Answer};
use kernel::DocumentId;
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    documents::{COUNT, DOCUMENT, EXAMPLE, get, reply, value},
    drive,
    intake::{self, clean},
    operation::{Answered, Body, FIELDS, Operation, Work},
    problem::json_response,
    replay,
    shape::{Shape, field, may},
};
use crate::{
    documents::blocking,
    failure::Failure,
    imports::{attachment, streamed},
    spool::Spool,
};

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
pub(super) const FILES: Operation =
    Operation::new("listDocumentFiles", "List the versions of its file", Work::Read(files))
        .words("Newest first, at most 200.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&FILE)),
            r#"{"items":[{"number":1,"name":"contract.pdf","media_type":"application/pdf","size":52311,"by":"Maria Keller","at":"2026-11-22T09:30:00Z"}],"next":null}"#,
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

/// A file that came.
struct Spooled {
    file: std::fs::File,
    hash: blake3::Hash,
    limit_mb: u64,
}

/// Takes the file of a request to the disk, within the account's bound.
async fn spooled(ask: &Ask, request: Request) -> Result<Spooled, Problem> {
    intake::require_bytes(request.headers())?;
    let account = ask.ctx.account;
    let limit = ask.app.db.read(move |tx| documents::limit_mb(tx, account));
    let limit_mb = limit.await?.unsigned_abs();
    let mut spool = Spool::bounded(&ask.app, limit_mb * 1024 * 1024)?;
    let mut chunks = request.into_body().into_data_stream();
    while let Some(chunk) = chunks.next().await {
        spool.write(&chunk.map_err(|_| Failure::BadRequest)?)?;
    }
    let (file, hash) = spool.finish()?;
    Ok(Spooled {
        file,
        hash,
        limit_mb,
    })
}

async fn upload(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    let allowed = ask.ctx.require(directory::Action::ManageDocuments);
    allowed.map_err(Failure::from)?;
    let text = |name: &str| ask.param(name).unwrap_or_default().to_owned();
    let ids = (ask.parsed("workflow"), ask.parsed("assignee"));
    let (Some(workflow), Some(assignee)) = ids else {
        return Err(Problem::not_found());
    };
    let (name, title, note) = (clean(&text("name")), text("title"), text("note"));
    let address = request.uri().to_string();
    let mut spooled = spooled(&ask, request).await?;
    let content = [
        b"documents".as_slice(),
        address.as_bytes(),
        spooled.hash.as_bytes(),
    ];
    if let Some(before) = replay::answered(&mut ask, &content).await? {
        return Ok(before);
    }
    let (ctx, keyed) = (ask.ctx.clone(), ask.keyed.clone());
    let stored = blocking(&ask.app, move |documents| {
        let files = documents.files();
        let file = files.receive(&name, &mut spooled.file, spooled.limit_mb);
        let new = NewDocument {
            workflow,
            assignee,
            title,
            note,
            file: file.map_err(DocumentError::from)?,
        };
        let mut answer = None;
        documents.upload_with(&ctx, new, |tx, id| {
            let made = documents::get(tx, ctx.account, id)?;
            let given = made_answer(&made);
            if let Some(keyed) = &keyed
                && !answers::keep(tx, keyed, &given, ctx.now())?
            {
                return Err(replay::taken());
            }
            answer = Some(given);
            Ok(())
        })?;
        answer.ok_or_else(Problem::not_found)
    });
    match stored.await? {
        Ok(answer) => {
            ask.app.wake.wake();
            Ok(json_response(&answer))
        }
        Err(problem) => drive::refused(&ask, problem).await,
    }
}

fn made_answer(document: &Document) -> Answer {
    let address = format!("/api/v1/documents/{}", document.id);
    Reply::made(value(document), &address)
        .tagged(&tag(document.version))
        .answer()
}

async fn edit(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    let id: DocumentId = ask.id("id")?;
    let address = request.uri().to_string();
    let mut spooled = spooled(&ask, request).await?;
    let content = [
        b"documents/files".as_slice(),
        address.as_bytes(),
        spooled.hash.as_bytes(),
    ];
    if let Some(before) = replay::answered(&mut ask, &content).await? {
        return Ok(before);
    }
    let ask = Arc::new(ask);
    let asked = Arc::clone(&ask);
    let before = ask.app.db.read(move |tx| get(tx, &asked, id)).await?;
    ask.expect(&tag(before.version))?;
    let name = clean(ask.param("name").unwrap_or_default());
    let ctx = ask.ctx.clone();
    let stored = blocking(&ask.app, move |documents| {
        let files = documents.files();
        let file = files.receive(&name, &mut spooled.file, spooled.limit_mb)?;
        documents.edit(&ctx, id, before.version, file)
    });
    if let Err(error) = stored.await? {
        return drive::refused(&ask, error.into()).await;
    }
    ask.app.wake.wake();
    let asked = Arc::clone(&ask);
    let document = ask.app.db.read(move |tx| get(tx, &asked, id)).await?;
    drive::finished(&ask, reply(&document).answer()).await
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
