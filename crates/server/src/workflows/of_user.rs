//! The workflows of one person: directly, and through which groups (S1.21, S2.20).

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    Action, documents, users,
    workflows::{self, Member, Part},
};
use kernel::{UserId, WorkflowId};
use serde::Deserialize;

use super::refused;
use crate::{
    app::App,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    format::count,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
    users::{Frame, Tab},
};

#[derive(Template)]
#[template(path = "workflows/of_user.html")]
pub(crate) struct OfUserPage {
    shell: Shell,
    id: UserId,
    frame: Frame,
    parts: Vec<Part>,
    free: Vec<Choice>,
    may_change: bool,
    /// Open documents: in words, how many; none for whoever may not see them.
    documents: Option<Vec<(&'static str, String)>>,
}

/// `GET /users/{id}/workflows`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
) -> Result<Page<OfUserPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: UserId) -> Result<OfUserPage, Failure> {
    let account = visitor.session.account;
    let (frame, _) = Frame::load(tx, visitor, id, Tab::Workflows)?;
    let parts = workflows::of_user(tx, account, id)?;
    let is_direct = |workflow: WorkflowId| {
        let mut parts = parts.iter();
        parts.any(|part| part.workflow == workflow && part.is_direct)
    };
    let free = workflows::reached(tx, &visitor.ctx)?
        .into_iter()
        .filter(|workflow| !is_direct(workflow.id))
        .map(|workflow| Choice::new(workflow.id.to_string(), workflow.name, false))
        .collect();
    let ctx = &visitor.ctx;
    let documents = if ctx.may(Action::ManageDocuments) {
        users::stage_ids(tx, [id])?;
        let open = documents::open_of(tx, account)?.into_iter().next();
        let (drafts, assigned, submitted) = open.map_or((0, 0, 0), |open| {
            (open.drafts, open.assigned, open.submitted)
        });
        Some(vec![
            ("Assigned, not started", count(assigned)),
            ("Drafts", count(drafts)),
            ("Submitted, not completed", count(submitted)),
        ])
    } else {
        None
    };
    Ok(OfUserPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        id,
        frame,
        parts,
        free,
        may_change: ctx.may(Action::ManageWorkflows),
        documents,
    })
}

/// A workflow of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    workflow: String,
}

/// `POST /users/{id}/workflows`
pub(crate) async fn join(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    changed(&app, visitor, id, &fields, true).await
}

/// `POST /users/{id}/workflows/remove`
pub(crate) async fn leave(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    changed(&app, visitor, id, &fields, false).await
}

async fn changed(
    app: &App,
    visitor: Visitor,
    id: UserId,
    fields: &Fields,
    takes_part: bool,
) -> Result<Response, Failure> {
    let workflow: WorkflowId = fields.workflow.parse().map_err(|_| Failure::BadRequest)?;
    let path = format!("/users/{id}/workflows");
    let done = app
        .db
        .write(move |tx| {
            if takes_part {
                workflows::add_participant(tx, &visitor.ctx, workflow, Member::User(id))
            } else {
                workflows::remove_participant(tx, &visitor.ctx, workflow, Member::User(id))
            }
        })
        .await;
    done.map_err(|error| refused(error, &path))?;
    Ok(see_other(&path))
}
