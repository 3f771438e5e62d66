//! Making, changing and deleting roles: by owners.

use std::collections::BTreeSet;

use db::{Tx, bulk, params, sql};
use kernel::{AccountId, AdminRoleId, GroupId, Role, Text, WorkflowId, fold};

use super::{
    AdminRole, Scope,
    store::{find, holders, list, stored_actions},
};
use crate::{Action, Ctx, Forbidden, activity, allows, groups, workflows};

/// An account has no more roles of its own.
const MOST: usize = 100;
/// Characters of a name.
const LONGEST: usize = 60;

/// Why a role was not made, changed or deleted.
#[derive(Debug, thiserror::Error)]
pub enum RoleRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is none.
    #[error("there is no such role")]
    NotFound,
    /// Somebody changed it meanwhile.
    #[error("somebody changed this role meanwhile")]
    Stale,
    /// The name is blank, too long, or the name of a fixed role.
    #[error("a role has a name of 1 to {LONGEST} characters that no fixed role has")]
    Name,
    /// There is one of that name already.
    #[error("there is already a role named {0:?}")]
    Exists(String),
    /// There are enough.
    #[error("an account has at most {MOST} roles of its own")]
    TooMany,
    /// It would allow nothing.
    #[error("choose at least one thing that the role allows")]
    Nothing,
    /// No administrator may do that.
    #[error("only owners may do this: {}", .0.words())]
    OwnersOnly(Action),
    /// It is about the whole account.
    #[error("this is about everybody and not possible for some groups only: {}", .0.words())]
    NotPerGroup(Action),
    /// A selection without anything in it.
    #[error("choose at least one {0}, or all")]
    NoneSelected(&'static str),
    /// Something selected is gone.
    #[error("that {0} is not there any more")]
    Gone(&'static str),
    /// People have it and nobody said what they get instead.
    #[error("{0} people have this role; say which role they get instead")]
    InUse(i64),
    /// They cannot get that instead.
    #[error("that role cannot take the place of this one")]
    Replacement,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl RoleRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NotFound => "role_not_found",
            Self::Stale => "role_changed",
            Self::Name => "role_name_invalid",
            Self::Exists(_) => "role_exists",
            Self::TooMany => "too_many_roles",
            Self::Nothing => "role_empty",
            Self::OwnersOnly(_) => "owners_only",
            Self::NotPerGroup(_) => "not_per_group",
            Self::NoneSelected(_) => "none_selected",
            Self::Gone(_) => "gone",
            Self::InUse(_) => "role_in_use",
            Self::Replacement => "replacement_invalid",
            Self::Db(_) => "internal",
        }
    }
}

/// What a role is to be.
#[derive(Clone, Debug)]
pub struct NewRole {
    /// Its name.
    pub name: String,
    /// What it allows; what that cannot be done without is added.
    pub actions: BTreeSet<Action>,
    /// For the people of which groups and teams.
    pub groups: Scope<GroupId>,
    /// For which workflows.
    pub workflows: Scope<WorkflowId>,
}

impl NewRole {
    /// The role as it can be stored.
    fn checked(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        id: AdminRoleId,
    ) -> Result<AdminRole, RoleRefusal> {
        let name = Text::parse(&self.name, LONGEST).map_err(|_| RoleRefusal::Name)?;
        let name = name.into_string();
        if name.is_empty() || Role::parse(&name).is_ok() || name.parse::<AdminRoleId>().is_ok() {
            return Err(RoleRefusal::Name);
        }
        let others = list(tx, account)?;
        if others
            .iter()
            .any(|other| other.id != id && fold(&other.name) == fold(&name))
        {
            return Err(RoleRefusal::Exists(name));
        }
        let actions = settled(&self.actions, &self.groups)?;
        check(tx, account, &self.groups, "group", |tx, account| {
            let known = groups::names(tx, account)?;
            Ok(known.into_iter().map(|group| group.id).collect())
        })?;
        check(tx, account, &self.workflows, "workflow", |tx, account| {
            let known = workflows::list(tx, account)?;
            Ok(known.into_iter().map(|workflow| workflow.id).collect())
        })?;
        Ok(AdminRole {
            id,
            name,
            actions,
            groups: self.groups.clone(),
            workflows: self.workflows.clone(),
            version: 1,
        })
    }
}

/// The actions with what they cannot be done without, if administrators may have them for such people.
fn settled(
    wanted: &BTreeSet<Action>,
    groups: &Scope<GroupId>,
) -> Result<BTreeSet<Action>, RoleRefusal> {
    let needed = wanted.iter().flat_map(|action| action.needs());
    let all: BTreeSet<Action> = wanted.iter().chain(needed).copied().collect();
    if all.is_empty() {
        return Err(RoleRefusal::Nothing);
    }
    for action in &all {
        if !allows(Role::Admin, *action) {
            return Err(RoleRefusal::OwnersOnly(*action));
        }
        if *groups != Scope::All && !action.is_per_group() {
            return Err(RoleRefusal::NotPerGroup(*action));
        }
    }
    Ok(all)
}

