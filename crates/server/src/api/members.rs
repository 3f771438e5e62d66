//! Who is in a group or team: the people, and putting many in and out at once.

use std::collections::BTreeSet;

use db::Tx;
use directory::{
    groups,
    users::{self, PageAt, Sort, UserFilter},
};
use kernel::UserId;
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    groups::{get, gone},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
    users::{USER, value},
};

const MOST: usize = groups::MOST_AT_ONCE;
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
    let at = match ask.after::<UserId>()? {
        Some(id) if users::find(tx, ask.ctx.account, id)?.is_none() => return Err(gone()),
        Some(id) => PageAt::After(id),
        None => PageAt::Start,
    };
    let page = users::list(tx, &ask.ctx, &filter, Sort::Name, at, ask.limit())?;
    let last = page.people.last().filter(|_| page.has_next);
    let next = last.map(|record| record.user.id.to_string());
    Ok(Reply::page(
        ask,
        page.people.iter().map(value).collect(),
        next,
    ))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let group = get(tx, ask)?;
    let (add, remove) = (ask.ids::<UserId>("add"), ask.ids::<UserId>("remove"));
    let adds: BTreeSet<_> = add.iter().collect();
    let twice = remove
        .iter()
        .enumerate()
        .filter(|(_, id)| adds.contains(id));
    let twice: Vec<_> = twice
        .map(|(at, _)| Wrong::new(format!("/remove/{at}"), "The same user is to be put in."))
        .collect();
    if !twice.is_empty() {
        return Err(Problem::invalid(twice));
    }
    let changed = groups::change_members(tx, &ask.ctx, group.id, &add, &remove)?;
    if !changed.missing.is_empty() {
        let missing: BTreeSet<_> = changed.missing.into_iter().collect();
        let named = [("add", &add), ("remove", &remove)];
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
