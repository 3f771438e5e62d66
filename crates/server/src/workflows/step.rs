//! One step: its name and kind, and who may do it.

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{
    users,
    workflows::{self, Member, Participant, Step, StepChange, StepKind},
};
use kernel::{GroupId, StepId, UserId, WorkflowId};
use serde::Deserialize;

use super::{
    badge,
    members::{ListedGroup, ListedUser, NotAdded, Typed},
    refused,
    show::{Who, group_choices, kinds, who},
};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form, Id},
    failure::Failure,
    format::counted,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "workflows/step.html")]
pub(crate) struct StepPage {
    shell: Shell,
    id: StepId,
    workflow: WorkflowId,
    workflow_name: String,
    name: String,
    badge: Badge,
    who: Who,
    waiting: String,
    /// None for the step that fills: its kind stays.
    kinds: Option<Vec<Choice>>,
    is_for_all: bool,
    people: Vec<(UserId, String, String)>,
    groups: Vec<(GroupId, String, String)>,
    free_groups: Vec<Choice>,
}

/// `GET /workflows/steps/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
) -> Result<Page<StepPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, id: StepId) -> Result<StepPage, Failure> {
    let account = visitor.session.account;
    let found = workflows::step(tx, account, id);
    let step = found.map_err(|error| refused(error, "/workflows"))?;
    let workflow = workflows::see(tx, &visitor.ctx, step.workflow);
    let workflow = workflow.map_err(|error| refused(error, "/workflows"))?;
    let actors = workflows::actors(tx, account, id, 2)?;
    let (people, groups) = workflows::named_actors(tx, account, id)?;
    Ok(StepPage {
        shell: Shell::load(tx, visitor, Section::Workflows)?,
        id,
        workflow: step.workflow,
        workflow_name: workflow.name,
        badge: badge(step.kind),
        who: who(&step, &actors),
        waiting: counted(step.waiting, "document stands here", "documents stand here"),
        kinds: (step.kind != StepKind::Fill).then(|| kinds(step.kind)),
        is_for_all: step.is_for_all,
        people: people.into_iter().map(named).collect(),
        free_groups: group_choices(tx, visitor, &groups)?,
        groups: groups
            .into_iter()
            .map(|group| {
                let members = counted(group.members, "person", "people");
                (group.id, group.name, members)
            })
            .collect(),
        name: step.name,
    })
}

fn named(person: Participant) -> (UserId, String, String) {
    let name = person.full_name();
    (person.id, name, person.email.unwrap_or_default())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    name: String,
    #[serde(default)]
    kind: String,
    who: String,
}

/// `POST /workflows/steps/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let change = StepChange {
        kind: StepKind::parse(&fields.kind).unwrap_or(StepKind::Fill),
        name: fields.name,
        is_for_all: fields.who != "named",
    };
    let done = app
        .db
        .write(move |tx| workflows::change_step(tx, &visitor.ctx, id, &change))
        .await;
    done.map_err(|error| refused(error, &path(id)))?;
    Ok(see_other(&path(id)))
}

/// Where a step is to go.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Where {
    to: String,
}

/// `POST /workflows/steps/{id}/move`
pub(crate) async fn move_it(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<Where>,
) -> Result<Response, Failure> {
    let to_front = fields.to == "front";
    let done = app
        .db
        .write(move |tx| workflows::move_step(tx, &visitor.ctx, id, to_front))
        .await;
    back_to_workflow(done, id)
}

/// `POST /workflows/steps/{id}/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| workflows::remove_step(tx, &visitor.ctx, id))
        .await;
    back_to_workflow(done, id)
}

fn back_to_workflow(
    done: Result<Step, workflows::WorkflowError>,
    id: StepId,
) -> Result<Response, Failure> {
    let step = done.map_err(|error| refused(error, &path(id)))?;
    Ok(see_other(&format!("/workflows/{}", step.workflow)))
}

/// `POST /workflows/steps/{id}/people`
pub(crate) async fn name_person(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<Typed>,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| {
            let ctx = &visitor.ctx;
            let user = users::lookup(tx, ctx, &fields.person).map_err(NotAdded::Unknown)?;
            workflows::add_actor(tx, ctx, id, Member::User(user)).map_err(NotAdded::Refused)
        })
        .await;
    done.map_err(|error| error.failure(&path(id)))?;
    Ok(see_other(&path(id)))
}

/// `POST /workflows/steps/{id}/people/remove`
pub(crate) async fn unname_person(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<ListedUser>,
) -> Result<Response, Failure> {
    let user = fields.user.parse().map_err(|_| Failure::BadRequest)?;
    named_changed(&app, visitor, id, Member::User(user), false).await
}

/// `POST /workflows/steps/{id}/groups`
pub(crate) async fn name_group(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<ListedGroup>,
) -> Result<Response, Failure> {
    let group = fields.group.parse().map_err(|_| Failure::BadRequest)?;
    named_changed(&app, visitor, id, Member::Group(group), true).await
}

/// `POST /workflows/steps/{id}/groups/remove`
pub(crate) async fn unname_group(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<StepId>,
    Form(fields): Form<ListedGroup>,
) -> Result<Response, Failure> {
    let group = fields.group.parse().map_err(|_| Failure::BadRequest)?;
    named_changed(&app, visitor, id, Member::Group(group), false).await
}

async fn named_changed(
    app: &App,
    visitor: Visitor,
    id: StepId,
    member: Member,
    is_named: bool,
) -> Result<Response, Failure> {
    let done = app
        .db
        .write(move |tx| {
            if is_named {
                workflows::add_actor(tx, &visitor.ctx, id, member)
            } else {
                workflows::remove_actor(tx, &visitor.ctx, id, member)
            }
        })
        .await;
    done.map_err(|error| refused(error, &path(id)))?;
    Ok(see_other(&path(id)))
}

fn path(id: StepId) -> String {
    format!("/workflows/steps/{id}")
}
