//! Finding documents: for administrators by filters, for people what is theirs or waits for them.

use std::collections::BTreeMap;

use db::{Direction, FromRow, Row, Rows, Select, Tx, from_row, params, sql};
use kernel::{AccountId, ActivityId, DocumentId, FileId, Timestamp, UserId, WorkflowId, fold};

use super::{Document, DocumentError, State};
use crate::{
    Ctx, Sees, users,
    workflows::{self, StepKind},
};

/// Documents on a page.
pub const PAGE: i64 = 50;
/// Lines of history and versions of a file that are shown.
const MOST_LINES: i64 = 200;

impl FromRow for Document {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let first: Option<String> = row.get("first_name")?;
        let last: Option<String> = row.get("last_name")?;
        let name = format!("{} {}", first.unwrap_or_default(), last.unwrap_or_default());
        Ok(Self {
            id: row.get("id")?,
            workflow: row.get("workflow_id")?,
            workflow_name: row.get("workflow")?,
            step: row.get("step_id")?,
            // The database knows no other words.
            step_kind: StepKind::parse(&row.get::<String>("step_kind")?).unwrap_or(StepKind::Fill),
            step_name: row.get("step")?,
            title: row.get("title")?,
            state: State::parse(&row.get::<String>("state")?).unwrap_or(State::Completed),
            assignee: row.get("assignee_id")?,
            assignee_name: name.trim().to_owned(),
            assignee_email: row.get("email")?,
            note: row.get("note")?,
            files: row.get("files")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            file: row.get("file_id")?,
            file_name: row.get("file_name")?,
            media_type: row.get("media_type")?,
            size_bytes: row.get("size_bytes")?,
        })
    }
}

/// Which documents are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this workflow.
    pub workflow: Option<WorkflowId>,
    /// Only those in this state.
    pub state: Option<State>,
    /// Only those of this person.
    pub person: Option<UserId>,
    /// Only those with this in their title.
    pub text: String,
    /// Only those not changed since.
    pub unchanged_since: Option<Timestamp>,
}

impl Filter {
    /// The pattern for titles, if a text is looked for.
    fn pattern(&self) -> Option<String> {
        let text = fold(self.text.trim()).into_owned();
        let mut pattern = String::from("%");
        for letter in text.chars() {
            if "%_\\".contains(letter) {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern.push('%');
        (!text.is_empty()).then_some(pattern)
    }

    fn apply(&self, mut select: Select) -> Select {
        if let Some(workflow) = self.workflow {
            select = select.and("d.workflow_id = $1", params![workflow]);
        }
        if let Some(state) = self.state {
            select = select.and("d.state = $1", params![state.as_str()]);
        }
        if let Some(person) = self.person {
            select = select.and("d.assignee_id = $1", params![person]);
        }
        if let Some(pattern) = self.pattern() {
            select = select.and("d.title_key like $1 escape '\\'", params![pattern]);
        }
        if let Some(moment) = self.unchanged_since {
            select = select.and("d.updated_at < $1", params![moment]);
        }
        select
    }
}

/// The documents the actor may see as an administrator: of people they see, in workflows of theirs.
fn seen(ctx: &Ctx, limit: i64) -> Select {
    let all = Select::new(
        sql!("documents/list"),
        params![ctx.account],
        &["d.id"],
        limit,
    )
    .direction(Direction::Descending);
    let seen = users::narrow(all, ctx, "d.assignee_id");
    match &ctx.actor.custom {
        Some(role) if ctx.actor.reaches_some() => {
            let own = Rows::of(sql!("roles/workflow_ids"), params![ctx.account, role.id]);
            seen.within("d.workflow_id", &own)
        }
        _ => seen,
    }
}

/// A page of the documents the actor may see as an administrator, newest first, at most `limit`.
pub fn list(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    filter: &Filter,
    before: Option<DocumentId>,
    limit: i64,
) -> db::Result<Vec<Document>> {
    let mut select = filter.apply(seen(ctx, limit));
    if let Some(before) = before {
        select = select.after(params![before]);
    }
    tx.select(&select)
}

/// How many documents of a filter are in each state, whatever state the filter names.
pub fn counts(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> db::Result<BTreeMap<State, i64>> {
    if ctx.sees() != Sees::Everybody || ctx.actor.reaches_some() {
        return counts_of_seen(tx, ctx, filter);
    }
    let found: Vec<(String, i64)> = tx.fetch(
        sql!("documents/counts"),
        params![
            ctx.account,
            filter.workflow,
            filter.person,
            filter.pattern(),
            filter.unchanged_since
        ],
    )?;
    Ok(by_state(found))
}

/// The same for whoever sees only some.
fn counts_of_seen(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter) -> db::Result<BTreeMap<State, i64>> {
    let mut counts = BTreeMap::new();
    for state in State::ALL {
        let filter = Filter {
            state: Some(state),
            ..filter.clone()
        };
        let count = tx.count(&filter.apply(seen(ctx, PAGE)), i64::MAX)?;
        if count > 0 {
            counts.insert(state, count);
        }
    }
    Ok(counts)
}

fn by_state(found: Vec<(String, i64)>) -> BTreeMap<State, i64> {
    found
        .into_iter()
        .filter_map(|(state, count)| Some((State::parse(&state)?, count)))
        .collect()
}

/// One document.
pub fn find(tx: &mut Tx<'_>, account: AccountId, id: DocumentId) -> db::Result<Option<Document>> {
    let select = Select::new(sql!("documents/list"), params![account], &["d.id"], 1)
        .and("d.id = $1", params![id]);
    Ok(tx.select(&select)?.pop())
}

/// One document that the actor may see as an administrator.
pub fn see(tx: &mut Tx<'_>, ctx: &Ctx, id: DocumentId) -> db::Result<Option<Document>> {
    let select = seen(ctx, 1).and("d.id = $1", params![id]);
    Ok(tx.select(&select)?.pop())
}

/// One document; its absence is a refusal.
pub fn get(tx: &mut Tx<'_>, account: AccountId, id: DocumentId) -> Result<Document, DocumentError> {
    find(tx, account, id)?.ok_or(DocumentError::NotFound)
}

/// The lists of a person's own documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mine {
    /// To be begun, or given back.
    Inbox,
    /// Being worked on.
    Drafts,
    /// Other people's, to be looked at.
    ToReview,
    /// Other people's, to be agreed to.
    ToApprove,
    /// Finished work, to be handed on.
    ToSubmit,
    /// Their own, on the way.
    Submitted,
    /// Their own, at the end.
    Completed,
}

impl Mine {
    /// Every list, in the order of the page.
    pub const ALL: [Self; 7] = [
        Self::Inbox,
        Self::Drafts,
        Self::ToReview,
        Self::ToApprove,
        Self::ToSubmit,
        Self::Submitted,
        Self::Completed,
    ];

    /// The name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::ToReview => "review",
            Self::ToApprove => "approve",
            Self::ToSubmit => "submit",
            Self::Submitted => "submitted",
            Self::Completed => "completed",
        }
    }

