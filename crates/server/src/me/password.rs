//! Changing one's own password.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{
    Password, change, rules,
    sign_in::{self, SignIn},
};
use serde::Deserialize;

use super::profile;
use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::sentence,
    guard::Visitor,
    page::{Page, with_status},
    sign_in::{hashing, refusal_in_words},
};

/// The submitted form.
#[derive(Deserialize)]
pub(crate) struct Fields {
    current: String,
    password: String,
}

/// What is wrong with which field.
enum Wrong {
    Current(String),
    New(String),
}

/// `POST /me/password`
///
/// The answer is the page itself: it says that the other devices are signed out.
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wrong = attempt(&app, &visitor, &fields).await?;
    let mut page = app.db.read(move |tx| profile::load(tx, &visitor)).await?;
    match wrong {
        None => {
            page.is_changed = true;
            return Ok(Page(page).into_response());
        }
        Some(Wrong::Current(words)) => page.current.error = Some(words),
        Some(Wrong::New(words)) => page.password.error = Some(words),
    }
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn attempt(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Option<Wrong>, Failure> {
    let session = visitor.session.clone();
    let identity = session.identity;
    let (rules, challenge) = app
        .db
        .read(move |tx| {
            let rules = rules::of_identity(tx, identity)?;
            Ok::<_, db::Error>((rules, sign_in::challenge_of(tx, identity)?))
        })
        .await?;
    let email = session.email.clone().unwrap_or_default();
    let about = [
        email.as_str(),
        &session.first_name,
        &session.last_name,
        &session.account_name,
    ];
    let new = match Password::choose(&fields.password, &rules, &about) {
        Ok(new) => new,
        Err(weak) => return Ok(Some(Wrong::New(sentence(&weak.to_string())))),
    };
    let (current, now) = (Password::typed(&fields.current), app.clock.now());
    let work = move || (challenge.check(&current, now), new.hash());
    let (answer, hash) = hashing(app, work).await?;
    let state = app.clone();
    let changed = app
        .db
        .write(move |tx| change::conclude(tx, &state.clock, &state.ids, &session, &answer, &hash))
        .await?;
    Ok(match changed {
        Ok(()) => None,
        Err(SignIn::Wrong) => Some(Wrong::Current(
            "That is not your present password.".to_owned(),
        )),
        Err(locked) => Some(Wrong::Current(refusal_in_words(locked))),
    })
}
