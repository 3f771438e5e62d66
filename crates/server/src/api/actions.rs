//! One action on many users: made, looked at, started with its number, followed, and taken back.

use db::Tx;
use directory::{
    bulk::{self, Bulk, BulkAction, BulkError, Outcome, Row},
    leaving::Terms,
    users::{Selection, UserFilter},
};
use identity::tokens::Scope;
use kernel::{BulkId, UserId};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
    users::FILTER,
};
use crate::{failure::Failure, format::sentence, users::Query};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const OUTCOMES: Shape = Shape::OneOf(&[
    "fits",
    "done",
    "already",
    "status",
    "role",
    "yourself",
    "documents",
    "workflows",
    "taken",
    "no_seat",
    "gone",
    "changed",
    "restored",
    "kept",
]);
const WAYS: Shape = Shape::OneOf(&[
    "add_to_group",
    "remove_from_group",
    "give_seat",
    "take_seat",
    "add_to_workflow",
    "remove_from_workflow",
    "deactivate",
    "reactivate",
    "delete",
    "set_field",
]);
const ACTION: Shape = Shape::Named(
    "Action",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("told", Shape::Text(0, 1000), "What is done, in words."),
        field(
            "state",
            Shape::OneOf(&[
                "preparing",
                "ready",
                "running",
                "done",
                "undoing",
                "undone",
                "dropped",
            ]),
            "`ready`: it was looked at, and waits to be started.",
        ),
        field(
            "busy",
            Shape::Bool,
            "Whether there is something to wait for.",
        ),
        field("chosen", COUNT, "How many users were chosen."),
        field(
            "fitting",
            COUNT,
            "How many of them it fits: the number to start it with.",
        ),
        field(
            "counts",
            Shape::Map(&COUNT),
            "How many users there are of each outcome.",
        ),
        field("made_by", Shape::Text(0, 400), ""),
        field("created_at", Shape::Moment, ""),
        field(
            "undo_until",
            Shape::Maybe(&Shape::Moment),
            "Until when it can be taken back.",
        ),
        field("status_url", Shape::Text(0, 200), "Where to look again."),
        field("human_url", Shape::Text(0, 200), "The page of it."),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","told":"Add to group Night shift","state":"ready","busy":false,"chosen":312,"fitting":300,"counts":{"fits":300,"already":12},"made_by":"Maria Keller","created_at":"2026-11-22T09:30:00Z","undo_until":null,"status_url":"/api/v1/actions/01977420-5c1d-7b32-9a01-3d1f5b9e2a30","human_url":"/users/bulk/01977420-5c1d-7b32-9a01-3d1f5b9e2a30"}"#;
const PAGE: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","told":"Add to group Night shift","state":"done"}],"next":null}"#;
const NEW: Shape = Shape::Named(
    "NewAction",
    &Shape::Object(&[
        field("do", WAYS, ""),
        may(
            "users",
            Shape::List(&Shape::Id, 10_000),
            "Whom it is done with; or:",
        ),
        may(
            "matching",
            Shape::Object(FILTER),
            "Everybody whom this filter of `listUsers` lets through; an empty one: everybody.",
        ),
        may("group", Shape::Id, "For groups."),
        may("workflow", Shape::Id, "For workflows."),
        may("module", Shape::Text(1, 40), "For seats."),
        may(
            "field",
            Shape::Text(1, 100),
            "`title`, `department` or `custom.KEY`.",
        ),
        may(
            "value",
            Shape::Maybe(&Shape::Lines(1000)),
            "What the field is set to; null clears it.",
        ),
        may(
            "with_documents",
            Shape::Bool,
            "Deleting: documents stay as they are, and are erased with them.",
        ),
        may(
            "take_out",
            Shape::Bool,
            "Deleting: they are taken out of workflows.",
        ),
    ]),
);
const CONFIRMED: Shape = Shape::Named(
    "StartAction",
    &Shape::Object(&[field("confirmed", COUNT, "`fitting`, as it was read.")]),
);
const ONE: Shape = Shape::Named(
    "ActionUser",
    &Shape::Object(&[
        field("id", Shape::Id, "The user."),
        field("name", Shape::Text(0, 1000), "Blank if they are gone."),
        field(
            "outcome",
            OUTCOMES,
            "What became, or would become, of them.",
        ),
    ]),
);

pub(super) const LIST: Operation = Operation::new(
    "listActions",
    "List actions on many users",
    Work::Read(list),
)
.words("The newest 50 that were started, on one page. They are forgotten after 30 days.")
.query(&[FIELDS])
.answers(Answered::One(&Shape::Page(&ACTION)), PAGE);
pub(super) const MAKE: Operation =
    Operation::new("makeAction", "Prepare an action on many users", Work::Write(make))
        .words("Nothing is done yet: users are looked at, and `startAction` with the number of those whom it fits does it. Workflows also need the scope `workflows`.")
        .body(Body::Json(&NEW, r#"{"do":"add_to_group","group":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","matching":{"status":"active","lacks":["card"]}}"#))
        .answers(Answered::Taken(&ACTION), EXAMPLE);
pub(super) const SHOW: Operation =
    Operation::new("getAction", "One action on many users", Work::Read(show))
        .answers(Answered::One(&ACTION), EXAMPLE);
pub(super) const START: Operation =
    Operation::new("startAction", "Start an action on many users", Work::Write(start))
        .words("By a job; refused with 409 `not_now` when the number is another one, or it was started before.")
        .body(Body::Json(&CONFIRMED, r#"{"confirmed":300}"#))
        .answers(Answered::Taken(&ACTION), EXAMPLE);
pub(super) const UNDO: Operation = Operation::new(
    "undoAction",
    "Take an action on many users back",
    Work::Write(undo),
)
.words("Within 30 days. Whoever was changed since keeps what they have.")
.answers(Answered::Taken(&ACTION), EXAMPLE)
.refuses(&[409]);
pub(super) const DROP: Operation =
    Operation::new("dropAction", "Give an action up", Work::Write(give_up))
        .words("One that was not started.")
        .refuses(&[409]);
pub(super) const USERS: Operation =
    Operation::new("listActionUsers", "List the users of an action", Work::Read(users))
        .query(&[may("outcome", OUTCOMES, "Only these."), LIMIT, CURSOR, FIELDS])
        .answers(
            Answered::One(&Shape::Page(&ONE)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","outcome":"done"}],"next":null}"#,
        );

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = bulk::list(tx, &ask.ctx)?;
    let ids: Vec<BulkId> = all.iter().map(|one| one.id).collect();
    let counts = bulk::counts_of_many(tx, &ask.ctx, &ids)?;
    let items = all.iter().map(|one| {
        let counts = counts.get(&one.id).map(Vec::as_slice);
        value(one, counts.unwrap_or_default())
    });
    Ok(Reply::page(ask, items.collect(), None))
}

/// What the body asks for.
fn wanted(body: &Value) -> Result<BulkAction, Wrong> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let missing = |name: &str| Wrong::new(format!("/{name}"), "This is missing.");
    macro_rules! id {
        ($name:literal) => {
            text($name)
                .and_then(|id| id.parse().ok())
                .ok_or_else(|| missing($name))?
        };
    }
    let module = || {
        text("module")
            .map(str::to_owned)
            .ok_or_else(|| missing("module"))
    };
    let is_set = |name: &str| body.get(name) == Some(&Value::Bool(true));
    Ok(match text("do").unwrap_or_default() {
        "add_to_group" => BulkAction::AddToGroup(id!("group")),
        "remove_from_group" => BulkAction::RemoveFromGroup(id!("group")),
        "give_seat" => BulkAction::GiveSeat(module()?),
        "take_seat" => BulkAction::TakeSeat(module()?),
        "add_to_workflow" => BulkAction::AddToWorkflow(id!("workflow")),
        "remove_from_workflow" => BulkAction::RemoveFromWorkflow(id!("workflow")),
        "deactivate" => BulkAction::Deactivate,
        "reactivate" => BulkAction::Reactivate,
        "delete" => BulkAction::Delete(Terms {
            with_documents: is_set("with_documents"),
            take_out: is_set("take_out"),
        }),
        _ => BulkAction::SetField {
            key: text("field").ok_or_else(|| missing("field"))?.to_owned(),
            value: text("value")
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(str::to_owned),
        },
    })
}

/// Whom it is done with.
fn selection(ask: &Ask) -> Result<Selection, Wrong> {
    let matching = ask.body.get("matching").and_then(Value::as_object);
    let Some(matching) = matching else {
        return Ok(Selection::People(ask.ids("users")));
    };
    if ask.body.get("users").is_some() {
        return Err(Wrong::new(
            "/users",
            "Name users or a filter, and not both.",
        ));
    }
    Ok(Selection::Matching(filter_of(matching)))
}

/// A filter of people that a body describes.
pub(super) fn filter_of(matching: &Map<String, Value>) -> UserFilter {
    let pairs = matching.iter().map(|(name, value)| {
        let all = value.as_array().into_iter().flatten();
        let all: Vec<&str> = all.filter_map(Value::as_str).collect();
        let value = value.as_str().map_or_else(|| all.join(","), str::to_owned);
        (name.clone(), value)
    });
    Query::new(pairs.collect()).filter()
}

/// Who takes part in a workflow is for tokens with that scope, also many at once.
fn permit(ask: &Ask, action: &BulkAction) -> Result<(), Problem> {
    match action {
        BulkAction::AddToWorkflow(_) | BulkAction::RemoveFromWorkflow(_) => {
            ask.needs(Scope::Workflows)
        }
        _ => Ok(()),
    }
}

fn make(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let invalid = |wrong| Problem::invalid(vec![wrong]);
    let action = wanted(&ask.body).map_err(invalid)?;
    permit(ask, &action)?;
    let selection = selection(ask).map_err(invalid)?;
    let id = bulk::make(tx, &ask.ctx, &action, &selection)?;
    taken(tx, ask, id)
}

fn get(tx: &mut Tx<'_>, ask: &Ask) -> Result<Bulk, Problem> {
    bulk::find(tx, &ask.ctx, ask.id("id")?)?.ok_or_else(Problem::not_found)
}

fn taken(tx: &mut Tx<'_>, ask: &Ask, id: BulkId) -> Result<Reply, Problem> {
    let bulk = bulk::find(tx, &ask.ctx, id)?.ok_or_else(Problem::not_found)?;
    Ok(Reply::taken(
        counted(tx, ask, &bulk)?,
        &format!("/api/v1/actions/{id}"),
    ))
}

fn value(bulk: &Bulk, counts: &[(Outcome, i64)]) -> Value {
    let counts: Map<String, Value> = counts
        .iter()
        .map(|(outcome, count)| (outcome.as_str().to_owned(), json!(count)))
        .collect();
    json!({
        "id": bulk.id, "told": bulk.told, "state": bulk.state.as_str(),
        "busy": bulk.state.is_busy(), "chosen": bulk.chosen, "fitting": bulk.fitting,
        "counts": counts, "made_by": bulk.made_by_name, "created_at": bulk.created_at,
        "undo_until": bulk.undo_until(), "status_url": format!("/api/v1/actions/{}", bulk.id),
        "human_url": format!("/users/bulk/{}", bulk.id),
    })
}

fn counted(tx: &mut Tx<'_>, ask: &Ask, bulk: &Bulk) -> Result<Value, Problem> {
    Ok(value(bulk, &bulk::counts(tx, &ask.ctx, bulk.id)?))
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let bulk = get(tx, ask)?;
    Ok(Reply::one(counted(tx, ask, &bulk)?))
}

fn start(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let bulk = get(tx, ask)?;
    permit(ask, &bulk.action)?;
    let confirmed = ask.body.get("confirmed").and_then(Value::as_i64);
    bulk::start(tx, &ask.ctx, bulk.id, confirmed.unwrap_or(-1))?;
    taken(tx, ask, bulk.id)
}

fn undo(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let bulk = get(tx, ask)?;
    permit(ask, &bulk.action)?;
    bulk::undo(tx, &ask.ctx, bulk.id)?;
    taken(tx, ask, bulk.id)
}

fn give_up(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let bulk = get(tx, ask)?;
    bulk::drop_action(tx, &ask.ctx, bulk.id)?;
    Ok(Reply::nothing())
}

fn users(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let bulk = get(tx, ask)?;
    let limit = ask.limit();
    let outcome = ask.param("outcome").and_then(Outcome::parse);
    let after = ask.after::<UserId>()?;
    let mut rows = bulk::rows(tx, &ask.ctx, bulk.id, outcome, after, limit as i64 + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| row.user.to_string());
    let one =
        |row: &Row| json!({"id": row.user, "name": row.name, "outcome": row.outcome.as_str()});
    Ok(Reply::page(ask, rows.iter().map(one).collect(), next))
}

impl From<BulkError> for Problem {
    fn from(error: BulkError) -> Self {
        let (code, words) = (error.code(), sentence(&error.to_string()));
        match error {
            BulkError::Forbidden(_) => Failure::Forbidden.into(),
            BulkError::Locked(locked) => Failure::Locked(locked).into(),
            BulkError::Db(error) => error.into(),
            BulkError::NotFound => Self::not_found(),
            BulkError::Nobody => Self::invalid(vec![Wrong::new("/users", words)]),
            BulkError::Value(_) => Self::invalid(vec![Wrong::new("/value", words)]),
            BulkError::Missing(what) => Self::invalid(vec![Wrong::new(format!("/{what}"), words)]),
            BulkError::NoSeats { .. } | BulkError::NotNow | BulkError::TooLate => {
                Self::conflict(code, words)
            }
        }
    }
}
