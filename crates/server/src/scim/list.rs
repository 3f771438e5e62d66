//! Lists of users and groups: filtered, sorted, a page of them.
//!
//! A filter is met exactly: each resource is looked at as it is shown. Where a filter can only be
//! met by people who have a key, such as `userName eq`, an index finds them, and nobody else is
//! looked at; otherwise everybody is, some hundred at a time. What nothing sorts is newest first.

use db::Tx;
use directory::provisioning::{self, Key, Member, Person, ProvidedGroup};
use kernel::{GroupId, UserId};
use scim::{Comparison, ENTERPRISE, ErrorKind, Failure, Filter, Place, Query, Shape, SortKey};
use serde_json::Value;

use super::{
    answer::{Call, View},
    group, groups,
    refused::Refused,
    user,
};

/// People looked at together.
const CHUNK: usize = 500;
/// More are not sorted.
const MOST_SORTED: usize = 100_000;

/// A page, and how many there are in all.
pub(super) struct Found {
    pub(super) total: usize,
    pub(super) page: Vec<Value>,
}

/// Gathers a page of what comes by, or all of it to be sorted.
struct Gathering<'q, I> {
    query: &'q Query,
    total: usize,
    page: Vec<Value>,
    sorted: Vec<(SortKey, I)>,
}

impl<'q, I: Copy + Ord> Gathering<'q, I> {
    const fn new(query: &'q Query) -> Self {
        Self {
            query,
            total: 0,
            page: Vec::new(),
            sorted: Vec::new(),
        }
    }

    fn take(
        &mut self,
        (shape, place): (&Shape, Option<Place<'_>>),
        id: I,
        resource: &Value,
    ) -> Result<(), Failure> {
        if let Some(filter) = &self.query.filter
            && !shape.matches(filter, resource)
        {
            return Ok(());
        }
        self.total += 1;
        if let Some(place) = place {
            if self.total > MOST_SORTED {
                let detail = format!("More than {MOST_SORTED} resources are not sorted.");
                return Err(Failure::of(ErrorKind::TooMany, detail));
            }
            self.sorted.push((shape.sort_key(place, resource), id));
        } else if self.total >= self.query.start && self.page.len() < self.query.count {
            self.page.push(self.query.projection.of(shape, resource));
        }
        Ok(())
    }

    /// The ids of the page, once everything came by.
    fn in_order(mut self) -> Vec<I> {
        self.sorted.sort();
        if self.query.is_descending {
            self.sorted.reverse();
        }
        let skipped = self.query.start.saturating_sub(1);
        let page = self.sorted.into_iter().skip(skipped);
        page.take(self.query.count).map(|(_, id)| id).collect()
    }
}

fn place<'s>(shape: &'s Shape, query: &Query) -> Result<Option<Place<'s>>, Failure> {
    let Some(path) = &query.sort_by else {
        return Ok(None);
    };
    let path = scim::AttributePath::parse(path)?;
    let place = shape.place(&path).ok_or_else(|| {
        let detail = format!("{path} is no attribute of {} to sort by", shape.name);
        Failure::of(ErrorKind::InvalidPath, detail)
    })?;
    Ok(Some(place))
}

