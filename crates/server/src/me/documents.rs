//! A person's own documents: what is theirs, what waits for them, and doing it.

use askama::Template;
use axum::{
    extract::{Multipart, Path, State as AppState},
    response::Response,
};
use db::Tx;
use directory::{
    accounts,
    documents::{self, Act, Document, DocumentError, Mine, State, after},
    workflows::StepKind,
};
use kernel::{DocumentId, UserId};
use serde::Deserialize;

use crate::{
    app::App,
    badge::Badge,
    documents::{
        FileRow, HistoryRow, Trouble, blocking, file_response, file_rows, history_rows, receive,
        refused,
    },
    extract::{Form, Id, Params},
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

/// Which page is wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    list: String,
    before: String,
    done: String,
}

#[derive(Template)]
#[template(path = "me/documents.html")]
pub(crate) struct DocumentsPage {
    shell: Shell,
    tabs: Vec<Tab>,
    lines: Vec<Line>,
    empty: &'static str,
    next: Option<String>,
    newest: Option<String>,
    done: Option<&'static str>,
}

struct Tab {
    link: String,
    text: &'static str,
    count: String,
    is_current: bool,
}

struct Line {
    id: DocumentId,
    title: String,
    workflow: String,
    step: String,
    badge: Badge,
    whose: Option<String>,
    note: String,
    at: Moment,
}

/// `GET /me/documents`
pub(crate) async fn list(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<DocumentsPage>, Failure> {
    app.db
        .read(move |tx| list_page(tx, &visitor, &query))
        .await
        .map(Page)
}

fn list_page(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> Result<DocumentsPage, Failure> {
    let (account, user) = (visitor.session.account, visitor.session.user);
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let wanted = Mine::parse(&query.list).unwrap_or(Mine::Inbox);
    let before: Option<DocumentId> = query.before.parse().ok();
    let counts = documents::mine_counts(tx, account, user)?;
    let found = documents::mine(tx, account, user, wanted, before)?;
    let is_full = found.len() >= usize::try_from(documents::PAGE).unwrap_or(usize::MAX);
    let link = |list: Mine| Link::to("/me/documents").with("list", list.as_str());
    Ok(DocumentsPage {
        shell: Shell::load(tx, visitor, Section::OwnDocuments)?,
        tabs: Mine::ALL
            .into_iter()
            .map(|list| Tab {
                link: link(list).into_string(),
                text: words(list).0,
                count: count(counts.of(list)),
                is_current: list == wanted,
            })
            .collect(),
        next: found.last().filter(|_| is_full).map(|last| {
            let link = link(wanted).with("before", &last.id.to_string());
            link.into_string()
        }),
        newest: before.map(|_| link(wanted).into_string()),
        empty: words(wanted).1,
        lines: found
            .into_iter()
            .map(|document| Line {
                id: document.id,
                workflow: document.workflow_name,
                step: document.step_name,
                badge: crate::documents::badge(document.state),
                whose: (document.assignee != user).then_some(document.assignee_name),
                note: document.note.unwrap_or_default(),
                at: moment(document.updated_at, &zone),
                title: document.title,
            })
            .collect(),
        done: done(&query.done),
    })
}

/// The name of a list, and what is said when nothing is in it.
const fn words(list: Mine) -> (&'static str, &'static str) {
    match list {
        Mine::Inbox => ("Inbox", "Nothing waits to be started."),
        Mine::Drafts => ("Drafts", "You are not working on a document."),
        Mine::ToReview => ("To review", "Nothing waits for your review."),
        Mine::ToApprove => ("To approve", "Nothing waits for your approval."),
        Mine::ToSubmit => ("To hand on", "No finished work waits to be handed on."),
        Mine::Submitted => ("Submitted", "None of your documents is on its way."),
        Mine::Completed => ("Completed", "None of your documents is completed yet."),
    }
}

fn done(act: &str) -> Option<&'static str> {
    match Act::parse(act)? {
        Act::Submit => Some("The document was submitted."),
        Act::Review => Some("The document was reviewed."),
        Act::Approve => Some("The document was approved."),
        Act::Return => Some("The document was returned."),
        Act::Start | Act::Edit | Act::Reassign => None,
    }
}

#[derive(Template)]
#[template(path = "me/document.html")]
pub(crate) struct DocumentPage {
    shell: Shell,
    id: DocumentId,
    version: i64,
    title: String,
    badge: Badge,
    workflow: String,
    step: String,
    whose: Option<String>,
    note: String,
    /// What can be done now: name, words, whether it is the main thing.
    acts: Vec<Button>,
    can_edit: bool,
    can_return: bool,
    limit: i64,
    error: Option<String>,
    files: Vec<FileRow>,
    history: Vec<HistoryRow>,
}

struct Button {
    act: &'static str,
    text: &'static str,
    icon: Icon,
    is_main: bool,
}

/// `GET /me/documents/{id}`
pub(crate) async fn show(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Id(id): Id<DocumentId>,
) -> Result<Page<DocumentPage>, Failure> {
    show_page(&app, visitor, id, None).await.map(Page)
}

async fn show_page(
    app: &App,
    visitor: Visitor,
    id: DocumentId,
    error: Option<String>,
) -> Result<DocumentPage, Failure> {
    app.db
        .read(move |tx| {
            let (account, user) = (visitor.session.account, visitor.session.user);
            let document = documents::get(tx, account, id)?;
            if !documents::can_see(tx, account, user, &document)? {
                return Err(DocumentError::NotFound);
            }
            let zone = zone(&accounts::get(tx, account)?.time_zone);
            Ok(DocumentPage {
                shell: Shell::load(tx, &visitor, Section::OwnDocuments)?,
                id,
                version: document.version,
                badge: crate::documents::badge(document.state),
                acts: buttons(&document, user),
                can_edit: can(&document, user, Act::Edit),
                can_return: can(&document, user, Act::Return),
                whose: (document.assignee != user).then_some(document.assignee_name),
                note: document.note.unwrap_or_default(),
                workflow: document.workflow_name,
                step: document.step_name,
                title: document.title,
                limit: documents::limit_mb(tx, account)?,
                error,
                files: file_rows(documents::files(tx, account, id)?, &zone),
                history: history_rows(documents::history(tx, account, id)?, &zone),
            })
        })
        .await
        .map_err(|error| refused(error, "/me/documents"))
}

/// Whether it is the visitor's turn, who may see the document.
fn can(document: &Document, user: UserId, act: Act) -> bool {
    let is_own = document.assignee == user;
    let is_turn = match document.step_kind {
        StepKind::Fill => is_own,
        StepKind::Review | StepKind::Approve => !is_own,
        StepKind::Submit => true,
    };
    is_turn && after(document.state, act, document.step_kind, true).is_some()
}

fn buttons(document: &Document, user: UserId) -> Vec<Button> {
    let restart = document.state == State::Returned;
    [
        (
            Act::Start,
            if restart { "Work on it again" } else { "Start" },
            Icon::Play,
        ),
        (Act::Submit, "Submit", Icon::Upload),
        (Act::Review, "Reviewed", Icon::Check),
        (Act::Approve, "Approve", Icon::Done),
    ]
    .into_iter()
    .filter(|(act, ..)| can(document, user, *act))
    .map(|(act, text, icon)| Button {
        act: act.as_str(),
        text,
        icon,
        is_main: true,
    })
    .collect()
}

/// What is to be done, with the version that was seen.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    act: String,
    version: i64,
    #[serde(default)]
    note: String,
}

