//! Who takes part in workflows, directly or through a group; nothing of it is stored twice.

use std::collections::BTreeMap;

use db::{Select, Tx, from_row, params, sql};
use kernel::{AccountId, StepId, UserId, WorkflowId, fold, full_name};

use crate::groups::Group;

/// People on a page of participants.
pub const PAGE: i64 = 50;

/// Somebody who takes part, or may do a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The person.
    pub id: UserId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Status, by its stored name.
    pub status: String,
}

from_row!(Participant {
    id,
    first_name,
    last_name,
    email,
    status
});

impl Participant {
    /// Both names.
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }
}

/// A participant and the ways they take part.
#[derive(Clone, Debug)]
pub struct Person {
    /// The person.
    pub id: UserId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Status, by its stored name.
    pub status: String,
    /// Their name for sorting.
    pub name_key: String,
    /// Whether they take part themselves.
    pub is_direct: bool,
    /// The groups through which they take part.
    pub via: Option<String>,
}

from_row!(Person {
    id,
    first_name,
    last_name,
    email,
    status,
    name_key,
    is_direct,
    via
});

/// The people of a workflow by name, direct and inherited, at most [`PAGE`].
pub fn people(
    tx: &mut Tx<'_>,
    account: AccountId,
    workflow: WorkflowId,
    beginning: &str,
    after: Option<(&str, UserId)>,
) -> db::Result<Vec<Person>> {
    let mut select = of_workflow(account, workflow, beginning);
    if let Some((name, id)) = after {
        select = select.after(&[&name, &id]);
    }
    tx.select(&select)
}

/// How many different people take part, counted up to `most`.
pub fn count_people(
    tx: &mut Tx<'_>,
    account: AccountId,
    workflow: WorkflowId,
    beginning: &str,
    most: i64,
) -> db::Result<i64> {
    tx.count(&of_workflow(account, workflow, beginning), most)
}

fn of_workflow(account: AccountId, workflow: WorkflowId, beginning: &str) -> Select {
    let select = Select::new(
        sql!("workflows/people"),
        params![account, workflow],
        &["u.name_key", "u.id"],
        PAGE,
    );
    let name = fold(beginning.trim()).into_owned();
    if name.is_empty() {
        return select;
    }
    let end = format!("{name}\u{10ffff}");
    select.and(
        "(u.name_key >= $1 and u.name_key < $2) or (u.last_name_key >= $1 and u.last_name_key < $2)",
        params![name, end],
    )
}

/// The groups that take part in a workflow.
pub fn groups(tx: &mut Tx<'_>, account: AccountId, workflow: WorkflowId) -> db::Result<Vec<Group>> {
    tx.fetch(sql!("workflows/groups"), params![account, workflow])
}

/// That somebody takes part in a workflow, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name.
    pub name: String,
    /// Whether they take part themselves.
    pub is_direct: bool,
    /// The groups through which they take part.
    pub via: Vec<String>,
}

struct Way {
    id: WorkflowId,
    name: String,
    #[expect(dead_code, reason = "what the rows are sorted by")]
    name_key: String,
    via: Option<String>,
}

from_row!(Way {
    id,
    name,
    name_key,
    via
});

/// The workflows of one person by name, direct and inherited.
pub fn of_user(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Vec<Part>> {
    let ways: Vec<Way> = tx.fetch(sql!("workflows/of_user"), params![account, user])?;
    let mut parts = Vec::new();
    for way in ways {
        add(&mut parts, way.id, way.name, way.via);
    }
    Ok(parts)
}

/// The workflows of every staged person who takes part in any, direct and inherited (S2.44).
///
/// Stage the people with [`crate::users::stage_ids`] first, in the same transaction.
pub fn participation_of(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> db::Result<BTreeMap<UserId, Vec<Part>>> {
    let ways: Vec<(UserId, WorkflowId, String, Option<String>)> =
        tx.fetch(sql!("workflows/of_staged"), params![account])?;
    let mut parts: BTreeMap<UserId, Vec<Part>> = BTreeMap::new();
    for (user, id, name, via) in ways {
        add(parts.entry(user).or_default(), id, name, via);
    }
    Ok(parts)
}

/// Ways into one workflow come one after the other.
fn add(parts: &mut Vec<Part>, workflow: WorkflowId, name: String, via: Option<String>) {
    if !parts.iter().any(|part| part.workflow == workflow) {
        parts.push(Part {
            workflow,
            name,
            is_direct: false,
            via: Vec::new(),
        });
    }
    let part = parts.iter_mut().find(|part| part.workflow == workflow);
    match (part, via) {
        (Some(part), Some(group)) => part.via.push(group),
        (Some(part), None) => part.is_direct = true,
        (None, _) => {}
    }
}

/// A step that nobody could approve without the people it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoleApproval {
    /// One of those people.
    pub user: UserId,
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its name.
    pub workflow_name: String,
    /// The step.
    pub step: StepId,
    /// Its name.
    pub step_name: String,
}

from_row!(SoleApproval {
    user: user_id,
    workflow: workflow_id,
    workflow_name: workflow,
    step: step_id,
    step_name: step,
});

/// The approve steps that nobody could do any more if the staged people were gone (S1.33).
///
/// Each is told once for every staged person who may do it now. People who are deactivated or
/// deleted cannot step in. Stage the people with [`crate::users::stage_ids`] first.
pub fn sole_approvers(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<SoleApproval>> {
    tx.fetch(sql!("workflows/sole_approvers"), params![account])
}
