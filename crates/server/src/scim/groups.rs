//! Making, replacing, changing and deleting groups of SCIM, each in one transaction.

use std::collections::BTreeSet;

use db::Tx;
use directory::{
    groups::{self, GroupKind, Leavers, MemberChange},
    provisioning::{self, Member, ProvidedGroup},
};
use kernel::{GroupId, UserId};
use scim::{
    ErrorKind, Failure, Filter, Shape,
    patch::{self, Change, Verb},
};
use serde_json::{Value, json};

use super::{
    answer::{Call, Done, Versions, View},
    group::{one, shown, version},
    refused::{Refused, not_found},
};

/// No answer has more people of groups.
pub(super) const MOST_MEMBERS: usize = 100_000;

/// A group the actor may change.
pub(super) fn group(tx: &mut Tx<'_>, call: &Call, id: GroupId) -> Result<ProvidedGroup, Refused> {
    provisioning::find_group(tx, &call.ctx, id)?.ok_or_else(not_found)
}

/// Who is in these groups, unless they are too many for an answer.
pub(super) fn members(
    tx: &mut Tx<'_>,
    call: &Call,
    groups: &[GroupId],
) -> Result<Vec<Member>, Refused> {
    let found = provisioning::members(tx, &call.ctx, groups, MOST_MEMBERS as i64 + 1)?;
    if found.len() <= MOST_MEMBERS {
        return Ok(found);
    }
    let detail = format!(
        "More than {MOST_MEMBERS} people are in these groups; leave members out by excludedAttributes, and list them by /Users?filter=groups.value eq \"id\"."
    );
    Err(Failure::of(ErrorKind::TooMany, detail)
        .code("too_many_members")
        .into())
}

/// A group as it is answered with.
pub(super) fn answered(
    tx: &mut Tx<'_>,
    call: &Call,
    id: GroupId,
    with_members: bool,
) -> Result<Value, Refused> {
    let group = group(tx, call, id)?;
    let members = if with_members {
        Some(members(tx, call, &[id])?)
    } else {
        None
    };
    let view = View::load(tx, call)?;
    Ok(shown(&group, members.as_deref(), &view))
}

/// Makes a group.
pub(super) fn create(tx: &mut Tx<'_>, call: &Call, body: &Value) -> Result<Done, Refused> {
    let sent = scim::group().clean(body)?;
    let name = display_name(&sent)?;
    let made = groups::create(tx, &call.ctx, GroupKind::Group, name)?;
    let external_id = sent.get("externalId").and_then(Value::as_str);
    provisioning::name_group(tx, &call.ctx, made.id, external_id)?;
    let mut wanted = Wanted::of(made.id);
    wanted.add(people(sent.get("members"))?);
    wanted.carry_out(tx, call)?;
    Ok(Done::with(201, answered(tx, call, made.id, true)?))
}

/// Replaces name, id and people of a group; without `members`, the people stay.
pub(super) fn replace(
    tx: &mut Tx<'_>,
    call: &Call,
    id: GroupId,
    versions: &Versions,
    body: &Value,
) -> Result<Done, Refused> {
    let sent = scim::group().clean(body)?;
    let before = group(tx, call, id)?;
    versions.check(&version(&before))?;
    groups::rename(tx, &call.ctx, id, display_name(&sent)?)?;
    let external_id = sent.get("externalId").and_then(Value::as_str);
    provisioning::name_group(tx, &call.ctx, id, external_id)?;
    let says_members = body
        .as_object()
        .is_some_and(|parts| parts.keys().any(|key| key.eq_ignore_ascii_case("members")));
    if says_members {
        let mut wanted = Wanted::of(id);
        wanted.clear(tx, call)?;
        wanted.add(people(sent.get("members"))?);
        wanted.carry_out(tx, call)?;
    }
    Ok(Done::with(200, answered(tx, call, id, true)?))
}

