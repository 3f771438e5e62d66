//! Who acts, in which account, and the clock and ids they act with.

use std::sync::Arc;

use kernel::{AccountId, AdminRoleId, Clock, Ids, Role, Timestamp, TypedId, UserId, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::{
    Action, Forbidden, allows,
    roles::{AdminRole, Scope},
};

/// Who does something: a signed-in user, or the person at the command line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// The user; none for the command line, which acts with an owner's rights.
    pub user: Option<UserId>,
    /// The name to show in the activity log.
    pub name: String,
    /// What they may do at most.
    pub role: Role,
    /// The role of the account's own that leaves an administrator less than that.
    ///
    /// Not stored with whoever began something: it counts as it is at the time, see [`crate::roles::held_by`].
    #[serde(skip)]
    pub custom: Option<Arc<AdminRole>>,
}

impl Actor {
    /// The person at the command line of this installation.
    pub fn command_line() -> Self {
        Self::new(None, "Command line", Role::Owner)
    }

    /// Somebody with one of the fixed roles.
    pub fn new(user: Option<UserId>, name: impl Into<String>, role: Role) -> Self {
        Self {
            user,
            name: name.into(),
            role,
            custom: None,
        }
    }

    /// The same with what is left of their role by one of the account's own.
    #[must_use]
    pub fn with(mut self, custom: Option<Arc<AdminRole>>) -> Self {
        self.custom = custom;
        self
    }

    /// Whether they may do something, at least for some people.
    pub fn may(&self, action: Action) -> bool {
        allows(self.role, action)
            && self
                .custom
                .as_ref()
                .is_none_or(|role| role.actions.contains(&action))
    }

    /// Whether they may do it, and for everybody in the account.
    pub fn may_for_all(&self, action: Action) -> bool {
        self.may(action) && self.sees() == Sees::Everybody
    }

    /// Whom they see.
    pub fn sees(&self) -> Sees {
        // Nobody without an id leads a team.
        let nobody = UserId::from_uuid(uuid::Uuid::nil());
        match (self.role, &self.custom) {
            (Role::Manager | Role::User, _) => Sees::LedBy(self.user.unwrap_or(nobody)),
            (_, Some(role)) if role.groups != Scope::All => Sees::OfRole(role.id),
            (Role::Owner | Role::Admin, _) => Sees::Everybody,
        }
    }

    /// Whether a workflow is among those they may have to do with as an administrator.
    pub fn reaches(&self, workflow: WorkflowId) -> bool {
        self.custom
            .as_ref()
            .is_none_or(|role| role.workflows.has(&workflow))
    }

    /// Whether only some workflows are.
    pub fn reaches_some(&self) -> bool {
        self.custom
            .as_ref()
            .is_some_and(|role| role.workflows != Scope::All)
    }
}

/// Whose details somebody sees, and so whom they can do something for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sees {
    /// Everybody in the account.
    Everybody,
    /// The people of the teams this person leads.
    LedBy(UserId),
    /// The people of the groups and teams that a role of the account's own names.
    OfRole(AdminRoleId),
}

/// The surroundings of a use case. Time and ids come from here and nowhere else.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// The account acted in.
    pub account: AccountId,
    /// Who acts.
    pub actor: Actor,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Where new ids come from.
    pub ids: Ids,
}

impl Ctx {
    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A new id.
    pub fn new_id<I: TypedId>(&self) -> I {
        self.ids.next(self.now())
    }

    /// Whom the actor sees.
    pub fn sees(&self) -> Sees {
        self.actor.sees()
    }

    /// Whether the actor may do something, at least for some people.
    pub fn may(&self, action: Action) -> bool {
        self.actor.may(action)
    }

    /// Refuses unless the actor's role allows the action.
    pub fn require(&self, action: Action) -> Result<(), Forbidden> {
        if self.actor.may(action) {
            Ok(())
        } else {
            Err(Forbidden(action))
        }
    }

    /// Refuses unless the actor's role allows the action for everybody in the account.
    pub fn require_for_all(&self, action: Action) -> Result<(), Forbidden> {
        if self.actor.may_for_all(action) {
            Ok(())
        } else {
            Err(Forbidden(action))
        }
    }
}
