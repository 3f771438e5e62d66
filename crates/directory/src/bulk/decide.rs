//! What can be done with many people, and whether it fits one of them.

use db::Tx;
use kernel::{GroupId, Role, UserStatus, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::{
    Action, Ctx, Forbidden,
    leaving::{Blocks, Refusal, Terms},
    roles::Reach,
    users::UserRecord,
};

/// What is to be done with each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BulkAction {
    /// Put them into a group or team.
    AddToGroup(GroupId),
    /// Take them out of one.
    RemoveFromGroup(GroupId),
    /// Give them a seat of a module.
    GiveSeat(String),
    /// Take the seat away.
    TakeSeat(String),
    /// Let them take part in a workflow.
    AddToWorkflow(WorkflowId),
    /// Let them take part no longer.
    RemoveFromWorkflow(WorkflowId),
    /// End their access.
    Deactivate,
    /// Take them back.
    Reactivate,
    /// Delete them, by what was agreed to.
    Delete(Terms),
    /// Set a field: `title`, `department` or `custom.<key>`; nothing clears it.
    SetField {
        /// The field's key.
        key: String,
        /// Its value.
        value: Option<String>,
    },
}

impl BulkAction {
    /// The permission it needs.
    pub(super) const fn needs(&self) -> Action {
        match self {
            Self::Delete(_) => Action::DeleteUsers,
            Self::AddToGroup(_)
            | Self::RemoveFromGroup(_)
            | Self::GiveSeat(_)
            | Self::TakeSeat(_)
            | Self::AddToWorkflow(_)
            | Self::RemoveFromWorkflow(_)
            | Self::Deactivate
            | Self::Reactivate
            | Self::SetField { .. } => Action::EditUsers,
        }
    }
}

/// What became of somebody, or will.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The action fits them and is still to be done.
    Fits,
    /// Done.
    Done,
    /// Nothing to do: it is so already.
    Already,
    /// Their status does not fit.
    Status,
    /// They have a role that the actor may not change, or are an owner.
    Role,
    /// It is the actor.
    Yourself,
    /// Documents are assigned to them.
    Documents,
    /// They take part in workflows.
    Workflows,
    /// Somebody else has their e-mail address, phone number or user ID by now.
    Taken,
    /// No seat was left.
    NoSeat,
    /// They, or what they were to get, are gone.
    Gone,
    /// Somebody changed them at the same moment.
    Changed,
    /// Taken back.
    Restored,
    /// Not taken back: they were changed since.
    Kept,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 14] = [
        Self::Fits,
        Self::Done,
        Self::Already,
        Self::Status,
        Self::Role,
        Self::Yourself,
        Self::Documents,
        Self::Workflows,
        Self::Taken,
        Self::NoSeat,
        Self::Gone,
        Self::Changed,
        Self::Restored,
        Self::Kept,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Done => "done",
            Self::Already => "already",
            Self::Status => "status",
            Self::Role => "role",
            Self::Yourself => "yourself",
            Self::Documents => "documents",
            Self::Workflows => "workflows",
            Self::Taken => "taken",
            Self::NoSeat => "no_seat",
            Self::Gone => "gone",
            Self::Changed => "changed",
            Self::Restored => "restored",
            Self::Kept => "kept",
        }
    }

    /// The outcome with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == name)
    }
}

/// Who acts, as far as fitting depends on it.
pub(super) struct Judge<'a> {
    ctx: &'a Ctx,
    reach: Reach,
    /// Whether the actor may do this at all, which may have changed since it was made.
    may: bool,
    /// What stands against deleting the people who are looked at.
    blocks: Option<Blocks>,
}

/// Refuses if the actor may not do an action at all, with anybody.
pub fn permit(ctx: &Ctx, action: &BulkAction) -> Result<(), Forbidden> {
    ctx.require(action.needs())?;
    let own = ctx.actor.custom.as_ref().map(|role| &role.groups);
    match action {
        BulkAction::AddToWorkflow(id) | BulkAction::RemoveFromWorkflow(id) => {
            ctx.require(Action::ManageWorkflows)?;
            if !ctx.actor.reaches(*id) {
                return Err(Forbidden(Action::ManageWorkflows));
            }
        }
        // Taken out of the last one, they would be out of sight: one by one, where that is seen.
        BulkAction::RemoveFromGroup(_) => ctx.require_for_all(Action::EditUsers)?,
        BulkAction::AddToGroup(id) if !own.is_none_or(|own| own.has(id)) => {
            return Err(Forbidden(Action::EditGroups));
        }
        BulkAction::AddToGroup(_)
        | BulkAction::GiveSeat(_)
        | BulkAction::TakeSeat(_)
        | BulkAction::Deactivate
        | BulkAction::Reactivate
        | BulkAction::Delete(_)
        | BulkAction::SetField { .. } => {}
    }
    Ok(())
}

