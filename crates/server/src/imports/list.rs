//! The list of imports: the history first, nothing hidden in mail.

use askama::Template;
use axum::extract::State;
use directory::{Action, settings::AccountSettings};
use import::{Import, State as ImportState};
use jiff::tz::TimeZone;
use kernel::ImportId;
use serde::Deserialize;

use super::work::ask;
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Moment, count, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
};

const PAGE_SIZE: i64 = 50;
/// Imports looked through to fill a page of one kind.
const LOOKED_THROUGH: i64 = 200;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    tab: String,
    before: Option<i64>,
}

/// A kind of imports, as the tabs name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tab {
    All,
    Unfinished,
    Running,
    Finished,
}

impl Tab {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::All, "all", "All"),
        (Self::Unfinished, "unfinished", "Unfinished"),
        (Self::Running, "running", "Running"),
        (Self::Finished, "finished", "Finished"),
    ];

    fn parse(text: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|tab| tab.1 == text)
            .map_or(Self::All, |tab| tab.0)
    }

    fn name(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|tab| tab.0 == self)
            .map_or("all", |tab| tab.1)
    }

    fn holds(self, state: ImportState) -> bool {
        match self {
            Self::All => true,
            Self::Unfinished => state.is_draft(),
            Self::Running => state.is_busy() || state == ImportState::Paused,
            Self::Finished => state.has_results() || state == ImportState::Discarded,
        }
    }
}

#[derive(Template)]
#[template(path = "imports/list.html")]
pub(crate) struct ImportsPage {
    shell: Shell,
    may_run: bool,
    tab: &'static str,
    tabs: Vec<Choice>,
    lines: Vec<Line>,
    next: Option<String>,
    is_later_page: bool,
    months: i64,
    draft_days: i64,
}

struct Line {
    id: ImportId,
    number: i64,
    name: String,
    file: String,
    badge: Badge,
    rows: String,
    created: String,
    updated: String,
    failed: String,
    by: String,
    at: Moment,
}

/// `GET /imports`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<ImportsPage>, Failure> {
    let tab = Tab::parse(&query.tab);
    let (ctx, before) = (visitor.ctx.clone(), query.before);
    let limit = if tab == Tab::All {
        PAGE_SIZE
    } else {
        LOOKED_THROUGH
    };
    let found = ask(&app, move |imports| imports.list(&ctx, before, limit)).await?;
    let (shell, zone, settings) = app
        .db
        .read(move |tx| {
            let settings = AccountSettings::load(tx, visitor.session.account)?;
            let shell = Shell::load(tx, &visitor, Section::Imports)?;
            Ok::<_, db::Error>((shell, zone(&settings.time_zone), settings))
        })
        .await?;
    let next = (found.len() as i64 == limit)
        .then(|| found.last())
        .flatten()
        .map(|import| {
            let before = import.number.to_string();
            Link::to("/imports")
                .with("tab", tab.name())
                .with("before", &before)
                .into_string()
        });
    Ok(Page(ImportsPage {
        may_run: shell.may(Action::RunImports),
        shell,
        tab: tab.name(),
        tabs: Tab::ALL
            .into_iter()
            .map(|(each, value, text)| Choice::new(value, text, each == tab))
            .collect(),
        lines: found
            .iter()
            .filter(|import| tab.holds(import.state))
            .map(|import| line(import, &zone))
            .collect(),
        next,
        is_later_page: query.before.is_some(),
        months: settings.keep_imports,
        draft_days: settings.keep_drafts,
    }))
}

fn line(import: &Import, zone: &TimeZone) -> Line {
    let counts = &import.counts;
    let known = |value: i64| {
        if counts.rows == 0 {
            "–".to_owned()
        } else {
            count(value)
        }
    };
    Line {
        id: import.id,
        number: import.number,
        name: import.name.clone(),
        file: if import.file.name == import.name {
            String::new()
        } else {
            import.file.name.clone()
        },
        badge: Badge::from(import.state),
        rows: known(counts.rows),
        created: known(counts.created),
        updated: known(counts.updated),
        failed: known(counts.failed),
        by: import.created_by_name.clone(),
        at: moment(import.created_at, zone),
    }
}
