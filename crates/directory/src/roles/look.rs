//! The account's roles with how many people have each, for those who look after them.

use std::collections::HashMap;

use db::Tx;
use kernel::AdminRoleId;

use super::{AdminRole, RoleRefusal, find, holders, list};
use crate::{Action, Ctx};

/// Every role of the account's own by name, and how many people have it.
pub fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<(AdminRole, i64)>, RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    let held: HashMap<AdminRoleId, i64> = holders(tx, ctx.account)?.into_iter().collect();
    Ok(list(tx, ctx.account)?
        .into_iter()
        .map(|role| {
            let people = held.get(&role.id).copied().unwrap_or(0);
            (role, people)
        })
        .collect())
}

/// One role, and how many people have it.
pub fn one(tx: &mut Tx<'_>, ctx: &Ctx, id: AdminRoleId) -> Result<(AdminRole, i64), RoleRefusal> {
    ctx.require(Action::ManageRoles)?;
    let role = find(tx, ctx.account, id)?.ok_or(RoleRefusal::NotFound)?;
    let held = holders(tx, ctx.account)?;
    let people = held.iter().find(|line| line.0 == id);
    Ok((role, people.map_or(0, |line| line.1)))
}
