//! The steps of a workflow: what is done in which order, and who may do it.
//!
//! Every workflow begins with one step of the kind fill, and has no other of it.

use db::{FromRow, Row, Rows, Select, Tx, params, sql};
use kernel::{AccountId, GroupName, StepId, UserId, WorkflowId};

use super::{
    Member, Participant, WorkflowError,
    manage::{check, member_exists},
};
use crate::{Action, Ctx, activity, groups::Group};

/// No workflow has more steps.
pub const MOST_STEPS: usize = 20;
/// No more people are listed for a step.
pub const MOST_LISTED: i64 = 200;

/// What is done with a document at a step (S1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StepKind {
    /// Whoever it is assigned to works on it and submits it.
    Fill,
    /// Somebody else looks at it.
    Review,
    /// Somebody else agrees to it.
    Approve,
    /// The finished work is handed on.
    Submit,
}

impl StepKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Fill, Self::Review, Self::Approve, Self::Submit];

    /// The stored and printed name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fill => "fill",
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Submit => "submit",
        }
    }

    /// The kind in words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Fill => "Fill in",
            Self::Review => "Review",
            Self::Approve => "Approve",
            Self::Submit => "Submit",
        }
    }

    /// The kind with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A step of a workflow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// The workflow it belongs to.
    pub workflow: WorkflowId,
    /// Its place; smaller ones come first.
    pub position: i64,
    /// What is done.
    pub kind: StepKind,
    /// Its name as written.
    pub name: String,
    /// Whether everybody who takes part may do it; otherwise only those named for it.
    pub is_for_all: bool,
    /// How many open documents stand at it.
    pub waiting: i64,
}

impl FromRow for Step {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            workflow: row.get("workflow_id")?,
            position: row.get("position")?,
            // The database knows no other word.
            kind: StepKind::parse(&row.get::<String>("kind")?).unwrap_or(StepKind::Fill),
            name: row.get("name")?,
            is_for_all: row.get("is_for_all")?,
            waiting: row.get("waiting")?,
        })
    }
}

/// The steps of a workflow, in order.
pub fn steps(tx: &mut Tx<'_>, account: AccountId, workflow: WorkflowId) -> db::Result<Vec<Step>> {
    tx.fetch(sql!("workflows/steps"), params![account, workflow])
}

/// One step.
pub fn step(tx: &mut Tx<'_>, account: AccountId, id: StepId) -> Result<Step, WorkflowError> {
    let found = tx.fetch_optional(sql!("workflows/step"), params![account, id])?;
    found.ok_or(WorkflowError::NotFound)
}

/// Whether somebody may do a step: they take part, and the step is for all or for them.
pub fn may_act(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    step: StepId,
) -> db::Result<bool> {
    let select = Select::of(steps_of(account, user), &["t.id"], 1).and("t.id = $1", params![step]);
    let found: Vec<(StepId,)> = tx.select(&select)?;
    Ok(!found.is_empty())
}

/// The steps somebody may do, for lists narrowed by them.
pub(crate) fn steps_of(account: AccountId, user: UserId) -> Rows {
    Rows::of(sql!("workflows/steps_of_actor"), params![account, user])
}

/// Who may do a step and can sign in or be invited, by name; at most `limit`.
pub fn actors(
    tx: &mut Tx<'_>,
    account: AccountId,
    step: StepId,
    limit: i64,
) -> db::Result<Vec<Participant>> {
    tx.fetch(sql!("workflows/actors"), params![account, step, limit])
}

/// Adds a step at the end.
pub fn add_step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    workflow: WorkflowId,
    kind: StepKind,
    name: &str,
) -> Result<StepId, WorkflowError> {
    check(ctx, workflow)?;
    let known = super::get(tx, ctx.account, workflow)?;
    let steps = steps(tx, ctx.account, workflow)?;
    if kind == StepKind::Fill && !steps.is_empty() {
        return Err(WorkflowError::OneFill);
    }
    if steps.len() >= MOST_STEPS {
        return Err(WorkflowError::TooManySteps);
    }
    let name = parse_name(name)?;
    let id = insert_step(tx, ctx, workflow, kind, &name)?;
    let details = format!("{}: {} ({})", known.name, name, kind.as_str());
    activity::record(
        tx,
        ctx,
        "workflow.step_add",
        Some(workflow.uuid()),
        &details,
    )?;
    Ok(id)
}

/// Writes a step at the end of a workflow.
pub(super) fn insert_step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    workflow: WorkflowId,
    kind: StepKind,
    name: &str,
) -> db::Result<StepId> {
    let id: StepId = ctx.new_id();
    tx.execute(
        sql!("workflows/insert_step"),
        params![ctx.account, id, workflow, kind.as_str(), name, ctx.now()],
    )?;
    Ok(id)
}

/// A step of a workflow that the actor may change.
fn changeable(tx: &mut Tx<'_>, ctx: &Ctx, id: StepId) -> Result<Step, WorkflowError> {
    ctx.require(Action::ManageWorkflows)?;
    let step = step(tx, ctx.account, id)?;
    check(ctx, step.workflow)?;
    Ok(step)
}

/// What a step is to be.
#[derive(Clone, Debug)]
pub struct StepChange {
    /// Its kind.
    pub kind: StepKind,
    /// Its name.
    pub name: String,
    /// Whether everybody who takes part may do it.
    pub is_for_all: bool,
}

