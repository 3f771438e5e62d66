//! Which roles somebody may give, and the people with which roles they may change.

use db::Tx;
use kernel::{AdminRoleId, Role};

use super::{AdminRole, Scope, store::list};
use crate::{Action, Actor, Ctx, may_grant};

/// The roles of the account beside the actor's own.
#[derive(Clone, Debug)]
pub struct Reach {
    actor: Actor,
    known: Vec<AdminRole>,
}

impl Reach {
    /// Reads the account's roles if the actor's own is one of them.
    pub fn load(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Self> {
        let known = match ctx.actor.custom {
            Some(_) => list(tx, ctx.account)?,
            None => Vec::new(),
        };
        Ok(Self {
            actor: ctx.actor.clone(),
            known,
        })
    }

    /// Whether the actor may give a role, and so change whoever has it.
    ///
    /// Whoever may not give a role could otherwise take over somebody who has it.
    pub fn covers(&self, role: Role, custom: Option<AdminRoleId>) -> bool {
        let Some(own) = &self.actor.custom else {
            return may_grant(self.actor.role, role);
        };
        if !may_grant(self.actor.role, role) {
            return false;
        }
        match role {
            Role::User => true,
            // They see and export the people of a team, which may be any.
            Role::Manager => {
                own.groups == Scope::All
                    && [Action::ViewUsers, Action::ExportUsers]
                        .iter()
                        .all(|action| own.actions.contains(action))
            }
            Role::Admin => custom.is_some_and(|id| {
                self.known
                    .iter()
                    .any(|role| role.id == id && role.is_within(own))
            }),
            Role::Owner => false,
        }
    }

    /// The same with the role's stored name; one that nobody knows is above everybody.
    pub fn covers_stored(&self, role: &str, custom: Option<AdminRoleId>) -> bool {
        Role::parse(role).is_ok_and(|role| self.covers(role, custom))
    }
}
