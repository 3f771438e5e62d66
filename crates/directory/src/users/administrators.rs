//! Who looks after an account.

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, AdminRoleId, Role, UserId};

use crate::{
    Action,
    roles::{self, AdminRole, Scope},
};

/// Somebody who is told when something needs looking after.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The person.
    pub id: UserId,
    /// Their first name.
    pub first_name: String,
    /// Their full name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// The language they want, a BCP 47 tag.
    pub language: Option<String>,
    role: String,
    admin_role_id: Option<AdminRoleId>,
}

from_row!(Administrator {
    id,
    first_name,
    name,
    email,
    language,
    role,
    admin_role_id,
});

/// The active owners and administrators who may do something for everybody in the account, at most 100.
pub fn administrators(
    tx: &mut Tx<'_>,
    account: AccountId,
    action: Action,
) -> db::Result<Vec<Administrator>> {
    let mut all: Vec<Administrator> = tx.fetch(sql!("users/administrators"), params![account])?;
    if all.iter().any(|one| one.admin_role_id.is_some()) {
        let known = roles::list(tx, account)?;
        all.retain(|one| may(one, action, &known));
    }
    Ok(all)
}

fn may(one: &Administrator, action: Action, known: &[AdminRole]) -> bool {
    match one.admin_role_id {
        Some(id) if one.role == Role::Admin.as_str() => known.iter().any(|role| {
            role.id == id && role.groups == Scope::All && role.actions.contains(&action)
        }),
        _ => true,
    }
}