impl<'a> Judge<'a> {
    pub(super) fn load(tx: &mut Tx<'_>, ctx: &'a Ctx, action: &BulkAction) -> db::Result<Self> {
        Ok(Self {
            ctx,
            reach: Reach::load(tx, ctx)?,
            may: permit(ctx, action).is_ok(),
            blocks: None,
        })
    }

    /// The same, for the people who are staged, and stay so.
    pub(super) fn of_staged(
        tx: &mut Tx<'_>,
        ctx: &'a Ctx,
        action: &BulkAction,
    ) -> db::Result<Self> {
        let mut judge = Self::load(tx, ctx, action)?;
        if let BulkAction::Delete(terms) = action {
            judge.blocks = Some(Blocks::of_staged(tx, ctx, *terms)?);
        }
        Ok(judge)
    }

    /// Whether the actor may change somebody of this role, and so.
    pub(super) fn may_change(&self, record: &UserRecord) -> bool {
        let user = &record.user;
        self.may && self.reach.covers_stored(&user.role, user.admin_role)
    }

    /// Whether the action fits somebody, and if not, why.
    pub(super) fn judge(&self, action: &BulkAction, record: &UserRecord) -> Outcome {
        let user = &record.user;
        let role = Role::parse(&user.role).unwrap_or(Role::Owner);
        if !self.may_change(record) {
            return Outcome::Role;
        }
        if user.status == UserStatus::Deleted.as_str() {
            return Outcome::Status;
        }
        let is_off = user.status == UserStatus::Deactivated.as_str();
        let wanted = |is_so: bool| {
            if is_so {
                Outcome::Already
            } else {
                Outcome::Fits
            }
        };
        match action {
            BulkAction::AddToGroup(group) => wanted(in_group(record, *group)),
            BulkAction::RemoveFromGroup(group) => wanted(!in_group(record, *group)),
            BulkAction::GiveSeat(key) if record.modules.contains(key) => Outcome::Already,
            BulkAction::GiveSeat(_) if is_off => Outcome::Status,
            BulkAction::TakeSeat(key) => wanted(!record.modules.contains(key)),
            BulkAction::AddToWorkflow(id) => wanted(in_workflow(record, *id)),
            BulkAction::RemoveFromWorkflow(id) => wanted(!in_workflow(record, *id)),
            BulkAction::Deactivate if is_off => Outcome::Already,
            BulkAction::Deactivate if self.ctx.actor.user == Some(user.id) => Outcome::Yourself,
            // One by one, where it is seen that one is left.
            BulkAction::Deactivate if role == Role::Owner => Outcome::Role,
            BulkAction::GiveSeat(_) | BulkAction::Deactivate => Outcome::Fits,
            BulkAction::Reactivate if is_off => Outcome::Fits,
            BulkAction::Reactivate => Outcome::Status,
            BulkAction::Delete(_) => self.against(record),
            BulkAction::SetField { key, value } => {
                wanted(value_of(record, key).as_deref() == value.as_deref())
            }
        }
    }

    fn against(&self, record: &UserRecord) -> Outcome {
        let blocks = self.blocks.as_ref();
        match blocks.and_then(|blocks| blocks.against(self.ctx, record)) {
            None => Outcome::Fits,
            Some(Refusal::Yourself) => Outcome::Yourself,
            Some(Refusal::Owner | Refusal::Administrator(_)) => Outcome::Role,
            Some(Refusal::Workflows) => Outcome::Workflows,
            Some(Refusal::Documents(_)) => Outcome::Documents,
        }
    }
}

pub(super) fn in_group(record: &UserRecord, group: GroupId) -> bool {
    record.groups.iter().any(|other| other.0 == group)
}

pub(super) fn in_workflow(record: &UserRecord, workflow: WorkflowId) -> bool {
    record.workflows.iter().any(|other| other.0 == workflow)
}

/// The present value of a field that many can be given.
pub(super) fn value_of(record: &UserRecord, key: &str) -> Option<String> {
    match key {
        "title" => record.user.title.clone(),
        "department" => record.user.department.clone(),
        _ => custom(record).remove(key.strip_prefix("custom.")?),
    }
}

/// Gives a field of somebody a value.
pub(super) fn set_value(record: &mut UserRecord, key: &str, value: Option<String>) {
    match key {
        "title" => record.user.title = value,
        "department" => record.user.department = value,
        _ => {
            let Some(key) = key.strip_prefix("custom.") else {
                return;
            };
            let mut all = custom(record);
            match value {
                Some(value) => all.insert(key.to_owned(), value),
                None => all.remove(key),
            };
            record.user.custom = (!all.is_empty())
                .then(|| serde_json::to_string(&all).ok())
                .flatten();
        }
    }
}

fn custom(record: &UserRecord) -> std::collections::BTreeMap<String, String> {
    let text = record.user.custom.as_deref();
    text.and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default()
}
