//! Many photos at once: uploads, and taking files or one ZIP in.

use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::Field},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{
    accounts,
    photos::{
        Archive, Parcel, PhotoRefusal, PhotoSettings,
        batch::{self, Batch, NewBatch, Recognise},
    },
};
use kernel::PhotoBatchId;

use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    failure::Failure,
    format::{self, Moment, count, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    page::{Page, Section, Shell, see_other, with_status},
    part,
};

/// So many files of one form; more come in a ZIP.
const MOST_FILES: usize = 20_000;
/// No other field is longer.
const FIELD_LIMIT_BYTES: usize = 100;

#[derive(Template)]
#[template(path = "photos/list.html")]
struct ListPage {
    shell: Shell,
    error: Option<String>,
    recognise: Vec<Choice>,
    megabytes: i64,
    upload_limit: String,
    batches: Vec<BatchLine>,
}

struct BatchLine {
    link: String,
    name: String,
    badge: Badge,
    stored: String,
    refused: String,
    by: String,
    at: Moment,
}

pub(super) fn state(batch: &Batch) -> Badge {
    let (tone, icon, text) = if batch.is_running() {
        ("info", Icon::Busy, "Running")
    } else if batch.is_undoing() {
        ("info", Icon::Busy, "Being taken back")
    } else if batch.is_undone() {
        ("still", Icon::Undo, "Taken back")
    } else if batch.has_failed() {
        ("bad", Icon::Problem, "Failed")
    } else if batch.refused > 0 {
        ("warn", Icon::Warning, "Done, some refused")
    } else {
        ("good", Icon::Done, "Done")
    };
    Badge { tone, icon, text }
}

const fn words(by: Recognise) -> (&'static str, &'static str) {
    match by {
        Recognise::ExternalId => ("User ID", "E-0042.jpg, the organisation’s own id"),
        Recognise::Email => ("E-mail address", "maria@example.com.jpg"),
        Recognise::Id => ("Id in Muster", "0197….jpg, as in an export’s user_id"),
    }
}

/// `GET /photos`
pub(crate) async fn list(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    Ok(Page(page(&app, visitor, None).await?).into_response())
}

async fn page(app: &App, visitor: Visitor, error: Option<String>) -> Result<ListPage, Failure> {
    let account = visitor.session.account;
    let upload_limit = format::bytes(app.settings.upload_limit_bytes);
    app.db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            Ok(ListPage {
                shell: Shell::load(tx, &visitor, Section::Users)?,
                error,
                recognise: Recognise::ALL
                    .into_iter()
                    .map(|by| {
                        let (name, help) = words(by);
                        Choice::new(by.as_str(), name, true).help(help)
                    })
                    .collect(),
                megabytes: PhotoSettings::load(tx, account)?.megabytes,
                upload_limit,
                batches: batch::list(tx, account)?
                    .into_iter()
                    .map(|batch| BatchLine {
                        link: format!("/photos/{}", batch.id),
                        badge: state(&batch),
                        stored: count(batch.stored + batch.replaced),
                        refused: count(batch.refused),
                        by: batch.begun_by_name,
                        at: moment(batch.created_at, &zone),
                        name: batch.source_name,
                    })
                    .collect(),
            })
        })
        .await
}

/// What came with the form.
#[derive(Default)]
struct Upload {
    recognise: Vec<Recognise>,
    replace: bool,
    names: Vec<String>,
    parcel: Option<Parcel>,
    archive: Option<Archive>,
}

/// Why an upload was not taken.
enum Trouble {
    Words(String),
    Failure(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        // Not the whole of it: it may quote the name of a file, which is often somebody's address.
        tracing::error!(error.kind = ?error.kind(), "photos could not be written");
        Self::Words("The server has no room for the files; nothing was kept.".to_owned())
    }
}

impl From<axum::extract::multipart::MultipartError> for Trouble {
    fn from(_: axum::extract::multipart::MultipartError) -> Self {
        Self::Failure(Failure::BadRequest)
    }
}

