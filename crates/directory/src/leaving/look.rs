//! What deleting somebody would do, and what stands against it.

use db::{Tx, from_row, params, sql};
use kernel::{Role, UserId};

use super::{LeaveError, Refusal};
use crate::{
    Action, Ctx, documents,
    users::{self, UserRecord},
    workflows::{self, Part, SoleApproval},
};

/// What ends, or is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Places where they are signed in.
    pub sessions: i64,
    /// Cards that are revoked.
    pub cards: i64,
    /// Devices they can use no longer.
    pub grants: i64,
    /// Groups and teams they leave.
    pub groups: i64,
    /// Seats of modules that become free.
    pub seats: i64,
    /// Teams they lead.
    pub teams_led: i64,
    /// Other people in these teams.
    pub people_led: i64,
    /// Invitations that are withdrawn.
    pub invitations: i64,
    /// Documents that are theirs, completed ones included: they are erased with the person.
    pub documents: i64,
}

from_row!(Effects {
    sessions,
    cards,
    grants,
    groups,
    seats,
    teams_led,
    people_led,
    invitations,
    documents,
});

/// Somebody who is to be deleted.
#[derive(Clone, Debug)]
pub struct Look {
    /// The person.
    pub record: UserRecord,
    /// What would end.
    pub effects: Effects,
    /// Their documents that are not completed.
    pub open_documents: i64,
    /// The workflows they take part in, directly and through groups.
    pub parts: Vec<Part>,
    /// Steps that nobody else could approve.
    pub sole: Vec<SoleApproval>,
    /// What stands against it whatever is agreed to: themselves, or their role.
    pub refusal: Option<Refusal>,
}

impl Look {
    /// Whether workflows stand against it: a direct part, or an approval nobody else can give.
    pub fn blocks_workflows(&self) -> bool {
        !self.sole.is_empty() || self.parts.iter().any(|part| part.is_direct)
    }
}

/// What stands against deleting somebody whatever else is agreed to.
pub(super) fn unconditional(ctx: &Ctx, record: &UserRecord) -> Option<Refusal> {
    let role = record.user.role.as_str();
    if ctx.actor.user == Some(record.user.id) {
        Some(Refusal::Yourself)
    } else if role == Role::Owner.as_str() {
        Some(Refusal::Owner)
    } else if role != Role::User.as_str() && role != Role::Manager.as_str() {
        Some(Refusal::Administrator(role.to_owned()))
    } else {
        None
    }
}

/// Looks at what deleting somebody would do; only people the actor may see.
pub fn look(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<Look, LeaveError> {
    ctx.require_for_all(Action::DeleteUsers)?;
    let record = person(tx, ctx, id)?;
    let effects = tx.fetch_one(sql!("leaving/effects"), params![ctx.account, id])?;
    users::stage_ids(tx, [id])?;
    let open = documents::open_of(tx, ctx.account)?.into_iter().next();
    let open_documents = open.map_or(0, |open| open.drafts + open.assigned + open.submitted);
    let parts = workflows::participation_of(tx, ctx.account)?
        .remove(&id)
        .unwrap_or_default();
    let sole = workflows::sole_approvers(tx, ctx.account)?;
    Ok(Look {
        refusal: unconditional(ctx, &record),
        record,
        effects,
        open_documents,
        parts,
        sole,
    })
}

/// Somebody who is there and whom the actor may see.
pub(super) fn person(tx: &mut Tx<'_>, ctx: &Ctx, id: UserId) -> Result<UserRecord, LeaveError> {
    match users::see(tx, ctx, id) {
        Ok(record) if record.user.status != kernel::UserStatus::Deleted.as_str() => Ok(record),
        Ok(_) | Err(users::ListUsers::Db(db::Error::NotFound)) => Err(LeaveError::NobodyThere),
        Err(users::ListUsers::Forbidden(forbidden)) => Err(forbidden.into()),
        Err(users::ListUsers::Db(error)) => Err(error.into()),
    }
}
