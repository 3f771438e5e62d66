//! Cards: where they stand, making one, and what is done with it. Numbers are never shown whole.

use db::Tx;
use directory::{
    Action,
    cards::{
        self, CardFilter, CardLine, CardRefusal, CardSettings, NewCard, Step, Validity, standing,
    },
};
use kernel::{CardId, CardNumber, CardState, CardType, Timestamp};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const STATES: Shape = Shape::OneOf(&[
    "reserved", "issued", "active", "paused", "expired", "revoked",
]);
const KINDS: Shape = Shape::OneOf(&["mobile", "rf", "qr"]);
pub(super) const CARD: Shape = Shape::Named(
    "Card",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("user", Shape::Id, "Who holds it."),
        field("name", Shape::Text(0, 400), "What they are called."),
        field(
            "number_masked",
            Shape::Text(0, 200),
            "With all but the last digits hidden.",
        ),
        field("type", KINDS, ""),
        field("state", STATES, ""),
        field("starts_at", Shape::Maybe(&Shape::Moment), ""),
        field("ends_at", Shape::Maybe(&Shape::Moment), ""),
        field("created_at", Shape::Moment, ""),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewCard",
    &Shape::Object(&[
        field("user", Shape::Id, "Who gets it; a person has one."),
        may(
            "type",
            KINDS,
            "As the account's settings say, if nothing is said.",
        ),
        may(
            "number",
            Shape::Maybe(&Shape::Text(1, 80)),
            "An rf card needs the one that is written on it.",
        ),
        may("starts_at", Shape::Maybe(&Shape::Moment), ""),
        may(
            "ends_at",
            Shape::Maybe(&Shape::Moment),
            "As the account's settings say, if nothing is said.",
        ),
        may(
            "issue",
            Shape::Bool,
            "Given out at once; otherwise reserved.",
        ),
    ]),
);
pub(super) const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a18","user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","number_masked":"••••4711","type":"rf","state":"active","starts_at":null,"ends_at":"2027-11-22T09:30:00Z","created_at":"2026-11-22T09:30:00Z"}"#;
const PAGE: &str =
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a18","state":"active"}],"next":null}"#;

pub(super) const LIST: Operation = Operation::new("listCards", "List cards", Work::Read(list))
    .words("Newest first.")
    .query(&[
        may("state", STATES, "Only those that stand here now."),
        may(
            "q",
            Shape::Text(1, 200),
            "Only with this number, or of people whose name, address, phone number or external id begins so: some hundred, on one page, whatever their state.",
        ),
        LIMIT,
        CURSOR,
        FIELDS,
    ])
    .answers(Answered::One(&Shape::Page(&CARD)), PAGE);
pub(super) const CREATE: Operation =
    Operation::new("createCard", "Make a card for a user", Work::Write(create))
        .body(Body::Json(
            &NEW,
            r#"{"user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","type":"mobile","issue":true}"#,
        ))
        .answers(Answered::Made(&CARD), EXAMPLE)
        .refuses(&[404, 409]);
pub(super) const SHOW: Operation = Operation::new("getCard", "One card", Work::Read(show))
    .query(&[FIELDS])
    .answers(Answered::One(&CARD), EXAMPLE);

macro_rules! step {
    ($name:ident, $id:literal, $summary:literal, $step:ident) => {
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Write(|tx, ask| turn(tx, ask, Step::$step)),
        )
        .words("Refused with 409 `card_state` if the card stands elsewhere.")
        .answers(Answered::One(&CARD), EXAMPLE)
        .refuses(&[409]);
    };
}
step!(ISSUE, "issueCard", "Give a reserved card out", Issue);
step!(PAUSE, "pauseCard", "Stop a card for a while", Pause);
step!(RESUME, "resumeCard", "Let a card work again", Resume);
step!(REVOKE, "revokeCard", "Take a card back for good", Revoke);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let settings = CardSettings::load(tx, ask.ctx.account)?;
    if let Some(words) = ask.param("q") {
        ask.ctx
            .require(Action::ManageCards)
            .map_err(CardRefusal::from)?;
        let found = cards::search(tx, &ask.ctx, words)?;
        let items = found.iter().map(|line| value(ask, &settings, line));
        return Ok(Reply::page(ask, items.collect(), None));
    }
    let filter = CardFilter {
        state: ask
            .param("state")
            .and_then(|state| CardState::parse(state).ok()),
    };
    let page = cards::page(tx, &ask.ctx, filter, ask.after()?, ask.limit())?;
    let last = page.cards.last().filter(|_| page.has_next);
    let next = last.map(|line| line.card.id.to_string());
    let items = page
        .cards
        .iter()
        .map(|line| value(ask, &settings, line))
        .collect();
    Ok(Reply::page(ask, items, next))
}

