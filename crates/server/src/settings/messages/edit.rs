//! One text: changing it, looking at it filled, sending it to oneself, and going back to the product's.

use axum::{extract::State, http::StatusCode, response::Response};
use db::Tx;
use delivery::{
    Channel, Rendered,
    templates::{self, Template, TemplateError},
};
use directory::accounts;
use kernel::Timestamp;
use serde::Deserialize;

use super::{
    TextKey, TextRefusal,
    keep::{self, Text},
};
use crate::{
    app::App,
    extract::{Form, Id, Params},
    failure::Failure,
    format::{Moment, moment, sentence, zone},
    guard::Visitor,
    outbox::{channel_name, language_name, purpose_help, purpose_name},
    page::{Page, Section, Shell, see_other, with_status},
};

/// What the places stand for.
const PLACES: [(&str, &str); 7] = [
    ("{account}", "the name of your account"),
    ("{name}", "the recipient's full name"),
    ("{first_name}", "the recipient's first name"),
    ("{sender}", "who caused the message"),
    ("{days}", "for how many days the link works"),
    (
        "{list}",
        "what it is about, one a line: devices, changes or addresses",
    ),
    ("{link}", "the address to open, the recipient's own"),
];

/// What was just done.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    done: String,
}

/// The form: what it says, what it was made from, and which button was pressed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    subject: String,
    text: String,
    seen: String,
    intent: String,
}

impl Typed {
    /// When the account's own text that the form was made from was changed; none if it was the product's.
    fn seen(&self) -> Option<Timestamp> {
        self.seen.parse().ok().map(Timestamp::from_micros)
    }
}

#[derive(askama::Template)]
#[template(path = "settings/message.html")]
pub(crate) struct TextPage {
    shell: Shell,
    link: String,
    purpose: &'static str,
    help: &'static str,
    channel: &'static str,
    language: &'static str,
    language_tag: &'static str,
    languages: Vec<Other>,
    needs_link: bool,
    is_mail: bool,
    subject: String,
    text: String,
    seen: String,
    changed: Option<Moment>,
    email: Option<String>,
    preview: Option<Rendered>,
    error: Option<String>,
    done: Option<&'static str>,
}

impl TextPage {
    fn places() -> &'static [(&'static str, &'static str)] {
        &PLACES
    }
}

/// The same text in another language.
struct Other {
    link: String,
    name: &'static str,
    tag: &'static str,
    is_this: bool,
}

/// `GET /settings/messages/{text}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(key): Id<TextKey>,
    Params(query): Params<Query>,
) -> Result<Page<TextPage>, Failure> {
    app.db
        .read(move |tx| {
            let mut page = page(tx, &visitor, &key)?;
            page.done = match query.done.as_str() {
                "saved" => Some("Saved. Messages that still wait use it too."),
                "reset" => Some("The text that comes with the product is used again."),
                "sent" => Some("Queued for your own address. The outbox says what becomes of it."),
                _ => None,
            };
            Ok(Page(page))
        })
        .await
}

fn page(tx: &mut Tx<'_>, visitor: &Visitor, key: &TextKey) -> Result<TextPage, Failure> {
    let Text { template, seen } = keep::find(tx, &visitor.ctx, key).map_err(refused)?;
    let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
    let other = |language: &'static str| Other {
        link: TextKey {
            language,
            ..key.clone()
        }
        .link(),
        name: language_name(language),
        tag: language,
        is_this: language == key.language,
    };
    Ok(TextPage {
        shell: Shell::load(tx, visitor, Section::Settings)?,
        link: key.link(),
        purpose: purpose_name(key.purpose),
        help: purpose_help(key.purpose),
        channel: channel_name(key.channel),
        language: language_name(key.language),
        language_tag: key.language,
        languages: templates::languages().map(other).collect(),
        needs_link: key.purpose.needs_link(),
        is_mail: key.channel == Channel::Email,
        subject: template.subject,
        text: template.text,
        seen: seen
            .map(|at| at.as_micros().to_string())
            .unwrap_or_default(),
        changed: seen.map(|at| moment(at, &zone)),
        email: visitor.session.email.clone(),
        preview: None,
        error: None,
        done: None,
    })
}

