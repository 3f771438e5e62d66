//! `/settings/fields`: what is known of people beyond what everybody has.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::fields::{self, CreateField, FieldKind};
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
#[template(path = "settings/fields.html")]
struct FieldsPage {
    shell: Shell,
    lines: Vec<Line>,
    kinds: Vec<Choice>,
    typed: Fields,
    error: Option<String>,
}

struct Line {
    label: String,
    key: String,
    kind: &'static str,
    choices: String,
}

const KINDS: [(FieldKind, &str); 5] = [
    (FieldKind::Text, "Text"),
    (FieldKind::Number, "Number"),
    (FieldKind::Date, "Date"),
    (FieldKind::Bool, "Yes or no"),
    (FieldKind::Choice, "One of a list"),
];

fn kind_name(kind: FieldKind) -> &'static str {
    let found = KINDS.iter().find(|(known, _)| *known == kind);
    found.map_or("", |(_, text)| text)
}

/// The submitted form.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Fields {
    label: String,
    kind: String,
    #[serde(default)]
    choices: String,
}

/// `GET /settings/fields`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let page = page(&app, visitor, Fields::default(), None).await?;
    Ok(Page(page).into_response())
}

async fn page(
    app: &App,
    visitor: Visitor,
    typed: Fields,
    error: Option<String>,
) -> Result<FieldsPage, Failure> {
    app.db
        .read(move |tx| {
            let own = fields::list(tx, visitor.session.account)?;
            let lines = own.into_iter().map(|field| Line {
                kind: kind_name(field.kind),
                choices: field.choices.join(", "),
                key: format!("custom.{}", field.key),
                label: field.label,
            });
            Ok(FieldsPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                lines: lines.collect(),
                kinds: KINDS
                    .iter()
                    .map(|(kind, text)| {
                        Choice::new(kind.as_str(), *text, kind.as_str() == typed.kind)
                    })
                    .collect(),
                typed,
                error,
            })
        })
        .await
}

/// `POST /settings/fields`
pub(crate) async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(typed): Form<Fields>,
) -> Result<Response, Failure> {
    let kind = FieldKind::parse(&typed.kind).ok_or(Failure::BadRequest)?;
    let choices: Vec<String> = typed
        .choices
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let (ctx, label) = (visitor.ctx.clone(), typed.label.clone());
    let made = app
        .db
        .write(move |tx| fields::create(tx, &ctx, &label, kind, &choices))
        .await;
    let words = match made {
        Ok(_) => return Ok(see_other("/settings/fields")),
        Err(CreateField::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(CreateField::Db(error)) => return Err(error.into()),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let page = page(&app, visitor, typed, Some(words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
