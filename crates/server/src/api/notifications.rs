//! What whoever made the token is told, and what of it goes out to them by e-mail.

use db::Tx;
use directory::notifications::{self, Notification, Topic};
use kernel::{NotificationId, UserId};
use serde_json::{Map, Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, field, may},
};

const NOTIFICATION: Shape = Shape::Named(
    "Notification",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("kind", Shape::Text(0, 100), "Such as `import.finished`."),
        field("text", Shape::Lines(10_000), "The sentence, for people."),
        field("subject", Shape::Maybe(&Shape::Id), "What it is about."),
        field("created_at", Shape::Moment, ""),
        field("read_at", Shape::Maybe(&Shape::Moment), ""),
    ]),
);
macro_rules! topics {
    ($field:ident) => {
        Shape::Object(&[
            $field("documents", Shape::Bool, "Assigned, waiting, or back."),
            may(
                "imports_waiting",
                Shape::Bool,
                "Paused, held, or not to be read.",
            ),
            may("imports_ended", Shape::Bool, "Done, undone, or done again."),
            may("returned", Shape::Bool, "Messages that came back."),
            may("requests", Shape::Bool, "Users who ask for something."),
            may(
                "work_failed",
                Shape::Bool,
                "Work on many that did not get to its end.",
            ),
            may("work_ended", Shape::Bool, "Work on many that did."),
            may("webhooks", Shape::Bool, "Webhooks that were switched off."),
        ])
    };
}
const CHOICES: Shape = Shape::Named("NotificationChoices", &topics!(field));
const CHANGES: Shape = Shape::Named("NotificationChanges", &topics!(may));
const EXAMPLE: &str = r#"{"documents":true,"imports_waiting":true,"imports_ended":false,"returned":true,"requests":true,"work_failed":true,"work_ended":false,"webhooks":true}"#;
const MARKED: Shape = Shape::Named(
    "MarkedNotifications",
    &Shape::Object(&[field(
        "marked",
        Shape::Integer(0, i64::MAX),
        "How many there were.",
    )]),
);

pub(super) const LIST: Operation = Operation::new(
    "listNotifications",
    "List your notifications",
    Work::Read(list),
)
.words("Those of the token's maker, newest first.")
.query(&[LIMIT, CURSOR, FIELDS])
.answers(
    Answered::One(&Shape::Page(&NOTIFICATION)),
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a70","kind":"import.finished","text":"staff.csv: 300 created.","subject":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","created_at":"2026-11-22T09:30:00Z","read_at":null}],"next":null}"#,
);
pub(super) const READ_ALL: Operation = Operation::new(
    "markNotificationsRead",
    "Mark all your notifications as read",
    Work::Write(read_all),
)
.answers(Answered::One(&MARKED), r#"{"marked":3}"#);
pub(super) const READ: Operation = Operation::new(
    "markNotificationRead",
    "Mark a notification as read",
    Work::Write(read),
)
.words("Not found if it was read already, or is another user's.");
pub(super) const CHOICES_SHOW: Operation = Operation::new(
    "getNotificationChoices",
    "What of your notifications goes out by e-mail",
    Work::Read(show),
)
.words("Only what the token's maker hears of.")
.answers(Answered::One(&CHOICES), EXAMPLE);
pub(super) const CHOOSE: Operation = Operation::new(
    "chooseNotifications",
    "Choose what of your notifications goes out by e-mail",
    Work::Write(choose),
)
.words("What is not named stays, and so does what the token's maker does not hear of.")
.body(Body::Json(&CHANGES, r#"{"imports_ended":true}"#))
.answers(Answered::One(&CHOICES), EXAMPLE);

/// Whose notifications they are.
fn maker(ask: &Ask) -> Result<UserId, Problem> {
    ask.ctx.actor.user.ok_or_else(Problem::not_found)
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let limit = ask.limit();
    let before: Option<NotificationId> = ask.after()?;
    let user = maker(ask)?;
    let mut found = notifications::page(tx, ask.ctx.account, user, before, limit as i64 + 1)?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|one| one.id.to_string());
    Ok(Reply::page(ask, found.iter().map(value).collect(), next))
}

fn value(one: &Notification) -> Value {
    json!({
        "id": one.id, "kind": one.kind, "text": one.text, "subject": one.subject,
        "created_at": one.created_at, "read_at": one.read_at,
    })
}

fn read_all(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let marked = notifications::mark_read(tx, &ask.ctx, maker(ask)?)?;
    Ok(Reply::one(json!({"marked": marked})))
}

fn read(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id: NotificationId = ask.id("id")?;
    if notifications::mark_one_read(tx, &ask.ctx, maker(ask)?, id)? {
        Ok(Reply::nothing())
    } else {
        Err(Problem::not_found())
    }
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let all = notifications::choices(tx, ask.ctx.account, maker(ask)?)?;
    let heard = all
        .into_iter()
        .filter(|(topic, _)| topic.is_heard_by(&ask.ctx));
    let body: Map<String, Value> = heard
        .map(|(topic, by_email)| (topic.as_str().to_owned(), json!(by_email)))
        .collect();
    Ok(Reply::one(Value::Object(body)))
}

fn choose(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let wanted: Vec<(Topic, bool)> = Topic::ALL
        .into_iter()
        .filter(|topic| topic.is_heard_by(&ask.ctx))
        .filter_map(|topic| Some((topic, ask.body.get(topic.as_str())?.as_bool()?)))
        .collect();
    notifications::choose(tx, &ask.ctx, &wanted)?;
    show(tx, ask)
}
