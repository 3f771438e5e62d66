//! Having a user's own data packed and sent to that user. No answer holds the link or the file: only
//! the user gets them.

use db::Tx;
use requests::own_data::{self, DataRefusal};
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Operation, Work},
    shape::{Shape, field},
    user_key::seen,
};
use crate::{failure::Failure, format::sentence};

const REQUEST: Shape = Shape::Named(
    "DataRequest",
    &Shape::Object(&[
        field(
            "state",
            Shape::OneOf(&["none", "queued", "ready", "gone"]),
            "`none`: never asked for; `queued`: being packed; `gone`: deleted again, a week later.",
        ),
        field("asked_by", Shape::Maybe(&Shape::Text(0, 1000)), ""),
        field("asked_at", Shape::Maybe(&Shape::Moment), ""),
        field(
            "expires_at",
            Shape::Maybe(&Shape::Moment),
            "Until when the file is there.",
        ),
        field(
            "opened_at",
            Shape::Maybe(&Shape::Moment),
            "When the user first took it.",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"state":"queued","asked_by":"Maria Keller","asked_at":"2026-11-22T09:30:00Z","expires_at":null,"opened_at":null}"#;

pub(super) const SHOW: Operation = Operation::new(
    "getDataRequest",
    "The last request for a user's own data",
    Work::Read(show),
)
.answers(Answered::One(&REQUEST), EXAMPLE);
pub(super) const ASK: Operation = Operation::new(
    "requestData",
    "Have a user's own data sent to them",
    Work::Write(request),
)
.words("By a job; the user gets a link that works for a week, and nobody else does. Refused with 409 `too_often` within a day of the last request.")
.answers(Answered::Taken(&REQUEST), EXAMPLE)
.refuses(&[409]);

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(Reply::one(value(tx, ask)?))
}

fn value(tx: &mut Tx<'_>, ask: &Ask) -> Result<serde_json::Value, Problem> {
    let user = seen(tx, ask)?.user.id;
    let latest = own_data::requested(tx, &ask.ctx, user)?;
    Ok(match latest {
        None => json!({
            "state": "none", "asked_by": null, "asked_at": null, "expires_at": null, "opened_at": null,
        }),
        Some(one) => json!({
            "state": one.state.as_str(), "asked_by": one.asked_by_name, "asked_at": one.created_at,
            "expires_at": one.expires_at, "opened_at": one.opened_at,
        }),
    })
}

fn request(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    own_data::request(tx, &ask.ctx, user)?;
    let address = format!("/api/v1/users/{user}/data-request");
    Ok(Reply::taken(value(tx, ask)?, &address))
}

impl From<DataRefusal> for Problem {
    fn from(refusal: DataRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            DataRefusal::Forbidden(_) => Failure::Forbidden.into(),
            DataRefusal::NotFound => Self::not_found(),
            DataRefusal::Db(error) => error.into(),
            DataRefusal::TooSoon => Self::conflict("too_often", words),
        }
    }
}
