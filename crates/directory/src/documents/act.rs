//! What people do with documents: start, submit, review, approve, give back.

use db::{Tx, params, sql};
use kernel::{AccountId, DocumentId, Timestamp, UserId};

use super::{
    Act, Document, DocumentError, State, after,
    list::{find, record_history, see},
    note,
    state::Place,
};
use crate::{
    Action, Ctx, activity, notifications,
    workflows::{self, Step, StepKind},
};

/// Of a step that very many may do, no more are told of each document.
const MOST_TOLD: i64 = 1_000;

/// Whether somebody may see a document: it is theirs, or it waits at a step they may do.
pub fn can_see(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    document: &Document,
) -> db::Result<bool> {
    if document.assignee == user {
        return Ok(true);
    }
    let waits = match document.state {
        State::Submitted | State::Reviewed | State::Approved => true,
        State::Inbox | State::Draft | State::Completed | State::Returned => false,
    };
    Ok(waits && workflows::may_act(tx, account, user, document.step)?)
}

/// Does something with a document; returns where it then stands.
///
/// Uploading a new version and reassigning have functions of their own.
pub fn act(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DocumentId,
    version: i64,
    act: Act,
    words: &str,
) -> Result<State, DocumentError> {
    let document = yours(tx, ctx, id, version, act)?;
    if act == Act::Edit || act == Act::Reassign {
        return Err(DocumentError::NotPossible(document.state, act));
    }
    let words = note(words)?;
    if act == Act::Return && words.is_none() {
        return Err(DocumentError::NoteMissing);
    }
    let steps = workflows::steps(tx, ctx.account, document.workflow)?;
    let here = steps.iter().position(|step| step.id == document.step);
    let next = here.and_then(|here| steps.get(here + 1));
    let (state, place) = after(document.state, act, document.step_kind, next.is_none())
        .ok_or(DocumentError::NotPossible(document.state, act))?;
    let step = match place {
        Place::Here => Some(document.step),
        Place::Next => next.map(|step| step.id),
        Place::Fill => steps.first().map(|step| step.id),
    };
    let step = step.ok_or(DocumentError::NotFound)?;
    // The note of a return stays to be read until the work is handed on.
    let kept = match act {
        Act::Return => words.clone(),
        Act::Start => document.note.clone(),
        Act::Edit | Act::Submit | Act::Review | Act::Approve | Act::Reassign => None,
    };
    let change = Change {
        state,
        step,
        note: kept,
        files: document.files,
    };
    change.write(tx, ctx, &document)?;
    let words = words.unwrap_or_default();
    record_history(tx, ctx, id, act.as_str(), state, &words)?;
    recorded(tx, ctx, &document, act)?;
    tell(tx, ctx, &document, state)?;
    if let (Place::Next, Some(next)) = (place, next) {
        tell_whoever_is_next(tx, ctx, &document, next)?;
    }
    Ok(state)
}

/// The document, if it is the actor's turn and nobody changed it since.
pub(super) fn yours(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: DocumentId,
    version: i64,
    act: Act,
) -> Result<Document, DocumentError> {
    let user = ctx.actor.user.ok_or(DocumentError::NotYours)?;
    let document = find(tx, ctx.account, id)?.ok_or(DocumentError::NotFound)?;
    if !can_see(tx, ctx.account, user, &document)? {
        // Those who see every document are told that it is not their turn; nobody else learns of it.
        return Err(
            if ctx.may(Action::ManageDocuments) && see(tx, ctx, id)?.is_some() {
                DocumentError::NotYours
            } else {
                DocumentError::NotFound
            },
        );
    }
    if document.version != version {
        return Err(DocumentError::Changed);
    }
    if after(document.state, act, document.step_kind, true).is_none() {
        return Err(DocumentError::NotPossible(document.state, act));
    }
    let is_own = document.assignee == user;
    match document.step_kind {
        StepKind::Fill if is_own => Ok(document),
        StepKind::Fill => Err(DocumentError::NotYours),
        StepKind::Review | StepKind::Approve if is_own => Err(DocumentError::OwnWork),
        StepKind::Review | StepKind::Approve | StepKind::Submit => {
            if workflows::may_act(tx, ctx.account, user, document.step)? {
                Ok(document)
            } else {
                Err(DocumentError::NotYours)
            }
        }
    }
}

/// What becomes of a document.
pub(super) struct Change {
    pub(super) state: State,
    pub(super) step: kernel::StepId,
    pub(super) note: Option<String>,
    pub(super) files: i64,
}

impl Change {
    /// Writes it, if the document is still as it was read.
    pub(super) fn write(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        document: &Document,
    ) -> Result<(), DocumentError> {
        let now: Timestamp = ctx.now();
        let changed = tx.execute(
            sql!("documents/change"),
            params![
                ctx.account,
                document.id,
                document.version,
                self.state.as_str(),
                self.step,
                self.note,
                self.files,
                now
            ],
        )?;
        if changed == 0 {
            return Err(DocumentError::Changed);
        }
        Ok(())
    }
}

/// Leaves an entry in the log of the account and the trail of the person.
pub(super) fn recorded(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    document: &Document,
    act: Act,
) -> db::Result<()> {
    let action = match act {
        Act::Start => "document.start",
        Act::Edit => "document.edit",
        Act::Submit => "document.submit",
        Act::Review => "document.review",
        Act::Approve => "document.approve",
        Act::Return => "document.return",
        Act::Reassign => "document.reassign",
    };
    let details = format!("{} ({})", document.title, document.workflow_name);
    activity::record(tx, ctx, action, Some(document.id.uuid()), &details)
}

/// Whoever the document belongs to hears that it came back, or that all is done.
fn tell(tx: &mut Tx<'_>, ctx: &Ctx, document: &Document, state: State) -> db::Result<()> {
    if ctx.actor.user == Some(document.assignee) || document.assignee_name.is_empty() {
        return Ok(());
    }
    let title = &document.title;
    let (kind, text) = match state {
        State::Returned => (
            "document.returned",
            format!("{} returned {title} to you.", ctx.actor.name),
        ),
        State::Completed => ("document.completed", format!("{title} is completed.")),
        State::Inbox | State::Draft | State::Submitted | State::Reviewed | State::Approved => {
            return Ok(());
        }
    };
    let subject = Some(document.id.uuid());
    notifications::add(tx, ctx, document.assignee, kind, subject, &text)
}

/// Whoever can do the next step hears that the document waits for them.
fn tell_whoever_is_next(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    document: &Document,
    next: &Step,
) -> db::Result<()> {
    // Nobody looks at their own work, though they may hand it on at the end; whoever acts knows.
    let is_for = |id: UserId| {
        Some(id) != ctx.actor.user && (id != document.assignee || next.kind == StepKind::Submit)
    };
    let others: Vec<UserId> = workflows::actors(tx, ctx.account, next.id, MOST_TOLD)?
        .into_iter()
        .map(|person| person.id)
        .filter(|id| is_for(*id))
        .collect();
    let text = format!(
        "{} of {} waits for you.",
        document.title, document.workflow_name
    );
    let subject = Some(document.id.uuid());
    notifications::add_to_many(tx, ctx, &others, "document.waiting", subject, &text).map(drop)
}