/// Changes name, id and people of a group; the people are not told in the answer.
pub(super) fn change(
    tx: &mut Tx<'_>,
    call: &Call,
    id: GroupId,
    versions: &Versions,
    body: &Value,
) -> Result<Done, Refused> {
    let shape = scim::group();
    let before = group(tx, call, id)?;
    versions.check(&version(&before))?;
    let (mut wanted, view) = (Wanted::of(id), View::load(tx, call)?);
    for change in patch::changes(&shape, body)? {
        match change.attribute.name.as_str() {
            "displayName" => {
                let name = change.value.as_ref().and_then(Value::as_str);
                groups::rename(tx, &call.ctx, id, name.ok_or_else(missing_name)?)?;
            }
            "externalId" => {
                let external_id = change.value.as_ref().and_then(Value::as_str);
                provisioning::name_group(tx, &call.ctx, id, external_id)?;
            }
            _ => of_members(tx, (call, &view), (&shape, &change), &mut wanted)?,
        }
    }
    wanted.carry_out(tx, call)?;
    let after = group(tx, call, id)?;
    Ok(Done {
        status: 204,
        ..Done::with(204, shown(&after, None, &view)).showing(None)
    })
}

/// Removes a group; its people stay.
pub(super) fn delete(
    tx: &mut Tx<'_>,
    call: &Call,
    id: GroupId,
    versions: &Versions,
) -> Result<Done, Refused> {
    let before = group(tx, call, id)?;
    versions.check(&version(&before))?;
    groups::delete(tx, &call.ctx, id, before.members)?;
    Ok(Done::nothing())
}

fn missing_name() -> Failure {
    Failure::of(ErrorKind::InvalidValue, "A group needs a displayName.").code("name_invalid")
}

fn display_name(sent: &Value) -> Result<&str, Failure> {
    let name = sent.get("displayName").and_then(Value::as_str);
    name.ok_or_else(missing_name)
}

/// The people a list of members names.
fn people(members: Option<&Value>) -> Result<Vec<UserId>, Failure> {
    let entries: &[Value] = match members {
        None => &[],
        Some(Value::Array(entries)) => entries,
        Some(one) => std::slice::from_ref(one),
    };
    entries.iter().map(member).collect()
}

fn member(entry: &Value) -> Result<UserId, Failure> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str);
    let of_address = || text("$ref").and_then(|address| address.rsplit('/').next());
    let id = text("value").or_else(of_address).unwrap_or("");
    let is_person = text("type").is_none_or(|kind| kind.eq_ignore_ascii_case("User"));
    match id.parse() {
        Ok(id) if is_person => Ok(id),
        _ => {
            let shown: String = id.chars().take(80).collect();
            Err(nobody(&format!(
                "{shown:?} is no id of a person; only people are in groups."
            )))
        }
    }
}

/// Somebody who is to be in a group is not there.
fn nobody(detail: &str) -> Failure {
    Failure::of(ErrorKind::InvalidValue, detail).code("user_not_found")
}

/// Who is to be in a group, as far as it was said.
struct Wanted {
    group: GroupId,
    add: BTreeSet<UserId>,
    remove: BTreeSet<UserId>,
    /// Who is in it before anything is written, once that was asked for.
    present: Option<Vec<UserId>>,
}

impl Wanted {
    const fn of(group: GroupId) -> Self {
        Self {
            group,
            add: BTreeSet::new(),
            remove: BTreeSet::new(),
            present: None,
        }
    }

    fn present(&mut self, tx: &mut Tx<'_>, call: &Call) -> Result<&[UserId], Refused> {
        let present = match self.present.take() {
            Some(present) => present,
            None => provisioning::group_members(tx, &call.ctx, self.group)?,
        };
        Ok(self.present.insert(present))
    }

