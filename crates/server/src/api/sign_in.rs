//! How a user signs in, as administrators look after it: devices they are signed in on, a link for a
//! new password, and the second factor.
//!
//! No answer holds a link or a code: the user gets them.

use db::Tx;
use identity::{
    administered,
    devices::{self, Device, DeviceRefusal},
    reset::{self, ResetRefusal},
    rules::{self, MOST_SESSIONS, RulesRefusal},
    two_factor::{self, ResetRefusal as TwoFactorReset},
};
use kernel::SessionId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field},
    user_key::seen,
};
use crate::{failure::Failure, format::sentence};

const SIGN_IN: Shape = Shape::Named(
    "SignIn",
    &Shape::Object(&[
        field(
            "signs_in",
            Shape::Bool,
            "Whether they accepted an invitation, or were given a sign-in.",
        ),
        field(
            "device_limit",
            Shape::Maybe(&Shape::Integer(1, MOST_SESSIONS)),
            "On how many devices at once they may be signed in; null: as the account says.",
        ),
        field(
            "account_device_limit",
            Shape::Integer(1, MOST_SESSIONS),
            "What the account says.",
        ),
        field(
            "two_factor_since",
            Shape::Maybe(&Shape::Moment),
            "Since when they need a code beside their password.",
        ),
        field(
            "two_factor_required",
            Shape::Bool,
            "Whether an account asks it of them.",
        ),
    ]),
);
const EXAMPLE: &str = r#"{"signs_in":true,"device_limit":null,"account_device_limit":5,"two_factor_since":"2026-11-02T08:00:00Z","two_factor_required":false}"#;
const CHANGE_SHAPE: Shape = Shape::Named(
    "SignInChanges",
    &Shape::Object(&[field(
        "device_limit",
        Shape::Maybe(&Shape::Integer(1, MOST_SESSIONS)),
        "Null: as the account says.",
    )]),
);
const SESSION: Shape = Shape::Named(
    "Session",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field(
            "device",
            Shape::Text(0, 1000),
            "What it says of itself, such as Firefox on Windows.",
        ),
        field(
            "app_version",
            Shape::Maybe(&Shape::Text(0, 1000)),
            "Of Muster's own app.",
        ),
        field(
            "address",
            Shape::Maybe(&Shape::Text(0, 1000)),
            "Where it came from.",
        ),
        field("signed_in_at", Shape::Moment, ""),
        field("last_seen_at", Shape::Moment, ""),
    ]),
);

pub(super) const SHOW: Operation =
    Operation::new("getSignIn", "How a user signs in", Work::Read(show))
        .answers(Answered::One(&SIGN_IN), EXAMPLE);
pub(super) const CHANGE: Operation = Operation::new(
    "changeSignIn",
    "Say on how many devices a user may be signed in",
    Work::Write(change),
)
.words("Who is signed in on more stays so until the next sign-in.")
.body(Body::Json(&CHANGE_SHAPE, r#"{"device_limit":2}"#))
.answers(Answered::One(&SIGN_IN), EXAMPLE);
pub(super) const LIST: Operation =
    Operation::new("listSessions", "Where a user is signed in", Work::Read(list))
        .words("To this account, the latest first, on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&SESSION)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a40","device":"Firefox on Windows","app_version":null,"address":"203.0.113.7","signed_in_at":"2026-11-20T08:00:00Z","last_seen_at":"2026-11-22T09:30:00Z"}],"next":null}"#,
        );
pub(super) const END: Operation = Operation::new(
    "endSession",
    "Sign a user out on a device",
    Work::Write(end),
);
pub(super) const RESET_PASSWORD: Operation = Operation::new(
    "resetPassword",
    "Send a user a link for a new password",
    Work::Write(reset_password),
)
.words("Nobody but the user sees the link. Refused with 409: `no_sign_in`; `too_often` after three within an hour.")
.refuses(&[409]);
pub(super) const RESET_TWO_FACTOR: Operation = Operation::new(
    "resetTwoFactor",
    "Take the second factor away from a user who lost it",
    Work::Write(reset_two_factor),
)
.words("They are signed out everywhere, and told. Refused with 409: `no_second_factor`; `yourself`; `shared_sign_in` if they sign in to other accounts as well.")
.refuses(&[409]);

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    let found = administered::look(tx, &ask.ctx, user)?;
    let second = found.two_factor;
    Ok(Reply::one(json!({
        "signs_in": second.is_some(), "device_limit": found.own_limit,
        "account_device_limit": found.limit,
        "two_factor_since": second.and_then(|state| state.on_since),
        "two_factor_required": second.is_some_and(|state| state.is_required),
    })))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    let limit = ask.body.get("device_limit").and_then(Value::as_i64);
    rules::set_own_limit(tx, &ask.ctx, user, limit)?;
    show(tx, ask)
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    let all = devices::list_of_user(tx, &ask.ctx, user)?;
    let items = all.iter().map(value).collect();
    Ok(Reply::page(ask, items, None))
}

fn value(device: &Device) -> Value {
    json!({
        "id": device.id, "device": device.name(), "app_version": device.app_version(),
        "address": device.address, "signed_in_at": device.created_at,
        "last_seen_at": device.last_seen_at,
    })
}

fn end(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    let session: SessionId = ask.id("session")?;
    devices::end_of_user(tx, &ask.ctx, user, session)?;
    Ok(Reply::nothing())
}

fn reset_password(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    reset::request(tx, &ask.ctx, &ask.app.delivery, user)?;
    Ok(Reply::nothing())
}

fn reset_two_factor(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let user = seen(tx, ask)?.user.id;
    two_factor::reset(tx, &ask.ctx, user)?;
    Ok(Reply::nothing())
}

impl From<DeviceRefusal> for Problem {
    fn from(refusal: DeviceRefusal) -> Self {
        match refusal {
            DeviceRefusal::Forbidden(_) => Failure::Forbidden.into(),
            DeviceRefusal::NotFound => Self::not_found(),
            DeviceRefusal::Db(error) => error.into(),
        }
    }
}

impl From<RulesRefusal> for Problem {
    fn from(refusal: RulesRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            RulesRefusal::Forbidden(_) => Failure::Forbidden.into(),
            RulesRefusal::NotFound => Self::not_found(),
            RulesRefusal::Db(error) => error.into(),
            RulesRefusal::Sessions => Self::invalid(vec![Wrong::new("/device_limit", words)]),
            RulesRefusal::Chars => Self::invalid(vec![Wrong::new("", words)]),
        }
    }
}

impl From<ResetRefusal> for Problem {
    fn from(refusal: ResetRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            ResetRefusal::Forbidden(_) => Failure::Forbidden.into(),
            ResetRefusal::Db(error) => error.into(),
            ResetRefusal::NotFound => Self::conflict("no_sign_in", words),
            ResetRefusal::TooOften => Self::conflict("too_often", words),
        }
    }
}

impl From<TwoFactorReset> for Problem {
    fn from(refusal: TwoFactorReset) -> Self {
        let words = sentence(&refusal.to_string());
        match refusal {
            TwoFactorReset::Forbidden(_) => Failure::Forbidden.into(),
            TwoFactorReset::Db(error) => error.into(),
            TwoFactorReset::NotFound => Self::conflict("no_second_factor", words),
            TwoFactorReset::Own => Self::conflict("yourself", words),
            TwoFactorReset::Shared => Self::conflict("shared_sign_in", words),
        }
    }
}
