//! Renaming and deleting workflows, and who takes part in them.

use db::{Rows, Select, Tx, from_row, params, sql};
use kernel::{AccountId, GroupName, UserId, WorkflowId};

use super::{Member, Workflow, WorkflowError};
use crate::{Action, Ctx, activity, users};

/// A workflow with what a list shows of it.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Its id.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// How many people take part directly.
    pub people: i64,
    /// How many groups take part.
    pub groups: i64,
    /// How many steps it has.
    pub steps: i64,
    /// How many documents are not completed.
    pub open_documents: i64,
}

from_row!(Counted {
    id,
    name,
    people,
    groups: group_count,
    steps: step_count,
    open_documents,
});

/// What deleting a workflow would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// So many people no longer take part directly.
    pub people: i64,
    /// So many groups no longer take part.
    pub groups: i64,
    /// So many documents are not completed; more than none is a refusal.
    pub open_documents: i64,
    /// So many completed documents are removed with their files.
    pub completed_documents: i64,
}

from_row!(Effect {
    people,
    groups: group_count,
    open_documents,
    completed_documents,
});

/// The workflows the actor has to do with as an administrator, by name with their counts, at most
/// `limit`.
pub fn list_counted(tx: &mut Tx<'_>, ctx: &Ctx, limit: i64) -> Result<Vec<Counted>, WorkflowError> {
    ctx.require(Action::ManageWorkflows)?;
    let base = params![ctx.account];
    let order = &["w.name_key", "w.id"];
    let all = Select::new(sql!("workflows/list_counted"), base, order, limit);
    let reached = match &ctx.actor.custom {
        Some(role) if ctx.actor.reaches_some() => {
            let own = Rows::of(sql!("roles/workflow_ids"), params![ctx.account, role.id]);
            all.within("w.id", &own)
        }
        _ => all,
    };
    Ok(tx.select(&reached)?)
}

/// One workflow.
pub fn get(tx: &mut Tx<'_>, account: AccountId, id: WorkflowId) -> Result<Workflow, WorkflowError> {
    let found = tx.fetch_optional(sql!("workflows/find"), params![account, id])?;
    found.ok_or(WorkflowError::NotFound)
}

/// One workflow that the actor has to do with as an administrator.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, id: WorkflowId) -> Result<Workflow, WorkflowError> {
    check(ctx, id)?;
    get(tx, ctx.account, id)
}

/// Refuses unless the actor has to do with this workflow as an administrator: others are not there for them.
pub(super) fn check(ctx: &Ctx, id: WorkflowId) -> Result<(), WorkflowError> {
    ctx.require(Action::ManageWorkflows)?;
    if ctx.actor.reaches(id) {
        Ok(())
    } else {
        Err(WorkflowError::NotFound)
    }
}

/// Gives a workflow another name.
pub fn rename(tx: &mut Tx<'_>, ctx: &Ctx, id: WorkflowId, name: &str) -> Result<(), WorkflowError> {
    check(ctx, id)?;
    let before = get(tx, ctx.account, id)?;
    let name = GroupName::parse(name).map_err(|fault| WorkflowError::Name(fault.detail.into()))?;
    if before.name == name.as_str() {
        return Ok(());
    }
    let renamed = tx.execute(
        sql!("workflows/rename"),
        params![ctx.account, id, name.as_str(), name.key().as_ref()],
    );
    renamed.map_err(|error| {
        if error.is_unique("workflows_name") {
            WorkflowError::Exists(name.as_str().to_owned())
        } else {
            WorkflowError::Db(error)
        }
    })?;
    let details = format!("{} is now {}", before.name, name.as_str());
    activity::record(tx, ctx, "workflow.rename", Some(id.uuid()), &details)?;
    Ok(())
}

/// What deleting a workflow would do now.
pub fn effect_of_deleting(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: WorkflowId,
) -> db::Result<Effect> {
    tx.fetch_one(sql!("workflows/effect"), params![account, id])
}