/// `POST /me/documents/{id}`
pub(crate) async fn act(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Id(id): Id<DocumentId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wanted = Act::parse(&fields.act).ok_or(Failure::BadRequest)?;
    let path = format!("/me/documents/{id}");
    let done = app
        .db
        .write(move |tx| {
            let ctx = &visitor.ctx;
            documents::act(tx, ctx, id, fields.version, wanted, &fields.note)
        })
        .await;
    done.map_err(|error| refused(error, &path))?;
    Ok(match wanted {
        Act::Start | Act::Edit | Act::Reassign => see_other(&path),
        Act::Submit | Act::Review | Act::Approve | Act::Return => {
            let list = match wanted {
                Act::Review => Mine::ToReview,
                Act::Approve => Mine::ToApprove,
                _ => Mine::Inbox,
            };
            let link = Link::to("/me/documents").with("list", list.as_str());
            see_other(&link.with("done", wanted.as_str()).into_string())
        }
    })
}

/// `POST /me/documents/{id}/file`: a new version of the file.
pub(crate) async fn edit(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Id(id): Id<DocumentId>,
    form: Multipart,
) -> Result<Response, Failure> {
    let upload = match receive(&app, visitor.session.account, form).await {
        Ok(upload) => upload,
        Err(Trouble::Failure(failure)) => return Err(failure),
        Err(Trouble::Words(words)) => return with_words(&app, visitor, id, words).await,
    };
    let version: i64 = upload
        .get("version")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let limit = upload.limit_mb;
    let Some((name, mut file)) = upload.file else {
        return with_words(&app, visitor, id, "Choose a file.".to_owned()).await;
    };
    let ctx = visitor.ctx.clone();
    let done = blocking(&app, move |documents| {
        let file = documents.files().receive(&name, &mut file, limit)?;
        documents.edit(&ctx, id, version, file)
    })
    .await?;
    let path = format!("/me/documents/{id}");
    match done {
        Ok(()) => Ok(see_other(&path)),
        Err(DocumentError::File(
            error @ (documents::FileError::Empty | documents::FileError::TooLarge(_)),
        )) => {
            let words = crate::format::sentence(&error.to_string());
            with_words(&app, visitor, id, words).await
        }
        Err(error) => Err(refused(error, &path)),
    }
}

async fn with_words(
    app: &App,
    visitor: Visitor,
    id: DocumentId,
    words: String,
) -> Result<Response, Failure> {
    let page = show_page(app, visitor, id, Some(words)).await?;
    Ok(crate::page::with_status(
        axum::http::StatusCode::UNPROCESSABLE_ENTITY,
        &page,
    ))
}

/// `GET /me/documents/{id}/files/{number}`
pub(crate) async fn download(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Path((id, number)): Path<(String, String)>,
) -> Result<Response, Failure> {
    file_response(&app, visitor, &id, &number, |tx, visitor, document| {
        documents::can_see(tx, visitor.session.account, visitor.session.user, document)
    })
    .await
}
