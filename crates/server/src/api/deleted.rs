//! Users who were deleted, taking them back, and erasing one of them at once.

use db::Tx;
use directory::leaving::{self, Back, Deleted, Returned};
use kernel::UserId;
use serde_json::{Value, json};

use super::cursor::gone;
use super::{
    Problem,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    shape::{Shape, field, may},
    users,
};

const DELETED: Shape = Shape::Named(
    "DeletedUser",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field(
            "email",
            Shape::Maybe(&Shape::Text(0, 320)),
            "What they had.",
        ),
        field("phone", Shape::Maybe(&Shape::Text(0, 20)), "What they had."),
        field(
            "external_id",
            Shape::Maybe(&Shape::Text(0, 200)),
            "What they had.",
        ),
        field("status", Shape::Text(0, 40), "What it was."),
        field("deleted_at", Shape::Moment, ""),
        field("deleted_by", Shape::Text(0, 400), ""),
        field(
            "days_left",
            Shape::Integer(0, 1000),
            "Until they are erased.",
        ),
        field("can_restore", Shape::Bool, ""),
        may(
            "had",
            Shape::Object(&[
                field("groups", COUNT, "Groups and teams."),
                field("workflows", COUNT, ""),
                field("grants", COUNT, "Access to devices."),
                field("seats", COUNT, "Seats of modules."),
                field("cards", COUNT, ""),
            ]),
            "What they can get back; only said of one user.",
        ),
    ]),
);
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","email":"thandi@example.com","phone":null,"external_id":"E-1004","status":"active","deleted_at":"2026-11-20T16:21:09Z","deleted_by":"Maria Keller","days_left":28,"can_restore":true,"had":{"groups":2,"workflows":0,"grants":1,"seats":1,"cards":0}}"#;
const CONFIRMED: Shape = Shape::Named(
    "Erase",
    &Shape::Object(&[field(
        "name",
        Shape::Text(1, 400),
        "The name of the user, as it was read.",
    )]),
);
const BACK: Shape = Shape::Named(
    "Restore",
    &Shape::Object(&[
        may(
            "groups",
            Shape::Bool,
            "Groups and teams; true if nothing is said, as all of these.",
        ),
        may("workflows", Shape::Bool, "Workflows and their steps."),
        may(
            "access",
            Shape::Bool,
            "Access to devices, and seats of modules as far as some are free.",
        ),
        may(
            "cards",
            Shape::Bool,
            "Cards whose number nobody has by now.",
        ),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listDeletedUsers", "List deleted users", Work::Read(list))
        .words("Those who can be restored, last deleted first, 50 on a page.")
        .query(&[
            may("q", Shape::Text(1, 200), "What name, e-mail address, phone number or user ID begins with."),
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&DELETED)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","name":"Thandi Nkosi","email":"thandi@example.com","phone":null,"external_id":"E-1004","status":"active","deleted_at":"2026-11-20T16:21:09Z","deleted_by":"Maria Keller","days_left":28,"can_restore":true}],"next":null}"#,
        );

pub(super) const RESTORE: Operation =
    Operation::new("restoreUser", "Restore a deleted user", Work::Write(restore))
        .words("With what they had, as chosen. Refused with 409 `already_taken` when somebody else has their e-mail address, phone number or user ID by now.")
        .body(Body::Json(&BACK, r#"{"cards":false}"#))
        .answers(Answered::One(&users::USER), users::EXAMPLE)
        .refuses(&[409]);

pub(super) const SHOW: Operation =
    Operation::new("getDeletedUser", "One deleted user", Work::Read(show))
        .words("Not found once they are erased or restored.")
        .answers(Answered::One(&DELETED), EXAMPLE);

pub(super) const ERASE: Operation =
    Operation::new("eraseUser", "Erase a deleted user for good", Work::Write(erase))
        .words("At once, by a job, and not to be taken back; `Location` is not found when it is done. Refused with 409 `not_confirmed` without their name.")
        .body(Body::Json(&CONFIRMED, r#"{"name":"Thandi Nkosi"}"#))
        .answers(Answered::Taken(&DELETED), EXAMPLE);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let text = ask.param("q").unwrap_or_default();
    let after = ask.after::<UserId>()?;
    if let Some(id) = after {
        leaving::find(tx, &ask.ctx, id)?.ok_or_else(gone)?;
    }
    let page = leaving::list(tx, &ask.ctx, text, after)?;
    let last = page.people.last().filter(|_| page.has_next);
    let next = last.map(|one| one.id.to_string());
    let days = leaving::kept_days(tx, ask.ctx.account)?;
    let items = page
        .people
        .iter()
        .map(|one| value(ask, days, one))
        .collect();
    Ok(Reply::page(ask, items, next))
}

fn value(ask: &Ask, days: i64, one: &Deleted) -> Value {
    json!({
        "id": one.id, "name": one.full_name(), "email": one.email, "phone": one.phone,
        "external_id": one.external_id, "status": one.was_status,
        "deleted_at": one.deleted_at, "deleted_by": one.deleted_by,
        "days_left": leaving::days_left(one.deleted_at, ask.ctx.now(), days),
        "can_restore": !one.is_going,
    })
}

fn restore(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: UserId = ask.id("id")?;
    let wants = |part: &str| ask.body.get(part).and_then(Value::as_bool) != Some(false);
    let back = Back {
        groups: wants("groups"),
        workflows: wants("workflows"),
        access: wants("access"),
        cards: wants("cards"),
    };
    let returned = leaving::restore(tx, &ask.ctx, &[id], back)?;
    match returned.first() {
        Some((_, Returned::Restored)) => {
            let record = directory::users::get(tx, ask.ctx.account, id)?;
            Ok(Reply::one(users::value(&record)).tagged(&tag(record.user.version)))
        }
        Some((_, Returned::Taken(key))) => Err(Problem::conflict(
            "already_taken",
            format!("Somebody else has their {} by now.", key.words()),
        )),
        Some((_, Returned::Gone)) | None => Err(Problem::not_found()),
    }
}

fn one(tx: &mut Tx<'_>, ask: &Ask) -> Result<Value, Problem> {
    let found = leaving::find(tx, &ask.ctx, ask.id("id")?)?.ok_or_else(Problem::not_found)?;
    let days = leaving::kept_days(tx, ask.ctx.account)?;
    let had = leaving::had(tx, &ask.ctx, found.id)?;
    let mut body = value(ask, days, &found);
    if let Some(body) = body.as_object_mut() {
        let had = json!({
            "groups": had.groups, "workflows": had.workflows, "grants": had.grants,
            "seats": had.seats, "cards": had.cards,
        });
        body.insert("had".to_owned(), had);
    }
    Ok(body)
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(Reply::one(one(tx, ask)?))
}

fn erase(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: UserId = ask.id("id")?;
    leaving::request(tx, &ask.ctx, id, ask.text("name").unwrap_or_default())?;
    erasure::enqueue(tx, &ask.ctx.ids, ask.ctx.now(), ask.ctx.account)?;
    let body = one(tx, ask)?;
    Ok(Reply::taken(body, &format!("/api/v1/deleted-users/{id}")))
}
