//! Deleting a workflow: what it would do, and doing it.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{
    documents::DocumentError,
    workflows::{self, Effect},
};
use kernel::WorkflowId;

use super::refused;
use crate::{
    app::App,
    documents::blocking,
    extract::Id,
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "workflows/delete.html")]
pub(crate) struct DeletePage {
    shell: Shell,
    id: WorkflowId,
    name: String,
    open: Option<String>,
    effects: Vec<String>,
}

/// `GET /workflows/{id}/delete`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
) -> Result<Page<DeletePage>, Failure> {
    app.db
        .read(move |tx| {
            let account = visitor.session.account;
            let workflow = workflows::see(tx, &visitor.ctx, id);
            let workflow = workflow.map_err(|error| refused(error, "/workflows"))?;
            let effect = workflows::effect_of_deleting(tx, account, id)?;
            let open = effect.open_documents;
            Ok::<_, Failure>(Page(DeletePage {
                shell: Shell::load(tx, &visitor, Section::Workflows)?,
                id,
                name: workflow.name,
                open: (open > 0).then(|| counted(open, "document is", "documents are")),
                effects: effects(effect),
            }))
        })
        .await
}

fn effects(effect: Effect) -> Vec<String> {
    vec![
        format!(
            "{} and {} no longer take part.",
            counted(effect.people, "person", "people"),
            counted(effect.groups, "group", "groups")
        ),
        match effect.completed_documents {
            0 => "No document is in it.".to_owned(),
            many => format!(
                "{} removed for good, with every version of the files.",
                counted(many, "completed document is", "completed documents are")
            ),
        },
    ]
}

/// `POST /workflows/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
) -> Result<Response, Failure> {
    let done = blocking(&app, move |documents| {
        documents.delete_workflow(&visitor.ctx, id)
    })
    .await?;
    match done {
        Ok(_) => Ok(see_other("/workflows")),
        Err(DocumentError::Workflow(error)) => {
            Err(refused(error, &format!("/workflows/{id}/delete")))
        }
        Err(error) => Err(crate::documents::refused(error, "/workflows")),
    }
}
