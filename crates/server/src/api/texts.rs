//! The texts of messages: which are the account's own, changing one, trying it, and going back.

use db::Tx;
use delivery::templates::{self, Template, TemplateError};
use directory::Action;
use kernel::Timestamp;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag_of},
    operation::{Answered, Body, FIELDS, Operation, Work},
    outbox::{CHANNELS, CONTENT, PURPOSES, content},
    shape::{Shape, Wrong, field, may},
};
use crate::{
    failure::Failure,
    format::sentence,
    settings::messages::{TextKey, TextRefusal, keep},
};

const KEY: Shape = Shape::Text(0, 100);
const LINE: Shape = Shape::Named(
    "MessageTextLine",
    &Shape::Object(&[
        field("text", KEY, "Its name, such as `invitation.email.en`."),
        field("purpose", PURPOSES, ""),
        field("channel", CHANNELS, ""),
        field("language", Shape::Text(0, 40), ""),
        field(
            "own",
            Shape::Bool,
            "Whether it is the account's own, not the product's.",
        ),
        field(
            "changed_at",
            Shape::Maybe(&Shape::Moment),
            "When the account's own was changed.",
        ),
    ]),
);
const TEXT: Shape = Shape::Named(
    "MessageText",
    &Shape::Object(&[
        field("text", KEY, ""),
        field("purpose", PURPOSES, ""),
        field("channel", CHANNELS, ""),
        field("language", Shape::Text(0, 40), ""),
        field("own", Shape::Bool, ""),
        field("changed_at", Shape::Maybe(&Shape::Moment), ""),
        field("subject", Shape::Text(0, 400), "Blank for an SMS."),
        field(
            "content",
            Shape::Lines(20_000),
            "With places: {account}, {name}, {first_name}, {sender}, {days}, {list}, {link}.",
        ),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "MessageTextChanges",
    &Shape::Object(&[
        may("subject", Shape::Text(0, 200), ""),
        may(
            "content",
            Shape::Lines(10_000),
            "Up to 1,000 characters for an SMS.",
        ),
    ]),
);
const SENT: Shape = Shape::Named(
    "SentExample",
    &Shape::Object(&[field("message", Shape::Id, "In the outbox.")]),
);
const EXAMPLE: &str = r#"{"text":"invitation.sms.en","purpose":"invitation","channel":"sms","language":"en","own":true,"changed_at":"2026-11-22T09:30:00Z","subject":"","content":"{account}: sign in at {link}"}"#;

pub(super) const LIST: Operation = Operation::new(
    "listMessageTexts",
    "List the texts of messages",
    Work::Read(list),
)
.words("One for each purpose, channel and language; all on one page.")
.query(&[FIELDS])
.answers(
    Answered::One(&Shape::Page(&LINE)),
    r#"{"items":[{"text":"invitation.sms.en","purpose":"invitation","channel":"sms","language":"en","own":false,"changed_at":null}],"next":null}"#,
);
pub(super) const SHOW: Operation =
    Operation::new("getMessageText", "One text of messages", Work::Read(show))
        .answers(Answered::One(&TEXT), EXAMPLE);
pub(super) const CHANGE: Operation = Operation::new(
    "changeMessageText",
    "Change a text of messages",
    Work::Write(change),
)
.words("It is the account's own then. Messages that wait use it, too.")
.body(Body::Json(
    &CHANGES,
    r#"{"content":"{account}: sign in at {link}"}"#,
))
.answers(Answered::One(&TEXT), EXAMPLE)
.needs_version();
pub(super) const RESET: Operation = Operation::new(
    "resetMessageText",
    "Go back to the text that comes with the product",
    Work::Write(reset),
)
.needs_version();
pub(super) const PREVIEW: Operation = Operation::new(
    "previewMessageText",
    "What a message of a text would look like",
    Work::Read(preview),
)
.words("Of the text as it is, or as the body says. Nothing is stored.")
.body(Body::Json(
    &CHANGES,
    r#"{"content":"Hello {first_name}: {link}"}"#,
))
.answers(
    Answered::One(&CONTENT),
    r#"{"subject":"","text":"Hello Maria: https://muster.example/","html":null}"#,
);
pub(super) const SEND: Operation = Operation::new(
    "sendMessageText",
    "Send a text to the token's maker",
    Work::Write(send),
)
.words("By e-mail, with values to look at. Refused with 422 `no_address` for an SMS, and if the maker has no e-mail address.")
.answers(
    Answered::Taken(&SENT),
    r#"{"message":"01977420-5c1d-7b32-9a01-3d1f5b9e2a70"}"#,
);

fn key(ask: &Ask) -> Result<TextKey, Problem> {
    ask.id("text")
}

fn line(key: &TextKey, changed: Option<Timestamp>) -> Value {
    json!({
        "text": key.to_string(), "purpose": key.purpose.as_str(),
        "channel": key.channel.as_str(), "language": key.language, "own": changed.is_some(),
        "changed_at": changed,
    })
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let allowed = ask.ctx.require(Action::EditSettings);
    allowed.map_err(Failure::from)?;
    let own = templates::list_own(tx, ask.ctx.account)?;
    let changed = |key: &TextKey| {
        let is_this = |own: &&(delivery::Purpose, delivery::Channel, String, Timestamp)| {
            (own.0, own.1, own.2.as_str()) == (key.purpose, key.channel, key.language)
        };
        own.iter().find(is_this).map(|own| own.3)
    };
    let items = TextKey::all().map(|key| line(&key, changed(&key)));
    Ok(Reply::page(ask, items.collect(), None))
}

fn reply(tx: &mut Tx<'_>, ask: &Ask, key: &TextKey) -> Result<Reply, Problem> {
    let text = keep::find(tx, &ask.ctx, key)?;
    let mut value = line(key, text.seen);
    if let Some(object) = value.as_object_mut() {
        object.insert("subject".to_owned(), json!(text.template.subject));
        object.insert("content".to_owned(), json!(text.template.text));
    }
    Ok(Reply::one(value).tagged(&version(text.seen)))
}

/// What a text was made from: the account's own of a moment, or the product's.
fn version(seen: Option<Timestamp>) -> String {
    let at = seen.map_or_else(|| "product".to_owned(), |at| at.as_micros().to_string());
    tag_of(&[&at])
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = key(ask)?;
    reply(tx, ask, &key)
}

/// The text as the body wants it, and when the present one was changed.
fn typed(
    tx: &mut Tx<'_>,
    ask: &Ask,
    key: &TextKey,
) -> Result<(Template, Option<Timestamp>), Problem> {
    let mut text = keep::find(tx, &ask.ctx, key)?;
    if let Some(subject) = ask.text("subject") {
        subject.clone_into(&mut text.template.subject);
    }
    if let Some(content) = ask.text("content") {
        content.clone_into(&mut text.template.text);
    }
    key.language.clone_into(&mut text.template.language);
    Ok((text.template, text.seen))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = key(ask)?;
    let (template, seen) = typed(tx, ask, &key)?;
    ask.expect(&version(seen))?;
    keep::store(tx, &ask.ctx, &key, &template, seen)?;
    reply(tx, ask, &key)
}

fn reset(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = key(ask)?;
    let text = keep::find(tx, &ask.ctx, &key)?;
    ask.expect(&version(text.seen))?;
    if let Some(seen) = text.seen {
        keep::reset(tx, &ask.ctx, &key, seen)?;
    }
    Ok(Reply::nothing())
}

fn preview(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = key(ask)?;
    let (template, _) = typed(tx, ask, &key)?;
    templates::check(key.purpose, key.channel, &template).map_err(TextRefusal::from)?;
    let parameters = keep::example(tx, &ask.ctx, &key)?;
    let link = ask.app.delivery.link("/");
    let letter = templates::preview(&template, &parameters, &link);
    Ok(Reply::one(content(letter, key.channel)))
}

fn send(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let key = key(ask)?;
    let message = keep::send(tx, &ask.ctx, &key, ask.app.delivery.link("/"))?;
    let address = format!("/api/v1/outbox/{message}");
    Ok(Reply::taken(json!({"message": message}), &address))
}

impl From<TextRefusal> for Problem {
    fn from(refusal: TextRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            TextRefusal::Forbidden(_) => Failure::Forbidden.into(),
            TextRefusal::Db(error) | TextRefusal::Text(TemplateError::Db(error)) => error.into(),
            TextRefusal::NoAddress => Self::unprocessable("no_address", words),
            TextRefusal::Text(TemplateError::UnknownMessage) => Self::not_found(),
            TextRefusal::Text(TemplateError::Changed) => Self::conflict("text_changed", words),
            TextRefusal::Text(TemplateError::NoSubject) => {
                Self::invalid(vec![Wrong::new("/subject", words)])
            }
            TextRefusal::Text(TemplateError::Long { what, .. }) => {
                let at = if what == "subject" {
                    "/subject"
                } else {
                    "/content"
                };
                Self::invalid(vec![Wrong::new(at, words)])
            }
            TextRefusal::Text(
                TemplateError::Empty | TemplateError::UnknownPlace(_) | TemplateError::NoLink,
            ) => Self::invalid(vec![Wrong::new("/content", words)]),
        }
    }
}
