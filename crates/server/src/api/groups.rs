//! Groups and teams.

use db::Tx;
use directory::groups::{self, CreateGroup, Group, GroupKind, ManageGroup};
use kernel::GroupId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    cursor::gone,
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const KINDS: Shape = Shape::OneOf(&["group", "team"]);
const GROUP: Shape = Shape::Named(
    "Group",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("kind", KINDS, "A team is led by some of its people."),
        field("name", Shape::Text(0, 400), ""),
        field(
            "members",
            Shape::Integer(0, i64::MAX),
            "How many people are in it.",
        ),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewGroup",
    &Shape::Object(&[
        field("name", Shape::Text(1, 100), ""),
        may("kind", KINDS, "A group if nothing is said."),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "GroupChanges",
    &Shape::Object(&[field("name", Shape::Text(1, 100), "")]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","kind":"group","name":"Night shift","members":312}"#;

pub(super) const LIST: Operation =
    Operation::new("listGroups", "List groups or teams", Work::Read(list))
        .words("By name.")
        .query(&[may("kind", KINDS, "Groups if nothing is said."), LIMIT, CURSOR, FIELDS])
        .answers(
            Answered::One(&Shape::Page(&GROUP)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","kind":"group","name":"Night shift","members":312}],"next":null}"#,
        );
pub(super) const CREATE: Operation =
    Operation::new("createGroup", "Create a group or team", Work::Write(create))
        .words("Refused with 409 `group_exists` if there is one of that name and kind.")
        .body(Body::Json(&NEW, r#"{"name":"Night shift","kind":"group"}"#))
        .answers(Answered::Made(&GROUP), EXAMPLE)
        .refuses(&[409]);
pub(super) const SHOW: Operation =
    Operation::new("getGroup", "One group or team", Work::Read(show))
        .query(&[FIELDS])
        .answers(Answered::One(&GROUP), EXAMPLE);
pub(super) const CHANGE: Operation =
    Operation::new("changeGroup", "Rename a group or team", Work::Write(change))
        .body(Body::Json(&CHANGES, r#"{"name":"Night shift Hamburg"}"#))
        .answers(Answered::One(&GROUP), EXAMPLE)
        .refuses(&[409])
        .needs_version();
pub(super) const DELETE: Operation =
    Operation::new("deleteGroup", "Delete a group or team", Work::Write(delete))
        .words("Its people stay. The ETag counts them in: with it, the group is deleted only with the people it had when you read it.")
        .refuses(&[409])
        .needs_version();

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let kind = ask.param("kind").and_then(GroupKind::parse);
    let limit = ask.limit();
    let after: Option<GroupId> = ask.after()?;
    if let Some(id) = after {
        groups::find(tx, ask.ctx.account, id)?.ok_or_else(gone)?;
    }
    let kind = kind.unwrap_or(GroupKind::Group);
    let mut found = groups::page(tx, &ask.ctx, kind, after, limit as i64 + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| more)
        .map(|group| group.id.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

/// The group of the address.
pub(super) fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Group, Problem> {
    Ok(groups::see(tx, &ask.ctx, ask.id("id")?)?)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&get(tx, ask)?))
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let kind = ask.text("kind").and_then(GroupKind::parse);
    let name = ask.text("name").unwrap_or_default();
    let group = groups::create(tx, &ask.ctx, kind.unwrap_or(GroupKind::Group), name)?;
    let address = format!("/api/v1/groups/{}", group.id);
    Ok(Reply::made(value(&group), &address).tagged(&tag_of_group(&group)))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = get(tx, ask)?;
    ask.expect(&tag_of_group(&before))?;
    groups::rename(
        tx,
        &ask.ctx,
        before.id,
        ask.text("name").unwrap_or_default(),
    )?;
    Ok(reply(&get(tx, ask)?))
}

fn delete(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let group = get(tx, ask)?;
    ask.expect(&tag_of_group(&group))?;
    groups::delete(tx, &ask.ctx, group.id, group.members)?;
    Ok(Reply::nothing())
}

fn reply(group: &Group) -> Reply {
    Reply::one(value(group)).tagged(&tag_of_group(group))
}

fn tag_of_group(group: &Group) -> String {
    tag_of(&[&group.name, &group.members.to_string()])
}

fn value(group: &Group) -> Value {
    json!({
        "id": group.id, "kind": group.kind.as_str(), "name": group.name, "members": group.members,
    })
}

impl From<CreateGroup> for Problem {
    fn from(error: CreateGroup) -> Self {
        let (code, words) = (error.code(), sentence(&error.to_string()));
        match error {
            CreateGroup::Forbidden(_) => Failure::Forbidden.into(),
            CreateGroup::Db(error) => error.into(),
            CreateGroup::Name(_) => Self::invalid(vec![Wrong::new("/name", words)]),
            CreateGroup::Exists(..) => Self::conflict(code, words),
        }
    }
}

impl From<ManageGroup> for Problem {
    fn from(error: ManageGroup) -> Self {
        let (code, words) = (error.code(), sentence(&error.to_string()));
        match error {
            ManageGroup::Forbidden(_) => Failure::Forbidden.into(),
            ManageGroup::NotFound => Self::not_found(),
            ManageGroup::Db(error) => error.into(),
            ManageGroup::Name(_) => Self::invalid(vec![Wrong::new("/name", words)]),
            ManageGroup::Exists(..)
            | ManageGroup::Members(_)
            | ManageGroup::NobodyThere
            | ManageGroup::NotATeam
            | ManageGroup::NotAManager
            | ManageGroup::Stale => Self::conflict(code, words),
        }
    }
}
