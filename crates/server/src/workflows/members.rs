//! Adding and removing people and groups of a workflow.

use axum::{extract::State, response::Response};
use directory::{
    users::{self, LookupError},
    workflows::{self, Member, WorkflowError},
};
use kernel::{UserId, WorkflowId};
use serde::Deserialize;

use super::{refused, unknown};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    guard::Visitor,
    page::see_other,
};

/// Somebody as typed.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Typed {
    pub(super) person: String,
}

/// Somebody of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ListedUser {
    pub(super) user: String,
}

/// A group of a list.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ListedGroup {
    pub(super) group: String,
}

/// Why somebody typed was not added.
pub(super) enum NotAdded {
    Unknown(LookupError),
    Refused(WorkflowError),
}

impl From<db::Error> for NotAdded {
    fn from(error: db::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl NotAdded {
    pub(super) fn failure(self, link: &str) -> Failure {
        match self {
            Self::Unknown(error) => unknown(error, link),
            Self::Refused(error) => refused(error, link),
        }
    }
}

/// `POST /workflows/{id}/people`
pub(crate) async fn add_person(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<Typed>,
) -> Result<Response, Failure> {
    let path = format!("/workflows/{id}");
    let done = app
        .db
        .write(move |tx| {
            let ctx = &visitor.ctx;
            let user = users::lookup(tx, ctx, &fields.person).map_err(NotAdded::Unknown)?;
            workflows::add_participant(tx, ctx, id, Member::User(user)).map_err(NotAdded::Refused)
        })
        .await;
    done.map_err(|error| error.failure(&path))?;
    Ok(see_other(&format!("{path}#people")))
}

/// `POST /workflows/{id}/people/remove`
pub(crate) async fn remove_person(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<ListedUser>,
) -> Result<Response, Failure> {
    let user: UserId = fields.user.parse().map_err(|_| Failure::BadRequest)?;
    changed(&app, visitor, id, Member::User(user), false).await
}

/// `POST /workflows/{id}/groups`
pub(crate) async fn add_group(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<ListedGroup>,
) -> Result<Response, Failure> {
    let group = fields.group.parse().map_err(|_| Failure::BadRequest)?;
    changed(&app, visitor, id, Member::Group(group), true).await
}

/// `POST /workflows/{id}/groups/remove`
pub(crate) async fn remove_group(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WorkflowId>,
    Form(fields): Form<ListedGroup>,
) -> Result<Response, Failure> {
    let group = fields.group.parse().map_err(|_| Failure::BadRequest)?;
    changed(&app, visitor, id, Member::Group(group), false).await
}

async fn changed(
    app: &App,
    visitor: Visitor,
    id: WorkflowId,
    member: Member,
    takes_part: bool,
) -> Result<Response, Failure> {
    let path = format!("/workflows/{id}");
    let done = app
        .db
        .write(move |tx| {
            if takes_part {
                workflows::add_participant(tx, &visitor.ctx, id, member)
            } else {
                workflows::remove_participant(tx, &visitor.ctx, id, member)
            }
        })
        .await;
    done.map_err(|error| refused(error, &path))?;
    let part = match member {
        Member::User(_) => "people",
        Member::Group(_) => "groups",
    };
    Ok(see_other(&format!("{path}#{part}")))
}
