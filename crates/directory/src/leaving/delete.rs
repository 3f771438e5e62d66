//! Deleting: one person by what was agreed to, and the people of a chunk of a bulk action.

use std::collections::HashSet;

use db::{Tx, params, sql};
use kernel::{Clock, UserId};
use serde::{Deserialize, Serialize};

use super::{LeaveError, Refusal, look};
use crate::{
    Ctx, activity, cards, documents,
    lock::require_unlocked,
    users::{UserRecord, UserUpdate, apply_updates, end_sessions_of_staged, stage_ids},
    workflows,
};

/// What whoever deletes has agreed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Documents that are assigned to the person stay as they are, and are erased with them.
    pub with_documents: bool,
    /// The person is taken out of workflows, even as the only one who approves a step.
    pub take_out: bool,
}

/// Who of several people has documents, and who is needed in workflows.
pub(crate) struct Blocks {
    terms: Terms,
    documents: HashSet<UserId>,
    sole: HashSet<UserId>,
}

impl Blocks {
    /// Looks at the staged people.
    pub(crate) fn of_staged(tx: &mut Tx<'_>, ctx: &Ctx, terms: Terms) -> db::Result<Self> {
        let open = documents::open_of(tx, ctx.account)?;
        let sole = workflows::sole_approvers(tx, ctx.account)?;
        Ok(Self {
            terms,
            documents: open.into_iter().map(|open| open.user).collect(),
            sole: sole.into_iter().map(|one| one.user).collect(),
        })
    }

    /// What stands against deleting one of them.
    pub(crate) fn against(&self, ctx: &Ctx, record: &UserRecord) -> Option<Refusal> {
        let id = record.user.id;
        let is_needed = !record.workflows.is_empty() || self.sole.contains(&id);
        if let Some(refusal) = look::unconditional(ctx, record) {
            return Some(refusal);
        }
        if is_needed && !self.terms.take_out {
            return Some(Refusal::Workflows);
        }
        let has_documents = self.documents.contains(&id) && !self.terms.with_documents;
        has_documents.then_some(Refusal::Documents(1))
    }
}

/// Deletes one person, who can be taken back for [`super::kept_days`] days.
///
/// `version` is the one that was looked at, if a page was.
pub fn delete(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: UserId,
    version: Option<i64>,
    terms: Terms,
) -> Result<(), LeaveError> {
    let looked = look::look(tx, ctx, id)?;
    require_unlocked::<LeaveError>(tx, ctx)?;
    if let Some(refusal) = &looked.refusal {
        return Err(LeaveError::Refused(refusal.clone()));
    }
    if version.is_some_and(|version| version != looked.record.user.version) {
        return Err(LeaveError::Stale);
    }
    if looked.blocks_workflows() && !terms.take_out {
        return Err(LeaveError::Refused(Refusal::Workflows));
    }
    if looked.open_documents > 0 && !terms.with_documents {
        let number = looked.open_documents;
        return Err(LeaveError::Refused(Refusal::Documents(number)));
    }
    // The version is counted up first: whoever changes the person at this moment waits, and is told.
    let user = looked.record.user;
    if apply_updates(tx, ctx.account, ctx.now(), &[UserUpdate { user }])?.is_empty() {
        return Err(LeaveError::Stale);
    }
    delete_staged(tx, ctx, &[id])?;
    let mut details = Vec::new();
    if !looked.parts.is_empty() {
        details.push("taken out of workflows".to_owned());
    }
    if looked.open_documents > 0 {
        details.push(format!("with {} open documents", looked.open_documents));
    }
    activity::record(tx, ctx, "user.delete", Some(id.uuid()), &details.join(", "))?;
    Ok(())
}

/// Deletes people whose version was counted up in this transaction; writes no activity.
///
/// Sessions are those of `identity`, invitations and their messages those of `invite`: that they
/// end belongs into the same transaction.
pub(crate) fn delete_staged(tx: &mut Tx<'_>, ctx: &Ctx, people: &[UserId]) -> db::Result<()> {
    // One moment for all of it: a restore finds by it what was taken away.
    let now = ctx.now();
    let ctx = &Ctx {
        clock: Clock::fixed(now),
        ..ctx.clone()
    };
    let account = ctx.account;
    let (by, by_name) = (ctx.actor.user, &ctx.actor.name);
    stage_ids(tx, people.iter().copied())?;
    tx.execute(sql!("leaving/remember"), params![account, now, by, by_name])?;
    for statement in [
        sql!("leaving/remember_groups"),
        sql!("leaving/remember_workflows"),
        sql!("leaving/remember_steps"),
        sql!("leaving/remember_seats"),
    ] {
        tx.execute(statement, params![account])?;
    }
    tx.execute(
        sql!("leaving/revoke_grants"),
        params![account, now, by, by_name],
    )?;
    for statement in [
        sql!("users/delete_members_of_staged"),
        sql!("users/delete_participants_of_staged"),
        sql!("users/delete_step_users_of_staged"),
        sql!("users/delete_seats_of_staged"),
        sql!("users/delete_grants_of_staged"),
    ] {
        tx.execute(statement, params![account])?;
    }
    for statement in [
        sql!("leaving/withdraw_messages"),
        sql!("leaving/withdraw_invitations"),
        sql!("leaving/revoke_tokens"),
    ] {
        tx.execute(statement, params![account, now])?;
    }
    // They are found by the sign-in of the person, which goes with the keys.
    end_sessions_of_staged(tx, account)?;
    tx.execute(sql!("leaving/take_keys"), params![account, now])?;
    tx.execute(sql!("provisioning/let_go_names"), params![account])?;
    cards::revoke_all(tx, ctx, people)
}