/// One card that the token's maker may see.
pub(super) fn get(tx: &mut Tx<'_>, ask: &Ask, id: CardId) -> Result<Value, Problem> {
    let line = cards::see(tx, &ask.ctx, id)?.ok_or_else(Problem::not_found)?;
    let settings = CardSettings::load(tx, ask.ctx.account)?;
    Ok(value(ask, &settings, &line))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(Reply::one(get(tx, ask, ask.id("id")?)?))
}

fn value(ask: &Ask, settings: &CardSettings, line: &CardLine) -> Value {
    let card = &line.card;
    json!({
        "id": card.id, "user": card.user, "name": line.holder,
        "number_masked": card.masked(settings.radix), "type": card.card_type,
        "state": standing(card, ask.ctx.now()).as_str(), "starts_at": card.starts_at,
        "ends_at": card.ends_at, "created_at": card.created_at,
    })
}

fn create(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let settings = CardSettings::load(tx, ask.ctx.account)?;
    let usual = settings.validity(ask.ctx.now());
    let wrong =
        |place: &str, words: &str| Problem::invalid(vec![Wrong::new(place, sentence(words))]);
    let number = ask
        .text("number")
        .map(|text| CardNumber::parse(text, settings.radix));
    let number = number
        .transpose()
        .map_err(|fault| wrong("/number", &fault.detail))?;
    let moment = |name: &str| {
        ask.text(name)
            .and_then(|text| text.parse::<Timestamp>().ok())
    };
    let kind = ask.text("type").map(CardType::parse).transpose();
    let new = NewCard {
        user: ask
            .text("user")
            .unwrap_or_default()
            .parse()
            .map_err(|_| Problem::not_found())?,
        number,
        kind: kind
            .map_err(|fault| wrong("/type", &fault.detail))?
            .unwrap_or(settings.card_type),
        validity: Validity {
            starts_at: moment("starts_at").or(usual.starts_at),
            ends_at: moment("ends_at").or(usual.ends_at),
        },
        is_issued: ask.body.get("issue").and_then(Value::as_bool) == Some(true),
    };
    let card = cards::add(tx, &ask.ctx, &new)?;
    let line = cards::see(tx, &ask.ctx, card.id)?.ok_or_else(Problem::not_found)?;
    let address = format!("/api/v1/cards/{}", card.id);
    Ok(Reply::made(value(ask, &settings, &line), &address))
}

fn turn(tx: &mut Tx<'_>, ask: &Ask, step: Step) -> Result<Reply, Problem> {
    let id: CardId = ask.id("id")?;
    let settings = CardSettings::load(tx, ask.ctx.account)?;
    cards::change(tx, &ask.ctx, &[id], step, settings.validity(ask.ctx.now()))?;
    Ok(Reply::one(get(tx, ask, id)?))
}

impl From<CardRefusal> for Problem {
    fn from(refusal: CardRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            CardRefusal::Forbidden(_) => Failure::Forbidden.into(),
            CardRefusal::Locked(locked) => Failure::from(locked).into(),
            CardRefusal::Unknown | CardRefusal::NobodyThere => Self::not_found(),
            CardRefusal::Db(error) => error.into(),
            CardRefusal::Output(error) => Failure::internal(&error).into(),
            CardRefusal::NumberNeeded => Self::invalid(vec![Wrong::new("/number", words)]),
            CardRefusal::Dates => Self::invalid(vec![Wrong::new("/ends_at", words)]),
            other => Self::conflict(other.code(), words),
        }
    }
}
