//! Where documents stand: filters, counts, pages, and ticks to reassign them (S2.42).

use std::time::Duration;

use askama::Template;
use axum::extract::State as AppState;
use db::Tx;
use directory::{
    Ctx, accounts,
    documents::{self, Document, Filter, State},
    users::{self, LookupError},
    workflows,
};
use jiff::tz::TimeZone;
use kernel::{DocumentId, Timestamp, UserId};
use serde::Deserialize;

use super::{badge, words};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Moment, bytes, count, counted, moment, sentence, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
};

/// How long nothing happened, in days and words.
const AGES: [(&str, &str); 4] = [
    ("1", "Unchanged for a day"),
    ("7", "Unchanged for a week"),
    ("30", "Unchanged for 30 days"),
    ("90", "Unchanged for 90 days"),
];

/// Which documents are wanted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    workflow: String,
    state: String,
    person: String,
    q: String,
    age: String,
    before: String,
}

impl Query {
    /// The filter, or why nobody can be found by it.
    pub(super) fn filter(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        now: Timestamp,
    ) -> Result<Result<Filter, String>, Failure> {
        let typed = self.person.trim();
        let person = if typed.is_empty() {
            None
        } else if let Ok(id) = typed.parse::<UserId>() {
            Some(id)
        } else {
            match users::lookup(tx, ctx, typed) {
                Ok(id) => Some(id),
                Err(LookupError::Db(error)) => return Err(error.into()),
                Err(error) => return Ok(Err(sentence(&error.to_string()))),
            }
        };
        let days: Option<u64> = AGES
            .iter()
            .find(|(days, _)| *days == self.age)
            .and_then(|(days, _)| days.parse().ok());
        Ok(Ok(Filter {
            workflow: self.workflow.parse().ok(),
            state: State::parse(&self.state),
            person,
            text: self.q.chars().take(200).collect(),
            unchanged_since: days.and_then(|days| now.checked_sub(Duration::from_hours(24 * days))),
        }))
    }

    fn with(&self, path: &str, state: &str) -> Link {
        Link::to(path)
            .with("state", state)
            .with("workflow", &self.workflow)
            .with("person", &self.person)
            .with("q", &self.q)
            .with("age", &self.age)
    }

    /// The address of the first page.
    pub(super) fn link(&self) -> String {
        self.with("/documents", &self.state).into_string()
    }

    fn is_filtered(&self) -> bool {
        [&self.workflow, &self.person, &self.q, &self.age]
            .iter()
            .any(|value| !value.trim().is_empty())
    }
}

#[derive(Template)]
#[template(path = "documents/list.html")]
pub(crate) struct StatusPage {
    shell: Shell,
    query: Query,
    person: String,
    tabs: Vec<Tab>,
    workflows: Vec<Choice>,
    ages: Vec<Choice>,
    unknown: Option<String>,
    lines: Vec<Line>,
    download: Option<String>,
    next: Option<String>,
    newest: Option<String>,
    is_filtered: bool,
}

struct Tab {
    link: String,
    text: &'static str,
    count: String,
    is_current: bool,
}

pub(crate) struct Line {
    pub(crate) id: DocumentId,
    pub(crate) version: i64,
    pub(crate) title: String,
    pub(crate) file: String,
    pub(crate) workflow: String,
    pub(crate) step: String,
    pub(crate) badge: Badge,
    pub(crate) person: String,
    pub(crate) person_id: UserId,
    pub(crate) at: Moment,
    pub(crate) is_open: bool,
}

impl Line {
    pub(crate) fn of(document: Document, zone: &TimeZone) -> Self {
        let size = bytes(document.size_bytes.unsigned_abs());
        Self {
            id: document.id,
            version: document.version,
            file: format!("{}, {size}", document.file_name),
            workflow: document.workflow_name,
            step: document.step_name,
            badge: badge(document.state),
            person: match document.assignee_name.as_str() {
                "" => "Somebody who is gone".to_owned(),
                name => name.to_owned(),
            },
            person_id: document.assignee,
            at: moment(document.updated_at, zone),
            is_open: document.state != State::Completed,
            title: document.title,
        }
    }
}

/// `GET /documents`
pub(crate) async fn list(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<StatusPage>, Failure> {
    let now = app.clock.now();
    app.db
        .read(move |tx| page(tx, &visitor, query, now))
        .await
        .map(Page)
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    query: Query,
    now: Timestamp,
) -> Result<StatusPage, Failure> {
    let account = visitor.session.account;
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let before: Option<DocumentId> = query.before.parse().ok();
    let (filter, unknown) = match query.filter(tx, &visitor.ctx, now)? {
        Ok(filter) => (Some(filter), None),
        Err(words) => (None, Some(words)),
    };
    let (found, tabs) = match &filter {
        Some(filter) => (
            documents::list(tx, &visitor.ctx, filter, before, documents::PAGE)?,
            tabs(tx, &visitor.ctx, filter, &query)?,
        ),
        None => (Vec::new(), Vec::new()),
    };
    let is_full = found.len() >= usize::try_from(documents::PAGE).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| is_full).map(|last| {
        query
            .with("/documents", &query.state)
            .with("before", &last.id.to_string())
            .into_string()
    });
    // What a link brought as an id is shown as a name.
    let person = match (filter.and_then(|filter| filter.person), found.first()) {
        (Some(id), Some(first)) if query.person == id.to_string() => first
            .assignee_email
            .clone()
            .unwrap_or_else(|| first.assignee_name.clone()),
        _ => query.person.clone(),
    };
    Ok(StatusPage {
        shell: Shell::load(tx, visitor, Section::Documents)?,
        person,
        tabs,
        workflows: workflows::reached(tx, &visitor.ctx)?
            .into_iter()
            .map(|workflow| {
                let id = workflow.id.to_string();
                let is_chosen = id == query.workflow;
                Choice::new(id, workflow.name, is_chosen)
            })
            .collect(),
        ages: AGES
            .into_iter()
            .map(|(days, words)| Choice::new(days, words, days == query.age))
            .collect(),
        unknown,
        download: (!found.is_empty()).then(|| {
            query
                .with("/documents/download", &query.state)
                .into_string()
        }),
        lines: found
            .into_iter()
            .map(|document| Line::of(document, &zone))
            .collect(),
        next,
        newest: before.map(|_| query.link()),
        is_filtered: query.is_filtered(),
        query,
    })
}

fn tabs(tx: &mut Tx<'_>, ctx: &Ctx, filter: &Filter, query: &Query) -> db::Result<Vec<Tab>> {
    let counts = documents::counts(tx, ctx, filter)?;
    let all = Tab {
        link: query.with("/documents", "").into_string(),
        text: "All",
        count: count(counts.values().sum()),
        is_current: filter.state.is_none(),
    };
    let states = State::ALL.into_iter().map(|state| Tab {
        link: query.with("/documents", state.as_str()).into_string(),
        text: words(state),
        count: count(counts.get(&state).copied().unwrap_or(0)),
        is_current: filter.state == Some(state),
    });
    Ok([all].into_iter().chain(states).collect())
}

impl StatusPage {
    fn shown(&self) -> String {
        let shown = i64::try_from(self.lines.len()).unwrap_or(i64::MAX);
        format!(
            "{} on this page, newest first",
            counted(shown, "document", "documents")
        )
    }
}
