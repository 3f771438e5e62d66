//! Kept views of the list of people: tabs above it, and the forms that keep and remove them.

use axum::{extract::State as AppState, response::Response};
use db::Tx;
use directory::{
    Action,
    views::{self, ViewError},
};
use kernel::ViewId;

use super::query::Query;
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::see_other,
};

/// A kept view.
pub(super) struct Tab {
    pub(super) id: ViewId,
    pub(super) name: String,
    pub(super) link: String,
    pub(super) is_here: bool,
    pub(super) is_shared: bool,
    pub(super) is_own: bool,
}

/// The views a visitor may use.
pub(super) fn tabs(tx: &mut Tx<'_>, visitor: &Visitor, query: &Query) -> Result<Vec<Tab>, Failure> {
    let here = query.kept();
    let views = views::list(tx, &visitor.ctx).map_err(of_view)?;
    Ok(views
        .into_iter()
        .map(|view| Tab {
            id: view.id,
            link: format!("/users?{}", Query::parse(&view.query).kept()),
            is_here: view.query == here,
            is_own: view.owner == visitor.session.user || visitor.ctx.may(Action::EditSettings),
            is_shared: view.is_shared,
            name: view.name,
        })
        .collect())
}

/// The form that keeps a view.
#[derive(serde::Deserialize)]
pub(crate) struct ViewFields {
    name: String,
    #[serde(default)]
    shared: String,
    #[serde(default)]
    query: String,
}

/// `POST /users/views`
pub(crate) async fn keep_view(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Form(fields): Form<ViewFields>,
) -> Result<Response, Failure> {
    // Only what the page understands is kept.
    let query = Query::parse(&fields.query).kept();
    let address = format!("/users?{query}");
    app.db
        .write(move |tx| {
            let shared = !fields.shared.is_empty();
            views::keep(tx, &visitor.ctx, &fields.name, shared, &query)
        })
        .await
        .map_err(of_view)?;
    Ok(see_other(&address))
}

/// `POST /users/views/{id}/remove`
pub(crate) async fn remove_view(
    AppState(app): AppState<App>,
    visitor: Visitor,
    Id(id): Id<ViewId>,
) -> Result<Response, Failure> {
    app.db
        .write(move |tx| views::remove(tx, &visitor.ctx, id))
        .await
        .map_err(of_view)?;
    Ok(see_other("/users"))
}

fn of_view(error: ViewError) -> Failure {
    match error {
        ViewError::Forbidden(_) => Failure::Forbidden,
        ViewError::NotFound => Failure::NotFound,
        ViewError::Db(error) => error.into(),
        refusal @ (ViewError::Name | ViewError::TooLong | ViewError::TooMany) => {
            Failure::Conflict {
                title: "The view was not kept".to_owned(),
                message: sentence(&refusal.to_string()),
                link: "/users".to_owned(),
            }
        }
    }
}
