//! For how long links work, and when reminders go out.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use invite::{InvitationSettings, InviteError};
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
#[template(path = "invitations/settings.html")]
struct SettingsPage {
    shell: Shell,
    days: String,
    reminders: String,
    error: Option<String>,
}

/// `GET /settings/invitations`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let (shell, settings) = app
        .db
        .read(move |tx| {
            Ok::<_, db::Error>((
                Shell::load(tx, &visitor, Section::Settings)?,
                InvitationSettings::load(tx, account)?,
            ))
        })
        .await?;
    let reminders: Vec<_> = settings.reminders.iter().map(ToString::to_string).collect();
    let page = SettingsPage {
        shell,
        days: settings.days.to_string(),
        reminders: reminders.join(", "),
        error: None,
    };
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    days: String,
    reminders: String,
}

/// `POST /settings/invitations`
pub(crate) async fn store(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let stored = match parse(&fields) {
        Some(settings) => app.db.write(move |tx| settings.store(tx, &ctx)).await,
        None => Err(InviteError::Reminders),
    };
    let error = match stored {
        Ok(()) => return Ok(see_other("/settings/invitations")),
        Err(InviteError::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(InviteError::Db(error)) => return Err(error.into()),
        Err(error) => sentence(&error.to_string()),
    };
    let shell = app.shell(&visitor, Section::Settings).await?;
    let page = SettingsPage {
        shell,
        days: fields.days,
        reminders: fields.reminders,
        error: Some(error),
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn parse(fields: &Fields) -> Option<InvitationSettings> {
    let numbers = fields
        .reminders
        .split([',', ';', ' '])
        .map(str::trim)
        .filter(|text| !text.is_empty());
    Some(InvitationSettings {
        days: fields.days.trim().parse().ok()?,
        reminders: numbers
            .map(|text| text.parse().ok())
            .collect::<Option<_>>()?,
    })
}
