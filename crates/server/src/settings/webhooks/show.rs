//! One webhook: what it is, what was sent to it, and what can be done with it.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use db::Tx;
use directory::accounts;
use jiff::tz::TimeZone;
use kernel::{EventId, WebhookId};
use serde::Deserialize;
use webhooks::{
    deliveries::{self, Delivery, DeliveryState},
    subscriptions::{self, Changes, State as WebhookState, WebhookRefusal},
};

use super::{
    checked, failure,
    form::{Fields, Form},
    list::badge,
    page_of,
};
use crate::{
    app::App,
    badge::Badge,
    choice::Choice,
    extract::{Form as Submitted, Id, Params},
    failure::Failure,
    format::{Moment, count, moment, sentence, zone},
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell, see_other, with_status},
};

/// Deliveries of a page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "settings/webhooks/show.html")]
struct WebhookPage {
    shell: Shell,
    id: WebhookId,
    name: String,
    badge: Badge,
    is_on: bool,
    reason: Option<&'static str>,
    failing_since: Option<Moment>,
    waiting: String,
    delivered: Option<Moment>,
    old_until: Option<Moment>,
    revision: i64,
    form: Form,
    states: Vec<Choice>,
    lines: Vec<Line>,
    newest: Option<String>,
    older: Option<String>,
}

struct Line {
    event: EventId,
    kind: String,
    at: Moment,
    badge: Badge,
    trouble: Option<&'static str>,
    status: Option<i64>,
    attempts: i64,
    duration_ms: Option<i64>,
    next: Option<Moment>,
    /// What the button says, if there is something to do.
    again: Option<&'static str>,
}

/// What the address says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    state: String,
    before: String,
}

/// `GET /settings/webhooks/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let page = page(&app, visitor, id, query, None).await?;
    Ok(Page(page).into_response())
}

/// `POST /settings/webhooks/{id}`
pub(crate) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
    Submitted(fields): Submitted<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let fields = Fields(fields);
    let ctx = visitor.ctx.clone();
    let known = app.db.read(move |tx| subscriptions::get(tx, &ctx, id));
    let known = known
        .await
        .map_err(|refusal| failure(refusal, &page_of(id)))?;
    let address = if known.is_at(fields.get("url")) {
        Ok(None)
    } else {
        checked(&app, fields.get("url")).await?.map(Some)
    };
    let changed = match address {
        Err(refusal) => Err(WebhookRefusal::from(refusal)),
        Ok(address) => {
            let changes = Changes {
                name: Some(fields.get("name").to_owned()),
                address,
                areas: Some(fields.areas()),
            };
            let seen = Some(fields.get("revision").parse().unwrap_or_default());
            let ctx = visitor.ctx.clone();
            app.db
                .write(move |tx| subscriptions::change(tx, &ctx, id, &changes, seen))
                .await
        }
    };
    match changed {
        Ok(_) => Ok(see_other(&page_of(id))),
        Err(
            refusal @ (WebhookRefusal::NameInvalid
            | WebhookRefusal::NameTaken
            | WebhookRefusal::NoArea
            | WebhookRefusal::Address(_)),
        ) => {
            let form = Form::refused(&fields, sentence(&refusal.to_string()));
            let page = page(&app, visitor, id, Query::default(), Some(form)).await?;
            Ok(with_status(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(refusal) => Err(failure(refusal, &page_of(id))),
    }
}

/// Whether it is to be on.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Switched {
    on: String,
}

/// `POST /settings/webhooks/{id}/switch`
pub(crate) async fn switch(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
    Submitted(switched): Submitted<Switched>,
) -> Result<Response, Failure> {
    done(&app, id, move |tx| {
        subscriptions::switch(tx, &visitor.ctx, id, switched.on == "yes")
    })
    .await
}

/// `POST /settings/webhooks/{id}/test`
pub(crate) async fn test(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
) -> Result<Response, Failure> {
    done(&app, id, move |tx| {
        deliveries::test(tx, &visitor.ctx, id).map(drop)
    })
    .await
}

/// `POST /settings/webhooks/{id}/deliveries/{event}/redeliver`
pub(crate) async fn redeliver(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, event)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: WebhookId = id.parse().map_err(|_| Failure::NotFound)?;
    let event: EventId = event.parse().map_err(|_| Failure::NotFound)?;
    done(&app, id, move |tx| {
        deliveries::redeliver(tx, &visitor.ctx, id, event)
    })
    .await
}