/// `POST /photos`
pub(crate) async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Failure> {
    let id: PhotoBatchId = visitor.ctx.new_id();
    let account = visitor.session.account;
    let most = app
        .db
        .read(move |tx| PhotoSettings::load(tx, account))
        .await?
        .most_bytes();
    let begun = match Box::pin(receive(&app, id, most, form)).await {
        Ok(upload) => Box::pin(start(&app, &visitor, id, upload)).await,
        Err(trouble) => Err(trouble),
    };
    match begun {
        Ok(()) => {
            app.wake.wake();
            Ok(see_other(&format!("/photos/{id}")))
        }
        Err(Trouble::Failure(failure)) => Err(failure),
        Err(Trouble::Words(words)) => {
            let page = page(&app, visitor, Some(words)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// Reads the form part by part; files go to disk as they come.
async fn receive(
    app: &App,
    id: PhotoBatchId,
    most: u64,
    mut form: Multipart,
) -> Result<Upload, Trouble> {
    let mut upload = Upload::default();
    let mut left = app.settings.upload_limit_bytes;
    while let Some(part) = form.next_field().await? {
        let name = part.file_name().unwrap_or_default().to_owned();
        match part.name().unwrap_or_default() {
            // A browser sends an empty part when no file was chosen.
            "files" if name.is_empty() => {}
            "files" if upload.archive.is_some() => {
                let words = "Choose one ZIP, or pictures, not both.".to_owned();
                return Err(Trouble::Words(words));
            }
            "files" if upload.names.is_empty() && is_archive(&name) => {
                upload.archive = Some(whole(app, id, part).await?);
                upload.names.push(name);
            }
            "files" => {
                if upload.names.len() >= MOST_FILES {
                    let words =
                        format!("These are more than {MOST_FILES} files. Put them into a ZIP.");
                    return Err(Trouble::Words(words));
                }
                let mut parcel = match upload.parcel.take() {
                    Some(parcel) => parcel,
                    None => Parcel::begin(&app.settings.data, id, most)?,
                };
                pack(&mut parcel, &name, part, &mut left).await?;
                upload.parcel = Some(parcel);
                upload.names.push(name);
            }
            "recognise" => upload
                .recognise
                .extend(Recognise::parse(&word(part).await?)),
            "existing" => upload.replace = word(part).await? == "replace",
            _ => {}
        }
    }
    Ok(upload)
}

async fn word(part: Field<'_>) -> Result<String, Failure> {
    let text = part::text(part, FIELD_LIMIT_BYTES).await?;
    text.ok_or(Failure::BadRequest)
}

fn is_archive(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    ending.eq_ignore_ascii_case("zip")
}

async fn pack(
    parcel: &mut Parcel,
    name: &str,
    mut part: Field<'_>,
    left: &mut u64,
) -> Result<(), Trouble> {
    parcel.file(name)?;
    while let Some(chunk) = part.chunk().await? {
        *left = left.checked_sub(chunk.len() as u64).ok_or_else(|| {
            let words = "That is more than may be uploaded at once; nothing was kept.";
            Trouble::Words(words.to_owned())
        })?;
        parcel.write(&chunk)?;
    }
    Ok(())
}

async fn whole(app: &App, id: PhotoBatchId, mut part: Field<'_>) -> Result<Archive, Trouble> {
    let too_large = |_| {
        let words = "The ZIP could not be taken: it is too large, or there is no room.";
        Trouble::Words(words.to_owned())
    };
    let settings = &app.settings;
    let mut archive =
        Archive::begin(&settings.data, id, settings.upload_limit_bytes).map_err(too_large)?;
    while let Some(chunk) = part.chunk().await? {
        archive.write(&chunk).map_err(too_large)?;
    }
    Ok(archive)
}

async fn start(
    app: &App,
    visitor: &Visitor,
    id: PhotoBatchId,
    upload: Upload,
) -> Result<(), Trouble> {
    let data = app.settings.data.clone();
    let first = upload.names.first().cloned();
    let Some(first) = first else {
        return Err(Trouble::Words("Choose pictures or a ZIP first.".to_owned()));
    };
    if upload.recognise.is_empty() {
        let words = sentence(&PhotoRefusal::NothingToRecogniseBy.to_string());
        return Err(Trouble::Words(words));
    }
    if let Some(parcel) = upload.parcel {
        parcel.finish()?;
    } else if let Some(archive) = upload.archive {
        archive.finish();
    }
    let source_name = match upload.names.len() {
        1 => first,
        more => format!("{} files", count(more as i64)),
    };
    let new = NewBatch {
        id,
        source_name,
        recognise: upload.recognise,
        replace: upload.replace,
    };
    let ctx = visitor.ctx.clone();
    let begun = app.db.write(move |tx| batch::begin(tx, &ctx, &new)).await;
    begun.map(drop).map_err(|refusal| {
        batch::discard(&data, id);
        Trouble::Failure(failure(refusal))
    })
}

pub(super) fn failure(refusal: PhotoRefusal) -> Failure {
    match refusal {
        PhotoRefusal::Forbidden(_) => Failure::Forbidden,
        PhotoRefusal::Locked(locked) => locked.into(),
        PhotoRefusal::Db(error) => error.into(),
        _ => Failure::BadRequest,
    }
}
