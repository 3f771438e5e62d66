//! What is written for the people of a chunk, forwards and backwards.

use std::collections::{BTreeMap, HashSet};

use db::Tx;
use kernel::{GroupId, Role, UserId, UserStatus, WorkflowId};
use serde::{Deserialize, Serialize};

use super::{
    decide::{BulkAction, Outcome, in_group, in_workflow, set_value, value_of},
    state::BulkError,
};
use crate::{
    Ctx, fields,
    groups::{self, Membership},
    leaving::{self, Back, Taken},
    modules::{self, Seat},
    users::{self, UserRecord, UserUpdate, apply_updates, end_sessions_of_staged, stage_ids},
    workflows::{self, Participation},
};

/// What an undo needs to know of somebody.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    seats: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    leads: bool,
}

/// Gives seats back to people as long as there are some.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    key: &str,
    people: impl Iterator<Item = UserId>,
) -> Result<(), BulkError> {
    let Ok(module) = modules::locked(tx, ctx.account, key) else {
        return Ok(());
    };
    let free = usize::try_from(module.free()).unwrap_or(0);
    let people: Vec<UserId> = people.take(free).collect();
    link(tx, ctx, &Target::Module(key.to_owned()), &people)
}

/// Whether there is what people are to get, how many more of them can, and who leads the team.
pub(super) struct Room {
    pub(super) is_there: bool,
    free: i64,
    pub(super) leaders: HashSet<UserId>,
    /// Of deleted people, whether somebody else has a key of theirs.
    pub(super) returning: BTreeMap<UserId, Option<Taken>>,
}

impl Room {
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &Ctx, action: &BulkAction) -> Result<Self, BulkError> {
        let mut room = Self {
            is_there: true,
            free: 0,
            leaders: HashSet::new(),
            returning: BTreeMap::new(),
        };
        match action {
            BulkAction::AddToGroup(id) | BulkAction::RemoveFromGroup(id) => {
                room.is_there = groups::find(tx, ctx.account, *id)?.is_some();
                let leaders = groups::team_admins(tx, ctx.account, *id)?;
                room.leaders = leaders.into_iter().collect();
            }
            BulkAction::GiveSeat(key) | BulkAction::TakeSeat(key) => {
                match modules::locked(tx, ctx.account, key) {
                    Ok(module) => room.free = module.free(),
                    Err(db::Error::NotFound) => room.is_there = false,
                    Err(error) => return Err(error.into()),
                }
            }
            BulkAction::AddToWorkflow(id) | BulkAction::RemoveFromWorkflow(id) => {
                let all = workflows::list(tx, ctx.account)?;
                room.is_there = all.iter().any(|workflow| workflow.id == *id);
            }
            BulkAction::Deactivate | BulkAction::Reactivate | BulkAction::Delete(_) => {}
            BulkAction::SetField { key, .. } => {
                if let Some(own) = key.strip_prefix("custom.") {
                    let all = fields::list(tx, ctx.account)?;
                    room.is_there = all.iter().any(|field| field.key == own);
                }
            }
        }
        Ok(room)
    }

    pub(super) fn take(&mut self) -> Outcome {
        if self.free <= 0 {
            return Outcome::NoSeat;
        }
        self.free -= 1;
        Outcome::Fits
    }
}

/// What people are linked with.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Group(GroupId),
    Workflow(WorkflowId),
    Module(String),
}

/// What is to be written for the people of a chunk.
#[derive(Default)]
pub(super) struct Work {
    updates: Vec<UserUpdate>,
    join: BTreeMap<Target, Vec<UserId>>,
    leave: BTreeMap<Target, Vec<UserId>>,
    /// Who leads a team again.
    lead: Vec<(GroupId, UserId)>,
    sign_out: Vec<UserId>,
    delete: Vec<UserId>,
    restore: Vec<UserId>,
    /// Seats that are given back as far as there are some.
    pub(super) seats_back: BTreeMap<String, Vec<UserId>>,
}

impl Work {
    /// Adds what the action does to somebody; returns what an undo needs.
    pub(super) fn act(
        &mut self,
        action: &BulkAction,
        mut record: UserRecord,
        leaders: &HashSet<UserId>,
    ) -> Before {
        let user = record.user.id;
        let mut before = Before::default();
        match action {
            BulkAction::AddToGroup(id) => self.joins(Target::Group(*id), user),
            BulkAction::RemoveFromGroup(id) => {
                before.leads = leaders.contains(&user);
                self.leaves(Target::Group(*id), user);
            }
            BulkAction::GiveSeat(key) => self.joins(Target::Module(key.clone()), user),
            BulkAction::TakeSeat(key) => self.leaves(Target::Module(key.clone()), user),
            BulkAction::AddToWorkflow(id) => self.joins(Target::Workflow(*id), user),
            BulkAction::RemoveFromWorkflow(id) => self.leaves(Target::Workflow(*id), user),
            BulkAction::Deactivate => {
                before.status = Some(record.user.status.clone());
                for key in &record.modules {
                    self.leaves(Target::Module(key.clone()), user);
                }
                before.seats.clone_from(&record.modules);
                set_status(&mut record, UserStatus::Deactivated);
                self.sign_out.push(user);
            }
            BulkAction::Reactivate => {
                let status = users::status_when_back(record.user.identity.is_some());
                set_status(&mut record, status);
            }
            // Who is written at the version they were read with is deleted after that.
            BulkAction::Delete(_) => self.delete.push(user),
            BulkAction::SetField { key, value } => {
                before.value = value_of(&record, key);
                set_value(&mut record, key, value.clone());
            }
        }
        self.updates.push(UserUpdate { user: record.user });
        before
    }

