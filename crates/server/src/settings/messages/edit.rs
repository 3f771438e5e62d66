//! One text: changing it, looking at it filled, sending it to oneself, and going back to the product's.

use axum::{extract::State, http::StatusCode, response::Response};
use db::Tx;
use delivery::{
    Channel, Parameters, Purpose, Rendered, SecurityChange,
    messages::{self, NewMessage},
    templates::{self, Template, TemplateError},
};
use directory::{Action, accounts, activity};
use kernel::{MessageId, Timestamp};
use serde::Deserialize;

use super::TextKey;
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
    visitor.ctx.require(Action::EditSettings)?;
    let account = visitor.session.account;
    let zone = zone(&accounts::get(tx, account)?.time_zone);
    let own = templates::find_own(tx, account, key.purpose, key.channel, key.language)?;
    let seen = own.as_ref().map(|own| own.updated_at);
    let template = match own {
        Some(own) => Some(own.template),
        None => templates::find(tx, account, key.purpose, key.channel, key.language)?,
    };
    let template = template.ok_or(Failure::NotFound)?;
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
        let preview = templates::preview(
            &template,
            &example(&visitor, key.purpose, key.language),
            &link,
        );
        return again(&app, visitor, key, typed, Some(preview), error).await;
    }
    let (who, text) = (visitor.clone(), key.clone());
    let seen = typed.seen();
    let stored = app
        .db
        .write(move |tx| {
            let ctx = &who.ctx;
            let kind = (text.purpose, text.channel);
            templates::store(tx, ctx.account, ctx.now(), kind, &template, seen)?;
            note(tx, &who, "text.changed", &text).map_err(TemplateError::Db)
        })
        .await;
    match stored {
        Ok(()) => Ok(see_other(&format!("{}?done=saved", key.link()))),
        Err(TemplateError::Changed) => Err(changed_meanwhile(&key)),
        Err(TemplateError::Db(error)) => Err(error.into()),
        Err(error) => again(&app, visitor, key, typed, None, Some(error)).await,
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
        .write(move |tx| {
            let account = visitor.ctx.account;
            templates::reset(tx, account, text.purpose, text.channel, text.language, seen)?;
            note(tx, &visitor, "text.reset", &text).map_err(TemplateError::Db)
        })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{}?done=reset", key.link()))),
        Err(TemplateError::Db(error)) => Err(error.into()),
        Err(_) => Err(changed_meanwhile(&key)),
    }
}

/// `POST /settings/messages/{text}/send`: the text as it is saved, to the visitor's own address.
pub(crate) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Id(key): Id<TextKey>,
) -> Result<Response, Failure> {
    let email = visitor.session.email.clone();
    let recipient = email
        .filter(|_| key.channel == Channel::Email)
        .ok_or(Failure::BadRequest)?;
    let ctx = visitor.ctx.clone();
    let message = NewMessage {
        id: ctx.new_id::<MessageId>(),
        account: ctx.account,
        channel: key.channel,
        purpose: key.purpose,
        language: Some(key.language.to_owned()),
        subject: None,
        recipient,
        parameters: example(&visitor, key.purpose, key.language),
        link: Some(app.delivery.link("/")),
        due_at: ctx.now(),
        created_at: ctx.now(),
    };
    app.db
        .write(move |tx| messages::queue(tx, std::slice::from_ref(&message)))
        .await?;
    app.wake.wake();
    Ok(see_other(&format!("{}?done=sent", key.link())))
}

/// Values to look at a text with; the link leads to the start page.
fn example(visitor: &Visitor, purpose: Purpose, language: &str) -> Parameters {
    let changed = [SecurityChange::Password.in_words(language)];
    let list: &[&str] = match purpose {
        Purpose::Access => &["Main gate", "Side door"],
        Purpose::SecurityNotice => &changed,
        Purpose::Documents => &["Permit 7 (Work permits)"],
        Purpose::Notifications => &["Import 12 of people.csv is paused."],
        Purpose::Bounces => &["thandi@example.com: There is no mailbox with this address."],
        Purpose::Invitation
        | Purpose::Reminder
        | Purpose::PasswordReset
        | Purpose::EarlyAccess
        | Purpose::OwnData => &[],
    };
    Parameters {
        account: visitor.session.account_name.clone(),
        name: visitor.session.full_name(),
        first_name: visitor.session.first_name.clone(),
        sender: visitor.session.full_name(),
        days: 7,
        list: list.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn note(tx: &mut Tx<'_>, visitor: &Visitor, action: &str, key: &TextKey) -> db::Result<()> {
    let details = format!(
        "{} by {} in {}",
        purpose_name(key.purpose),
        channel_name(key.channel),
        language_name(key.language)
    );
    activity::record(tx, &visitor.ctx, action, None, &details)
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
