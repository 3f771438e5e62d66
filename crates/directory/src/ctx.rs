//! Who acts, in which account, and the clock and ids they act with.

use kernel::{AccountId, Clock, Ids, Role, Timestamp, TypedId, UserId};
use serde::{Deserialize, Serialize};

use crate::{Action, Forbidden, allows};

/// Who does something: a signed-in user, or the person at the command line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Actor {
    /// The user; none for the command line, which acts with an owner's rights.
    pub user: Option<UserId>,
    /// The name to show in the activity log.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Actor {
    /// The person at the command line of this installation.
    pub fn command_line() -> Self {
        Self {
            user: None,
            name: "Command line".to_owned(),
            role: Role::Owner,
        }
    }
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

    /// The actor, if they see only the people of the teams they lead.
    pub fn leads_only(&self) -> Option<UserId> {
        match self.actor.role {
            Role::Owner | Role::Admin => None,
            // Nobody without an id leads a team.
            Role::Manager | Role::User => {
                let nobody = UserId::from_uuid(uuid::Uuid::nil());
                Some(self.actor.user.unwrap_or(nobody))
            }
        }
    }

    /// Refuses unless the actor's role allows the action.
    pub fn require(&self, action: Action) -> Result<(), Forbidden> {
        if allows(self.actor.role, action) {
            Ok(())
        } else {
            Err(Forbidden(action))
        }
    }
}
