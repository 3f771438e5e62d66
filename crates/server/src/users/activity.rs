//! What a person did and what was done with them: a filter by kind, pages, and files (S2.27, S2.28).

use askama::Template;
use axum::{extract::State, response::Response};
use db::Tx;
use directory::{accounts, activity, users};
use kernel::UserId;

use super::{
    frame::{Frame, Tab},
    origin::{Origin, Trace, origin},
};
use crate::{
    activity::{Pages, Query, presets, what, written},
    app::App,
    choice::Choice,
    extract::{Id, Params},
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell},
};

/// Entries on a page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "users/activity.html")]
pub(crate) struct ActivityPage {
    shell: Shell,
    frame: Frame,
    zone: String,
    is_filtered: bool,
    presets: Vec<Choice>,
    what: Vec<Choice>,
    pages: Pages,
    trace: Option<Trace>,
    origin: Option<Origin>,
    csv: String,
    json: String,
}

/// `GET /users/{id}/activity`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Params(query): Params<Query>,
) -> Result<Page<ActivityPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let mut page = app
        .db
        .read(move |tx| page(tx, &visitor, id, &query))
        .await?;
    page.origin = origin(&app, ctx, page.trace).await?;
    Ok(Page(page))
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    query: &Query,
) -> Result<ActivityPage, Failure> {
    let ctx = &visitor.ctx;
    let (frame, record) = Frame::load(tx, visitor, id, Tab::Activity)?;
    let filter = query.concerning(tx, ctx, id)?;
    let found = activity::page(tx, ctx, &filter, query.at(), PAGE)?;
    let path = format!("/users/{id}/activity");
    let file = |kind| {
        let link = query.link(&format!("{path}/export"));
        link.with("file", kind).into_string()
    };
    Ok(ActivityPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        zone: accounts::get(tx, ctx.account)?.time_zone,
        is_filtered: query.is_filtered(),
        presets: presets(query),
        what: what(query),
        pages: Pages::new(tx, visitor, found, query, &path)?,
        trace: Trace::of(&record.user),
        origin: None,
        csv: file("csv"),
        json: file("json"),
    })
}

/// `GET /users/{id}/activity/export`
pub(crate) async fn export(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let (ctx, asked) = (visitor.ctx.clone(), query.clone());
    let filter = app
        .db
        .read(move |tx| {
            users::see(tx, &ctx, id)?;
            asked.concerning(tx, &ctx, id)
        })
        .await?;
    written(&app, visitor.ctx, filter, query.wants_json()).await
}
