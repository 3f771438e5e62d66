//! Uploading a document into a workflow and assigning it.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{
    documents::{self, DocumentError, NewDocument},
    users::{self, LookupError},
    workflows,
};
use kernel::{UserId, WorkflowId};
use serde::Deserialize;

use super::{Trouble, Upload, blocking, receive, refused};
use crate::{
    app::App,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

/// What the form begins with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    workflow: String,
    person: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "documents/new.html")]
struct NewPage {
    shell: Shell,
    query: Query,
    workflows: Vec<Choice>,
    limit: i64,
    error: Option<String>,
}

/// `GET /documents/new`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let page = page(&app, visitor, query, None).await?;
    Ok(Page(page).into_response())
}

async fn page(
    app: &App,
    visitor: Visitor,
    query: Query,
    error: Option<String>,
) -> Result<NewPage, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            Ok(NewPage {
                shell: Shell::load(tx, &visitor, Section::Documents)?,
                workflows: workflows::reached(tx, &visitor.ctx)?
                    .into_iter()
                    .map(|workflow| {
                        let id = workflow.id.to_string();
                        let is_chosen = id == query.workflow;
                        Choice::new(id, workflow.name, is_chosen)
                    })
                    .collect(),
                limit: documents::limit_mb(tx, account)?,
                error,
                query,
            })
        })
        .await
}

/// `POST /documents/new`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    form: Multipart,
) -> Result<Response, Failure> {
    let upload = match receive(&app, visitor.session.account, form).await {
        Ok(upload) => upload,
        Err(Trouble::Failure(failure)) => return Err(failure),
        Err(Trouble::Words(words)) => return answer(&app, visitor, Query::default(), words).await,
    };
    let query = Query {
        workflow: upload.get("workflow").to_owned(),
        person: upload.get("person").to_owned(),
        title: upload.get("title").to_owned(),
        note: upload.get("note").to_owned(),
    };
    let (workflow, assignee) = match wanted(&app, &visitor, &query).await? {
        Ok(wanted) => wanted,
        Err(words) => return answer(&app, visitor, query, words).await,
    };
    let Upload { file, limit_mb, .. } = upload;
    let Some((name, mut file)) = file else {
        return answer(&app, visitor, query, "Choose a file.".to_owned()).await;
    };
    let (ctx, asked) = (visitor.ctx.clone(), query.clone());
    let stored = blocking(&app, move |documents| {
        let file = documents.files().receive(&name, &mut file, limit_mb)?;
        let new = NewDocument {
            workflow,
            assignee,
            title: asked.title,
            note: asked.note,
            file,
        };
        documents.upload(&ctx, new)
    })
    .await?;
    match stored {
        Ok(id) => {
            app.wake.wake();
            Ok(see_other(&format!("/documents/{id}")))
        }
        Err(
            error @ (DocumentError::Title
            | DocumentError::NoteLong
            | DocumentError::NobodyThere
            | DocumentError::NotAParticipant { .. }
            | DocumentError::File(
                documents::FileError::Empty | documents::FileError::TooLarge(_),
            )),
        ) => answer(&app, visitor, query, sentence(&error.to_string())).await,
        Err(error) => Err(refused(error, "/documents/new")),
    }
}

/// The workflow and the person, or what is wrong with them.
async fn wanted(
    app: &App,
    visitor: &Visitor,
    query: &Query,
) -> Result<Result<(WorkflowId, UserId), String>, Failure> {
    let Ok(workflow) = query.workflow.parse() else {
        return Ok(Err("Choose a workflow.".to_owned()));
    };
    let (ctx, person) = (visitor.ctx.clone(), query.person.clone());
    let found = app
        .db
        .read(move |tx| users::lookup(tx, &ctx, &person))
        .await;
    match found {
        Ok(user) => Ok(Ok((workflow, user))),
        Err(LookupError::Db(error)) => Err(error.into()),
        Err(error) => Ok(Err(sentence(&error.to_string()))),
    }
}

async fn answer(
    app: &App,
    visitor: Visitor,
    query: Query,
    words: String,
) -> Result<Response, Failure> {
    let page = page(app, visitor, query, Some(words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