fn check<I: Ord>(
    tx: &mut Tx<'_>,
    account: AccountId,
    scope: &Scope<I>,
    what: &'static str,
    known: impl FnOnce(&mut Tx<'_>, AccountId) -> db::Result<BTreeSet<I>>,
) -> Result<(), RoleRefusal> {
    let Scope::Selected(chosen) = scope else {
        return Ok(());
    };
    if chosen.is_empty() {
        return Err(RoleRefusal::NoneSelected(what));
    }
    if chosen.is_subset(&known(tx, account)?) {
        Ok(())
    } else {
        Err(RoleRefusal::Gone(what))
    }
}

/// Makes a role.
pub fn add(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewRole) -> Result<AdminRoleId, RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    // Of two at once, the second counts the first.
    tx.execute(sql!("accounts/lock"), params![ctx.account])?;
    if list(tx, ctx.account)?.len() >= MOST {
        return Err(RoleRefusal::TooMany);
    }
    let role = new.checked(tx, ctx.account, ctx.new_id())?;
    tx.execute(
        sql!("roles/insert"),
        params![
            ctx.account,
            role.id,
            role.name,
            fold(&role.name).into_owned(),
            stored_actions(&role.actions),
            role.groups == Scope::All,
            role.workflows == Scope::All,
            ctx.now()
        ],
    )?;
    write_scopes(tx, ctx, &role)?;
    record(tx, ctx, "role.create", &role)?;
    Ok(role.id)
}

/// Makes a role like another, under another name.
pub fn duplicate(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: AdminRoleId,
    name: &str,
) -> Result<AdminRoleId, RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    let role = find(tx, ctx.account, id)?.ok_or(RoleRefusal::NotFound)?;
    let new = NewRole {
        name: name.to_owned(),
        actions: role.actions,
        groups: role.groups,
        workflows: role.workflows,
    };
    add(tx, ctx, &new)
}

/// Changes a role that is still at this version: for everybody who has it, from their next request on.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: AdminRoleId,
    version: i64,
    new: &NewRole,
) -> Result<(), RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    // Of two that take the same name at once, the second is told.
    tx.execute(sql!("accounts/lock"), params![ctx.account])?;
    let before = find(tx, ctx.account, id)?.ok_or(RoleRefusal::NotFound)?;
    if before.version != version {
        return Err(RoleRefusal::Stale);
    }
    let role = new.checked(tx, ctx.account, id)?;
    let changed = tx.execute(
        sql!("roles/change"),
        params![
            ctx.account,
            id,
            version,
            role.name,
            fold(&role.name).into_owned(),
            stored_actions(&role.actions),
            role.groups == Scope::All,
            role.workflows == Scope::All,
            ctx.now()
        ],
    )?;
    if changed == 0 {
        return Err(RoleRefusal::Stale);
    }
    clear_scopes(tx, ctx, id)?;
    write_scopes(tx, ctx, &role)?;
    record(tx, ctx, "role.change", &role)
}

/// Deletes a role; whoever has it gets another one, or becomes a user without administrator's rights.
///
/// `instead` is a role of the account's own or the fixed role `user`; needed when somebody has it.
pub fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: AdminRoleId,
    instead: Option<(Role, Option<AdminRoleId>)>,
) -> Result<i64, RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    // Whoever is given the role at this moment waits, or was first.
    tx.execute(sql!("accounts/lock"), params![ctx.account])?;
    let role = find(tx, ctx.account, id)?.ok_or(RoleRefusal::NotFound)?;
    let held = holders(tx, ctx.account)?;
    let held = held
        .iter()
        .find(|line| line.0 == id)
        .map_or(0, |line| line.1);
    match instead {
        None if held > 0 => return Err(RoleRefusal::InUse(held)),
        None => {}
        Some((other, custom)) => {
            let fits = match (other, custom) {
                (Role::User, None) => true,
                (Role::Admin, Some(other)) if other != id => {
                    find(tx, ctx.account, other)?.is_some()
                }
                _ => false,
            };
            if !fits {
                return Err(RoleRefusal::Replacement);
            }
            tx.execute(
                sql!("roles/replace"),
                params![ctx.account, id, other.as_str(), custom, ctx.now()],
            )?;
        }
    }
    clear_scopes(tx, ctx, id)?;
    tx.execute(sql!("roles/delete"), params![ctx.account, id])?;
    let details = format!("{}, {held} people", role.name);
    activity::record(tx, ctx, "role.delete", Some(id.uuid()), &details)?;
    Ok(held)
}

fn clear_scopes(tx: &mut Tx<'_>, ctx: &Ctx, id: AdminRoleId) -> db::Result<()> {
    tx.execute(sql!("roles/clear_groups"), params![ctx.account, id])?;
    tx.execute(sql!("roles/clear_workflows"), params![ctx.account, id])
        .map(drop)
}

fn write_scopes(tx: &mut Tx<'_>, ctx: &Ctx, role: &AdminRole) -> db::Result<()> {
    let groups: Vec<_> = role
        .groups
        .selected()
        .map(|group| GroupLine {
            account: ctx.account,
            role: role.id,
            group: *group,
        })
        .collect();
    tx.bulk(&groups)?;
    let workflows: Vec<_> = role
        .workflows
        .selected()
        .map(|workflow| WorkflowLine {
            account: ctx.account,
            role: role.id,
            workflow: *workflow,
        })
        .collect();
    tx.bulk(&workflows).map(drop)
}

fn record(tx: &mut Tx<'_>, ctx: &Ctx, action: &str, role: &AdminRole) -> Result<(), RoleRefusal> {
    let some = |count: usize, what: &str| match count {
        0 => format!("all {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let details = format!(
        "{}: {}; {}, {}",
        role.name,
        stored_actions(&role.actions),
        some(role.groups.selected().count(), "group"),
        some(role.workflows.selected().count(), "workflow")
    );
    activity::record(tx, ctx, action, Some(role.id.uuid()), &details)?;
    Ok(())
}

struct GroupLine {
    account: AccountId,
    role: AdminRoleId,
    group: GroupId,
}

bulk!(GroupLine => "admin_role_groups" { account: account_id, role: role_id, group: group_id });

struct WorkflowLine {
    account: AccountId,
    role: AdminRoleId,
    workflow: WorkflowId,
}

bulk!(WorkflowLine => "admin_role_workflows" { account: account_id, role: role_id, workflow: workflow_id });
