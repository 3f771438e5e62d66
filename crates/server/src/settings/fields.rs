//! `/settings/fields`: what is known of people beyond what everybody has.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::fields::{self, ChangeField, CreateField, CustomField, FieldKind};
use serde::Deserialize;

use crate::{
    app::App,
    choice::Choice,
    extract::Form,
    failure::Failure,
    format::{count, counted, sentence},
    guard::Visitor,
    link::Link,
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
    /// The key without what stands before those of the account.
    own: String,
    /// How many people have a value; none if nobody.
    people: Option<String>,
    /// Where these are.
    list: String,
    /// Where the value of all of them is cleared.
    clear: String,
}

impl Line {
    fn of(field: CustomField, number: i64) -> Self {
        let people = if number >= fields::COUNTED {
            format!("{} people or more", count(number))
        } else {
            counted(number, "person", "people")
        };
        let key = format!("custom.{}", field.key);
        let clear = Link::to("/users/bulk")
            .with("all", "yes")
            .with("field", &field.key)
            .with("do", "set")
            .with("set_field", &key);
        Self {
            list: Link::to("/users").with("field", &field.key).into_string(),
            clear: clear.into_string(),
            kind: kind_name(field.kind),
            choices: field.choices.join(", "),
            key,
            label: field.label,
            own: field.key,
            people: (number > 0).then_some(people),
        }
    }
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
            let held = fields::holders(tx, visitor.session.account)?;
            let lines = own.into_iter().map(|field| {
                let number = held.get(&field.key).copied().unwrap_or(0);
                Line::of(field, number)
            });
            let lines = lines.collect();
            Ok(FieldsPage {
                shell: Shell::load(tx, &visitor, Section::Settings)?,
                lines,
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

/// Which field, and what it is to be called.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Change {
    key: String,
    #[serde(default)]
    label: String,
}

/// `POST /settings/fields/rename`
pub(crate) async fn rename(
    State(app): State<App>,
    visitor: Visitor,
    Form(change): Form<Change>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let done = app
        .db
        .write(move |tx| fields::rename(tx, &ctx, &change.key, &change.label))
        .await;
    changed(&app, visitor, done).await
}

/// `POST /settings/fields/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Form(change): Form<Change>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    let done = app
        .db
        .write(move |tx| fields::remove(tx, &ctx, &change.key))
        .await;
    changed(&app, visitor, done).await
}

async fn changed(
    app: &App,
    visitor: Visitor,
    done: Result<(), ChangeField>,
) -> Result<Response, Failure> {
    let words = match done {
        Ok(()) => return Ok(see_other("/settings/fields")),
        Err(ChangeField::Forbidden(_)) => return Err(Failure::Forbidden),
        Err(ChangeField::NotFound) => return Err(Failure::NotFound),
        Err(ChangeField::Db(error)) => return Err(error.into()),
        Err(
            refusal @ (ChangeField::Label
            | ChangeField::Exists(_)
            | ChangeField::InUse(_)
            | ChangeField::Writing(_)),
        ) => sentence(&refusal.to_string()),
    };
    let page = page(app, visitor, Fields::default(), Some(words)).await?;
    Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
