//! Where the early version of the app is, and which version everybody has.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use requests::early::{self, EarlyRefusal, EarlySettings};
use serde::Deserialize;

use crate::{
    app::App,
    extract::{Form, Params},
    failure::Failure,
    format::{counted, sentence},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

#[derive(Template)]
#[template(path = "settings/early.html")]
struct EarlyPage {
    shell: Shell,
    fields: Fields,
    error: Option<String>,
    told: Option<String>,
}

/// The form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    link: String,
    version: String,
    released: String,
}

/// What was done just before.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    expired: String,
}

/// `GET /settings/early-access`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let (shell, settings) = app
        .db
        .read(move |tx| {
            let shell = Shell::load(tx, &visitor, Section::Settings)?;
            Ok::<_, db::Error>((shell, EarlySettings::load(tx, account)?))
        })
        .await?;
    let version = |version: Option<requests::Version>| {
        version.map_or_else(String::new, |version| version.to_string())
    };
    let told = query.expired.parse::<i64>().ok().map(|people| {
        let people = counted(people, "person was", "people were");
        format!("The released version has everything: {people} told so, and their early access has expired.")
    });
    let page = EarlyPage {
        shell,
        fields: Fields {
            link: settings.link.unwrap_or_default(),
            version: version(settings.version),
            released: version(settings.released),
        },
        error: None,
        told,
    };
    Ok(Page(page).into_response())
}

/// `POST /settings/early-access`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let stored = match EarlySettings::parse(&fields.link, &fields.version, &fields.released) {
        Ok(settings) => {
            app.db
                .write(move |tx| early::store(tx, &ctx, &settings))
                .await
        }
        Err(refusal) => Err(refusal),
    };
    let error = match stored {
        Ok(0) => return Ok(see_other("/settings/early-access")),
        Ok(expired) => {
            let back = Link::to("/settings/early-access").with("expired", &expired.to_string());
            return Ok(see_other(&back.into_string()));
        }
        Err(EarlyRefusal::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(EarlyRefusal::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let shell = app.shell(&visitor, Section::Settings).await?;
    let page = EarlyPage {
        shell,
        fields,
        error: Some(error),
        told: None,
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
