//! Who is in a group or team: the people, and putting many in and out at once.

use std::collections::BTreeSet;

use db::Tx;
use directory::{
    groups::{self, Leavers, MemberChange},
    users::{Sort, UserFilter},
};
use kernel::UserId;
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    groups::get,
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
    users::{USER, page_of, value},
};

/// So many people at most each way.
const MOST: usize = 1000;
const CHANGES: Shape = Shape::Named(
    "MemberChanges",
    &Shape::Object(&[
        may("add", Shape::List(&Shape::Id, MOST), "Users to put in."),
        may(
            "remove",
            Shape::List(&Shape::Id, MOST),
            "Users to take out.",
        ),
    ]),
);
const CHANGED: Shape = Shape::Named(
    "MembersChanged",
    &Shape::Object(&[
        field(
            "added",
            Shape::Integer(0, i64::MAX),
            "How many were not in it and are now.",
        ),
        field(
            "removed",
            Shape::Integer(0, i64::MAX),
            "How many were in it and are not any more.",
        ),
        field(
            "members",
            Shape::Integer(0, i64::MAX),
            "How many are in it now.",
        ),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listMembers", "List the people of a group or team", Work::Read(list))
        .words("By name; with other filters, use `listUsers` with `group`.")
        .query(&[LIMIT, CURSOR, FIELDS])
        .answers(
            Answered::One(&Shape::Page(&USER)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi"}],"next":null}"#,
        );
pub(super) const CHANGE: Operation =
    Operation::new("changeMembers", "Put people in and out", Work::Write(change))
        .words("All of it or nothing: somebody who is not there is refused with 422. Whoever is in already, or out already, stays so.")
        .body(Body::Json(
            &CHANGES,
            r#"{"add":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"],"remove":[]}"#,
        ))
        .answers(Answered::One(&CHANGED), r#"{"added":1,"removed":0,"members":313}"#)
        .refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let group = get(tx, ask)?;
    let filter = UserFilter {
        group: Some(group.id),
        ..UserFilter::default()
    };
    let (people, next) = page_of(tx, ask, &filter, Sort::Name)?;
    Ok(Reply::page(ask, people.iter().map(value).collect(), next))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let group = get(tx, ask)?;
    let change = MemberChange {
        add: ask.ids("add"),
        remove: ask.ids("remove"),
        leavers: Leavers::MustBeThere,
    };
    let adds: BTreeSet<&UserId> = change.add.iter().collect();
    let leaving = change.remove.iter();
    let twice = leaving.enumerate().filter(|(_, id)| adds.contains(id));
    let twice: Vec<_> = twice
        .map(|(at, _)| Wrong::new(format!("/remove/{at}"), "The same user is to be put in."))
        .collect();
    if !twice.is_empty() {
        return Err(Problem::invalid(twice));
    }
    let changed = groups::change_members(tx, &ask.ctx, group.id, &change)?;
    if !changed.missing.is_empty() {
        let missing: BTreeSet<_> = changed.missing.into_iter().collect();
        let named = [("add", &change.add), ("remove", &change.remove)];
        let wrong = named.into_iter().flat_map(|(name, ids)| {
            let missing = &missing;
            let gone = ids
                .iter()
                .enumerate()
                .filter(move |(_, id)| missing.contains(id));
            gone.map(move |(at, _)| Wrong::new(format!("/{name}/{at}"), "There is no such user."))
        });
        return Err(Problem::invalid(wrong.take(50).collect()));
    }
    let body = json!({
        "added": changed.added, "removed": changed.removed, "members": get(tx, ask)?.members,
    });
    Ok(Reply::one(body))
}
