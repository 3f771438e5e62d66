//! A person with everything that hangs on them, read a page at a time.

use std::{collections::HashMap, ops::ControlFlow};

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, GroupId, Role, UserId, WorkflowId};

use super::{UserRow, kept_of_staged, stage_ids};
use crate::{cards::Card, grants::Grant, groups::GroupKind, roles};

/// A person with groups, modules, workflows, grants and cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// The person.
    pub user: UserRow,
    /// Groups and teams they are in, with names as written.
    pub groups: Vec<(GroupId, GroupKind, String)>,
    /// Keys of the modules they hold a seat of.
    pub modules: Vec<String>,
    /// Workflows they take part in.
    pub workflows: Vec<(WorkflowId, String)>,
    /// Their access, with the device's name.
    pub grants: Vec<(Grant, String)>,
    /// Their cards, dead ones included.
    pub cards: Vec<Card>,
    /// Keys of the fields that imports leave alone.
    pub kept: Vec<String>,
    /// The name of the role of the account's own, of an administrator who has one.
    pub admin_role: Option<String>,
}

impl UserRecord {
    /// The role as people call it: the stored name of a fixed one, or the name of the account's own.
    pub fn role_name(&self) -> &str {
        self.admin_role.as_deref().unwrap_or(&self.user.role)
    }

    /// Names of the groups of one kind.
    pub fn group_names(&self, kind: GroupKind) -> impl Iterator<Item = &str> {
        self.groups
            .iter()
            .filter(move |group| group.1 == kind)
            .map(|group| group.2.as_str())
    }
}

/// The person with this id, if there is one.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: UserId) -> db::Result<Option<UserRecord>> {
    let users = tx.fetch::<UserRow>(sql!("users/find"), params![account, id])?;
    Ok(with_links(tx, account, users)?.pop())
}

/// The person with this id; their absence is an error.
pub fn get(tx: &mut Tx<'_>, account: AccountId, id: UserId) -> db::Result<UserRecord> {
    find(tx, account, id)?.ok_or(db::Error::NotFound)
}

/// The people whose ids are staged, in the order of ids.
pub fn records_of_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<UserRecord>> {
    let users = tx.fetch::<UserRow>(sql!("users/of_staged"), params![account])?;
    gather(tx, account, users)
}

/// The people whose ids are staged without what hangs on them, in the order of ids.
pub fn rows_of_staged(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<UserRow>> {
    tx.fetch(sql!("users/of_staged"), params![account])
}

fn with_links(
    tx: &mut Tx<'_>,
    account: AccountId,
    users: Vec<UserRow>,
) -> db::Result<Vec<UserRecord>> {
    stage_ids(tx, users.iter().map(|user| user.id))?;
    gather(tx, account, users)
}

/// Fills in the names of roles of the account's own, which few people have.
fn name_roles(tx: &mut Tx<'_>, account: AccountId, records: &mut [UserRecord]) -> db::Result<()> {
    let is_named = |record: &UserRecord| {
        record.user.admin_role.is_some() && record.user.role == Role::Admin.as_str()
    };
    if !records.iter().any(is_named) {
        return Ok(());
    }
    let known: HashMap<_, _> = roles::list(tx, account)?
        .into_iter()
        .map(|role| (role.id, role.name))
        .collect();
    for record in records.iter_mut().filter(|record| is_named(record)) {
        // A role that is gone has no name; it leaves nothing.
        let name = record
            .user
            .admin_role
            .map(|id| known.get(&id).cloned().unwrap_or_else(|| id.to_string()));
        record.admin_role = name;
    }
    Ok(())
}

fn gather(tx: &mut Tx<'_>, account: AccountId, users: Vec<UserRow>) -> db::Result<Vec<UserRecord>> {
    let mut records: Vec<_> = users
        .into_iter()
        .map(|user| UserRecord {
            user,
            groups: Vec::new(),
            modules: Vec::new(),
            workflows: Vec::new(),
            grants: Vec::new(),
            cards: Vec::new(),
            kept: Vec::new(),
            admin_role: None,
        })
        .collect();
    name_roles(tx, account, &mut records)?;
    let places: HashMap<UserId, usize> = records
        .iter()
        .enumerate()
        .map(|(place, record)| (record.user.id, place))
        .collect();
    let mut of = |id: UserId, add: &mut dyn FnMut(&mut UserRecord)| {
        if let Some(record) = places.get(&id).and_then(|place| records.get_mut(*place)) {
            add(record);
        }
    };
    tx.for_each::<db::Error>(sql!("users/groups_of_staged"), params![account], |row| {
        let kind = GroupKind::parse(&row.get::<String>(2)?).unwrap_or(GroupKind::Group);
        let group = (row.get(1)?, kind, row.get::<String>(3)?);
        of(row.get(0)?, &mut |record| record.groups.push(group.clone()));
        Ok(ControlFlow::Continue(()))
    })?;
    tx.for_each::<db::Error>(sql!("users/seats_of_staged"), params![account], |row| {
        let module: String = row.get(1)?;
        of(row.get(0)?, &mut |record| {
            record.modules.push(module.clone());
        });
        Ok(ControlFlow::Continue(()))
    })?;
    tx.for_each::<db::Error>(sql!("users/workflows_of_staged"), params![account], |row| {
        let workflow = (row.get(1)?, row.get::<String>(2)?);
        of(row.get(0)?, &mut |record| {
            record.workflows.push(workflow.clone());
        });
        Ok(ControlFlow::Continue(()))
    })?;
    tx.for_each::<db::Error>(sql!("users/grants_of_staged"), params![account], |row| {
        let grant = (Grant::from_row(row)?, row.get::<String>(11)?);
        of(grant.0.user, &mut |record| {
            record.grants.push(grant.clone());
        });
        Ok(ControlFlow::Continue(()))
    })?;
    tx.for_each::<db::Error>(
        sql!("users/cards_of_staged"),
        params![account],
        |row: &Row<'_>| {
            let card = Card::from_row(row)?;
            of(card.user, &mut |record| record.cards.push(card.clone()));
            Ok(ControlFlow::Continue(()))
        },
    )?;
    for (user, fields) in kept_of_staged(tx, account)? {
        if let Some(record) = places.get(&user).and_then(|place| records.get_mut(*place)) {
            record.kept = fields;
        }
    }
    Ok(records)
}
