//! How the account writes card numbers, and what a new card is.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::cards::{CardRefusal, CardSettings, MOST_DAYS};
use kernel::{CardRadix, CardType};
use serde::Deserialize;

use super::{kinds, refused};
use crate::{
    app::App,
    choice::Choice,
    extract::Form,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell, see_other},
};

const SETTINGS: &str = "/settings/cards";

#[derive(Template)]
#[template(path = "cards/settings.html")]
pub(crate) struct SettingsPage {
    shell: Shell,
    radixes: Vec<Choice>,
    kinds: Vec<Choice>,
    days: String,
    most_days: i64,
}

/// `GET /settings/cards`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<SettingsPage>, Failure> {
    app.db
        .read(move |tx| {
            let settings = CardSettings::load(tx, visitor.session.account)?;
            let radix = |value, text, radix| Choice::new(value, text, settings.radix == radix);
            Ok(Page(SettingsPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                radixes: vec![
                    radix("decimal", "Decimal: 0 to 9", CardRadix::Decimal),
                    radix("hex", "Hexadecimal: 0 to 9 and A to F", CardRadix::Hex),
                ],
                kinds: kinds(settings.card_type),
                days: settings
                    .valid_days
                    .map_or_else(String::new, |days| days.to_string()),
                most_days: MOST_DAYS,
            }))
        })
        .await
}

/// The submitted form.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Fields {
    radix: String,
    kind: String,
    days: String,
}

/// `POST /settings/cards`
pub(crate) async fn store(
    State(app): State<App>,
    visitor: Visitor,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let days = fields.days.trim();
    let settings = CardSettings {
        radix: if fields.radix == "hex" {
            CardRadix::Hex
        } else {
            CardRadix::Decimal
        },
        card_type: CardType::parse(&fields.kind).map_err(|_| Failure::BadRequest)?,
        valid_days: if days.is_empty() {
            None
        } else {
            // What is no number is out of bounds, too.
            Some(days.parse().unwrap_or(0))
        },
    };
    let done: Result<(), CardRefusal> = app
        .db
        .write(move |tx| settings.store(tx, &visitor.ctx))
        .await;
    done.map_err(|error| refused(error, SETTINGS))?;
    Ok(see_other(SETTINGS))
}
