//! Early access: who asked for the next version of the app or has it, and deciding about them.

use std::{collections::BTreeSet, str::FromStr};

use db::Tx;
use directory::Action;
use kernel::{Timestamp, UserId};
use requests::early::{self, EarlyRefusal, EarlyState, Entry, PAGE};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, CURSOR, Operation, Work},
    shape::{Shape, field},
};
use crate::{failure::Failure, format::sentence};

/// So many people at most are decided about at once.
const MOST: usize = early::MOST_AT_ONCE;
const STATES: Shape = Shape::OneOf(&["requested", "approved", "refused", "ended", "expired"]);
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const ENTRY: Shape = Shape::Named(
    "EarlyAccess",
    &Shape::Object(&[
        field("user", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field("email", Shape::Maybe(&Shape::Text(0, 320)), ""),
        field("state", STATES, ""),
        field(
            "version",
            Shape::Maybe(&Shape::Text(0, 100)),
            "The version it is for.",
        ),
        field(
            "asked_at",
            Shape::Moment,
            "When it was asked for or offered.",
        ),
        field("decided_at", Shape::Maybe(&Shape::Moment), ""),
        field("decided_by", Shape::Maybe(&Shape::Text(0, 1000)), ""),
    ]),
);
const DECISION: Shape = Shape::Named(
    "EarlyAccessDecision",
    &Shape::Object(&[
        field(
            "do",
            Shape::OneOf(&["approve", "refuse", "end"]),
            "`approve` also offers it to users who did not ask.",
        ),
        field("users", Shape::List(&Shape::Id, MOST), ""),
    ]),
);
const DECIDED: Shape = Shape::Named(
    "EarlyAccessDecided",
    &Shape::Object(&[
        field("done", COUNT, "For so many users."),
        field(
            "without_email",
            COUNT,
            "Of these, users who find the link in their portal only.",
        ),
        field(
            "left",
            COUNT,
            "Users who were not in a state for it, or are not there.",
        ),
    ]),
);

pub(super) const LIST: Operation = Operation::new(
    "listEarlyAccess",
    "List who asked for early access, or has it",
    Work::Read(list),
)
.words("Of one state, the latest first, 50 on a page.")
.query(&[field("state", STATES, "Which of them."), CURSOR])
.answers(
    Answered::One(&Shape::Page(&ENTRY)),
    r#"{"items":[{"user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","email":"thandi@example.com","state":"requested","version":null,"asked_at":"2026-11-22T09:30:00Z","decided_at":null,"decided_by":null}],"next":null}"#,
);
pub(super) const DECIDE: Operation = Operation::new(
    "decideEarlyAccess",
    "Give early access to users, refuse it, or end it",
    Work::Write(decide),
)
.words("They are told. Refused with 409 `early_access` if there is no version to offer.")
.body(Body::Json(
    &DECISION,
    r#"{"do":"approve","users":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"]}"#,
))
.answers(
    Answered::One(&DECIDED),
    r#"{"done":1,"without_email":0,"left":0}"#,
)
.refuses(&[409]);

/// Where a page begins: when they asked, and who.
struct Place(Timestamp, UserId);

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (at, user) = text.split_once('.').ok_or(())?;
        let at = at.parse().map(Timestamp::from_micros).map_err(|_| ())?;
        Ok(Self(at, user.parse().map_err(|_| ())?))
    }
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let allowed = ask.ctx.require_for_all(Action::EditUsers);
    allowed.map_err(Failure::from)?;
    let state = ask.param("state").and_then(EarlyState::parse);
    let state = state.unwrap_or(EarlyState::Requested);
    let before = ask.after::<Place>()?.map(|Place(at, user)| (at, user));
    let found = early::page(tx, ask.ctx.account, state, before)?;
    // A full page may be the last one: then the next one is empty.
    let last = found.last().filter(|_| found.len() as i64 >= PAGE);
    let next = last.map(|last| format!("{}.{}", last.asked_at.as_micros(), last.user));
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn value(entry: &Entry) -> Value {
    json!({
        "user": entry.user, "name": entry.name, "email": entry.email,
        "state": entry.state.as_str(), "version": entry.version, "asked_at": entry.asked_at,
        "decided_at": entry.decided_at, "decided_by": entry.decided_by,
    })
}

fn decide(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let people: BTreeSet<UserId> = ask.ids("users").into_iter().collect();
    let people: Vec<UserId> = people.into_iter().collect();
    let decided = match ask.text("do") {
        Some("approve") => early::approve(tx, &ask.ctx, &people),
        Some("refuse") => early::refuse(tx, &ask.ctx, &people),
        _ => early::end(tx, &ask.ctx, &people),
    }?;
    Ok(Reply::one(json!({
        "done": decided.done, "without_email": decided.without_email, "left": decided.left,
    })))
}

impl From<EarlyRefusal> for Problem {
    fn from(refusal: EarlyRefusal) -> Self {
        match refusal {
            EarlyRefusal::Forbidden(_) => Failure::Forbidden.into(),
            EarlyRefusal::Db(error) => error.into(),
            other => Self::conflict("early_access", sentence(&other.to_string())),
        }
    }
}
