//! Workflows that people take part in: steps in order, participants, and who may do what.
//!
//! People take part themselves or through a group. Not here: the documents that go through a
//! workflow, see [`crate::documents`].

mod manage;
mod people;
mod steps;
#[cfg(test)]
mod tests;

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, GroupId, GroupName, UserId, WorkflowId};

pub(crate) use manage::delete;
pub use manage::{
    Counted, Effect, add_participant, effect_of_deleting, get, list_counted, remove_participant,
    rename, see,
};
pub use people::{
    PAGE, Part, Participant, Person, SoleApproval, count_people, groups, of_user, participation_of,
    people, sole_approvers,
};
pub(crate) use steps::steps_of;
pub use steps::{
    MOST_LISTED, MOST_STEPS, Step, StepChange, StepKind, actors, add_actor, add_step, change_step,
    may_act, move_step, named_actors, remove_actor, remove_step, step, steps,
};

use crate::{Action, Ctx, Forbidden, activity};

/// A workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workflow {
    /// Its id.
    pub id: WorkflowId,
    /// Its name as written.
    pub name: String,
    /// Its name for comparing.
    pub name_key: String,
}

impl FromRow for Workflow {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            name_key: row.get(2)?,
        })
    }
}

/// Who can take part in a workflow, or be named for a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Member {
    /// A person.
    User(UserId),
    /// Everybody in a group, whoever that is at the time.
    Group(GroupId),
}

/// Why a workflow was not changed.
#[derive(Debug, thiserror::Error)]
pub enum WorkflowError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is none.
    #[error("there is no such workflow or step")]
    NotFound,
    /// The person is not in the account.
    #[error("there is no such person")]
    NobodyThere,
    /// The group is not in the account.
    #[error("there is no such group")]
    NoGroup,
    /// The name is blank, too long or has control characters.
    #[error("a name has 1 to 100 characters: {0}")]
    Name(String),
    /// Another workflow has the name.
    #[error("there is already a workflow named {0:?}")]
    Exists(String),
    /// A workflow begins with its only fill step.
    #[error("every workflow begins with one step of the kind fill in, and has only that one")]
    OneFill,
    /// There are enough.
    #[error("a workflow has at most {MOST_STEPS} steps")]
    TooManySteps,
    /// The step is in use.
    #[error("{0} documents stand at this step; they have to go on first")]
    DocumentsWait(i64),
    /// The workflow is in use.
    #[error("{0} documents of this workflow are not completed; complete or reassign them first")]
    DocumentsOpen(i64),
    /// Somebody else changed the person at the same moment.
    #[error("this person was changed at the same moment; try again")]
    Stale,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Why a workflow could not be created.
#[derive(Debug, thiserror::Error)]
pub enum CreateWorkflow {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name is blank, too long or has control characters.
    #[error("a workflow needs a name of 1 to 100 characters: {0}")]
    Name(String),
    /// There is one of that name already.
    #[error("there is already a workflow named {0:?}")]
    Exists(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Creates a workflow with the one step that every workflow has.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Workflow, CreateWorkflow> {
    ctx.require(Action::ManageWorkflows)?;
    // A new one would not be among those of whoever looks after some.
    if ctx.actor.reaches_some() {
        return Err(Forbidden(Action::ManageWorkflows).into());
    }
    let name = GroupName::parse(name).map_err(|fault| CreateWorkflow::Name(fault.detail.into()))?;
    let workflow = Workflow {
        id: ctx.new_id(),
        name: name.as_str().to_owned(),
        name_key: name.key().into_owned(),
    };
    let added = tx.execute(
        sql!("workflows/insert_if_missing"),
        params![
            ctx.account,
            workflow.id,
            workflow.name,
            workflow.name_key,
            ctx.now()
        ],
    )?;
    if added == 0 {
        return Err(CreateWorkflow::Exists(workflow.name));
    }
    let fill = StepKind::Fill;
    steps::insert_step(tx, ctx, workflow.id, fill, fill.label())?;
    activity::record(
        tx,
        ctx,
        "workflow.create",
        Some(workflow.id.uuid()),
        &workflow.name,
    )?;
    Ok(workflow)
}

/// Every workflow by name; at most 10,000.
pub fn list(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Workflow>> {
    tx.fetch(sql!("workflows/list"), params![account])
}

/// The workflows the actor has to do with as an administrator, by name.
pub fn reached(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<Vec<Workflow>> {
    let mut all = list(tx, ctx.account)?;
    all.retain(|workflow| ctx.actor.reaches(workflow.id));
    Ok(all)
}

/// A person's part in a workflow, for bulk writing.
#[derive(Clone, Copy, Debug)]
pub struct Participation {
    /// The account.
    pub account: AccountId,
    /// The person.
    pub user: kernel::UserId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Since when.
    pub created_at: kernel::Timestamp,
}

db::bulk!(Participation => "workflow_participants" {
    account: account_id,
    user: user_id,
    workflow: workflow_id,
    created_at,
});

/// Takes the staged people out of a workflow.
pub fn remove_staged(tx: &mut Tx<'_>, account: AccountId, workflow: WorkflowId) -> db::Result<u64> {
    tx.execute(sql!("workflows/remove_staged"), params![account, workflow])
}
