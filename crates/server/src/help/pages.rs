//! `/help`: the index with what a search found, and the guides.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    guides::{self, Guide},
    index::{self, Group},
    search::{Found, search},
};
use crate::{
    app::App,
    extract::Params,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell},
};

/// The most that is searched for.
const MOST_CHARS: usize = 200;

#[derive(Template)]
#[template(path = "help/index.html")]
struct IndexPage {
    shell: Shell,
    query: String,
    found: Vec<Found>,
    groups: &'static [Group],
}

#[derive(Template)]
#[template(path = "help/guide.html")]
struct GuidePage {
    shell: Shell,
    query: &'static str,
    guide: &'static Guide,
}

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Query {
    #[serde(default)]
    q: String,
}

/// `GET /help`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let shell = app.shell(&visitor, Section::Other).await?;
    let query: String = query.q.trim().chars().take(MOST_CHARS).collect();
    let page = IndexPage {
        shell,
        found: search(&query),
        query,
        groups: index::all(),
    };
    Ok(Page(page).into_response())
}

/// `GET /help/{guide}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let guide = guides::named(&slug).ok_or(Failure::NotFound)?;
    let shell = app.shell(&visitor, Section::Other).await?;
    let page = GuidePage {
        shell,
        query: "",
        guide,
    };
    Ok(Page(page).into_response())
}
