//! Making documents somebody's work: a new one, or many at once from somebody else (S2.42).

use std::collections::{BTreeMap, BTreeSet};

use db::{Tx, bulk, from_row, params, sql};
use jobs::NewJob;
use kernel::{AccountId, DocumentId, StepId, Timestamp, UserId, UserStatus, WorkflowId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Act, DocumentError, MOST_REASSIGNED, State, after, note};
use crate::{
    Action, Ctx, activity, notifications, users,
    workflows::{self, StepKind},
};

/// The job that tells somebody by e-mail what was assigned to them; `invite` runs it.
pub const MAILED: &str = "documents.assigned";

/// What the job [`MAILED`] has to know.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Assigned {
    /// Whom to tell.
    pub user: UserId,
    /// Who assigned it.
    pub sender: String,
    /// The documents.
    pub documents: Vec<DocumentId>,
}

/// A document, and the version of it that somebody has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The document.
    pub id: DocumentId,
    /// Its version.
    pub version: i64,
}

/// What is to be reassigned.
#[derive(Clone, Debug)]
pub struct Reassign {
    /// The documents.
    pub documents: Vec<Seen>,
    /// Whose work they are to be.
    pub to: UserId,
    /// What to say to them.
    pub note: String,
}

struct Staged {
    id: DocumentId,
    title: String,
    state: String,
    step_kind: String,
    assignee: UserId,
    version: i64,
    seen: i64,
    fill: StepId,
    workflow: String,
    workflow_id: WorkflowId,
}

from_row!(Staged {
    id,
    title,
    state,
    step_kind,
    assignee: assignee_id,
    version,
    seen,
    fill: fill_step,
    workflow,
    workflow_id,
});

impl Staged {
    /// The state it has as somebody else's work.
    fn becomes(&self) -> Result<State, DocumentError> {
        let state = State::parse(&self.state).unwrap_or(State::Completed);
        StepKind::parse(&self.step_kind)
            .and_then(|kind| after(state, Act::Reassign, kind, false))
            .map(|(state, _)| state)
            .ok_or(DocumentError::NotPossible(state, Act::Reassign))
    }
}

/// Makes documents somebody else's work, all of them or none; returns how many were not theirs
/// before.
///
/// A draft begins anew in the inbox, with every version of its file. A completed document stays.
pub fn reassign(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &Reassign) -> Result<usize, DocumentError> {
    ctx.require(Action::ManageDocuments)?;
    let mut seen = wanted.documents.clone();
    seen.sort_by_key(|document| document.id);
    seen.dedup_by_key(|document| document.id);
    if seen.is_empty() || seen.len() > MOST_REASSIGNED {
        return Err(DocumentError::HowMany);
    }
    let words = note(&wanted.note)?;
    if !users::sees(tx, ctx, wanted.to)? {
        return Err(DocumentError::NobodyThere);
    }
    let person = check_person(tx, ctx.account, wanted.to)?;
    stage(tx, &seen)?;
    let staged: Vec<Staged> = tx.fetch(sql!("documents/staged"), params![ctx.account])?;
    if staged.len() < seen.len() {
        return Err(DocumentError::NotFound);
    }
    check_seen(tx, ctx, &staged)?;
    let mut fitting: Vec<StepId> = Vec::new();
    for document in &staged {
        if document.version != document.seen {
            return Err(DocumentError::Changed);
        }
        document.becomes()?;
        // A form names few workflows, however many documents.
        if !fitting.contains(&document.fill) {
            let step = document.fill;
            if !workflows::may_act(tx, ctx.account, wanted.to, step)? {
                return Err(DocumentError::NotAParticipant {
                    person,
                    workflow: document.workflow.clone(),
                });
            }
            fitting.push(step);
        }
    }
    let moving: Vec<_> = staged
        .into_iter()
        .filter(|document| document.assignee != wanted.to)
        .collect();
    if moving.is_empty() {
        return Ok(0);
    }
    write(tx, ctx, wanted.to, &person, words, &moving)?;
    Ok(moving.len())
}

/// Refuses if one of them is somebody's whom the actor does not see, or in a workflow that is not theirs.
fn check_seen(tx: &mut Tx<'_>, ctx: &Ctx, staged: &[Staged]) -> Result<(), DocumentError> {
    let holders: BTreeSet<UserId> = staged.iter().map(|document| document.assignee).collect();
    let seen = users::seen_of(tx, ctx, holders.iter().copied())?;
    let reached = staged
        .iter()
        .all(|document| ctx.actor.reaches(document.workflow_id));
    if seen == holders && reached {
        Ok(())
    } else {
        Err(DocumentError::NotFound)
    }
}

