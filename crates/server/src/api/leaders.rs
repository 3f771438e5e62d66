//! Who leads a team.

use db::Tx;
use directory::groups;
use kernel::{GroupId, UserId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    groups::get,
    operation::{Answered, FIELDS, Operation, Work},
    shape::{Shape, field},
};

const LEADER: Shape = Shape::Named(
    "Leader",
    &Shape::Object(&[field("id", Shape::Id, "The user.")]),
);

pub(super) const LIST: Operation =
    Operation::new("listLeaders", "List who leads a team", Work::Read(list))
        .words("All on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&LEADER)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10"}],"next":null}"#,
        );
pub(super) const ADD: Operation = Operation::new(
    "addLeader",
    "Let somebody lead a team",
    Work::Write(|tx, ask| lead(tx, ask, true)),
)
.words("Somebody who is in it, and is a manager; otherwise refused with 409.")
.refuses(&[409]);
pub(super) const REMOVE: Operation = Operation::new(
    "removeLeader",
    "Let somebody lead a team no longer",
    Work::Write(|tx, ask| lead(tx, ask, false)),
)
.refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let group = get(tx, ask)?;
    let found = groups::team_admins(tx, ask.ctx.account, group.id)?;
    let items: Vec<Value> = found.iter().map(|id| json!({"id": id})).collect();
    Ok(Reply::page(ask, items, None))
}

fn lead(tx: &mut Tx<'_>, ask: &Ask, leads: bool) -> Result<Reply, Problem> {
    let (group, user): (GroupId, UserId) = (ask.id("id")?, ask.id("member")?);
    groups::lead(tx, &ask.ctx, group, user, leads)?;
    Ok(Reply::nothing())
}
