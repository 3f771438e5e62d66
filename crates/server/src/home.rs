//! The start page: straight to the people for those who look after them.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    shell: Shell,
}

/// `GET /`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let shell = app
        .db
        .read(move |tx| Shell::load(tx, &visitor, Section::Other))
        .await?;
    if shell.sees_users() {
        return Ok(see_other("/users"));
    }
    Ok(Page(Home { shell }).into_response())
}
