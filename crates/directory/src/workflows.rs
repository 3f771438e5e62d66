//! Workflows that people take part in, known by name.

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, GroupName, WorkflowId};

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

/// Creates a workflow.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, name: &str) -> Result<Workflow, CreateWorkflow> {
    ctx.require(Action::EditGroups)?;
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
