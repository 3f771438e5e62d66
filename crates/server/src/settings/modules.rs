//! Modules with their seats: how many there are, and how many are assigned.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::modules::{self, Module, SetModule};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::{count, sentence},
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "settings/modules.html")]
struct ModulesPage {
    shell: Shell,
    lines: Vec<Line>,
    /// Known modules that the account does not own.
    others: Vec<(&'static str, &'static str)>,
    error: Option<String>,
}

struct Line {
    module: Module,
    seats: String,
    used: String,
    free: String,
}

/// `GET /settings/modules`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    Ok(Page(page(&app, visitor, None).await?).into_response())
}

async fn page(app: &App, visitor: Visitor, error: Option<String>) -> Result<ModulesPage, Failure> {
    let page = app
        .db
        .read(move |tx| {
            let owned = modules::list(tx, visitor.session.account)?;
            let others = modules::KNOWN
                .into_iter()
                .filter(|known| owned.iter().all(|module| module.key != known.0));
            Ok::<_, db::Error>(ModulesPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                others: others.collect(),
                lines: owned
                    .into_iter()
                    .map(|module| Line {
                        seats: count(module.seats),
                        used: count(module.used),
                        free: count(module.free()),
                        module,
                    })
                    .collect(),
                error,
            })
        })
        .await?;
    Ok(page)
}

#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    key: String,
    seats: String,
}

/// `POST /settings/modules`
pub(crate) async fn set(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let seats = fields.seats.trim().replace(',', "").parse::<u32>();
    let set = match seats {
        Ok(seats) => {
            let ctx = visitor.ctx.clone();
            app.db
                .write(move |tx| modules::set(tx, &ctx, fields.key.trim(), seats))
                .await
                .map_err(Some)
        }
        Err(_) => Err(None),
    };
    let words = match set {
        Ok(_) => return Ok(see_other("/settings/modules")),
        Err(None) => "Enter how many seats there are, as a whole number.".to_owned(),
        Err(Some(SetModule::Forbidden(_))) => return Err(Failure::Forbidden),
        Err(Some(SetModule::Db(error))) => return Err(error.into()),
        Err(Some(refusal @ (SetModule::Key(_) | SetModule::InUse { .. }))) => {
            sentence(&refusal.to_string())
        }
    };
    let page = page(&app, visitor, Some(words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
