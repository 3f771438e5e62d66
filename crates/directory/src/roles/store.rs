//! Roles as they are stored, and who has them.

use std::{collections::BTreeSet, sync::Arc};

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, AdminRoleId, GroupId, Role, UserId, WorkflowId, fold};
use uuid::Uuid;

use super::{AdminRole, Scope};
use crate::Action;

struct Stored {
    id: AdminRoleId,
    name: String,
    actions: String,
    all_groups: bool,
    all_workflows: bool,
    version: i64,
}

from_row!(Stored {
    id,
    name,
    actions,
    all_groups,
    all_workflows,
    version
});

impl Stored {
    fn role(self, groups: BTreeSet<GroupId>, workflows: BTreeSet<WorkflowId>) -> AdminRole {
        AdminRole {
            id: self.id,
            name: self.name,
            // An action that a newer version knew is none here.
            actions: self.actions.split(' ').filter_map(Action::parse).collect(),
            groups: if self.all_groups {
                Scope::All
            } else {
                Scope::Selected(groups)
            },
            workflows: if self.all_workflows {
                Scope::All
            } else {
                Scope::Selected(workflows)
            },
            version: self.version,
        }
    }
}

/// What is stored of the actions.
pub(super) fn stored_actions(actions: &BTreeSet<Action>) -> String {
    let names: Vec<_> = actions.iter().map(|action| action.as_str()).collect();
    names.join(" ")
}

/// The account's roles by name; at most 200, which is more than can be made.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<AdminRole>> {
    let stored: Vec<Stored> = tx.fetch(sql!("roles/list"), params![account])?;
    if stored.is_empty() {
        return Ok(Vec::new());
    }
    let groups: Vec<(AdminRoleId, GroupId)> = tx.fetch(sql!("roles/groups"), params![account])?;
    let workflows: Vec<(AdminRoleId, WorkflowId)> =
        tx.fetch(sql!("roles/workflows"), params![account])?;
    Ok(stored
        .into_iter()
        .map(|role| {
            let id = role.id;
            let groups = groups.iter().filter(|line| line.0 == id);
            let workflows = workflows.iter().filter(|line| line.0 == id);
            role.role(
                groups.map(|line| line.1).collect(),
                workflows.map(|line| line.1).collect(),
            )
        })
        .collect())
}

/// One role.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: AdminRoleId) -> db::Result<Option<AdminRole>> {
    let stored: Option<Stored> = tx.fetch_optional(sql!("roles/find"), params![account, id])?;
    let Some(stored) = stored else {
        return Ok(None);
    };
    let groups: Vec<(GroupId,)> = tx.fetch(sql!("roles/groups_of"), params![account, id])?;
    let workflows: Vec<(WorkflowId,)> =
        tx.fetch(sql!("roles/workflows_of"), params![account, id])?;
    Ok(Some(stored.role(
        groups.into_iter().map(|line| line.0).collect(),
        workflows.into_iter().map(|line| line.0).collect(),
    )))
}

/// The role with this id or name.
pub fn find_by_name(
    tx: &mut Tx<'_>,
    account: AccountId,
    text: &str,
) -> db::Result<Option<AdminRole>> {
    let (id, key) = (text.parse::<AdminRoleId>().ok(), fold(text.trim()));
    Ok(list(tx, account)?
        .into_iter()
        .find(|role| Some(role.id) == id || fold(&role.name) == key))
}

/// What of an administrator's rights is left to somebody who has this role; all, if they have none.
///
/// Only administrators have one. To whoever has one that is gone nothing is left.
pub fn held(
    tx: &mut Tx<'_>,
    account: AccountId,
    role: Role,
    custom: Option<AdminRoleId>,
) -> db::Result<Option<Arc<AdminRole>>> {
    let Some(id) = custom.filter(|_| role == Role::Admin) else {
        return Ok(None);
    };
    let found = find(tx, account, id)?;
    Ok(Some(Arc::new(
        found.unwrap_or_else(|| AdminRole::nothing(id)),
    )))
}

/// The same for a user of the account who acts with a role: what is left of it now.
///
/// What goes on in the background does so with no more than whoever began it has at that moment.
pub fn held_by(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: Option<UserId>,
    role: Role,
) -> db::Result<Option<Arc<AdminRole>>> {
    let Some(user) = user.filter(|_| role == Role::Admin) else {
        return Ok(None);
    };
    let found: Option<(String, Option<AdminRoleId>)> =
        tx.fetch_optional(sql!("roles/of_user"), params![account, user])?;
    match found.map(|(now, own)| (Role::parse(&now), own)) {
        Some((Ok(Role::Owner), _)) => Ok(None),
        Some((Ok(Role::Admin), own)) => held(tx, account, role, own),
        // No administrator any more: nothing of an administrator's rights is left.
        _ => Ok(Some(Arc::new(AdminRole::nothing(AdminRoleId::from_uuid(
            Uuid::nil(),
        ))))),
    }
}

/// How many people have each of the account's roles; roles that nobody has are left out.
pub fn holders(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<(AdminRoleId, i64)>> {
    tx.fetch(sql!("roles/holders"), params![account])
}
