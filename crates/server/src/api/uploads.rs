//! Files that come in parts, and imports of files.
//!
//! A part begins where the file ends so far (`Upload-Offset`); what came of a part whose line broke
//! is kept, and asking says where to go on.

use std::fs::File;

use axum::{
    extract::Request,
    http::{HeaderName, StatusCode},
    response::Response,
};
use futures_util::StreamExt as _;
use identity::answers::{self, Answer};
use import::{Import, Imports, NewImport, Refusal, State, Upload as Parts};
use kernel::UploadId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    drive,
    import_settings::{self, CHOICES},
    imports::{EXAMPLE as IMPORT_EXAMPLE, IMPORT, taken},
    intake,
    operation::{Answered, Body, Operation, Work},
    problem::json_response,
    replay,
    shape::{Shape, field, may},
};
use crate::{failure::Failure, format::sentence, imports::engine, spool::Spool};

static OFFSET: HeaderName = HeaderName::from_static("upload-offset");

const UPLOAD: Shape = Shape::Named(
    "Upload",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field(
            "size",
            Shape::Integer(0, i64::MAX),
            "How many bytes it will have.",
        ),
        field(
            "offset",
            Shape::Integer(0, i64::MAX),
            "How many bytes are there: where the next part begins.",
        ),
        field("complete", Shape::Bool, ""),
        field("kept_until", Shape::Moment, ""),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewUpload",
    &Shape::Object(&[
        field(
            "size",
            Shape::Integer(1, i64::MAX),
            "How many bytes the whole file has.",
        ),
        may("name", Shape::Text(1, 200), "The file's name."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a15","name":"staff.csv","size":1048576,"offset":524288,"complete":false,"kept_until":"2026-11-23T09:30:00Z"}"#;

pub(super) const BEGIN: Operation = Operation::new(
    "beginUpload",
    "Begin a file that comes in parts",
    Work::Engine(begin),
)
.words("For large files over lines that break. It is kept for a day.")
.body(Body::Json(&NEW, r#"{"size":1048576,"name":"staff.csv"}"#))
.answers(Answered::Made(&UPLOAD), EXAMPLE)
.refuses(&[409, 413]);
pub(super) const SHOW: Operation =
    Operation::new("getUpload", "How far a file is", Work::Engine(show))
        .answers(Answered::One(&UPLOAD), EXAMPLE);
pub(super) const APPEND: Operation = Operation::new(
    "appendUpload",
    "Add a part",
    Work::Raw(|ask, request| Box::pin(append(ask, request))),
)
.words("The header `Upload-Offset` says where it begins; elsewhere than where the file ends so far, it is refused with 409 `upload_offset`.")
.body(Body::Part)
.answers(Answered::One(&UPLOAD), EXAMPLE)
.refuses(&[400, 409, 415, 507]);
pub(super) const DROP: Operation =
    Operation::new("deleteUpload", "Give a file up", Work::Engine(give_up));
pub(super) const IMPORT_FILE: Operation = Operation::new(
    "createImport",
    "Import a file",
    Work::Raw(|ask, request| Box::pin(receive(ask, request))),
)
.words("The file is the body, the part `file` of a form, or with `upload` one that arrived in parts. Its format and columns are found; if they are certain it is checked, and started or not as `policy` says. An import that is not clean waits: `human_url` is the page where a person can fix it.")
.query(CHOICES)
.body(Body::File("User ID,Name,Email\n1,Thandi Nkosi,thandi@example.com\n"))
.answers(Answered::Taken(&IMPORT), IMPORT_EXAMPLE)
.refuses(&[400, 404, 409, 413, 415, 422, 507]);

fn begin(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let size = ask
        .body
        .get("size")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let name = intake::clean(ask.text("name").unwrap_or_default());
    let upload = imports
        .begin_upload(&ask.ctx, &name, size)
        .map_err(conflict)?;
    let address = format!("/api/v1/uploads/{}", upload.id);
    Ok(Reply::made(value(&upload), &address))
}

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    Ok(Reply::one(value(&imports.upload(&ask.ctx, ask.id("id")?)?)))
}

fn give_up(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    imports.drop_upload(&ask.ctx, ask.id("id")?)?;
    Ok(Reply::nothing())
}

fn value(upload: &Parts) -> Value {
    json!({
        "id": upload.id, "name": upload.name, "size": upload.size_bytes,
        "offset": upload.received_bytes, "complete": upload.is_whole(),
        "kept_until": upload.kept_until(),
    })
}

/// What stands against it is a conflict with how far the upload is.
pub(super) fn conflict(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::File { code, message } if code.contains("upload") => {
            Problem::conflict(&code, sentence(&message))
        }
        other => other.into(),
    }
}

async fn append(ask: Ask, request: Request) -> Result<Response, Problem> {
    let id: UploadId = ask.id("id")?;
    let ctx = ask.ctx.clone();
    engine(&ask.app, move |imports| imports.upload(&ctx, id)).await??;
    intake::require_bytes(request.headers())?;
    let offset = request
        .headers()
        .get(&OFFSET)
        .and_then(|offset| offset.to_str().ok());
    let offset: i64 = offset
        .and_then(|text| text.parse().ok())
        .filter(|at| *at >= 0)
        .ok_or_else(|| {
            let detail = "Say in Upload-Offset at which byte the part begins.";
            Problem::new(StatusCode::BAD_REQUEST, "upload_offset_missing", detail)
        })?;
    let mut spool = Spool::begin(&ask.app)?;
    let mut chunks = request.into_body().into_data_stream();
    // What has come until the line broke is kept.
    while let Some(Ok(chunk)) = chunks.next().await {
        spool.write(&chunk)?;
    }
    let (mut part, _) = spool.finish()?;
    let ctx = ask.ctx.clone();
    let appended = engine(&ask.app, move |imports| {
        imports.append_upload(&ctx, id, offset, &mut part)
    });
    let upload = appended.await?.map_err(conflict)?;
    Ok(json_response(&Reply::one(value(&upload)).answer()))
}

/// A file from wherever it comes, with what tells it from others.
struct Source {
    name: String,
    file: File,
    mark: Vec<u8>,
}

async fn source(ask: &Ask, request: Request) -> Result<Source, Problem> {
    let Some(id) = ask.parsed::<UploadId>("upload") else {
        let upload = intake::receive(&ask.app, request).await?;
        return Ok(Source {
            name: upload.name,
            file: upload.file,
            mark: upload.hash.as_bytes().to_vec(),
        });
    };
    let ctx = ask.ctx.clone();
    let opened = engine(&ask.app, move |imports| imports.open_upload(&ctx, id));
    let (upload, file) = opened.await?.map_err(conflict)?;
    Ok(Source {
        name: upload.name,
        file,
        mark: id.uuid().as_bytes().to_vec(),
    })
}

async fn receive(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    let address = request.uri().to_string();
    let source = source(&ask, request).await?;
    let parts = [b"imports".as_slice(), address.as_bytes(), &source.mark];
    if let Some(before) = replay::answered(&mut ask, &parts).await? {
        return Ok(before);
    }
    match take(&ask, source).await? {
        Ok(answer) => {
            ask.app.wake.wake();
            Ok(json_response(&answer))
        }
        Err(Refusal::File { code, .. }) if code == replay::KEY_TAKEN => {
            drive::refused(&ask, replay::taken()).await
        }
        Err(refusal) => drive::refused(&ask, refusal.into()).await,
    }
}

/// Takes the file and begins with its check; the answer is kept in the transaction that stores it.
async fn take(ask: &Ask, mut source: Source) -> Result<Result<Answer, Refusal>, Failure> {
    let (ctx, keyed) = (ask.ctx.clone(), ask.keyed.clone());
    let policy = ask.param("policy").unwrap_or("review").to_owned();
    let title = ask.param("title").map(str::to_owned);
    let (preset, chosen) = (import_settings::preset(ask), import_settings::asked(ask));
    engine(&ask.app, move |imports| {
        let mut settings = imports.usual(&ctx, preset)?;
        import_settings::choose(imports, &ctx, &mut settings, &chosen)?;
        let new = NewImport {
            file_name: source.name,
            name: title,
            settings,
        };
        let import = imports.receive_with(&ctx, new, &mut source.file, &mut |tx, import| {
            if let Some(keyed) = &keyed
                && !answers::keep(tx, keyed, &taken(import).answer(), ctx.now())?
            {
                return Err(Refusal::File {
                    code: replay::KEY_TAKEN.to_owned(),
                    message: String::new(),
                });
            }
            Ok(())
        })?;
        let import = match policy.as_str() {
            "wait" => import,
            policy => begun(imports, &ctx, import, policy == "auto")?,
        };
        Ok(taken(&import).answer())
    })
    .await
}

/// Checks what needs nobody to say what its columns are.
fn begun(
    imports: &Imports,
    ctx: &directory::Ctx,
    import: Import,
    is_auto: bool,
) -> Result<Import, Refusal> {
    let mapping = import.mapping.as_ref();
    let is_certain = mapping.is_some_and(import::mapping::Mapping::certain);
    if import.state != State::Mapping || !is_certain {
        return Ok(import);
    }
    if is_auto {
        imports.queue_check_and_start(ctx, import.id)?;
    } else {
        imports.queue_check(ctx, import.id, None)?;
    }
    imports.find(ctx, import.id)
}
