//! The steps of a workflow, who is named for them, and who takes part.

use axum::{extract::Request, response::Response};
use db::Tx;
use directory::workflows::{self, Member, Step, StepChange, StepKind};
use kernel::{StepId, UserId, WorkflowId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    problem::json_response,
    shape::{Shape, field, may},
    workflows::get,
};
use crate::documents::blocking;

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const KIND: Shape = Shape::OneOf(&["fill", "review", "approve", "submit"]);
const NAMED: Shape = Shape::Object(&[
    field("id", Shape::Id, ""),
    field("name", Shape::Text(0, 1000), ""),
]);
const STEP: Shape = Shape::Named(
    "Step",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field(
            "kind",
            KIND,
            "Every workflow begins with one step `fill`, and has only that one.",
        ),
        field("name", Shape::Text(0, 400), ""),
        field(
            "for_all",
            Shape::Bool,
            "Whether everybody who takes part may do it; otherwise only those named for it.",
        ),
        field("waiting", COUNT, "Open documents that stand at it."),
        field("users", Shape::List(&NAMED, 10_000), "Users named for it."),
        field(
            "groups",
            Shape::List(&NAMED, 10_000),
            "Groups named for it.",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a40","kind":"approve","name":"Sign","for_all":false,"waiting":2,"users":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi"}],"groups":[]}"#;
