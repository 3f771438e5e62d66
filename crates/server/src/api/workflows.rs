//! Workflows, and who takes part in them.

use db::Tx;
use directory::workflows::{self, CreateWorkflow, Member, Workflow, WorkflowError};
use kernel::WorkflowId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field},
};
use crate::{failure::Failure, format::sentence};

/// Workflows on the one page.
const MOST: i64 = 500;
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const COUNTED: Shape = Shape::Named(
    "WorkflowLine",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field("people", COUNT, "Who take part directly."),
        field("groups", COUNT, "Groups that take part."),
        field("steps", COUNT, ""),
        field("open_documents", COUNT, "Documents that are not completed."),
    ]),
);
const WORKFLOW: Shape = Shape::Named(
    "Workflow",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
    ]),
);
const NAMED: Shape = Shape::Named(
    "WorkflowName",
    &Shape::Object(&[field("name", Shape::Text(1, 100), "")]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a20","name":"Onboarding"}"#;

pub(super) const LIST: Operation =
    Operation::new("listWorkflows", "List workflows", Work::Read(list))
        .words("By name, the first 500 on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&COUNTED)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a20","name":"Onboarding","people":12,"groups":1,"steps":3,"open_documents":4}],"next":null}"#,
        );
pub(super) const CREATE: Operation =
    Operation::new("createWorkflow", "Create a workflow", Work::Write(create))
        .words("With the one step that every workflow has; `addStep` makes further ones.")
        .body(Body::Json(&NAMED, r#"{"name":"Onboarding"}"#))
        .answers(Answered::Made(&WORKFLOW), EXAMPLE)
        .refuses(&[409]);
pub(super) const SHOW: Operation = Operation::new("getWorkflow", "One workflow", Work::Read(show))
    .answers(Answered::One(&WORKFLOW), EXAMPLE);
pub(super) const RENAME: Operation =
    Operation::new("changeWorkflow", "Rename a workflow", Work::Write(rename))
        .body(Body::Json(&NAMED, r#"{"name":"Onboarding 2027"}"#))
        .answers(Answered::One(&WORKFLOW), EXAMPLE)
        .refuses(&[409])
        .needs_version();

macro_rules! part {
    ($name:ident, $id:literal, $summary:literal, $member:ident, $takes_part:literal) => {
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Write(|tx, ask| {
                let member = Member::$member(ask.id("member")?);
                take_part(tx, ask, member, $takes_part)
            }),
        )
        .refuses(&[409]);
    };
}
part!(
    ADD_USER,
    "addParticipant",
    "Let a user take part",
    User,
    true
);
part!(
    REMOVE_USER,
    "removeParticipant",
    "Let a user take part no longer",
    User,
    false
);
part!(
    ADD_GROUP,
    "addParticipatingGroup",
    "Let a group take part",
    Group,
    true
);
part!(
    REMOVE_GROUP,
    "removeParticipatingGroup",
    "Let a group take part no longer",
    Group,
    false
);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let found = workflows::list_counted(tx, &ask.ctx, MOST)?.into_iter();
    let items = found.map(|one| {
        json!({
            "id": one.id, "name": one.name, "people": one.people, "groups": one.groups,
            "steps": one.steps, "open_documents": one.open_documents,
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

pub(super) fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Workflow, Problem> {
    let id: WorkflowId = ask.id("id")?;
    Ok(workflows::see(tx, &ask.ctx, id)?)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&get(tx, ask)?))
}

fn reply(workflow: &Workflow) -> Reply {
    Reply::one(value(workflow)).tagged(&tag_of(&[&workflow.name]))
}

fn value(workflow: &Workflow) -> Value {
    json!({"id": workflow.id, "name": workflow.name})
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let name = ask.text("name").unwrap_or_default();
    let made = workflows::create(tx, &ask.ctx, name).map_err(|error| {
        let words = sentence(&error.to_string());
        match error {
            CreateWorkflow::Forbidden(_) => Failure::Forbidden.into(),
            CreateWorkflow::Db(error) => Problem::from(error),
            CreateWorkflow::Name(_) => Problem::invalid(vec![Wrong::new("/name", words)]),
            CreateWorkflow::Exists(_) => Problem::conflict("workflow_exists", words),
        }
    })?;
    let address = format!("/api/v1/workflows/{}", made.id);
    Ok(Reply::made(value(&made), &address).tagged(&tag_of(&[&made.name])))
}

fn rename(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = get(tx, ask)?;
    ask.expect(&tag_of(&[&before.name]))?;
    workflows::rename(
        tx,
        &ask.ctx,
        before.id,
        ask.text("name").unwrap_or_default(),
    )?;
    Ok(reply(&get(tx, ask)?))
}

fn take_part(
    tx: &mut Tx<'_>,
    ask: &Ask,
    member: Member,
    takes_part: bool,
) -> Result<Reply, Problem> {
    let id = get(tx, ask)?.id;
    if takes_part {
        workflows::add_participant(tx, &ask.ctx, id, member)?;
    } else {
        workflows::remove_participant(tx, &ask.ctx, id, member)?;
    }
    Ok(Reply::nothing())
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Self {
        let words = sentence(&error.to_string());
        match error {
            WorkflowError::Forbidden(_) => Failure::Forbidden.into(),
            WorkflowError::Db(error) => error.into(),
            WorkflowError::NotFound | WorkflowError::NobodyThere | WorkflowError::NoGroup => {
                Self::not_found()
            }
            WorkflowError::Name(_) => Self::invalid(vec![Wrong::new("/name", words)]),
            WorkflowError::Exists(_) => Self::conflict("workflow_exists", words),
            _ => Self::conflict("workflow_refused", words),
        }
    }
}