    /// Who would be in it after all that was said so far.
    fn now(&mut self, tx: &mut Tx<'_>, call: &Call) -> Result<Vec<UserId>, Refused> {
        self.present(tx, call)?;
        let present = self.present.iter().flatten();
        let staying = present.filter(|id| !self.remove.contains(id) && !self.add.contains(id));
        Ok(staying.chain(&self.add).copied().collect())
    }

    fn add(&mut self, people: Vec<UserId>) {
        for id in people {
            self.remove.remove(&id);
            self.add.insert(id);
        }
    }

    fn remove(&mut self, people: Vec<UserId>) {
        for id in people {
            self.add.remove(&id);
            self.remove.insert(id);
        }
    }

    /// Everybody goes.
    fn clear(&mut self, tx: &mut Tx<'_>, call: &Call) -> Result<(), Refused> {
        self.remove = self.present(tx, call)?.iter().copied().collect();
        self.add.clear();
        Ok(())
    }

    /// Puts people in and takes people out.
    fn carry_out(self, tx: &mut Tx<'_>, call: &Call) -> Result<(), Refused> {
        let change = MemberChange {
            add: self.add.into_iter().collect(),
            remove: self.remove.into_iter().collect(),
            leavers: Leavers::MayBeGone,
        };
        let changed = groups::change_members(tx, &call.ctx, self.group, &change)?;
        match changed.missing.first() {
            None => Ok(()),
            Some(id) => Err(nobody(&format!("There is nobody with the id {id}.")).into()),
        }
    }
}

fn of_members(
    tx: &mut Tx<'_>,
    (call, view): (&Call, &View<'_>),
    (shape, change): (&Shape, &Change<'_>),
    wanted: &mut Wanted,
) -> Result<(), Refused> {
    let sent = people(change.value.as_ref())?;
    match (change.verb, &change.filter, change.sub) {
        (Verb::Add, None, None) => wanted.add(sent),
        (Verb::Replace, None, None) => {
            wanted.clear(tx, call)?;
            wanted.add(sent);
        }
        (Verb::Remove, None, None) if change.value.is_none() => wanted.clear(tx, call)?,
        (Verb::Remove, None, None) => wanted.remove(sent),
        (Verb::Remove, Some(filter), None) => {
            let going = match named(filter) {
                Some(ids) => ids,
                None => found(&wanted.now(tx, call)?, wanted.group, (shape, filter), view)?,
            };
            wanted.remove(going);
        }
        _ => {
            let detail = "Who a member is cannot be changed: remove one and add another.";
            return Err(Failure::of(ErrorKind::Mutability, detail).into());
        }
    }
    Ok(())
}

/// The ids that a filter says one by one.
fn named(filter: &Filter) -> Option<Vec<UserId>> {
    match filter {
        Filter::Compare(path, scim::Comparison::Equal, Value::String(id))
            if path.name.eq_ignore_ascii_case("value") =>
        {
            Some(id.parse().ok().into_iter().collect())
        }
        Filter::Or(all) => {
            let ids: Option<Vec<Vec<UserId>>> = all.iter().map(named).collect();
            ids.map(|ids| ids.into_iter().flatten().collect())
        }
        Filter::Compare(..)
        | Filter::Present(_)
        | Filter::Within(..)
        | Filter::And(_)
        | Filter::Not(_) => None,
    }
}

/// Those of these members whom a filter finds.
fn found(
    members: &[UserId],
    group: GroupId,
    (shape, filter): (&Shape, &Filter),
    view: &View<'_>,
) -> Result<Vec<UserId>, Failure> {
    let path = scim::AttributePath {
        urn: None,
        name: "members".to_owned(),
        sub: None,
    };
    let filter = Filter::Within(path, Box::new(filter.clone()));
    shape.check(&filter)?;
    let is_meant = |user: &&UserId| {
        let member = Member {
            group,
            user: **user,
        };
        shape.matches(&filter, &json!({"members": [one(&member, view)]}))
    };
    Ok(members.iter().filter(is_meant).copied().collect())
}
