//! `/activity`: what happened in the account, newest first.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{
    Action, accounts,
    activity::{self, LogPage},
};

use super::{
    line::Line,
    query::{Query, presets, what, who},
};
use crate::{
    app::App,
    choice::Choice,
    extract::Params,
    failure::Failure,
    format::{Moment, counted, moment, zone},
    guard::Visitor,
    page::{Page, Section, Shell},
};

/// Entries on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "activity/list.html")]
pub(crate) struct LogPageShown {
    shell: Shell,
    query: Query,
    zone: String,
    is_filtered: bool,
    /// Whether filters beside the first row are in use.
    has_more: bool,
    presets: Vec<Choice>,
    who: Vec<Choice>,
    what: Vec<Choice>,
    unknown: Option<String>,
    pages: Pages,
    csv: String,
    json: String,
}

/// The entries of a page and what is beyond.
pub(crate) struct Pages {
    pub(crate) lines: Vec<Line>,
    pub(crate) range: String,
    pub(crate) newer: Option<String>,
    pub(crate) older: Option<String>,
    /// The words were looked for down to here.
    pub(crate) looked_until: Option<Moment>,
}

/// `GET /activity`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Page<LogPageShown>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, query))
        .await
        .map(Page)
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, query: Query) -> Result<LogPageShown, Failure> {
    let ctx = &visitor.ctx;
    ctx.require(Action::ViewActivity)
        .map_err(|_| Failure::Forbidden)?;
    let (pages, unknown) = match query.filter(tx, ctx)? {
        Ok(filter) => {
            let found = activity::page(tx, ctx, &filter, query.at(), PAGE)?;
            (Pages::new(tx, visitor, found, &query, "/activity")?, None)
        }
        Err(words) => (Pages::empty(), Some(words)),
    };
    let more = [
        &query.from,
        &query.until,
        &query.by,
        &query.on,
        &query.import,
    ];
    Ok(LogPageShown {
        shell: Shell::load(tx, visitor, Section::Activity)?,
        zone: accounts::get(tx, ctx.account)?.time_zone,
        is_filtered: query.is_filtered(),
        has_more: more.iter().any(|value| !value.is_empty()),
        presets: presets(&query),
        who: who(&query),
        what: what(&query),
        unknown,
        pages,
        csv: query
            .link("/activity/export")
            .with("file", "csv")
            .into_string(),
        json: query
            .link("/activity/export")
            .with("file", "json")
            .into_string(),
        query,
    })
}

impl Pages {
    /// The entries with the links to what is newer and older.
    pub(crate) fn new(
        tx: &mut Tx<'_>,
        visitor: &Visitor,
        found: LogPage,
        query: &Query,
        path: &str,
    ) -> Result<Self, Failure> {
        let zone = zone(&accounts::get(tx, visitor.ctx.account)?.time_zone);
        let first = found.entries.first().map(|entry| entry.id);
        let last = found.entries.last().map(|entry| entry.id);
        let reached = found.looked_until.map(|(id, _)| id);
        let link = |name: &str, id: Option<kernel::ActivityId>| {
            id.map(|id| query.link(path).with(name, &id.to_string()).into_string())
        };
        let range = counted(
            found.entries.len() as i64,
            "entry on this page",
            "entries on this page",
        );
        Ok(Self {
            newer: link("newer", first.filter(|_| found.has_newer)),
            older: link("older", reached.or(last).filter(|_| found.has_older)),
            looked_until: found.looked_until.map(|(_, at)| moment(at, &zone)),
            lines: found
                .entries
                .into_iter()
                .map(|entry| Line::new(entry, &visitor.ctx, &zone))
                .collect(),
            range,
        })
    }

    fn empty() -> Self {
        Self {
            lines: Vec::new(),
            range: String::new(),
            newer: None,
            older: None,
            looked_until: None,
        }
    }
}
