//! Webhooks: who is told of what happens, and what was sent.

use db::Tx;
use directory::activity::Area;
use import::Imports;
use kernel::{EventId, WebhookId};
use serde_json::{Value, json};
use webhooks::{
    Address,
    deliveries::{self, Delivery, DeliveryState},
    subscriptions::{self, Areas, Changes, NewWebhook, State, Webhook, WebhookRefusal},
};

use super::{
    Problem,
    activity::AREA,
    ask::{Ask, Reply, tag},
    operation::{Answered, Body, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Field, Shape, Wrong, field, may},
};
use crate::{failure::Failure, format::sentence};

const COUNT: Shape = Shape::Integer(0, i64::MAX);
const MAYBE_MOMENT: Shape = Shape::Maybe(&Shape::Moment);
const AREAS: Shape = Shape::Maybe(&Shape::List(&AREA, 15));
const TROUBLES: &[&str] = &[
    "host_not_found",
    "address_refused",
    "not_reachable",
    "not_trusted",
    "timed_out",
    "broken_off",
    "refused",
    "gone",
];
const TROUBLE: Shape = Shape::Maybe(&Shape::OneOf(TROUBLES));
const STATES: &[&str] = &["waiting", "held", "taken", "delivered", "given_up"];
const SECRET: Field = field(
    "secret",
    Shape::Maybe(&Shape::Text(1, 200)),
    "What events are signed with. It is shown once: null when the same request with its Idempotency-Key is answered again.",
);
const NAME: Shape = Shape::Text(1, 100);
const URL: Shape = Shape::Text(1, 2000);

const WEBHOOK: Shape = Shape::Named(
    "Webhook",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", NAME, ""),
        field("url", URL, "Where events are sent."),
        field("areas", AREAS, "Which parts of the log; null for all."),
        field(
            "state",
            Shape::OneOf(&["on", "off", "failed"]),
            "failed: it was switched off because nothing reached its address.",
        ),
        field("reason", TROUBLE, "Why it was switched off."),
        field(
            "old_secret_until",
            MAYBE_MOMENT,
            "Until when the old secret signs, too.",
        ),
        field(
            "failing_since",
            MAYBE_MOMENT,
            "Since when nothing was delivered and something failed.",
        ),
        field(
            "delivered_at",
            MAYBE_MOMENT,
            "When something was delivered last.",
        ),
        field("created_at", Shape::Moment, ""),
        field("waiting", COUNT, "Events that wait to be delivered."),
    ]),
);
const MADE: Shape = Shape::Named(
    "WebhookMade",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        SECRET,
        field("webhook", WEBHOOK, ""),
    ]),
);
const ROTATED: Shape = Shape::Named(
    "WebhookSecret",
    &Shape::Object(&[
        field("id", Shape::Id, "The webhook's."),
        SECRET,
        field(
            "old_secret_until",
            MAYBE_MOMENT,
            "Until when the old secret signs, too.",
        ),
    ]),
);
const DELIVERY: Shape = Shape::Named(
    "WebhookDelivery",
    &Shape::Object(&[
        field(
            "id",
            Shape::Id,
            "The event: the header `webhook-id`, and the entry of the activity log.",
        ),
        field("type", Shape::Text(1, 100), "What happened."),
        field("at", Shape::Moment, "When it happened."),
        field(
            "state",
            Shape::OneOf(STATES),
            "held: it waits until the webhook is on again. taken: it is on its way.",
        ),
        field("attempts", COUNT, ""),
        field("tried_at", MAYBE_MOMENT, "The last try."),
        field("next_at", MAYBE_MOMENT, "The next try."),
        field(
            "status",
            Shape::Maybe(&Shape::Integer(100, 999)),
            "Of the last answer.",
        ),
        field(
            "duration_ms",
            Shape::Maybe(&COUNT),
            "How long the last try took.",
        ),
        field("trouble", TROUBLE, "What went wrong with the last try."),
    ]),
);
const NEW: Shape = Shape::Named(
    "WebhookNew",
    &Shape::Object(&[
        field("name", NAME, ""),
        field(
            "url",
            URL,
            "An address that begins with https://, not in a private network.",
        ),
        may(
            "areas",
            AREAS,
            "Which parts of the log; null or missing for all.",
        ),
    ]),
);
const CHANGED: Shape = Shape::Named(
    "WebhookChanges",
    &Shape::Object(&[
        may("name", NAME, ""),
        may(
            "url",
            URL,
            "An address that begins with https://, not in a private network.",
        ),
        may("areas", AREAS, "Which parts of the log; null for all."),
        may(
            "state",
            Shape::OneOf(&["on", "off"]),
            "Switches it on or off. What waits when it goes off is sent when it is on again; what happens meanwhile is not.",
        ),
    ]),
);