/// Deletes a workflow that no open document is in, with its steps and completed documents.
///
/// The files of the documents are for the caller to remove once this is committed, see
/// [`crate::documents::Documents::delete_workflow`].
pub(crate) fn delete(tx: &mut Tx<'_>, ctx: &Ctx, id: WorkflowId) -> Result<Effect, WorkflowError> {
    check(ctx, id)?;
    let workflow = get(tx, ctx.account, id)?;
    let effect = effect_of_deleting(tx, ctx.account, id)?;
    if effect.open_documents > 0 {
        return Err(WorkflowError::DocumentsOpen(effect.open_documents));
    }
    tx.execute(sql!("documents/delete_completed"), params![ctx.account, id])?;
    tx.execute(
        sql!("workflows/delete_participants"),
        params![ctx.account, id],
    )?;
    tx.execute(sql!("roles/forget_workflow"), params![ctx.account, id])?;
    tx.execute(sql!("workflows/delete"), params![ctx.account, id])?;
    let details = format!(
        "{}: {} people, {} groups, {} completed documents",
        workflow.name, effect.people, effect.groups, effect.completed_documents
    );
    activity::record(tx, ctx, "workflow.delete", Some(id.uuid()), &details)?;
    Ok(effect)
}

/// Lets a person or a group take part; whoever does already stays as they are.
pub fn add_participant(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: WorkflowId,
    member: Member,
) -> Result<(), WorkflowError> {
    check(ctx, id)?;
    let workflow = get(tx, ctx.account, id)?;
    let name = member_exists(tx, ctx.account, member)?;
    let now = ctx.now();
    let added = match member {
        Member::User(user) => touching(tx, ctx, user, |tx| {
            tx.execute(
                sql!("workflows/add_user"),
                params![ctx.account, user, id, now],
            )
        })?,
        Member::Group(group) => tx.execute(
            sql!("workflows/add_group"),
            params![ctx.account, group, id, now],
        )?,
    };
    if added > 0 {
        recorded(tx, ctx, "workflow.join", member, &workflow, &name)?;
    }
    Ok(())
}

/// Lets a person or a group take part no longer. Documents assigned to them stay so.
pub fn remove_participant(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: WorkflowId,
    member: Member,
) -> Result<(), WorkflowError> {
    check(ctx, id)?;
    let workflow = get(tx, ctx.account, id)?;
    let removed = match member {
        Member::User(user) => touching(tx, ctx, user, |tx| {
            tx.execute(
                sql!("workflows/remove_user"),
                params![ctx.account, user, id],
            )
        })?,
        Member::Group(group) => tx.execute(
            sql!("workflows/remove_group"),
            params![ctx.account, group, id],
        )?,
    };
    if removed > 0 {
        recorded(tx, ctx, "workflow.leave", member, &workflow, "")?;
    }
    Ok(())
}

/// Changes rows of a person, and if there were some, counts the person's version up.
fn touching(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    change: impl FnOnce(&mut Tx<'_>) -> db::Result<u64>,
) -> Result<u64, WorkflowError> {
    let person = users::find(tx, ctx.account, user)?.ok_or(WorkflowError::NobodyThere)?;
    let changed = change(tx)?;
    if changed > 0 && !users::touch(tx, ctx, &person)? {
        return Err(WorkflowError::Stale);
    }
    Ok(changed)
}

/// What happens to a person is told on their page; what happens to a group, with the workflow.
fn recorded(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    member: Member,
    workflow: &Workflow,
    name: &str,
) -> db::Result<()> {
    match member {
        Member::User(user) => activity::record(tx, ctx, action, Some(user.uuid()), &workflow.name),
        Member::Group(_) => {
            let details = format!("{}: {name}", workflow.name);
            activity::record(tx, ctx, action, Some(workflow.id.uuid()), &details)
        }
    }
}

/// The name of a person or group of the account; their absence is an error.
pub(super) fn member_exists(
    tx: &mut Tx<'_>,
    account: AccountId,
    member: Member,
) -> Result<String, WorkflowError> {
    match member {
        Member::User(user) => name_of(tx, account, user)?.ok_or(WorkflowError::NobodyThere),
        Member::Group(group) => {
            let found: Option<(String,)> =
                tx.fetch_optional(sql!("groups/name"), params![account, group])?;
            found.map(|(name,)| name).ok_or(WorkflowError::NoGroup)
        }
    }
}

fn name_of(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Option<String>> {
    let found = users::find(tx, account, user)?;
    Ok(found
        .filter(|person| person.user.status != kernel::UserStatus::Deleted.as_str())
        .map(|person| person.user.full_name()))
}
