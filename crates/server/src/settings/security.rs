//! How long passwords are, and on how many devices people are signed in at once.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::rules::{self, FEWEST_CHARS, MOST_CHARS, MOST_SESSIONS, Rules, RulesRefusal};
use serde::Deserialize;

use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "settings/security.html")]
struct SecurityPage {
    shell: Shell,
    chars: String,
    sessions: String,
    error: Option<String>,
}

/// `GET /settings/security`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let (shell, rules) = app
        .db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            Ok::<_, db::Error>((shell, rules::of_account(tx, account)?))
        })
        .await?;
    let page = SecurityPage {
        shell,
        chars: rules.password_chars.to_string(),
        sessions: rules.session_limit.to_string(),
        error: None,
    };
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    chars: String,
    sessions: String,
}

/// `POST /settings/security`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    // What is no number is none that is allowed.
    let rules = Rules {
        password_chars: fields.chars.trim().parse().unwrap_or_default(),
        session_limit: fields.sessions.trim().parse().unwrap_or_default(),
    };
    let set = app.db.write(move |tx| rules::set(tx, &ctx, rules)).await;
    let error = match set {
        Ok(()) => return Ok(see_other("/settings/security")),
        Err(RulesRefusal::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(RulesRefusal::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let shell = app
        .db
        .read(move |tx| Shell::load(tx, &visitor, Section::Settings))
        .await?;
    let page = SecurityPage {
        shell,
        chars: fields.chars,
        sessions: fields.sessions,
        error: Some(error),
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