/// A page of users.
pub(super) fn users(tx: &mut Tx<'_>, call: &Call, query: &Query) -> Result<Found, Refused> {
    let view = View::load(tx, call)?;
    let shape = view.own.users();
    let place = place(&shape, query)?;
    if query.filter.is_none() && place.is_none() {
        return every_user(tx, call, query, (&shape, &view));
    }
    let mut gathering = Gathering::new(query);
    let mut take = |people: &[Person]| -> Result<(), Failure> {
        for person in people.iter().rev() {
            let resource = user::shown(person, &view);
            gathering.take((&shape, place), person.user.id, &resource)?;
        }
        Ok(())
    };
    match query
        .filter
        .as_ref()
        .map(|filter| few(tx, call, &shape, filter))
    {
        Some(Ok(Some(ids))) => {
            for ids in ids.rchunks(CHUNK) {
                take(&provisioning::people(tx, &call.ctx, ids)?)?;
            }
        }
        Some(Err(refused)) => return Err(refused),
        Some(Ok(None)) | None => {
            let mut before = None;
            loop {
                let ids = provisioning::ids(tx, &call.ctx, before, CHUNK as i64)?;
                take(&provisioning::people(tx, &call.ctx, &ids)?)?;
                before = ids.last().copied();
                if ids.len() < CHUNK {
                    break;
                }
            }
        }
    }
    let total = gathering.total;
    if place.is_none() {
        let page = gathering.page;
        return Ok(Found { total, page });
    }
    let ids = gathering.in_order();
    let people = provisioning::people(tx, &call.ctx, &ids)?;
    let page = ids
        .iter()
        .filter_map(|id| people.iter().find(|person| person.user.id == *id))
        .map(|person| query.projection.of(&shape, &user::shown(person, &view)))
        .collect();
    Ok(Found { total, page })
}