/// `POST /settings/webhooks/{id}/delete`
pub(crate) async fn delete(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<WebhookId>,
) -> Result<Response, Failure> {
    done(&app, id, move |tx| {
        subscriptions::delete(tx, &visitor.ctx, id)
    })
    .await?;
    Ok(see_other("/settings/webhooks"))
}

/// Does something, wakes the sender, and goes back to the page.
async fn done(
    app: &App,
    id: WebhookId,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), WebhookRefusal> + Send + 'static,
) -> Result<Response, Failure> {
    let page = page_of(id);
    app.db
        .write(work)
        .await
        .map_err(|refusal| failure(refusal, &page))?;
    app.wake.wake();
    Ok(see_other(&page))
}

async fn page(
    app: &App,
    visitor: Visitor,
    id: WebhookId,
    query: Query,
    form: Option<Form>,
) -> Result<WebhookPage, Failure> {
    let now = app.clock.now();
    let read = app.db.read(move |tx| {
        let ctx = &visitor.ctx;
        let webhook = subscriptions::get(tx, ctx, id)?;
        let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
        let state = DeliveryState::parse(&query.state);
        let before: Option<EventId> = query.before.parse().ok();
        let mut found = deliveries::page(tx, ctx, id, state, before, PAGE + 1)?;
        let has_older = found.len() as i64 > PAGE;
        found.truncate(PAGE as usize);
        let is_on = webhook.state == WebhookState::On;
        let here = |before: &str| {
            Link::to(page_of(id))
                .with("state", state.map_or("", DeliveryState::as_str))
                .with("before", before)
                .into_string()
        };
        let last = found.last().filter(|_| has_older);
        Ok::<_, WebhookRefusal>(WebhookPage {
            shell: Shell::load(tx, &visitor, Section::Settings)?,
            id,
            badge: badge(&webhook),
            is_on,
            reason: webhook.reason.map(webhooks::Trouble::label),
            failing_since: webhook.failing_since.map(|at| moment(at, &zone)),
            waiting: count(webhook.waiting),
            delivered: webhook.delivered_at.map(|at| moment(at, &zone)),
            old_until: webhook.old_secret_holds(now).map(|at| moment(at, &zone)),
            revision: webhook.revision,
            form: form.unwrap_or_else(|| Form::of(&webhook)),
            states: DeliveryState::ALL
                .into_iter()
                .map(|one| Choice::new(one.as_str(), one.label(), Some(one) == state))
                .collect(),
            older: last.map(|last| here(&last.event.to_string())),
            newest: before.map(|_| here("")),
            lines: found
                .into_iter()
                .map(|delivery| line(delivery, is_on, &zone))
                .collect(),
            name: webhook.name,
        })
    });
    read.await
        .map_err(|refusal| failure(refusal, "/settings/webhooks"))
}

fn line(delivery: Delivery, is_on: bool, zone: &TimeZone) -> Line {
    let (tone, icon) = match delivery.state {
        DeliveryState::Waiting if delivery.attempts > 0 => ("warn", Icon::Warning),
        DeliveryState::Waiting | DeliveryState::Held => ("still", Icon::Clock),
        DeliveryState::Taken => ("info", Icon::Busy),
        DeliveryState::Delivered => ("good", Icon::Done),
        DeliveryState::GivenUp => ("bad", Icon::Problem),
    };
    let again = match delivery.state {
        DeliveryState::Waiting => Some("Send now"),
        DeliveryState::Delivered | DeliveryState::GivenUp => Some("Send again"),
        DeliveryState::Held | DeliveryState::Taken => None,
    };
    Line {
        event: delivery.event,
        kind: delivery.kind,
        at: moment(delivery.at, zone),
        badge: Badge {
            tone,
            icon,
            text: delivery.state.label(),
        },
        trouble: delivery.trouble.map(webhooks::Trouble::label),
        status: delivery.status,
        attempts: delivery.attempts,
        duration_ms: delivery.duration_ms,
        next: delivery.next_at.map(|at| moment(at, zone)),
        again: again.filter(|_| is_on),
    }
}
