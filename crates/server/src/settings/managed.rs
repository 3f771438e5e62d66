//! Managed-app configuration for an MDM: with a placeholder of its own for everybody, or for one person (S1.30, S1.31).

use askama::Template;
use axum::{
    body::Body,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::users;
use identity::managed::{Configuration, Form as FileForm, PLACEHOLDERS};
use kernel::UserId;
use serde::Deserialize;

use crate::{
    app::App,
    extract::Params,
    failure::Failure,
    format::sentence,
    guard::Visitor,
    imports::attachment,
    link::Link,
    page::{Section, Shell, with_status},
};

#[derive(Template)]
#[template(path = "settings/managed.html")]
struct ManagedPage {
    shell: Shell,
    /// What well-known MDMs replace: name, placeholder, link to this page with it.
    known: Vec<(&'static str, &'static str, String)>,
    value: String,
    error: Option<String>,
    /// Keys with their values, and the links to the files.
    made: Option<Made>,
}

struct Made {
    entries: Vec<(&'static str, String)>,
    apple: String,
    android: String,
}

const PATH: &str = "/settings/managed-configuration";

/// What is filled in.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    value: Option<String>,
}

/// `GET /settings/managed-configuration`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let shell = app.shell(&visitor, Section::Settings).await?;
    let value = query
        .value
        .unwrap_or_else(|| PLACEHOLDERS.first().map_or("", |known| known.1).to_owned());
    let made = Configuration::with_placeholder(&value, &sign_in(&app));
    let file = |form: FileForm| {
        let path = format!("{PATH}/muster.{}", form.ending());
        Link::to(path).with("value", value.trim()).into_string()
    };
    let status = if made.is_ok() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = ManagedPage {
        shell,
        known: PLACEHOLDERS
            .into_iter()
            .map(|(name, placeholder)| {
                let link = Link::to(PATH).with("value", placeholder).into_string();
                (name, placeholder, link)
            })
            .collect(),
        error: made
            .as_ref()
            .err()
            .map(|error| sentence(&error.to_string())),
        made: made.ok().map(|made| Made {
            entries: made
                .entries()
                .into_iter()
                .map(|(key, value)| (key, value.to_owned()))
                .collect(),
            apple: file(FileForm::Apple),
            android: file(FileForm::Android),
        }),
        // No more is shown again than could be right.
        value: value.chars().take(300).collect(),
    };
    Ok(with_status(status, &page))
}

/// The address of the page to sign in on: the configured one, never what a request says.
fn sign_in(app: &App) -> String {
    app.delivery.link("/sign-in")
}

/// `GET /settings/managed-configuration/{file}`
pub(crate) async fn download(
    State(app): State<App>,
    Path(file): Path<String>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let form = file
        .strip_prefix("muster.")
        .and_then(FileForm::of_ending)
        .ok_or(Failure::NotFound)?;
    let value = query.value.unwrap_or_default();
    let made = Configuration::with_placeholder(&value, &sign_in(&app));
    let made = made.map_err(|_| Failure::BadRequest)?;
    Ok(saved("muster", form, &made))
}

/// `GET /users/{id}/managed-configuration/{file}`: with the person's own address.
pub(crate) async fn download_of_user(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: UserId = id.parse().map_err(|_| Failure::NotFound)?;
    let form = file
        .strip_prefix("muster.")
        .and_then(FileForm::of_ending)
        .ok_or(Failure::NotFound)?;
    let record = app
        .db
        .read(move |tx| users::get(tx, visitor.session.account, id))
        .await?;
    let email = record.user.email.ok_or(Failure::NotFound)?;
    let made = Configuration::of_person(&email, &sign_in(&app));
    let made = made.map_err(|_| Failure::NotFound)?;
    Ok(saved(&format!("muster-{}", plain(&email)), form, &made))
}

/// A name that every system takes as it is.
fn plain(email: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    email.chars().map(plain).take(80).collect()
}

fn saved(stem: &str, form: FileForm, made: &Configuration) -> Response {
    let content_type = match form {
        FileForm::Apple => "application/x-plist; charset=utf-8",
        FileForm::Android => "application/json",
    };
    let name = format!("{stem}.{}", form.ending());
    attachment(&name, content_type, Body::from(made.write(form))).into_response()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn file_names_are_plain() {
        assert_eq!(plain("../o'neil+ä@example.com"), "---o-neil---example-com");
        assert!(plain(&"x".repeat(300)).len() <= 80);
    }
}
