//! The outbox: messages to the account's people, and what became of them.

use db::Tx;
use delivery::{
    Channel, MessageState, Purpose, Rendered,
    messages::{self, Message, PAGE, Wanted},
    outlet_state,
};
use directory::Action;
use kernel::MessageId;
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, CURSOR, FIELDS, Operation, Work},
    shape::{Shape, field, may},
};
use crate::{
    failure::Failure,
    outbox::{TooLate, take_back},
};

const STATES: Shape = Shape::OneOf(&[
    "queued",
    "claimed",
    "handed",
    "sent",
    "captured",
    "bounced",
    "failed",
    "withdrawn",
]);
pub(super) const PURPOSES: Shape = Shape::OneOf(&[
    "invitation",
    "reminder",
    "access",
    "password_reset",
    "security_notice",
    "bounces",
    "early_access",
    "own_data",
    "documents",
    "notifications",
]);
pub(super) const CHANNELS: Shape = Shape::OneOf(&["email", "sms"]);
const COUNT: Shape = Shape::Integer(0, i64::MAX);
pub(super) const CONTENT: Shape = Shape::Named(
    "MessageContent",
    &Shape::Object(&[
        field("subject", Shape::Lines(10_000), "Blank for an SMS."),
        field("text", Shape::Lines(1_000_000), ""),
        field(
            "html",
            Shape::Maybe(&Shape::Lines(4_000_000)),
            "The same as a document; null for an SMS.",
        ),
    ]),
);
const MESSAGE: Shape = Shape::Named(
    "Message",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("channel", CHANNELS, ""),
        field("purpose", PURPOSES, ""),
        field("language", Shape::Text(0, 40), "Of its text."),
        field(
            "recipient",
            Shape::Maybe(&Shape::Text(0, 400)),
            "Null once the address is not kept any more.",
        ),
        field("subject", Shape::Maybe(&Shape::Id), "What it is about."),
        field(
            "state",
            STATES,
            "`captured`: kept here, because there is no way out.",
        ),
        field("attempts", COUNT, "How often it was offered in vain."),
        field(
            "due_at",
            Shape::Maybe(&Shape::Moment),
            "When it is offered next, while it waits.",
        ),
        field(
            "reason",
            Shape::Maybe(&Shape::Lines(10_000)),
            "Why it was not delivered.",
        ),
        field(
            "reply",
            Shape::Maybe(&Shape::Lines(100_000)),
            "What the server said.",
        ),
        field("created_at", Shape::Moment, ""),
        field("settled_at", Shape::Maybe(&Shape::Moment), ""),
        field(
            "forgotten_at",
            Shape::Maybe(&Shape::Moment),
            "When its text and address were taken away.",
        ),
        field("human_url", Shape::Text(0, 200), ""),
        may(
            "content",
            Shape::Maybe(&CONTENT),
            "As its recipient gets it, without a link by which one signs in; only of one message.",
        ),
    ]),
);
const OUTLETS: Shape = Shape::Named(
    "Outbox",
    &Shape::Object(&[
        field(
            "counts",
            Shape::Map(&COUNT),
            "How many messages are in each state.",
        ),
        field(
            "channels",
            Shape::List(
                &Shape::Object(&[
                    field("channel", CHANNELS, ""),
                    field(
                        "configured",
                        Shape::Bool,
                        "Whether there is a way out; if not, messages are kept here.",
                    ),
                    field(
                        "problem",
                        Shape::Maybe(&Shape::Lines(10_000)),
                        "Why none are leaving.",
                    ),
                    field(
                        "retry_at",
                        Shape::Maybe(&Shape::Moment),
                        "When it is tried again.",
                    ),
                ]),
                10,
            ),
            "",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a70","channel":"email","purpose":"invitation","language":"en","recipient":"thandi@example.com","subject":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","state":"queued","attempts":0,"due_at":"2026-11-22T09:30:00Z","reason":null,"reply":null,"created_at":"2026-11-22T09:30:00Z","settled_at":null,"forgotten_at":null,"human_url":"/outbox/01977420-5c1d-7b32-9a01-3d1f5b9e2a70","content":{"subject":"Your invitation","text":"Hello Thandi,\n\n[link]","html":"<!doctype html>"}}"#;
const SOME: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a70","purpose":"invitation","state":"sent"}],"next":null}"#;

pub(super) const LIST: Operation =
    Operation::new("listMessages", "List messages", Work::Read(list))
        .words("Newest first, 50 on a page.")
        .query(&[
            may("state", STATES, ""),
            may("purpose", PURPOSES, ""),
            may("to", Shape::Text(1, 320), "What the recipient begins with."),
            CURSOR,
            FIELDS,
        ])
        .answers(Answered::One(&Shape::Page(&MESSAGE)), SOME);
pub(super) const SHOW: Operation =
    Operation::new("getMessage", "One message with its text", Work::Read(show))
        .answers(Answered::One(&MESSAGE), EXAMPLE);
pub(super) const WITHDRAW: Operation = Operation::new(
    "withdrawMessage",
    "Take back a message that waits",
    Work::Write(withdraw),
)
.words("Refused with 409 `too_late` when it has left, or was kept here.")
.answers(Answered::One(&MESSAGE), EXAMPLE)
.refuses(&[409]);
pub(super) const STATE: Operation = Operation::new(
    "getOutbox",
    "Whether messages are leaving",
    Work::Read(state),
)
.answers(
    Answered::One(&OUTLETS),
    r#"{"counts":{"queued":2,"sent":1204},"channels":[{"channel":"email","configured":true,"problem":null,"retry_at":null},{"channel":"sms","configured":false,"problem":null,"retry_at":null}]}"#,
);

fn allowed(ask: &Ask) -> Result<(), Problem> {
    let allowed = ask.ctx.require(Action::ViewOutbox);
    Ok(allowed.map_err(Failure::from)?)
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    allowed(ask)?;
    let wanted = Wanted {
        state: ask.param("state").and_then(MessageState::parse),
        purpose: ask.param("purpose").and_then(Purpose::parse),
        recipient: ask.param("to").map(str::to_owned),
        before: ask.after()?,
    };
    let found = messages::list(tx, ask.ctx.account, &wanted)?;
    // A full page may be the last one: then the next one is empty.
    let last = found.last().filter(|_| found.len() as i64 >= PAGE);
    let next = last.map(|message| message.id.to_string());
    let items = found.iter().map(|message| Value::Object(value(message)));
    Ok(Reply::page(ask, items.collect(), next))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    allowed(ask)?;
    one(tx, ask, ask.id("id")?)
}

fn withdraw(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = ask.id("id")?;
    take_back(tx, &ask.ctx, id)?.map_err(|TooLate| {
        Problem::conflict(
            "too_late",
            "The message has left already, or was kept here.",
        )
        .human_url(format!("/outbox/{id}"))
    })?;
    one(tx, ask, id)
}

fn one(tx: &mut Tx<'_>, ask: &Ask, id: MessageId) -> Result<Reply, Problem> {
    let account = ask.ctx.account;
    let message = messages::find(tx, account, id)?.ok_or_else(Problem::not_found)?;
    // A token is not its maker: who has it would act as the recipient by such a link.
    let message = message.seen_by(false);
    let letter = messages::content(tx, account, &message)?;
    let mut body = value(&message);
    let letter = letter.map(|letter| content(letter, message.channel));
    body.insert("content".to_owned(), json!(letter));
    Ok(Reply::one(Value::Object(body)))
}

/// A text as its recipient gets it.
pub(super) fn content(letter: Rendered, channel: Channel) -> Value {
    let html = Some(letter.html).filter(|_| channel == Channel::Email);
    json!({"subject": letter.subject, "text": letter.text, "html": html})
}

fn value(message: &Message) -> Map<String, Value> {
    let waits = message.state == MessageState::Queued;
    let recipient = Some(&message.recipient).filter(|recipient| !recipient.is_empty());
    let value = json!({
        "id": message.id, "channel": message.channel.as_str(),
        "purpose": message.purpose.as_str(), "language": message.language,
        "recipient": recipient, "subject": message.subject, "state": message.state.as_str(),
        "attempts": message.attempts, "due_at": waits.then_some(message.due_at),
        "reason": message.reason, "reply": message.reply, "created_at": message.created_at,
        "settled_at": message.settled_at, "forgotten_at": message.forgotten_at,
        "human_url": format!("/outbox/{}", message.id),
    });
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn state(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    allowed(ask)?;
    let counts: Map<String, Value> = messages::counts(tx, ask.ctx.account)?
        .into_iter()
        .map(|(state, count)| (state.as_str().to_owned(), json!(count)))
        .collect();
    let ways = &ask.app.delivery;
    let mut channels = Vec::new();
    for channel in Channel::ALL {
        let is_configured = match channel {
            Channel::Email => ways.mail.is_some(),
            Channel::Sms => ways.sms.is_some(),
        };
        let state = outlet_state(tx, *channel)?;
        // A problem of a way that was taken away since is none.
        let state = Some(state).filter(|_| is_configured);
        channels.push(json!({
            "channel": channel.as_str(), "configured": is_configured,
            "problem": state.as_ref().and_then(|state| state.problem.as_ref()),
            "retry_at": state.as_ref().and_then(|state| state.retry_at),
        }));
    }
    Ok(Reply::one(json!({"counts": counts, "channels": channels})))
}