    /// The list with this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.as_str() == text)
    }

    /// The kind of step whose documents wait for the person; none for their own documents.
    const fn waits_at(self) -> Option<StepKind> {
        match self {
            Self::ToReview => Some(StepKind::Review),
            Self::ToApprove => Some(StepKind::Approve),
            Self::ToSubmit => Some(StepKind::Submit),
            Self::Inbox | Self::Drafts | Self::Submitted | Self::Completed => None,
        }
    }

    /// The states of the person's own documents in this list.
    const fn states(self) -> &'static [State] {
        match self {
            Self::Inbox => &[State::Inbox, State::Returned],
            Self::Drafts => &[State::Draft],
            Self::Submitted => &[State::Submitted, State::Reviewed, State::Approved],
            Self::Completed => &[State::Completed],
            Self::ToReview | Self::ToApprove | Self::ToSubmit => &[],
        }
    }
}

/// A page of one of somebody's lists, newest first, at most [`PAGE`].
pub fn mine(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    wanted: Mine,
    before: Option<DocumentId>,
) -> db::Result<Vec<Document>> {
    let mut select = if let Some(kind) = wanted.waits_at() {
        waiting(account, user, PAGE).and("s.kind = $1", params![kind.as_str()])
    } else {
        let select = Select::new(sql!("documents/list"), params![account], &["d.id"], PAGE);
        let select = select.and("d.assignee_id = $1", params![user]);
        let states: Vec<_> = wanted
            .states()
            .iter()
            .map(|state| format!("'{}'", state.as_str()))
            .collect();
        select.and(&format!("d.state in ({})", states.join(", ")), &[])
    };
    select = select.direction(Direction::Descending);
    if let Some(before) = before {
        select = select.after(params![before]);
    }
    tx.select(&select)
}

/// What others handed on and waits at steps that this person may do.
fn waiting(account: AccountId, user: UserId, limit: i64) -> Select {
    Select::new(sql!("documents/list"), params![account], &["d.id"], limit)
        .and("d.state in ('submitted', 'reviewed', 'approved')", &[])
        .and(
            "s.kind = 'submit' or s.kind <> 'fill' and d.assignee_id <> $1",
            params![user],
        )
        .within("d.step_id", &workflows::steps_of(account, user))
}