/// Changes a step.
pub fn change_step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: StepId,
    change: &StepChange,
) -> Result<Step, WorkflowError> {
    let step = changeable(tx, ctx, id)?;
    if (step.kind == StepKind::Fill) != (change.kind == StepKind::Fill) {
        return Err(WorkflowError::OneFill);
    }
    let name = parse_name(&change.name)?;
    tx.execute(
        sql!("workflows/change_step"),
        params![
            ctx.account,
            id,
            change.kind.as_str(),
            name,
            change.is_for_all
        ],
    )?;
    let whom = if change.is_for_all {
        "all"
    } else {
        "those named"
    };
    let details = format!("{name} ({}), for {whom}", change.kind.as_str());
    activity::record(
        tx,
        ctx,
        "workflow.step_change",
        Some(step.workflow.uuid()),
        &details,
    )?;
    Ok(step)
}

/// Moves a step one place to the front or to the back; the first one stays the first.
pub fn move_step(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: StepId,
    to_front: bool,
) -> Result<Step, WorkflowError> {
    let step = changeable(tx, ctx, id)?;
    let mut order = steps(tx, ctx.account, step.workflow)?;
    let place = order
        .iter()
        .position(|other| other.id == id)
        .ok_or(WorkflowError::NotFound)?;
    let other = if to_front {
        place.checked_sub(1)
    } else {
        Some(place + 1).filter(|next| *next < order.len())
    };
    let other = other.ok_or(WorkflowError::OneFill)?;
    if place == 0 || other == 0 {
        return Err(WorkflowError::OneFill);
    }
    order.swap(place, other);
    for (position, step) in (1_i64..).zip(&order) {
        tx.execute(
            sql!("workflows/place_step"),
            params![ctx.account, step.id, position],
        )?;
    }
    activity::record(
        tx,
        ctx,
        "workflow.step_move",
        Some(step.workflow.uuid()),
        &step.name,
    )?;
    Ok(step)
}

/// Removes a step that no open document stands at.
pub fn remove_step(tx: &mut Tx<'_>, ctx: &Ctx, id: StepId) -> Result<Step, WorkflowError> {
    let step = changeable(tx, ctx, id)?;
    if step.kind == StepKind::Fill {
        return Err(WorkflowError::OneFill);
    }
    if step.waiting > 0 {
        return Err(WorkflowError::DocumentsWait(step.waiting));
    }
    let all = steps(tx, ctx.account, step.workflow)?;
    let before = all.iter().take_while(|other| other.id != id).last();
    let before = before.ok_or(WorkflowError::NotFound)?;
    tx.execute(
        sql!("workflows/park_completed"),
        params![ctx.account, id, before.id],
    )?;
    let removed = tx.execute(sql!("workflows/delete_step"), params![ctx.account, id])?;
    if removed == 0 {
        return Err(WorkflowError::DocumentsWait(1));
    }
    activity::record(
        tx,
        ctx,
        "workflow.step_remove",
        Some(step.workflow.uuid()),
        &step.name,
    )?;
    Ok(step)
}

/// Names somebody, or a group, for a step that is not for all.
pub fn add_actor(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: StepId,
    member: Member,
) -> Result<Step, WorkflowError> {
    let step = changeable(tx, ctx, id)?;
    let name = member_exists(tx, ctx.account, member)?;
    match member {
        Member::User(user) => tx.execute(
            sql!("workflows/add_step_user"),
            params![ctx.account, user, id],
        )?,
        Member::Group(group) => tx.execute(
            sql!("workflows/add_step_group"),
            params![ctx.account, group, id],
        )?,
    };
    let details = format!("{} may do {}", name, step.name);
    activity::record(
        tx,
        ctx,
        "workflow.step_allow",
        Some(step.workflow.uuid()),
        &details,
    )?;
    Ok(step)
}

/// Takes somebody, or a group, off a step again.
pub fn remove_actor(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: StepId,
    member: Member,
) -> Result<Step, WorkflowError> {
    let step = changeable(tx, ctx, id)?;
    let removed = match member {
        Member::User(user) => tx.execute(
            sql!("workflows/remove_step_user"),
            params![ctx.account, user, id],
        )?,
        Member::Group(group) => tx.execute(
            sql!("workflows/remove_step_group"),
            params![ctx.account, group, id],
        )?,
    };
    if removed > 0 {
        activity::record(
            tx,
            ctx,
            "workflow.step_refuse",
            Some(step.workflow.uuid()),
            &step.name,
        )?;
    }
    Ok(step)
}

/// The people and groups named for a step; at most [`MOST_LISTED`] people.
pub fn named_actors(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: StepId,
) -> db::Result<(Vec<Participant>, Vec<Group>)> {
    Ok((
        tx.fetch(
            sql!("workflows/step_users"),
            params![account, id, MOST_LISTED],
        )?,
        tx.fetch(sql!("workflows/step_groups"), params![account, id])?,
    ))
}

fn parse_name(name: &str) -> Result<String, WorkflowError> {
    GroupName::parse(name)
        .map(|name| name.as_str().to_owned())
        .map_err(|fault| WorkflowError::Name(fault.detail.into()))
}