const ONE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","name":"Door system","url":"https://doors.example.com/hook","areas":["added","access"],"state":"on","reason":null,"old_secret_until":null,"failing_since":null,"delivered_at":"2026-11-22T09:31:00Z","created_at":"2026-11-20T08:00:00Z","waiting":0}"#;
const SENT: &str = r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a16","type":"user.create","at":"2026-11-22T09:31:00Z","state":"waiting","attempts":1,"tried_at":"2026-11-22T09:31:01Z","next_at":"2026-11-22T09:31:06Z","status":503,"duration_ms":41,"trouble":"refused"}],"next":null}"#;

pub(super) const LIST: Operation =
    Operation::new("listWebhooks", "List webhooks", Work::Read(list))
        .words("By name, all on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&WEBHOOK)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","name":"Door system","url":"https://doors.example.com/hook","areas":null,"state":"on","reason":null,"old_secret_until":null,"failing_since":null,"delivered_at":null,"created_at":"2026-11-20T08:00:00Z","waiting":0}],"next":null}"#,
        );
pub(super) const CREATE: Operation =
    Operation::new("createWebhook", "Create a webhook", Work::Engine(create))
        .words("The secret is answered this once. The maker of the token has to see everybody and the whole activity log.")
        .body(Body::Json(
            &NEW,
            r#"{"name":"Door system","url":"https://doors.example.com/hook","areas":["added","access"]}"#,
        ))
        .answers(
            Answered::Made(&MADE),
            r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","webhook":{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","name":"Door system","url":"https://doors.example.com/hook","areas":["added","access"],"state":"on","reason":null,"old_secret_until":null,"failing_since":null,"delivered_at":null,"created_at":"2026-11-20T08:00:00Z","waiting":0}}"#,
        )
        .shown_once("secret")
        .refuses(&[409]);
pub(super) const SHOW: Operation = Operation::new("getWebhook", "One webhook", Work::Read(show))
    .answers(Answered::One(&WEBHOOK), ONE);
