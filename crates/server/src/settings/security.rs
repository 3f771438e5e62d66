//! How long passwords are, on how many devices people are signed in at once, and of whom two-factor sign-in is asked.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use identity::{
    rules::{self, FEWEST_CHARS, MOST_CHARS, MOST_SESSIONS, Rules, RulesRefusal},
    two_factor::{self, RequireRefusal},
};
use kernel::{AccountId, Role};
use serde::Deserialize;

use crate::{
    app::App,
    choice::Choice,
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
    /// Of which roles two-factor sign-in is asked.
    asked: Vec<Choice>,
}

/// The roles of the account, those ticked of which two-factor sign-in is asked.
fn asked(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Choice>> {
    let required = two_factor::required_roles(tx, account)?;
    let choices = Role::ALL.iter().map(|role| {
        let words = match role {
            Role::Owner => "Owners",
            Role::Admin => "Administrators",
            Role::Manager => "Managers",
            Role::User => "Users",
        };
        Choice::new(role.as_str(), words, required.contains(role))
    });
    Ok(choices.collect())
}

/// `GET /settings/security`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let (shell, rules, asked) = app
        .db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            let rules = rules::of_account(tx, account)?;
            Ok::<_, db::Error>((shell, rules, asked(tx, account)?))
        })
        .await?;
    let page = SecurityPage {
        shell,
        chars: rules.password_chars.to_string(),
        sessions: rules.session_limit.to_string(),
        error: None,
        asked,
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
    let (shell, asked) = app
        .db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            Ok::<_, db::Error>((shell, asked(tx, visitor.session.account)?))
        })
        .await?;
    let page = SecurityPage {
        shell,
        chars: fields.chars,
        sessions: fields.sessions,
        error: Some(error),
        asked,
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// `POST /settings/security/two-factor`: the ticked roles.
pub(crate) async fn require(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let roles = fields
        .iter()
        .filter(|field| field.0 == "role")
        .map(|field| {
            Role::ALL
                .iter()
                .copied()
                .find(|role| role.as_str() == field.1)
        })
        .collect::<Option<Vec<Role>>>()
        .ok_or(Failure::BadRequest)?;
    let done = app
        .db
        .write(move |tx| two_factor::require(tx, &visitor.ctx, &roles))
        .await;
    match done {
        Ok(()) => Ok(see_other("/settings/security")),
        Err(RequireRefusal::Forbidden(_)) => Err(Failure::Forbidden),
        Err(RequireRefusal::Db(error)) => Err(error.into()),
    }
}