fn write(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    to: UserId,
    person: &str,
    words: Option<String>,
    moving: &[Staged],
) -> Result<(), DocumentError> {
    let mut by_state: BTreeMap<State, Vec<Seen>> = BTreeMap::new();
    for document in moving {
        by_state.entry(document.becomes()?).or_default().push(Seen {
            id: document.id,
            version: document.version,
        });
    }
    for (state, seen) in &by_state {
        stage(tx, seen)?;
        let changed = tx.execute(
            sql!("documents/reassign_staged"),
            params![ctx.account, to, words, ctx.now(), state.as_str()],
        )?;
        if changed < seen.len() as u64 {
            // Somebody was quicker with one of them.
            return Err(DocumentError::Changed);
        }
    }
    let words = words.map_or_else(
        || format!("to {person}"),
        |words| format!("to {person}: {words}"),
    );
    let history: Vec<_> = moving
        .iter()
        .map(|document| {
            Ok(HistoryRow {
                account_id: ctx.account,
                document_id: document.id,
                id: ctx.new_id::<kernel::ActivityId>().uuid(),
                at: ctx.now(),
                actor_id: ctx.actor.user,
                actor_name: ctx.actor.name.clone(),
                act: Act::Reassign.as_str(),
                state: document.becomes()?.as_str().to_owned(),
                note: words.clone(),
            })
        })
        .collect::<Result<_, DocumentError>>()?;
    tx.bulk(&history)?;
    let what = match moving {
        [one] => one.title.clone(),
        _ => format!("{} documents", moving.len()),
    };
    let details = format!("{what} to {person}");
    let subject = match moving {
        [one] => one.id.uuid(),
        _ => to.uuid(),
    };
    activity::record(tx, ctx, "document.reassign", Some(subject), &details)?;
    let assigned = Assigned {
        user: to,
        sender: ctx.actor.name.clone(),
        documents: moving.iter().map(|document| document.id).collect(),
    };
    tell_assigned(tx, ctx, &assigned, &what)?;
    Ok(())
}

fn stage(tx: &mut Tx<'_>, seen: &[Seen]) -> db::Result<()> {
    tx.execute(sql!("documents/clear_staged"), params![])?;
    tx.bulk(seen).map(drop)
}

bulk!(Seen => "staged_documents" { id, version });

/// A line of the history of a document, for many documents at once.
pub(super) struct HistoryRow {
    pub(super) account_id: AccountId,
    pub(super) document_id: DocumentId,
    pub(super) id: Uuid,
    pub(super) at: Timestamp,
    pub(super) actor_id: Option<UserId>,
    pub(super) actor_name: String,
    pub(super) act: &'static str,
    pub(super) state: String,
    pub(super) note: String,
}

bulk!(HistoryRow => "document_history" {
    account_id, document_id, id, at, actor_id, actor_name, act, state, note
});

/// Fails unless somebody can be given documents at a fill step.
pub(super) fn check_assignee(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    fill: StepId,
    workflow: &str,
) -> Result<(), DocumentError> {
    let person = check_person(tx, account, user)?;
    if workflows::may_act(tx, account, user, fill)? {
        Ok(())
    } else {
        Err(DocumentError::NotAParticipant {
            person,
            workflow: workflow.to_owned(),
        })
    }
}

/// The name of somebody who signs in, or is still to.
fn check_person(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> Result<String, DocumentError> {
    let found = users::find(tx, account, user)?.ok_or(DocumentError::NobodyThere)?;
    let status = found.user.status.as_str();
    let can_work = [UserStatus::Active.as_str(), UserStatus::Invited.as_str()].contains(&status);
    if can_work {
        Ok(found.user.full_name())
    } else {
        Err(DocumentError::NobodyThere)
    }
}

/// Tells somebody at once in the product, and by a job in an e-mail.
pub(super) fn tell_assigned(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    assigned: &Assigned,
    what: &str,
) -> db::Result<()> {
    if ctx.actor.user == Some(assigned.user) {
        return Ok(());
    }
    let text = format!("{} assigned {what} to you.", assigned.sender);
    let subject = match assigned.documents.as_slice() {
        [one] => Some(one.uuid()),
        _ => None,
    };
    notifications::add(tx, ctx, assigned.user, MAILED, subject, &text)?;
    // Ids and a name always become JSON.
    if let Ok(job) = NewJob::new(MAILED, assigned) {
        jobs::enqueue(tx, &ctx.ids, ctx.now(), &job.account(ctx.account))?;
    }
    Ok(())
}

/// The titles of documents that are still assigned to somebody, for the e-mail that tells of them.
///
/// Each with its workflow, and with what was said.
pub fn assigned_to(
    tx: &mut Tx<'_>,
    account: AccountId,
    assigned: &Assigned,
) -> db::Result<Vec<(String, String, Option<String>)>> {
    users::stage_ids(tx, assigned.documents.iter().copied())?;
    tx.fetch(
        sql!("documents/assigned_of_staged"),
        params![account, assigned.user],
    )
}