pub(super) const CHANGE: Operation =
    Operation::new("changeWebhook", "Change a webhook", Work::Engine(change))
        .words("Only what is named changes.")
        .body(Body::Json(&CHANGED, r#"{"areas":null,"state":"on"}"#))
        .answers(Answered::One(&WEBHOOK), ONE)
        .refuses(&[409])
        .needs_version();
pub(super) const DELETE: Operation =
    Operation::new("deleteWebhook", "Delete a webhook", Work::Write(delete))
        .words("With what waits, and what is known of what was sent.")
        .needs_version();
pub(super) const ROTATE: Operation = Operation::new(
    "rotateWebhookSecret",
    "Give a webhook a new secret",
    Work::Write(rotate),
)
.words("The old one signs beside it for a day.")
.answers(
    Answered::One(&ROTATED),
    r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a30","secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","old_secret_until":"2026-11-23T09:31:00Z"}"#,
)
.shown_once("secret");
pub(super) const END_OLD: Operation = Operation::new(
    "endOldWebhookSecret",
    "End that the old secret signs",
    Work::Write(end_old),
);
pub(super) const TEST: Operation =
    Operation::new("testWebhook", "Send a test event", Work::Write(test))
        .words("Of the type `webhook.test`.")
        .answers(
            Answered::Taken(&Shape::Object(&[field("id", Shape::Id, "The event.")])),
            r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a16"}"#,
        )
        .refuses(&[409]);
pub(super) const DELIVERIES: Operation = Operation::new(
    "listWebhookDeliveries",
    "What was sent to a webhook",
    Work::Read(sent),
)
.words("The newest events first, for 30 days, and what waits.")
.query(&[
    may("state", Shape::OneOf(STATES), "Only in this state."),
    LIMIT,
    CURSOR,
    FIELDS,
])
.answers(Answered::One(&Shape::Page(&DELIVERY)), SENT);
pub(super) const REDELIVER: Operation =
    Operation::new("redeliverWebhookEvent", "Send an event again", Work::Write(redeliver))
        .words("With the same id. What waits is tried at once; what was delivered or given up goes outside of the order of its subject.")
        .refuses(&[409]);

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let found = subscriptions::list(tx, &ask.ctx)?;
    let items = found.iter().map(Webhook::described).collect();
    Ok(Reply::page(ask, items, None))
}

fn id(ask: &Ask) -> Result<WebhookId, Problem> {
    ask.id("id")
}

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&subscriptions::get(tx, &ask.ctx, id(ask)?)?))
}

fn reply(webhook: &Webhook) -> Reply {
    Reply::one(webhook.described()).tagged(&tag(webhook.revision))
}

/// The areas that are named, if the field is there.
fn areas(ask: &Ask) -> Option<Areas> {
    Some(match ask.body.get("areas")? {
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            Areas::Of(names.filter_map(Area::parse).collect())
        }
        _ => Areas::All,
    })
}

/// The address, looked up; not in a transaction.
fn address(ask: &Ask) -> Result<Option<Address>, Problem> {
    let networks = &ask.app.settings.webhook_networks;
    let Some(url) = ask.text("url") else {
        return Ok(None);
    };
    let address = Address::check(url, networks).map_err(WebhookRefusal::from)?;
    Ok(Some(address))
}

fn create(_: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    subscriptions::admit(&ask.ctx).map_err(WebhookRefusal::from)?;
    let new = NewWebhook {
        id: ask.ctx.new_id(),
        name: ask.text("name").unwrap_or_default().to_owned(),
        address: address(ask)?.ok_or_else(Problem::not_found)?,
        areas: areas(ask).unwrap_or(Areas::All),
    };
    let (secret, webhook) = ask.app.db.write_blocking(|tx| {
        let secret = subscriptions::create(tx, &ask.ctx, &new)?;
        Ok::<_, WebhookRefusal>((secret, subscriptions::get(tx, &ask.ctx, new.id)?))
    })?;
    let body = json!({"id": new.id, "secret": secret.reveal(), "webhook": webhook.described()});
    let at = format!("/api/v1/webhooks/{}", new.id);
    Ok(Reply::made(body, &at).tagged(&tag(webhook.revision)))
}

fn change(_: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let id = id(ask)?;
    let get = |tx: &mut Tx<'_>| subscriptions::get(tx, &ask.ctx, id);
    let known = ask.app.db.read_blocking(get)?;
    ask.expect(&tag(known.revision))?;
    let address = match ask.text("url") {
        Some(url) if known.is_at(url) => None,
        _ => address(ask)?,
    };
    let changes = Changes {
        name: ask.text("name").map(str::to_owned),
        address,
        areas: areas(ask),
    };
    ask.app.db.write_blocking(|tx| {
        let before = subscriptions::get(tx, &ask.ctx, id)?;
        ask.expect(&tag(before.revision))?;
        subscriptions::change(tx, &ask.ctx, id, &changes, None)?;
        if let Some(state) = ask.text("state") {
            subscriptions::switch(tx, &ask.ctx, id, state == State::On.as_str())?;
        }
        Ok(reply(&subscriptions::get(tx, &ask.ctx, id)?))
    })
}

