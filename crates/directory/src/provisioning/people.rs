//! People with what providers call them: by their keys, or one page after the other.

use std::{collections::HashMap, ops::ControlFlow};

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, GroupId, UserId, UserStatus};

use super::{
    Names,
    names::{email_key, name_key},
};
use crate::{
    Action, Ctx,
    groups::GroupKind,
    users::{self, ListUsers, Scan, Selection, UserFilter, UserRow, stage_ids},
};

/// Somebody, with what a provider needs to know of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The person.
    pub user: UserRow,
    /// What a provider calls them.
    pub names: Names,
    /// The groups and teams they are in.
    pub groups: Vec<(GroupId, GroupKind, String)>,
}

impl Person {
    /// What they are known by: the provider's name, or the e-mail address, the user ID, the id.
    pub fn user_name(&self) -> String {
        self.names
            .user_name
            .clone()
            .or_else(|| self.user.email.clone())
            .or_else(|| self.user.external_id.clone())
            .unwrap_or_else(|| self.user.id.to_string())
    }
}

/// What people are found by without looking at everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// Their id.
    Id(UserId),
    /// What they are known by.
    UserName(String),
    /// The provider's id.
    ExternalId(String),
    /// The user ID.
    Number(String),
    /// A group or team they are in.
    Group(GroupId),
}

struct Row {
    user_id: UserId,
    user_name: Option<String>,
    user_name_key: Option<String>,
    external_id: Option<String>,
    said: Option<String>,
}

from_row!(Row {
    user_id,
    user_name,
    user_name_key,
    external_id,
    said,
});

impl Row {
    /// Whoever is deleted holds no name any more.
    fn names(self) -> Names {
        Names {
            user_name: self.user_name.filter(|_| self.user_name_key.is_some()),
            external_id: self.external_id,
            said: self.said,
        }
    }
}

/// What a provider calls somebody and said of them, whoever asks; nothing if none ever did.
pub fn names(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Option<Names>> {
    stage_ids(tx, [user])?;
    let found: Option<Row> = tx.fetch_optional(sql!("provisioning/of_staged"), params![account])?;
    Ok(found.map(Row::names))
}

/// Everybody who has a key, in the order of ids; those whom the actor does not see included.
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, key: &Key) -> db::Result<Vec<UserId>> {
    let account = ctx.account;
    let found: Vec<(UserId,)> = match key {
        Key::Id(id) => vec![(*id,)],
        Key::ExternalId(id) => tx.fetch(
            sql!("provisioning/ids_with_external_id"),
            params![account, id],
        )?,
        Key::Number(number) => {
            let key = number.to_ascii_lowercase();
            tx.fetch(sql!("provisioning/ids_with_number"), params![account, key])?
        }
        Key::Group(group) => {
            tx.fetch(sql!("provisioning/group_members"), params![account, *group])?
        }
        Key::UserName(name) => return named(tx, ctx, name),
    };
    let mut ids: Vec<UserId> = found.into_iter().map(|(id,)| id).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// Those who are known by a name: who has it from a provider, or as what stands for it.
fn named(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> db::Result<Vec<UserId>> {
    let keys = params![
        ctx.account,
        name_key(name),
        email_key(name),
        name.to_ascii_lowercase()
    ];
    let found: Vec<(UserId,)> = tx.fetch(sql!("provisioning/ids_named"), keys)?;
    let mut ids: Vec<UserId> = found.into_iter().map(|(id,)| id).collect();
    ids.extend(name.parse::<UserId>().ok());
    ids.sort_unstable();
    ids.dedup();
    let people = of_ids(tx, ctx, &ids)?;
    Ok(people
        .into_iter()
        .filter(|person| name_key(&person.user_name()) == name_key(name))
        .map(|person| person.user.id)
        .collect())
}

/// These people in the order of ids, as far as they are there and the actor sees them.
pub fn people(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[UserId]) -> Result<Vec<Person>, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    let limit = ids.len() as i64;
    let seen = Selection::People(ids.to_vec()).next(tx, ctx, None, limit)?;
    Ok(of_ids(tx, ctx, &seen)?)
}

/// The people whom the actor sees, newest first.
pub fn ids(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: Option<UserId>,
    limit: i64,
) -> Result<Vec<UserId>, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    Ok(Scan::new(tx, ctx, &UserFilter::default())?.ids_down(tx, before, limit)?)
}

/// How many people the actor sees.
pub fn count(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<i64, ListUsers> {
    ctx.require(Action::ViewUsers)?;
    Ok(Scan::new(tx, ctx, &UserFilter::default())?.total(tx)?)
}

/// The same whoever sees them.
fn of_ids(tx: &mut Tx<'_>, ctx: &Ctx, ids: &[UserId]) -> db::Result<Vec<Person>> {
    stage_ids(tx, ids.iter().copied())?;
    let mut people: Vec<Person> = users::rows_of_staged(tx, ctx.account)?
        .into_iter()
        .filter(|user| user.status != UserStatus::Deleted.as_str())
        .map(|user| Person {
            user,
            names: Names::default(),
            groups: Vec::new(),
        })
        .collect();
    let places: HashMap<UserId, usize> = people
        .iter()
        .enumerate()
        .map(|(place, person)| (person.user.id, place))
        .collect();
    let rows: Vec<Row> = tx.fetch(sql!("provisioning/of_staged"), params![ctx.account])?;
    for row in rows {
        if let Some(person) = places.get(&row.user_id).and_then(|at| people.get_mut(*at)) {
            person.names = row.names();
        }
    }
    let groups = sql!("users/groups_of_staged");
    tx.for_each::<db::Error>(groups, params![ctx.account], |row| {
        let place = places.get(&row.get::<UserId>(0)?);
        if let Some(person) = place.and_then(|at| people.get_mut(*at)) {
            let kind = GroupKind::parse(&row.get::<String>(2)?).unwrap_or(GroupKind::Group);
            person.groups.push((row.get(1)?, kind, row.get(3)?));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(people)
}