const NEW: Shape = Shape::Named(
    "NewStep",
    &Shape::Object(&[
        field("kind", KIND, ""),
        field("name", Shape::Text(1, 100), ""),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "StepChanges",
    &Shape::Object(&[
        may("kind", KIND, ""),
        may("name", Shape::Text(1, 100), ""),
        may("for_all", Shape::Bool, ""),
    ]),
);
const MOVE: Shape = Shape::Named(
    "MoveStep",
    &Shape::Object(&[field(
        "to",
        Shape::OneOf(&["front", "back"]),
        "By one place.",
    )]),
);
const PERSON: Shape = Shape::Named(
    "Participant",
    &Shape::Object(&[
        field("id", Shape::Id, "The user."),
        field("name", Shape::Text(0, 1000), ""),
        field("email", Shape::Maybe(&Shape::Text(0, 400)), ""),
        field("status", Shape::Text(0, 40), ""),
        field("direct", Shape::Bool, "Whether they take part themselves."),
        field(
            "via",
            Shape::Maybe(&Shape::Lines(10_000)),
            "The groups through which they do.",
        ),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listSteps", "List the steps of a workflow", Work::Read(list))
        .words("In order, all on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&STEP)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a40","kind":"fill","name":"Fill in","for_all":true,"waiting":0,"users":[],"groups":[]}],"next":null}"#,
        );
pub(super) const ADD: Operation = Operation::new("addStep", "Add a step", Work::Write(add))
    .words("At the end.")
    .body(Body::Json(&NEW, r#"{"kind":"approve","name":"Sign"}"#))
    .answers(Answered::Made(&STEP), EXAMPLE);
pub(super) const SHOW: Operation =
    Operation::new("getStep", "One step", Work::Read(show)).answers(Answered::One(&STEP), EXAMPLE);
pub(super) const CHANGE: Operation =
    Operation::new("changeStep", "Change a step", Work::Write(change))
        .body(Body::Json(&CHANGES, r#"{"for_all":false}"#))
        .answers(Answered::One(&STEP), EXAMPLE)
        .needs_version();
pub(super) const MOVE_STEP: Operation =
    Operation::new("moveStep", "Move a step", Work::Write(move_step))
        .body(Body::Json(&MOVE, r#"{"to":"front"}"#))
        .answers(Answered::One(&STEP), EXAMPLE);
pub(super) const REMOVE: Operation =
    Operation::new("removeStep", "Remove a step", Work::Write(remove))
        .words("Refused with 409 while documents stand at it.")
        .refuses(&[409])
        .needs_version();
pub(super) const PEOPLE: Operation =
    Operation::new("listParticipants", "List who takes part", Work::Read(people))
        .words("By name, themselves or through groups; 50 on a page.")
        .query(&[
            may("q", Shape::Text(1, 200), "What their name begins with."),
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&PERSON)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","email":"thandi@example.com","status":"active","direct":true,"via":null}],"next":null}"#,
        );
pub(super) const GROUPS: Operation = Operation::new(
    "listParticipatingGroups",
    "List the groups that take part",
    Work::Read(groups),
)
.words("All on one page.")
.query(&[FIELDS])
.answers(
    Answered::One(&Shape::Page(&NAMED)),
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","name":"Night shift"}],"next":null}"#,
);
pub(super) const DELETE_WORKFLOW: Operation = Operation::new(
    "deleteWorkflow",
    "Delete a workflow",
    Work::Raw(|ask, request| Box::pin(delete(ask, request))),
)
.words("With its steps and its completed documents and their files; refused with 409 while documents are not completed.")
.refuses(&[409])
.needs_version();

macro_rules! actor {
    ($name:ident, $id:literal, $summary:literal, $member:ident, $is_named:literal) => {
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Write(|tx, ask| {
                let member = Member::$member(ask.id("member")?);
                set_actor(tx, ask, member, $is_named)
            }),
        )
        .refuses(&[409]);
    };
}
actor!(
    NAME_USER,
    "nameForStep",
    "Name a user for a step",
    User,
    true
);
actor!(
    UNNAME_USER,
    "unnameForStep",
    "Name a user for a step no longer",
    User,
    false
);
actor!(
    NAME_GROUP,
    "nameGroupForStep",
    "Name a group for a step",
    Group,
    true
);
actor!(
    UNNAME_GROUP,
    "unnameGroupForStep",
    "Name a group for a step no longer",
    Group,
    false
);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let workflow = get(tx, ask)?;
    let steps = workflows::steps(tx, ask.ctx.account, workflow.id)?;
    let items: Result<Vec<Value>, Problem> =
        steps.iter().map(|step| value(tx, ask, step)).collect();
    Ok(Reply::page(ask, items?, None))
}

fn value(tx: &mut Tx<'_>, ask: &Ask, step: &Step) -> Result<Value, Problem> {
    let (users, groups) = workflows::named_actors(tx, ask.ctx.account, step.id)?;
    let users: Vec<Value> = users
        .iter()
        .map(|user| json!({"id": user.id, "name": user.full_name()}))
        .collect();
    let groups: Vec<Value> = groups
        .iter()
        .map(|group| json!({"id": group.id, "name": group.name}))
        .collect();
    Ok(json!({
        "id": step.id, "kind": step.kind.as_str(), "name": step.name, "for_all": step.is_for_all,
        "waiting": step.waiting, "users": users, "groups": groups,
    }))
}

fn version(step: &Step) -> String {
    let is_for_all = if step.is_for_all { "all" } else { "named" };
    tag_of(&[
        step.kind.as_str(),
        &step.name,
        is_for_all,
        &step.position.to_string(),
    ])
}

/// The step of the address, which has to be one of its workflow.
fn step(tx: &mut Tx<'_>, ask: &Ask) -> Result<Step, Problem> {
    let workflow = get(tx, ask)?;
    let step = workflows::step(tx, ask.ctx.account, ask.id("step")?)?;
    if step.workflow == workflow.id {
        Ok(step)
    } else {
        Err(Problem::not_found())
    }
}

fn reply(tx: &mut Tx<'_>, ask: &Ask, id: StepId) -> Result<Reply, Problem> {
    let step = workflows::step(tx, ask.ctx.account, id)?;
    Ok(Reply::one(value(tx, ask, &step)?).tagged(&version(&step)))
}

fn add(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let workflow = get(tx, ask)?;
    let kind = ask
        .text("kind")
        .and_then(StepKind::parse)
        .unwrap_or(StepKind::Fill);
    let name = ask.text("name").unwrap_or_default();
    let id = workflows::add_step(tx, &ask.ctx, workflow.id, kind, name)?;
    let step = workflows::step(tx, ask.ctx.account, id)?;
    let address = format!("/api/v1/workflows/{}/steps/{id}", workflow.id);
    Ok(Reply::made(value(tx, ask, &step)?, &address).tagged(&version(&step)))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let step = step(tx, ask)?;
    reply(tx, ask, step.id)
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = step(tx, ask)?;
    ask.expect(&version(&before))?;
    let for_all = ask.body.get("for_all").and_then(Value::as_bool);
    let change = StepChange {
        kind: ask
            .text("kind")
            .and_then(StepKind::parse)
            .unwrap_or(before.kind),
        name: ask.text("name").unwrap_or(&before.name).to_owned(),
        is_for_all: for_all.unwrap_or(before.is_for_all),
    };
    workflows::change_step(tx, &ask.ctx, before.id, &change)?;
    reply(tx, ask, before.id)
}

fn move_step(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = step(tx, ask)?;
    workflows::move_step(tx, &ask.ctx, before.id, ask.text("to") == Some("front"))?;
    reply(tx, ask, before.id)
}

fn remove(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = step(tx, ask)?;
    ask.expect(&version(&before))?;
    workflows::remove_step(tx, &ask.ctx, before.id)?;
    Ok(Reply::nothing())
}

fn set_actor(tx: &mut Tx<'_>, ask: &Ask, member: Member, is_named: bool) -> Result<Reply, Problem> {
    let step = step(tx, ask)?;
    if is_named {
        workflows::add_actor(tx, &ask.ctx, step.id, member)?;
    } else {
        workflows::remove_actor(tx, &ask.ctx, step.id, member)?;
    }
    Ok(Reply::nothing())
}

fn people(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let workflow = get(tx, ask)?;
    let beginning = ask.param("q").unwrap_or_default();
    let place = ask.after::<String>()?;
    let after: Option<(&str, UserId)> = place
        .as_deref()
        .and_then(|place| place.split_once(' '))
        .and_then(|(id, name)| Some((name, id.parse().ok()?)));
    let found = workflows::people(tx, ask.ctx.account, workflow.id, beginning, after)?;
    let last = found
        .last()
        .filter(|_| found.len() as i64 == workflows::PAGE);
    let next = last.map(|one| format!("{} {}", one.id, one.name_key));
    let items = found.iter().map(|one| {
        let name = format!("{} {}", one.first_name, one.last_name);
        json!({
            "id": one.id, "name": name.trim(), "email": one.email, "status": one.status,
            "direct": one.is_direct, "via": one.via,
        })
    });
    Ok(Reply::page(ask, items.collect(), next))
}

fn groups(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let workflow = get(tx, ask)?;
    let found = workflows::groups(tx, ask.ctx.account, workflow.id)?;
    let items = found
        .iter()
        .map(|group| json!({"id": group.id, "name": group.name}));
    Ok(Reply::page(ask, items.collect(), None))
}

async fn delete(ask: Ask, _: Request) -> Result<Response, Problem> {
    let app = ask.app.clone();
    let ctx = ask.ctx.clone();
    let found = app.db.read(move |tx| {
        let workflow = get(tx, &ask)?;
        ask.expect(&tag_of(&[&workflow.name]))?;
        Ok::<WorkflowId, Problem>(workflow.id)
    });
    let id = found.await?;
    blocking(&app, move |documents| documents.delete_workflow(&ctx, id)).await??;
    Ok(json_response(&Reply::nothing().answer()))
}