/// A page of everybody.
fn every_user(
    tx: &mut Tx<'_>,
    call: &Call,
    query: &Query,
    (shape, view): (&Shape, &View<'_>),
) -> Result<Found, Refused> {
    let total = usize::try_from(provisioning::count(tx, &call.ctx)?).unwrap_or(0);
    let skipped = query.start.saturating_sub(1);
    let mut page = Vec::new();
    if query.count > 0 && skipped < total {
        let limit = skipped.saturating_add(query.count) as i64;
        let ids = provisioning::ids(tx, &call.ctx, None, limit)?;
        let ids = ids.get(skipped..).unwrap_or_default();
        for person in provisioning::people(tx, &call.ctx, ids)?.iter().rev() {
            page.push(query.projection.of(shape, &user::shown(person, view)));
        }
    }
    Ok(Found { total, page })
}

/// The people who alone can meet a filter, where a key finds them; others of it they may not meet.
fn few(
    tx: &mut Tx<'_>,
    call: &Call,
    shape: &Shape,
    filter: &Filter,
) -> Result<Option<Vec<UserId>>, Refused> {
    match filter {
        Filter::And(all) => {
            for one in all {
                if let Some(ids) = few(tx, call, shape, one)? {
                    return Ok(Some(ids));
                }
            }
            Ok(None)
        }
        Filter::Or(all) => {
            let mut found = Vec::new();
            for one in all {
                match few(tx, call, shape, one)? {
                    Some(ids) => found.extend(ids),
                    None => return Ok(None),
                }
            }
            found.sort_unstable();
            found.dedup();
            Ok(Some(found))
        }
        Filter::Compare(path, Comparison::Equal, Value::String(value)) => {
            match shape.place(path).map(|place| key(place, value)) {
                Some(Wanted::By(key)) => Ok(Some(provisioning::find(tx, &call.ctx, &key)?)),
                Some(Wanted::Nobody) => Ok(Some(Vec::new())),
                Some(Wanted::Anybody) | None => Ok(None),
            }
        }
        Filter::Compare(..) | Filter::Present(_) | Filter::Within(..) | Filter::Not(_) => Ok(None),
    }
}

enum Wanted {
    By(Key),
    Nobody,
    Anybody,
}

fn key(place: Place<'_>, value: &str) -> Wanted {
    let attribute = place.attribute.name.as_str();
    let inner = place.innermost().name.as_str();
    let extension = place.extension.map(|schema| &*schema.id);
    match (extension, attribute, inner) {
        (None, "id", _) => value
            .parse()
            .map_or(Wanted::Nobody, |id| Wanted::By(Key::Id(id))),
        (None, "userName", _) => Wanted::By(Key::UserName(value.to_owned())),
        (None, "externalId", _) => Wanted::By(Key::ExternalId(value.to_owned())),
        (Some(ENTERPRISE), "employeeNumber", _) => Wanted::By(Key::Number(value.to_owned())),
        (None, "groups", "value") => value
            .parse()
            .map_or(Wanted::Nobody, |id| Wanted::By(Key::Group(id))),
        _ => Wanted::Anybody,
    }
}

/// A page of groups and teams.
pub(super) fn groups(tx: &mut Tx<'_>, call: &Call, query: &Query) -> Result<Found, Refused> {
    let shape = scim::group();
    let place = place(&shape, query)?;
    let view = View::load(tx, call)?;
    let mut all = provisioning::groups(tx, &call.ctx)?;
    let looks_at_members = query.filter.as_ref().is_some_and(names_members);
    if looks_at_members && let Some(user) = query.filter.as_ref().and_then(member) {
        let of_person = provisioning::people(tx, &call.ctx, &[user])?;
        let theirs = |group: &ProvidedGroup| {
            let groups = of_person.iter().flat_map(|person| &person.groups);
            groups.into_iter().any(|one| one.0 == group.id)
        };
        all.retain(theirs);
    }
    let ids: Vec<GroupId> = all.iter().map(|group| group.id).collect();
    let people = if looks_at_members {
        groups::members(tx, call, &ids)?
    } else {
        Vec::new()
    };
    let mut gathering = Gathering::new(query);
    let mut meeting = Vec::new();
    for one in all.iter().rev() {
        let resource = group::shown(one, of_group(&people, one.id), &view);
        let before = gathering.total;
        gathering.take((&shape, place), one.id, &resource)?;
        if gathering.total > before {
            meeting.push(one.id);
        }
    }
    let total = gathering.total;
    let page = if place.is_some() {
        gathering.in_order()
    } else {
        let page = meeting.into_iter().skip(query.start.saturating_sub(1));
        page.take(query.count).collect()
    };
    let people = if query.projection.wants("members") {
        groups::members(tx, call, &page)?
    } else {
        Vec::new()
    };
    let page = page
        .iter()
        .filter_map(|id| all.iter().find(|group| group.id == *id))
        .map(|one| {
            let resource = group::shown(one, of_group(&people, one.id), &view);
            query.projection.of(&shape, &resource)
        })
        .collect();
    Ok(Found { total, page })
}

/// Those of these members, by group, who are in one of the groups.
fn of_group(people: &[Member], group: GroupId) -> Option<&[Member]> {
    let from = people.partition_point(|member| member.group < group);
    let until = people.partition_point(|member| member.group <= group);
    people.get(from..until)
}

fn names_members(filter: &Filter) -> bool {
    match filter {
        Filter::Compare(path, _, _) | Filter::Present(path) | Filter::Within(path, _) => {
            path.name.eq_ignore_ascii_case("members")
        }
        Filter::And(all) | Filter::Or(all) => all.iter().any(names_members),
        Filter::Not(inner) => names_members(inner),
    }
}

/// The person whom a group must have to meet a filter.
fn member(filter: &Filter) -> Option<UserId> {
    filter.conjuncts().iter().find_map(|one| match one {
        Filter::Compare(path, Comparison::Equal, Value::String(id))
            if path.name.eq_ignore_ascii_case("members")
                && path
                    .sub
                    .as_deref()
                    .is_none_or(|sub| sub.eq_ignore_ascii_case("value")) =>
        {
            id.parse().ok()
        }
        Filter::Within(path, inner) if path.name.eq_ignore_ascii_case("members") => {
            match &**inner {
                Filter::Compare(path, Comparison::Equal, Value::String(id))
                    if path.name.eq_ignore_ascii_case("value") =>
                {
                    id.parse().ok()
                }
                _ => None,
            }
        }
        Filter::Compare(..)
        | Filter::Present(_)
        | Filter::Within(..)
        | Filter::And(_)
        | Filter::Or(_)
        | Filter::Not(_) => None,
    })
}
