//! The documents assigned to a person, newest first.

use askama::Template;
use axum::extract::State;
use db::Tx;
use directory::{
    accounts,
    documents::{self, Filter},
};
use kernel::{DocumentId, UserId};
use serde::Deserialize;

use super::frame::{Frame, Tab};
use crate::{
    app::App,
    documents::Line,
    extract::{Id, Params},
    failure::Failure,
    format,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "users/documents.html")]
pub(crate) struct DocumentsPage {
    shell: Shell,
    frame: Frame,
    lines: Vec<Line>,
    newest: Option<String>,
    older: Option<String>,
}

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    before: String,
}

/// `GET /users/{id}/documents`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<UserId>,
    Params(query): Params<Query>,
) -> Result<Page<DocumentsPage>, Failure> {
    app.db
        .read(move |tx| page(tx, &visitor, id, query.before.parse().ok()))
        .await
        .map(Page)
}

fn page(
    tx: &mut Tx<'_>,
    visitor: &Visitor,
    id: UserId,
    before: Option<DocumentId>,
) -> Result<DocumentsPage, Failure> {
    let account = visitor.ctx.account;
    let (frame, _) = Frame::load(tx, visitor, id, Tab::Documents)?;
    let zone = format::zone(&accounts::get(tx, account)?.time_zone);
    let filter = Filter {
        person: Some(id),
        ..Filter::default()
    };
    // One more than shown tells whether there are older ones.
    let mut found = documents::list(tx, &visitor.ctx, &filter, before, documents::PAGE + 1)?;
    let most = usize::try_from(documents::PAGE).unwrap_or(usize::MAX);
    let has_more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| has_more).map(|last| last.id);
    Ok(DocumentsPage {
        shell: Shell::load(tx, visitor, Section::Users)?,
        frame,
        newest: before.map(|_| format!("/users/{id}/documents")),
        older: last.map(|last| format!("/users/{id}/documents?before={last}")),
        lines: found
            .into_iter()
            .map(|document| Line::of(document, &zone))
            .collect(),
    })
}