fn delete(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let webhook = subscriptions::get(tx, &ask.ctx, id(ask)?)?;
    ask.expect(&tag(webhook.revision))?;
    subscriptions::delete(tx, &ask.ctx, webhook.id)?;
    Ok(Reply::nothing())
}

fn rotate(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = id(ask)?;
    let secret = subscriptions::rotate(tx, &ask.ctx, id)?;
    let webhook = subscriptions::get(tx, &ask.ctx, id)?;
    Ok(Reply::one(json!({
        "id": id, "secret": secret.reveal(), "old_secret_until": webhook.old_secret_until,
    })))
}

fn end_old(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    subscriptions::end_old_secret(tx, &ask.ctx, id(ask)?)?;
    Ok(Reply::nothing())
}

fn test(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let id = id(ask)?;
    let event = deliveries::test(tx, &ask.ctx, id)?;
    let at = format!("/api/v1/webhooks/{id}/deliveries");
    Ok(Reply::taken(json!({"id": event}), &at))
}

fn sent(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let state = ask.param("state").and_then(DeliveryState::parse);
    let before = ask.after::<EventId>()?;
    let limit = ask.limit();
    let mut found = deliveries::page(tx, &ask.ctx, id(ask)?, state, before, limit as i64 + 1)?;
    let goes_on = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| goes_on);
    let next = next.map(|last| last.event.to_string());
    Ok(Reply::page(
        ask,
        found.iter().map(Delivery::described).collect(),
        next,
    ))
}

fn redeliver(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    deliveries::redeliver(tx, &ask.ctx, id(ask)?, ask.id("event")?)?;
    Ok(Reply::nothing())
}

impl From<WebhookRefusal> for Problem {
    fn from(refusal: WebhookRefusal) -> Self {
        let words = sentence(&refusal.to_string());
        let wrong = |pointer: &str| Self::invalid(vec![Wrong::new(pointer, words.clone())]);
        match refusal {
            WebhookRefusal::Forbidden(_) => Failure::Forbidden.into(),
            WebhookRefusal::Db(error) => error.into(),
            WebhookRefusal::NotFound => Self::not_found(),
            WebhookRefusal::NameInvalid => wrong("/name"),
            WebhookRefusal::NoArea => wrong("/areas"),
            WebhookRefusal::Address(_) => wrong("/url"),
            _ => Self::conflict(refusal.code(), words),
        }
    }
}

#[cfg(test)]
mod tests {
    use webhooks::Trouble;

    use super::*;

    #[test]
    fn names_are_those_of_the_product() {
        let Shape::OneOf(areas) = AREA else {
            panic!("areas are names");
        };
        assert_eq!(areas, Area::ALL.map(Area::as_str));
        assert_eq!(STATES, DeliveryState::ALL.map(DeliveryState::as_str));
        assert_eq!(TROUBLES, Trouble::ALL.map(Trouble::as_str));
    }

    #[test]
    fn addresses_in_events_are_those_of_the_api() {
        use directory::activity::Target;
        let id = "01977420-5c1d-7b32-9a01-3d1f5b9e2a10";
        let known: Vec<_> = crate::api::table::entries()
            .into_iter()
            .filter(|entry| entry.method == "GET")
            .map(|entry| entry.path.replace("{id}", id))
            .collect();
        let targets = [
            Target::Person(id.parse().unwrap()),
            Target::Group(id.parse().unwrap()),
            Target::Device(id.parse().unwrap()),
            Target::Workflow(id.parse().unwrap()),
            Target::Import(id.parse().unwrap()),
        ];
        for target in targets {
            let path = webhooks::path_of(target).unwrap();
            assert!(known.contains(&path), "{path}");
        }
    }
}
