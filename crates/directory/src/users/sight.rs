//! Whom the actor sees: everybody, the people of the teams they lead, or those of the groups their role names.
//!
//! Every list is narrowed by it, and everything that names a person asks it first.

use std::collections::BTreeSet;

use db::{Rows, Select, Tx, params, sql};
use kernel::{AccountId, AdminRoleId, UserId};

use super::stage_ids;
use crate::{Action, Ctx, Sees, roles::Reach};

impl Sees {
    /// The ids of the people, unless it is everybody; in a column named `m.user_id`.
    pub fn people(self, account: AccountId) -> Option<Rows> {
        match self {
            Self::Everybody => None,
            Self::LedBy(leader) => {
                Some(Rows::of(sql!("users/ids_led_by"), params![account, leader]))
            }
            Self::OfRole(role) => Some(Rows::of(sql!("users/ids_of_role"), params![account, role])),
        }
    }
}

/// Narrows a list to the people the actor sees, by the column that holds a person's id.
pub fn narrow(select: Select, ctx: &Ctx, column: &str) -> Select {
    match ctx.sees().people(ctx.account) {
        None => select,
        Some(people) => select.within(column, &people),
    }
}

/// Whether the actor sees a person. May stage ids.
pub fn sees(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> db::Result<bool> {
    Ok(!seen_of(tx, ctx, [id])?.is_empty())
}

/// Whether the actor may change somebody with this role by hand: they see them, and the role is not above their own.
pub fn may_change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: UserId,
    (role, custom): (&str, Option<AdminRoleId>),
) -> db::Result<bool> {
    Ok(ctx.may(Action::EditUsers)
        && sees(tx, ctx, id)?
        && Reach::load(tx, ctx)?.covers_stored(role, custom))
}

/// Those of these people whom the actor sees. May stage ids.
pub fn seen_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    people: impl IntoIterator<Item = UserId>,
) -> db::Result<BTreeSet<UserId>> {
    let people: BTreeSet<UserId> = people.into_iter().collect();
    if ctx.sees() == Sees::Everybody || people.is_empty() {
        return Ok(people);
    }
    stage_ids(tx, people.iter().copied())?;
    let all = Select::new(
        sql!("users/list_of_staged"),
        params![ctx.account],
        &["u.id"],
        people.len() as i64,
    );
    let found: Vec<(UserId,)> = tx.select(&narrow(all, ctx, "u.id"))?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