/// `POST /settings/messages/{text}`: the buttons Preview and Save.
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(key): Id<TextKey>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let template = Template {
        language: key.language.to_owned(),
        subject: typed.subject.clone(),
        text: typed.text.clone(),
    };
    if typed.intent == "preview" {
        let error = templates::check(key.purpose, key.channel, &template).err();
        let link = app.delivery.link("/");
        let (ctx, text) = (visitor.ctx.clone(), key.clone());
        let parameters = app
            .db
            .read(move |tx| keep::example(tx, &ctx, &text))
            .await?;
        let preview = templates::preview(&template, &parameters, &link);
        return again(&app, visitor, key, typed, Some(preview), error).await;
    }
    let (ctx, text) = (visitor.ctx.clone(), key.clone());
    let seen = typed.seen();
    let stored = app
        .db
        .write(move |tx| keep::store(tx, &ctx, &text, &template, seen))
        .await;
    match stored {
        Ok(()) => Ok(see_other(&format!("{}?done=saved", key.link()))),
        Err(TextRefusal::Text(TemplateError::Changed)) => Err(changed_meanwhile(&key)),
        Err(TextRefusal::Text(error)) => again(&app, visitor, key, typed, None, Some(error)).await,
        Err(refusal) => Err(refused(refusal)),
    }
}

/// What no form can put right.
fn refused(refusal: TextRefusal) -> Failure {
    match refusal {
        TextRefusal::Forbidden(_) => Failure::Forbidden,
        TextRefusal::Db(error) | TextRefusal::Text(TemplateError::Db(error)) => error.into(),
        TextRefusal::Text(_) => Failure::NotFound,
        TextRefusal::NoAddress => Failure::BadRequest,
    }
}

/// The form as it was typed, with what it would look like or what is wrong with it.
async fn again(
    app: &App,
    visitor: Visitor,
    key: TextKey,
    typed: Typed,
    preview: Option<Rendered>,
    error: Option<TemplateError>,
) -> Result<Response, Failure> {
    let mut page = app.db.read(move |tx| page(tx, &visitor, &key)).await?;
    // What it was made from, not what is there now: saving later has to find out.
    (page.subject, page.text, page.seen) = (typed.subject, typed.text, typed.seen);
    page.preview = preview;
    let status = match &error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    page.error = error.map(|error| sentence(&error.to_string()));
    Ok(with_status(status, &page))
}

/// `POST /settings/messages/{text}/reset`
pub(crate) async fn reset(
    State(app): State<App>,
    visitor: Visitor,
    Id(key): Id<TextKey>,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let seen = typed.seen().ok_or(Failure::BadRequest)?;
    let text = key.clone();
    let done = app
        .db
        .write(move |tx| keep::reset(tx, &visitor.ctx, &text, seen))
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=reset", key.link()))),
        Err(TextRefusal::Text(TemplateError::Changed)) => Err(changed_meanwhile(&key)),
        Err(refusal) => Err(refused(refusal)),
    }
}

/// `POST /settings/messages/{text}/send`: the text as it is saved, to the visitor's own address.
pub(crate) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Id(key): Id<TextKey>,
) -> Result<Response, Failure> {
    let (link, text) = (app.delivery.link("/"), key.clone());
    app.db
        .write(move |tx| keep::send(tx, &visitor.ctx, &text, link).map_err(refused))
        .await?;
    app.wake.wake();
    Ok(see_other(&format!("{}?done=sent", key.link())))
}

fn changed_meanwhile(key: &TextKey) -> Failure {
    Failure::Conflict {
        title: "Somebody changed this text".to_owned(),
        message: "It was changed while you were looking, so nothing was saved. Go back for what \
                  you typed, or look at the present text."
            .to_owned(),
        link: key.link(),
    }
}