    /// Adds what takes the action back for somebody, if that is possible.
    pub(super) fn reverse(
        &mut self,
        action: &BulkAction,
        mut record: UserRecord,
        before: &Before,
        room: &mut Room,
    ) -> Outcome {
        let user = record.user.id;
        match action {
            BulkAction::RemoveFromGroup(_)
            | BulkAction::RemoveFromWorkflow(_)
            | BulkAction::SetField { .. }
                if !room.is_there =>
            {
                return Outcome::Kept;
            }
            // Somebody gave it back by hand.
            BulkAction::RemoveFromGroup(id) if in_group(&record, *id) => return Outcome::Kept,
            BulkAction::RemoveFromWorkflow(id) if in_workflow(&record, *id) => {
                return Outcome::Kept;
            }
            BulkAction::TakeSeat(key) if record.modules.contains(key) => return Outcome::Kept,
            BulkAction::TakeSeat(_) if room.take() == Outcome::NoSeat => return Outcome::NoSeat,
            // Nobody leaves an account without an owner by the way.
            BulkAction::Reactivate if record.user.role == Role::Owner.as_str() => {
                return Outcome::Kept;
            }
            BulkAction::AddToGroup(id) => self.leaves(Target::Group(*id), user),
            BulkAction::RemoveFromGroup(id) => {
                if before.leads {
                    self.lead.push((*id, user));
                }
                self.joins(Target::Group(*id), user);
            }
            BulkAction::GiveSeat(key) => self.leaves(Target::Module(key.clone()), user),
            BulkAction::TakeSeat(key) => self.joins(Target::Module(key.clone()), user),
            BulkAction::AddToWorkflow(id) => self.leaves(Target::Workflow(*id), user),
            BulkAction::RemoveFromWorkflow(id) => self.joins(Target::Workflow(*id), user),
            BulkAction::Deactivate => {
                let status = before.status.as_deref().unwrap_or_default();
                set_status(&mut record, status.parse().unwrap_or(UserStatus::Invited));
                for key in &before.seats {
                    self.seats_back.entry(key.clone()).or_default().push(user);
                }
            }
            BulkAction::Reactivate => {
                set_status(&mut record, UserStatus::Deactivated);
                self.sign_out.push(user);
            }
            BulkAction::Delete(_) => match room.returning.get(&user) {
                None => return Outcome::Gone,
                Some(Some(_)) => return Outcome::Taken,
                Some(None) => self.restore.push(user),
            },
            BulkAction::SetField { key, .. } => {
                set_value(&mut record, key, before.value.clone());
            }
        }
        self.updates.push(UserUpdate { user: record.user });
        Outcome::Restored
    }

    fn joins(&mut self, target: Target, user: UserId) {
        self.join.entry(target).or_default().push(user);
    }

    fn leaves(&mut self, target: Target, user: UserId) {
        self.leave.entry(target).or_default().push(user);
    }

    /// Writes it for those who are still at the version they were read with; returns them.
    pub(super) fn write(self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<HashSet<UserId>, BulkError> {
        let account = ctx.account;
        let written: HashSet<UserId> = apply_updates(tx, account, ctx.now(), &self.updates)?
            .into_iter()
            .collect();
        let those = |mut people: Vec<UserId>| {
            people.retain(|id| written.contains(id));
            people
        };
        for (target, people) in self.leave {
            stage_ids(tx, those(people))?;
            match target {
                Target::Group(id) => groups::remove_staged(tx, account, id)?,
                Target::Workflow(id) => workflows::remove_staged(tx, account, id)?,
                Target::Module(key) => modules::remove_staged(tx, account, &key)?,
            };
        }
        for (target, people) in self.join {
            link(tx, ctx, &target, &those(people))?;
        }
        for (group, user) in self.lead {
            if written.contains(&user) {
                groups::set_admin(tx, account, group, user, true)?;
            }
        }
        if !self.sign_out.is_empty() {
            stage_ids(tx, those(self.sign_out))?;
            end_sessions_of_staged(tx, account)?;
        }
        if !self.delete.is_empty() {
            leaving::delete_staged(tx, ctx, &those(self.delete))?;
        }
        leaving::restore_staged(tx, ctx, &those(self.restore), Back::ALL)?;
        Ok(written)
    }
}

fn set_status(record: &mut UserRecord, status: UserStatus) {
    status.as_str().clone_into(&mut record.user.status);
}

/// Links people with something.
fn link(tx: &mut Tx<'_>, ctx: &Ctx, target: &Target, people: &[UserId]) -> Result<(), BulkError> {
    let (account, created_at) = (ctx.account, ctx.now());
    let people = people.iter().copied();
    match target {
        Target::Group(group) => {
            let rows: Vec<_> = people
                .map(|user| Membership {
                    account,
                    user,
                    group: *group,
                    created_at,
                })
                .collect();
            tx.bulk(&rows)?;
        }
        Target::Workflow(workflow) => {
            let rows: Vec<_> = people
                .map(|user| Participation {
                    account,
                    user,
                    workflow: *workflow,
                    created_at,
                })
                .collect();
            tx.bulk(&rows)?;
        }
        Target::Module(module) => {
            let rows: Vec<_> = people
                .map(|user| Seat {
                    account,
                    user,
                    module: module.clone(),
                    created_at,
                })
                .collect();
            tx.bulk(&rows)?;
        }
    }
    Ok(())
}
