//! Cards for many people at once, and a card that goes to somebody else or gets another number.

use std::collections::BTreeSet;

use axum::{extract::Request, response::Response};
use db::Tx;
use directory::{
    Action,
    cards::{
        self, CardRefusal, CardSettings, Issuing, Outcome, Preview, Run, RunState, Selection,
        Validity,
    },
};
use kernel::{CardId, CardNumber, CardRunId, UserId};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    cards::{CARD, EXAMPLE as CARD_EXAMPLE, get},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{
    failure::Failure,
    format::sentence,
    imports::{CSV, attachment, streamed},
};

/// People of one run that are named.
const MOST: usize = 1000;
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const COUNTS: Shape = Shape::Object(&[
    field("issued", COUNT, "Their reserved card is issued."),
    field("holding", COUNT, "They have a card."),
    field("no_number", COUNT, "No card is reserved for them."),
    field("not_active", COUNT, "They are deactivated or deleted."),
    field("over", COUNT, "The card's dates are over or contradict."),
]);
const RUN: Shape = Shape::Named(
    "CardRun",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("state", Shape::OneOf(&["running", "done", "given_up"]), ""),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field(
            "counts",
            COUNTS,
            "How many people there are of each outcome so far.",
        ),
        field("import", Shape::Maybe(&Shape::Id), "Whose people they are."),
        field("starts_at", Shape::Maybe(&Shape::Moment), ""),
        field(
            "ends_at",
            Shape::Maybe(&Shape::Moment),
            "Of cards without an end of their own.",
        ),
        field("begun_by", Shape::Text(0, 1000), ""),
        field("created_at", Shape::Moment, ""),
        field("status_url", Shape::Text(0, 200), ""),
        field("human_url", Shape::Text(0, 200), ""),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewCardRun",
    &Shape::Object(&[
        may("users", Shape::List(&Shape::Id, MOST), "These users."),
        may(
            "import",
            Shape::Id,
            "Those whom an import created or changed last.",
        ),
        may("starts_at", Shape::Maybe(&Shape::Moment), ""),
        may(
            "ends_at",
            Shape::Maybe(&Shape::Moment),
            "Of cards without an end of their own; as the account's settings say, if nothing is said.",
        ),
    ]),
);
const NUMBER: Shape = Shape::Named(
    "CardReplacement",
    &Shape::Object(&[may(
        "number",
        Shape::Maybe(&Shape::Text(1, 80)),
        "Of the new card; an rf card needs one.",
    )]),
);
const RECEIVER: Shape = Shape::Named(
    "CardReceiver",
    &Shape::Object(&[field(
        "user",
        Shape::Id,
        "Who gets it; they must have none.",
    )]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a80","state":"running","busy":true,"counts":{"issued":200,"holding":3,"no_number":12,"not_active":0,"over":0},"import":null,"starts_at":null,"ends_at":"2027-11-22T09:30:00Z","begun_by":"Maria Keller (token Nightly)","created_at":"2026-11-22T09:30:00Z","status_url":"/api/v1/card-runs/01977420-5c1d-7b32-9a01-3d1f5b9e2a80","human_url":"/cards/runs/01977420-5c1d-7b32-9a01-3d1f5b9e2a80"}"#;
const WHOM: &str = "Of the users named or of an import; of everybody for whom a card is reserved, if neither is said.";

pub(super) const LIST: Operation = Operation::new(
    "listCardRuns",
    "List what was issued to many",
    Work::Read(list),
)
.words("The newest 20.")
.query(&[FIELDS])
.answers(
    Answered::One(&Shape::Page(&RUN)),
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a80","state":"done"}],"next":null}"#,
);
pub(super) const BEGIN: Operation = Operation::new(
    "issueCards",
    "Issue the reserved cards of many users",
    Work::Write(begin),
)
.words(WHOM)
.body(Body::Json(
    &NEW,
    r#"{"import":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12"}"#,
))
.answers(Answered::Taken(&RUN), EXAMPLE)
.refuses(&[409]);
pub(super) const PREVIEW: Operation = Operation::new(
    "previewCardRun",
    "What issuing to many would come to",
    Work::Read(preview),
)
.words(WHOM)
.body(Body::Json(&NEW, "{}"))
.answers(
    Answered::One(&COUNTS),
    r#"{"issued":200,"holding":3,"no_number":12,"not_active":0,"over":0}"#,
);
pub(super) const SHOW: Operation =
    Operation::new("getCardRun", "How far issuing is", Work::Read(show))
        .answers(Answered::One(&RUN), EXAMPLE);
pub(super) const RESULTS: Operation = Operation::new(
    "getCardRunResults",
    "What became of everybody, as CSV",
    Work::Raw(|ask, request| Box::pin(results(ask, request))),
)
.words("It has whole card numbers, so the activity log says who took it.")
.answers(Answered::File("text/csv"), "");
pub(super) const REPLACE: Operation = Operation::new(
    "replaceCard",
    "Give a holder another card",
    Work::Write(replace),
)
.words("The card is revoked, and its holder gets one with another number and the same validity.")
.body(Body::Json(&NUMBER, r#"{"number":"3735928559"}"#))
.answers(Answered::Made(&CARD), CARD_EXAMPLE)
.refuses(&[409]);
pub(super) const MOVE: Operation = Operation::new(
    "moveCard",
    "Give a card to somebody else",
    Work::Write(move_card),
)
.body(Body::Json(
    &RECEIVER,
    r#"{"user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10"}"#,
))
.answers(Answered::One(&CARD), CARD_EXAMPLE)
.refuses(&[409]);

fn allowed(ask: &Ask) -> Result<(), Problem> {
    let allowed = ask.ctx.require_for_all(Action::ManageCards);
    Ok(allowed.map_err(Failure::from)?)
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    allowed(ask)?;
    let all = cards::runs(tx, ask.ctx.account)?;
    Ok(Reply::page(ask, all.iter().map(value).collect(), None))
}

/// Issuing as the body asks for it.
fn issuing(tx: &mut Tx<'_>, ask: &Ask) -> Result<Issuing, Problem> {
    let users: BTreeSet<UserId> = ask.ids("users").into_iter().collect();
    let import = ask.text("import").and_then(|id| id.parse().ok());
    let selection = match (ask.body.get("users").is_some(), import) {
        (true, Some(_)) => {
            let words = "Name users or an import, not both.";
            return Err(Problem::invalid(vec![Wrong::new("/import", words)]));
        }
        (true, None) => Selection::People(users.into_iter().collect()),
        (false, Some(import)) => Selection::Import(import),
        (false, None) => Selection::Reserved,
    };
    let moment = |name: &str| ask.text(name).and_then(|text| text.parse().ok());
    let usual = CardSettings::load(tx, ask.ctx.account)?.validity(ask.ctx.now());
    let ends_at = match ask.body.get("ends_at") {
        Some(_) => moment("ends_at"),
        None => usual.ends_at,
    };
    Ok(Issuing {
        selection,
        validity: Validity {
            starts_at: moment("starts_at").or(usual.starts_at),
            ends_at,
        },
    })
}

fn preview(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let issuing = issuing(tx, ask)?;
    Ok(Reply::one(counts(&cards::preview(tx, &ask.ctx, &issuing)?)))
}

fn begin(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let issuing = issuing(tx, ask)?;
    let id = cards::begin(tx, &ask.ctx, &issuing)?;
    let run = cards::find_run(tx, ask.ctx.account, id)?.ok_or_else(Problem::not_found)?;
    Ok(Reply::taken(value(&run), &address(&run)))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    allowed(ask)?;
    let run = cards::find_run(tx, ask.ctx.account, ask.id("id")?)?;
    Ok(Reply::one(value(&run.ok_or_else(Problem::not_found)?)))
}

async fn results(ask: Ask, _: Request) -> Result<Response, Problem> {
    let id: CardRunId = ask.id("id")?;
    let written = tokio::task::spawn_blocking(move || {
        // Written to a file without a name first: a failure halfway is then still a problem.
        let spool = tempfile::tempfile_in(&ask.app.settings.data);
        let mut spool = spool.map_err(CardRefusal::Output)?;
        cards::report(&ask.app.db, &ask.ctx, id, &mut spool)?;
        std::io::Seek::rewind(&mut spool).map_err(CardRefusal::Output)?;
        Ok::<_, CardRefusal>(spool)
    });
    let file = written.await.map_err(|error| Failure::internal(&error))??;
    Ok(attachment("cards.csv", CSV, streamed(file)))
}

fn replace(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let radix = CardSettings::load(tx, ask.ctx.account)?.radix;
    let number = ask
        .text("number")
        .map(|text| CardNumber::parse(text, radix));
    let number = number
        .transpose()
        .map_err(|fault| Problem::invalid(vec![Wrong::new("/number", sentence(&fault.detail))]))?;
    let card = cards::replace(tx, &ask.ctx, ask.id("id")?, number.as_ref())?;
    let address = format!("/api/v1/cards/{}", card.id);
    Ok(Reply::made(get(tx, ask, card.id)?, &address))
}

fn move_card(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: CardId = ask.id("id")?;
    let user = ask.text("user").unwrap_or_default();
    let user = user.parse().map_err(|_| Problem::not_found())?;
    cards::move_to(tx, &ask.ctx, id, user)?;
    Ok(Reply::one(get(tx, ask, id)?))
}

fn address(run: &Run) -> String {
    format!("/api/v1/card-runs/{}", run.id)
}

fn counts(counts: &Preview) -> Value {
    let count = |outcome: Outcome| (outcome.as_str().to_owned(), json!(counts.of(outcome)));
    let counts: Map<String, Value> = Outcome::ALL.into_iter().map(count).collect();
    Value::Object(counts)
}

fn value(run: &Run) -> Value {
    let state = match run.state {
        RunState::Running => "running",
        RunState::Done => "done",
        RunState::GivenUp => "given_up",
    };
    json!({
        "id": run.id, "state": state, "busy": run.state == RunState::Running,
        "counts": counts(&run.counts), "import": run.import,
        "starts_at": run.validity.starts_at, "ends_at": run.validity.ends_at,
        "begun_by": run.begun_by, "created_at": run.created_at, "status_url": address(run),
        "human_url": format!("/cards/runs/{}", run.id),
    })
}
