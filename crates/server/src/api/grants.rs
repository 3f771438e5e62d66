//! Access: who may use a device, on which terms, and giving and taking it.

use db::Tx;
use directory::{
    access::{self, Change, Giving, Held, Holder, Recipient, Standing, Terms},
    users::PageAt,
};
use kernel::{AccessType, Schedule, Text, Timestamp, UserId};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    devices::get,
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, Wrong, field, may},
};
use crate::format::sentence;

/// So many people are given access at once.
const MOST: usize = 1000;
pub(super) const KINDS: Shape = Shape::OneOf(&["full", "tenant", "always", "repeat", "temporary"]);
const ALL_KINDS: Shape =
    Shape::OneOf(&["owner", "full", "tenant", "always", "repeat", "temporary"]);
const STANDINGS: Shape = Shape::OneOf(&["active", "pending", "expired", "deactivated", "revoked"]);

macro_rules! terms {
    ($($more:expr),*) => {
        Shape::Object(&[
            $($more,)*
            field("access_type", ALL_KINDS, ""),
            field("schedule", Shape::Maybe(&Shape::Text(0, 1000)), "The weekly hours of repeat access."),
            field("starts_at", Shape::Maybe(&Shape::Moment), ""),
            field("ends_at", Shape::Maybe(&Shape::Moment), ""),
            field("notes", Shape::Maybe(&Shape::Lines(4000)), ""),
        ])
    };
}
const GRANT: Shape = Shape::Named(
    "Grant",
    &terms![
        field("user", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field("standing", STANDINGS, "")
    ],
);
const HOLDER: Shape = Shape::Named(
    "Holder",
    &terms![
        field("user", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field("email", Shape::Maybe(&Shape::Text(0, 320)), ""),
        field("phone", Shape::Maybe(&Shape::Text(0, 20)), ""),
        field("standing", STANDINGS, ""),
        field(
            "invited_by",
            Shape::Maybe(&Shape::Text(0, 1000)),
            "Who gave it; none for the account's administration.",
        ),
        field("created_at", Shape::Moment, "When it was given."),
        field(
            "revoked_at",
            Shape::Maybe(&Shape::Moment),
            "When it was taken away.",
        ),
        field("revoked_by", Shape::Maybe(&Shape::Text(0, 1000)), "")
    ],
);
const NEW: Shape = Shape::Named(
    "NewGrants",
    &Shape::Object(&[
        field(
            "users",
            Shape::List(&Shape::Id, MOST),
            "Who is to have access.",
        ),
        field("access_type", KINDS, ""),
        may(
            "schedule",
            Shape::Maybe(&Shape::Text(0, 1000)),
            "For repeat, such as Mon-Fri 09:00-17:00.",
        ),
        may("starts_at", Shape::Maybe(&Shape::Moment), ""),
        may(
            "ends_at",
            Shape::Maybe(&Shape::Moment),
            "Temporary access must have one.",
        ),
        may("notes", Shape::Maybe(&Shape::Text(0, 400)), ""),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "GrantTerms",
    &Shape::Object(&[
        field("access_type", KINDS, ""),
        may("schedule", Shape::Maybe(&Shape::Text(0, 1000)), ""),
        may("starts_at", Shape::Maybe(&Shape::Moment), ""),
        may("ends_at", Shape::Maybe(&Shape::Moment), ""),
        may("notes", Shape::Maybe(&Shape::Text(0, 400)), ""),
    ]),
);
const GIVEN: Shape = Shape::Named(
    "GrantsGiven",
    &Shape::Object(&[
        field(
            "given",
            Shape::List(&Shape::Id, MOST),
            "Who has access now.",
        ),
        field(
            "already",
            Shape::List(&Shape::Id, MOST),
            "Who had some, which stays as it is.",
        ),
        field(
            "unfit",
            Shape::List(&Shape::Id, MOST),
            "Who is not in the account, deactivated or deleted.",
        ),
    ]),
);
const ONE: &str = r#"{"user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","standing":"active","access_type":"always","schedule":null,"starts_at":null,"ends_at":null,"notes":null}"#;
const PAGE: &str = r#"{"items":[{"user":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","standing":"active","access_type":"always"}],"next":null}"#;

pub(super) const LIST: Operation =
    Operation::new("listGrants", "List who may use a device", Work::Read(list))
        .words("Without `standing`, all who have access.")
        .query(&[may("standing", STANDINGS, ""), LIMIT, CURSOR, FIELDS])
        .answers(Answered::One(&Shape::Page(&HOLDER)), PAGE);
pub(super) const GIVE: Operation = Operation::new(
    "giveAccess",
    "Give users access to a device",
    Work::Write(give),
)
.words("Effective at once, on the same terms for all. Whoever has access keeps what they have.")
.body(Body::Json(
    &NEW,
    r#"{"users":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"],"access_type":"always"}"#,
))
.answers(
    Answered::One(&GIVEN),
    r#"{"given":["01977420-5c1d-7b32-9a01-3d1f5b9e2a10"],"already":[],"unfit":[]}"#,
)
.refuses(&[409]);
pub(super) const SHOW: Operation = Operation::new(
    "getGrant",
    "One user's access to a device",
    Work::Read(show),
)
.answers(Answered::One(&GRANT), ONE);
pub(super) const CHANGE: Operation = Operation::new(
    "changeGrant",
    "Change one user's access to a device",
    Work::Write(change),
)
.words("The whole of its terms.")
.body(Body::Json(
    &CHANGES,
    r#"{"access_type":"temporary","ends_at":"2030-01-31T18:00:00Z"}"#,
))
.answers(Answered::One(&GRANT), ONE)
.refuses(&[409])
.needs_version();
pub(super) const REVOKE: Operation = Operation::new(
    "revokeAccess",
    "Take one user's access to a device away",
    Work::Write(revoke),
)
.refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let device = get(tx, ask)?.id;
    let at = ask.after::<UserId>()?.map_or(PageAt::Start, PageAt::After);
    let standing = ask.param("standing").and_then(Standing::parse);
    let page = access::holders(tx, &ask.ctx, device, standing, at, ask.limit())?;
    let last = page.holders.last().filter(|_| page.has_next);
    let next = last.map(|holder| holder.user.to_string());
    Ok(Reply::page(
        ask,
        page.holders.iter().map(of_holder).collect(),
        next,
    ))
}

fn of_holder(holder: &Holder) -> Value {
    let revoked = holder.revoked.as_ref();
    json!({
        "user": holder.user, "name": holder.name, "email": holder.email, "phone": holder.phone,
        "standing": holder.standing.as_str(), "invited_by": holder.inviter,
        "created_at": holder.created_at, "revoked_at": revoked.map(|(at, _)| at),
        "revoked_by": revoked.map(|(_, who)| who),
        "access_type": holder.kind.as_str(), "schedule": holder.schedule,
        "starts_at": holder.starts_at, "ends_at": holder.ends_at, "notes": holder.notes,
    })
}

/// The terms in the body.
pub(super) fn terms(ask: &Ask) -> Result<Terms, Problem> {
    let wrong =
        |place: &str, words: &str| Problem::invalid(vec![Wrong::new(place, sentence(words))]);
    let kind = AccessType::parse(ask.text("access_type").unwrap_or_default());
    let kind = kind.map_err(|fault| wrong("/access_type", &fault.detail))?;
    let schedule = match ask.text("schedule").filter(|text| !text.trim().is_empty()) {
        Some(text) => {
            Some(Schedule::parse(text).map_err(|fault| wrong("/schedule", &fault.detail))?)
        }
        None => None,
    };
    let moment = |name: &str| {
        ask.text(name)
            .and_then(|text| text.parse::<Timestamp>().ok())
    };
    Terms::new(
        kind,
        schedule,
        moment("starts_at"),
        moment("ends_at"),
        ask.ctx.now(),
    )
    .map_err(|fault| wrong("", &fault.to_string()))
}

fn notes(ask: &Ask) -> Result<Option<Text>, Problem> {
    let text = ask.text("notes").filter(|text| !text.trim().is_empty());
    let parsed = text
        .map(|text| Text::parse(text, Text::MAX_NOTES))
        .transpose();
    parsed.map_err(|fault| Problem::invalid(vec![Wrong::new("/notes", sentence(&fault.detail))]))
}

fn give(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let device = get(tx, ask)?.id;
    let notes = notes(ask)?;
    let people = ask
        .ids::<UserId>("users")
        .into_iter()
        .map(|user| Recipient {
            user,
            notes: notes.clone(),
        });
    let giving = Giving {
        devices: vec![device],
        terms: terms(ask)?,
        people: people.collect(),
    };
    let given = access::give(tx, &ask.ctx, &giving)?;
    let users = |all: &[(UserId, _)]| all.iter().map(|one| one.0).collect::<Vec<_>>();
    Ok(Reply::one(json!({
        "given": users(&given.given), "already": users(&given.already), "unfit": given.unfit,
    })))
}

fn held(tx: &mut Tx<'_>, ask: &Ask) -> Result<Held, Problem> {
    let device = get(tx, ask)?.id;
    Ok(access::held(tx, &ask.ctx, device, ask.id("user")?)?)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let held = held(tx, ask)?;
    reply(tx, ask, &held)
}

fn reply(tx: &mut Tx<'_>, ask: &Ask, held: &Held) -> Result<Reply, Problem> {
    let grant = &held.grant;
    let status = directory::users::get(tx, ask.ctx.account, grant.user)?
        .user
        .status;
    let status = status.parse().unwrap_or(kernel::UserStatus::Deactivated);
    let standing = Standing::of(status, grant.ends_at, ask.ctx.now());
    let body = json!({
        "user": grant.user, "name": held.name, "standing": standing.as_str(),
        "access_type": grant.access_type, "schedule": grant.schedule,
        "starts_at": grant.starts_at, "ends_at": grant.ends_at, "notes": grant.notes,
    });
    Ok(Reply::one(body).tagged(&tag(held.version)))
}

fn change(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let before = held(tx, ask)?;
    ask.expect(&tag(before.version))?;
    let change = Change {
        device: before.device.id,
        user: before.grant.user,
        version: before.version,
        terms: Some(terms(ask)?),
        notes: notes(ask)?,
    };
    access::change(tx, &ask.ctx, &change)?;
    let now = held(tx, ask)?;
    reply(tx, ask, &now)
}

fn revoke(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let held = held(tx, ask)?;
    access::revoke(tx, &ask.ctx, held.device.id, held.grant.user)?;
    Ok(Reply::nothing())
}
