//! How large photos may be, and who sets them.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::photos::{MOST_MEGABYTES, PhotoRefusal, PhotoSettings};
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
#[template(path = "settings/photos.html")]
struct PhotosPage {
    shell: Shell,
    megabytes: String,
    by_people: bool,
    error: Option<String>,
}

/// `GET /settings/photos`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let account = visitor.session.account;
    let page = app
        .db
        .read(move |tx| {
            let settings = PhotoSettings::load(tx, account)?;
            Ok::<_, db::Error>(PhotosPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                megabytes: settings.megabytes.to_string(),
                by_people: settings.by_people,
                error: None,
            })
        })
        .await?;
    Ok(Page(page).into_response())
}

/// The submitted form.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields {
    megabytes: String,
    #[serde(default)]
    by_people: String,
}

/// `POST /settings/photos`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let settings = PhotoSettings {
        megabytes: fields.megabytes.trim().parse().unwrap_or_default(),
        by_people: !fields.by_people.is_empty(),
    };
    let stored = app.db.write(move |tx| settings.store(tx, &ctx)).await;
    let error = match stored {
        Ok(()) => return Ok(see_other("/settings/photos")),
        Err(PhotoRefusal::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(PhotoRefusal::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let shell = app.shell(&visitor, Section::Settings).await?;
    let page = PhotosPage {
        shell,
        megabytes: fields.megabytes,
        by_people: settings.by_people,
        error: Some(error),
    };
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
