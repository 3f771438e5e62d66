//! The log of what was sent to a webhook, and sending something again.

use db::{Direction, FromRow, Row, Select, Tx, params, sql};
use directory::{Ctx, activity};
use kernel::{EventId, Timestamp, WebhookId};
use serde_json::{Value, json};

use crate::{
    event::TEST,
    subscriptions::{self, State, WebhookRefusal},
    trouble::Trouble,
};

/// What became of an event for one webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is sent when its time comes.
    Waiting,
    /// It waits until the webhook is on again.
    Held,
    /// It is on its way.
    Taken,
    /// The receiver took it.
    Delivered,
    /// It was tried for three days.
    GivenUp,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Waiting,
        Self::Held,
        Self::Taken,
        Self::Delivered,
        Self::GivenUp,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Taken => "taken",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// In words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Held => "Waits until switched on",
            Self::Taken => "On its way",
            Self::Delivered => "Delivered",
            Self::GivenUp => "Given up",
        }
    }
}

/// One event for one webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event: the entry of the log, or a test.
    pub event: EventId,
    /// What happened, such as `import.apply`.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was tried last.
    pub tried_at: Option<Timestamp>,
    /// When it is tried next, if it waits.
    pub next_at: Option<Timestamp>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// How long the last try took.
    pub duration_ms: Option<i64>,
    /// What went wrong the last time.
    pub trouble: Option<Trouble>,
}

impl Delivery {
    /// It as programs and `--json` are told of it.
    pub fn described(&self) -> Value {
        json!({
            "id": self.event, "type": self.kind, "at": self.at,
            "state": self.state.as_str(), "attempts": self.attempts,
            "tried_at": self.tried_at, "next_at": self.next_at,
            "status": self.status, "duration_ms": self.duration_ms,
            "trouble": self.trouble.map(Trouble::as_str),
        })
    }
}

impl FromRow for Delivery {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let state: String = row.get("state")?;
        let state = DeliveryState::parse(&state).unwrap_or(DeliveryState::GivenUp);
        let trouble: Option<String> = row.get("trouble")?;
        let action: Option<String> = row.get("action")?;
        let due_at: Timestamp = row.get("due_at")?;
        Ok(Self {
            event: row.get("event_id")?,
            kind: action.unwrap_or_else(|| TEST.to_owned()),
            at: row.get("at")?,
            state,
            attempts: row.get("attempts")?,
            tried_at: row.get("tried_at")?,
            next_at: (state == DeliveryState::Waiting).then_some(due_at),
            status: row.get("status")?,
            duration_ms: row.get("duration_ms")?,
            trouble: trouble.as_deref().and_then(Trouble::parse),
        })
    }
}

/// A page of what was sent to a webhook and what waits, the newest events first.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    webhook: WebhookId,
    state: Option<DeliveryState>,
    before: Option<EventId>,
    limit: i64,
) -> Result<Vec<Delivery>, WebhookRefusal> {
    subscriptions::find(tx, ctx, webhook)?;
    let base = params![ctx.account, webhook];
    let mut select = Select::new(sql!("deliveries/page"), base, &["d.event_id"], limit)
        .direction(Direction::Descending);
    if let Some(state) = state {
        select = select.and("d.state = $1", params![state.as_str()]);
    }
    if let Some(before) = before {
        select = select.after(params![before]);
    }
    Ok(tx.select(&select)?)
}

/// One event for one webhook.
pub fn get(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    webhook: WebhookId,
    event: EventId,
) -> Result<Delivery, WebhookRefusal> {
    subscriptions::find(tx, ctx, webhook)?;
    find(tx, ctx, webhook, event)
}

fn find(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    webhook: WebhookId,
    event: EventId,
) -> Result<Delivery, WebhookRefusal> {
    tx.fetch_optional(
        sql!("deliveries/find"),
        params![ctx.account, webhook, event],
    )?
    .ok_or(WebhookRefusal::NotFound)
}

/// Sends something again, or at once what waits. What was settled before goes outside of the order of its subject.
pub fn redeliver(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    webhook: WebhookId,
    event: EventId,
) -> Result<(), WebhookRefusal> {
    let known = subscriptions::find(tx, ctx, webhook)?;
    let delivery = find(tx, ctx, webhook, event)?;
    if known.state != State::On {
        return Err(WebhookRefusal::SwitchedOff);
    }
    tx.execute(sql!("deliveries/wake"), params![ctx.account, webhook])?;
    let again = tx.execute(
        sql!("deliveries/again"),
        params![ctx.account, webhook, event, ctx.now()],
    )?;
    if again == 0 {
        return Err(WebhookRefusal::OnItsWay);
    }
    let details = format!("webhook {}: {}", known.name, delivery.kind);
    let subject = Some(webhook.uuid());
    activity::record(tx, ctx, "webhook.redeliver", subject, &details)?;
    Ok(())
}

/// Sends an event that only tries whether the receiver works.
pub fn test(tx: &mut Tx<'_>, ctx: &Ctx, webhook: WebhookId) -> Result<EventId, WebhookRefusal> {
    let known = subscriptions::find(tx, ctx, webhook)?;
    if known.state != State::On {
        return Err(WebhookRefusal::SwitchedOff);
    }
    let id: EventId = ctx.new_id();
    tx.execute(sql!("deliveries/wake"), params![ctx.account, webhook])?;
    tx.execute(
        sql!("deliveries/insert_test"),
        params![ctx.account, webhook, id, ctx.now()],
    )?;
    Ok(id)
}
