//! Choosing among the accounts somebody belongs to: after signing in, and from the top bar.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use identity::accounts::{self, Membership};
use kernel::AccountId;
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Form, Id, Params},
    failure::Failure,
    guard::Visitor,
    link::local_path,
    page::{Page, see_other},
    users::role_name,
};

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    lines: Vec<Line>,
    next: String,
}

struct Line {
    id: AccountId,
    name: String,
    role: &'static str,
    is_here: bool,
}

/// Where to go on to.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

/// `GET /accounts`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Wanted>,
) -> Result<Response, Failure> {
    let (identity, here) = (visitor.session.identity, visitor.session.account);
    let found = app.db.read(move |tx| accounts::list(tx, identity)).await?;
    let page = AccountsPage {
        lines: found.iter().map(|one| line(one, here)).collect(),
        next: local_path(query.next.as_deref())
            .unwrap_or_default()
            .to_owned(),
    };
    Ok(Page(page).into_response())
}

fn line(one: &Membership, here: AccountId) -> Line {
    Line {
        id: one.account,
        name: one.name.clone(),
        role: role_name(one.role.as_str()),
        is_here: one.account == here,
    }
}

/// `POST /accounts/{id}/switch`
pub(crate) async fn switch(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<AccountId>,
    Form(fields): Form<Wanted>,
) -> Result<Response, Failure> {
    let session = visitor.session;
    let switched = app
        .db
        .write(move |tx| accounts::switch(tx, &session, id))
        .await?;
    if !switched {
        return Err(Failure::NotFound);
    }
    Ok(see_other(local_path(fields.next.as_deref()).unwrap_or("/")))
}
