//! Invitations: where each stands, inviting somebody, and taking an offer back.
//!
//! Links that are handed over are made on pages only: an answer that is kept must not hold one.

use db::Tx;
use invite::{
    Channel, InviteError, Standing, list,
    manage::{self, Invited},
};
use kernel::{InvitationId, UserId};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

pub(super) const STANDINGS: Shape = Shape::OneOf(&[
    "prepared",
    "waiting",
    "sent",
    "bounced",
    "failed",
    "accepted",
    "expired",
    "withdrawn",
]);
const INVITATION: Shape = Shape::Named(
    "Invitation",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("user", Shape::Id, "Whom it is for."),
        field("name", Shape::Text(0, 400), ""),
        field("channel", Shape::OneOf(&["email", "sms", "link"]), ""),
        field(
            "recipient",
            Shape::Maybe(&Shape::Text(0, 400)),
            "The address; none for a link that is handed over.",
        ),
        field("standing", STANDINGS, ""),
        field(
            "reason",
            Shape::Maybe(&Shape::Lines(4000)),
            "Why its message was not delivered.",
        ),
        field(
            "number",
            Shape::Integer(0, i64::MAX),
            "The how-manieth offer to this user it is.",
        ),
        field("invited_by", Shape::Text(0, 1000), ""),
        field("created_at", Shape::Moment, ""),
        field("expires_at", Shape::Moment, ""),
        field(
            "settled_at",
            Shape::Maybe(&Shape::Moment),
            "When it was accepted or taken back.",
        ),
    ]),
);
const NEW: Shape = Shape::Named(
    "NewInvitation",
    &Shape::Object(&[field("channel", Shape::OneOf(&["email", "sms"]), "")]),
);
const MADE: Shape = Shape::Named(
    "Invited",
    &Shape::Object(&[field(
        "result",
        Shape::OneOf(&["sent", "connected"]),
        "`connected`: they have a sign-in already.",
    )]),
);

const LONGER: Shape = Shape::Named(
    "LongerInvitation",
    &Shape::Object(&[field(
        "days",
        Shape::Integer(1, 90),
        "So many days from now on.",
    )]),
);
const STAND: Shape = Shape::Named(
    "InvitationCounts",
    &Shape::Object(&[field(
        "counts",
        Shape::Map(&Shape::Integer(0, i64::MAX)),
        "By standing; those with none are left out.",
    )]),
);

pub(super) const LIST: Operation =
    Operation::new("listInvitations", "List invitations", Work::Read(page))
        .words("Newest first, 50 on a page; without `standing`, all but those that a newer one replaced.")
        .query(&[may("standing", STANDINGS, ""), CURSOR, FIELDS])
        .answers(
            Answered::One(&Shape::Page(&INVITATION)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a19","name":"Thandi Nkosi","standing":"sent"}],"next":null}"#,
        );
pub(super) const INVITE: Operation = Operation::new(
    "inviteUser",
    "Invite a user, or invite them again",
    Work::Write(invite),
)
.words("The newest link is the only one that works.")
.body(Body::Json(&NEW, r#"{"channel":"email"}"#))
.answers(Answered::One(&MADE), r#"{"result":"sent"}"#)
.refuses(&[409]);
pub(super) const WITHDRAW: Operation = Operation::new(
    "withdrawInvitation",
    "Take an invitation back",
    Work::Write(withdraw),
)
.words("Not found when it was accepted or taken back, or its time is over.");

pub(super) const EXTEND: Operation = Operation::new(
    "extendInvitation",
    "Let the link of an invitation work longer",
    Work::Write(extend),
)
.words("Not found when it was accepted or taken back.")
.body(Body::Json(&LONGER, r#"{"days":14}"#));
pub(super) const COUNTS: Operation = Operation::new(
    "countInvitations",
    "How many invitations stand where",
    Work::Read(counts),
)
.words("Without those that a newer one replaced.")
.answers(
    Answered::One(&STAND),
    r#"{"counts":{"sent":280,"bounced":2,"accepted":131}}"#,
);

fn extend(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let days = ask.body.get("days").and_then(Value::as_i64);
    match manage::extend(tx, &ask.ctx, ask.id("id")?, days.unwrap_or_default()) {
        Ok(()) => Ok(Reply::nothing()),
        Err(InviteError::NotOpen) => Err(Problem::not_found()),
        Err(error) => Err(error.into()),
    }
}

fn counts(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let counts: Map<String, Value> = list::counts(tx, &ask.ctx)?
        .into_iter()
        .map(|(standing, count)| (standing.as_str().to_owned(), json!(count)))
        .collect();
    Ok(Reply::one(json!({"counts": counts})))
}

fn page(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let standing = ask.param("standing").and_then(Standing::parse);
    let found = list::page(tx, &ask.ctx, standing, ask.after()?)?;
    let last = found.last().filter(|_| found.len() as i64 == list::PAGE);
    let next = last.map(|one| one.id.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn value(one: &list::Invitation) -> Value {
    json!({
        "id": one.id, "user": one.user, "name": one.name, "channel": one.channel.as_str(),
        "recipient": one.recipient, "standing": one.standing.as_str(), "reason": one.reason,
        "number": one.number, "invited_by": one.invited_by, "created_at": one.created_at,
        "expires_at": one.expires_at, "settled_at": one.settled_at,
    })
}

fn invite(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: UserId = ask.id("id")?;
    let channel = ask
        .text("channel")
        .and_then(Channel::parse)
        .unwrap_or(Channel::Email);
    let invited = manage::invite(tx, &ask.ctx, &ask.app.delivery, id, channel)?;
    let result = match invited {
        Invited::Connected => "connected",
        Invited::Sent | Invited::Link(_) => "sent",
    };
    Ok(Reply::one(json!({"result": result})))
}

fn withdraw(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: InvitationId = ask.id("id")?;
    match manage::withdraw(tx, &ask.ctx, id) {
        Ok(()) => Ok(Reply::nothing()),
        // One that is over is as gone as one that never was.
        Err(InviteError::NotOpen) => Err(Problem::not_found()),
        Err(error) => Err(error.into()),
    }
}

impl From<InviteError> for Problem {
    fn from(error: InviteError) -> Self {
        let words = sentence(&error.to_string());
        let code = match error {
            InviteError::Forbidden(_) => return Failure::Forbidden.into(),
            InviteError::NotFound => return Self::not_found(),
            InviteError::Db(error) => return error.into(),
            InviteError::SignsIn => "signs_in",
            InviteError::NotActive => "user_not_active",
            InviteError::NoAddress(_) => "no_address",
            InviteError::TakenHere => "already_taken",
            InviteError::TooOften => "too_often",
            InviteError::NotOpen => "not_open",
            InviteError::Days => return Self::invalid(vec![Wrong::new("/days", words)]),
            InviteError::Reminders => return Self::invalid(vec![Wrong::new("/reminders", words)]),
            InviteError::SendAt => return Self::invalid(vec![Wrong::new("/send_at", words)]),
        };
        Self::conflict(code, words)
    }
}