/// How many documents are in each of somebody's lists.
#[derive(Clone, Debug, Default)]
pub struct MineCounts {
    own: BTreeMap<State, i64>,
    waiting: BTreeMap<StepKind, i64>,
}

impl MineCounts {
    /// The number of one list.
    pub fn of(&self, list: Mine) -> i64 {
        match list.waits_at() {
            Some(kind) => self.waiting.get(&kind).copied().unwrap_or(0),
            None => list
                .states()
                .iter()
                .filter_map(|state| self.own.get(state))
                .sum(),
        }
    }

    /// What waits for the person to do something.
    pub fn to_do(&self) -> i64 {
        [
            Mine::Inbox,
            Mine::Drafts,
            Mine::ToReview,
            Mine::ToApprove,
            Mine::ToSubmit,
        ]
        .map(|list| self.of(list))
        .iter()
        .sum()
    }
}

/// Counts somebody's lists.
pub fn mine_counts(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<MineCounts> {
    let own = tx.fetch(sql!("documents/count_of_user"), params![account, user])?;
    let mut counts = MineCounts {
        own: by_state(own),
        waiting: BTreeMap::new(),
    };
    for kind in Mine::ALL.into_iter().filter_map(Mine::waits_at) {
        let of_kind = waiting(account, user, i64::MAX).and("s.kind = $1", params![kind.as_str()]);
        counts.waiting.insert(kind, tx.count(&of_kind, i64::MAX)?);
    }
    Ok(counts)
}

/// How many documents wait for somebody at steps they may do.
pub fn waiting_for(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<i64> {
    tx.count(&waiting(account, user, i64::MAX), i64::MAX)
}

/// Documents of somebody that are not completed (S1.33, S2.42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenCounts {
    /// Whose.
    pub user: UserId,
    /// Being worked on.
    pub drafts: i64,
    /// Assigned and not started, or given back.
    pub assigned: i64,
    /// Handed on and not at the end; they come back to this person if they are returned.
    pub submitted: i64,
}

from_row!(OpenCounts {
    user: assignee_id,
    drafts,
    assigned,
    submitted
});

/// The open documents of every staged person who has any, by the order of their ids.
///
/// Stage the people with [`crate::users::stage_ids`] first, in the same transaction. What they have
/// can be downloaded or given to others with [`super::reassign`] before they go.
pub fn open_of(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<OpenCounts>> {
    tx.fetch(sql!("documents/open_of_staged"), params![account])
}

/// One version of a document's file.
#[derive(Clone, Debug)]
pub struct FileLine {
    /// Its number, from 1 on.
    pub number: i64,
    /// Its id.
    pub id: FileId,
    /// What it was called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Its size.
    pub size_bytes: i64,
    /// Who uploaded it, as named then.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

from_row!(FileLine {
    number,
    id,
    name,
    media_type,
    size_bytes,
    by: user_name,
    at: created_at,
});

/// The versions of a document's file, newest first.
pub fn files(
    tx: &mut Tx<'_>,
    account: AccountId,
    document: DocumentId,
) -> db::Result<Vec<FileLine>> {
    tx.fetch(
        sql!("documents/files"),
        params![account, document, MOST_LINES],
    )
}

/// One version of a document's file.
pub fn file(
    tx: &mut Tx<'_>,
    account: AccountId,
    document: DocumentId,
    number: i64,
) -> db::Result<Option<FileLine>> {
    tx.fetch_optional(sql!("documents/file"), params![account, document, number])
}

/// Something that happened to a document.
#[derive(Clone, Debug)]
pub struct HistoryLine {
    /// When.
    pub at: Timestamp,
    /// Who did it, as named then.
    pub by: String,
    /// What: `upload`, or the name of an [`super::Act`].
    pub act: String,
    /// Where the document stood afterwards, by its stored name.
    pub state: String,
    /// What was said.
    pub note: String,
}

from_row!(HistoryLine {
    at,
    by: actor_name,
    act,
    state,
    note
});

/// What happened to a document, newest first.
pub fn history(
    tx: &mut Tx<'_>,
    account: AccountId,
    document: DocumentId,
) -> db::Result<Vec<HistoryLine>> {
    tx.fetch(
        sql!("documents/history"),
        params![account, document, MOST_LINES],
    )
}

/// Adds to the history of a document.
pub(super) fn record_history(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    document: DocumentId,
    act: &str,
    state: State,
    note: &str,
) -> db::Result<()> {
    let id: ActivityId = ctx.new_id();
    tx.execute(
        sql!("documents/insert_history"),
        params![
            ctx.account,
            document,
            id,
            ctx.now(),
            ctx.actor.user,
            ctx.actor.name,
            act,
            state.as_str(),
            note
        ],
    )
    .map(drop)
}
