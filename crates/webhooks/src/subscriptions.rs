//! Webhooks: making one, changing it, its secrets, and whether it is on.
//!
//! A webhook hears of everything that happens in its areas, whoever it is about. So it is for those alone who see everybody
//! and the whole log, and may give programs tokens.

use std::time::Duration;

use db::{FromRow, Row, Tx, params, sql};
use directory::{Action, Ctx, Forbidden, activity, activity::Area};
use kernel::{AccountId, Timestamp, WebhookId, fold};
use serde_json::{Value, json};

use crate::{
    address::{Address, AddressRefusal},
    secret::Secret,
    trouble::Trouble,
};

/// An account has no more webhooks.
pub const MOST_WEBHOOKS: i64 = 20;
/// So long an old secret signs beside the new one.
pub const OLD_SECRET_HOLDS: Duration = Duration::from_hours(24);

/// Whether a webhook is told of what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is.
    On,
    /// Somebody switched it off.
    Off,
    /// It was switched off because nothing reached its address.
    Failed,
}

impl State {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Failed => "failed",
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "on" => Self::On,
            "failed" => Self::Failed,
            _ => Self::Off,
        }
    }
}

/// Which parts of the log a webhook hears of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Areas {
    /// All of it, and whatever is added to it later.
    All,
    /// These parts.
    Of(Vec<Area>),
}

impl Areas {
    /// As the outbox compares it: a space before and after each name.
    fn stored(&self) -> Result<Option<String>, WebhookRefusal> {
        match self {
            Self::All => Ok(None),
            Self::Of(areas) if areas.is_empty() => Err(WebhookRefusal::NoArea),
            Self::Of(areas) => {
                let chosen = Area::ALL.into_iter().filter(|area| areas.contains(area));
                let names: Vec<_> = chosen.map(Area::as_str).collect();
                Ok(Some(format!(" {} ", names.join(" "))))
            }
        }
    }

    fn parse(stored: Option<&str>) -> Self {
        stored.map_or(Self::All, |names| {
            Self::Of(names.split_whitespace().filter_map(Area::parse).collect())
        })
    }

    /// The stable names; none for all.
    pub fn names(&self) -> Option<Vec<&'static str>> {
        match self {
            Self::All => None,
            Self::Of(areas) => Some(areas.iter().map(|area| area.as_str()).collect()),
        }
    }
}

/// What a webhook is to be.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Its id: the same form sent twice makes one.
    pub id: WebhookId,
    /// A name for people.
    pub name: String,
    /// Where events are sent.
    pub address: Address,
    /// Of what it hears.
    pub areas: Areas,
}

/// What is to be changed of a webhook; nothing stays as it is.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub address: Option<Address>,
    /// Of what it hears.
    pub areas: Option<Areas>,
}

/// A webhook, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Its name.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// Of what it hears.
    pub areas: Areas,
    /// Whether it is told.
    pub state: State,
    /// Why it was switched off.
    pub reason: Option<Trouble>,
    /// Until when the old secret signs, too.
    pub old_secret_until: Option<Timestamp>,
    /// Counts the changes people make.
    pub revision: i64,
    /// Since when nothing was handed over and something failed.
    pub failing_since: Option<Timestamp>,
    /// When something was handed over last.
    pub delivered_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Events that wait to be handed over.
    pub waiting: i64,
}

impl Webhook {
    /// It as programs and `--json` are told of it.
    pub fn described(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "url": self.url,
            "areas": self.areas.names(), "state": self.state.as_str(),
            "reason": self.reason.map(Trouble::as_str),
            "old_secret_until": self.old_secret_until,
            "failing_since": self.failing_since, "delivered_at": self.delivered_at,
            "created_at": self.created_at, "waiting": self.waiting,
        })
    }

    /// Whether this is its address already: then its host, which may be away just now, need not be looked up.
    pub fn is_at(&self, url: &str) -> bool {
        url.trim() == self.url
    }

    /// Until when the old secret signs, if it does now.
    pub fn old_secret_holds(&self, now: Timestamp) -> Option<Timestamp> {
        self.old_secret_until.filter(|until| *until > now)
    }
}

impl FromRow for Webhook {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let areas: Option<String> = row.get("areas")?;
        let state: String = row.get("state")?;
        let reason: Option<String> = row.get("reason")?;
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            url: row.get("url")?,
            areas: Areas::parse(areas.as_deref()),
            state: State::parse(&state),
            reason: reason.as_deref().and_then(Trouble::parse),
            old_secret_until: row.get("old_secret_until")?,
            revision: row.get("revision")?,
            failing_since: row.get("failing_since")?,
            delivered_at: row.get("delivered_at")?,
            created_at: row.get("created_at")?,
            waiting: row.get("waiting_count")?,
        })
    }
}

/// Why something about a webhook was not done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name cannot be used.
    #[error("give the webhook a name of 1 to 100 characters")]
    NameInvalid,
    /// Another webhook has the name.
    #[error("there is already a webhook of this name")]
    NameTaken,
    /// It would hear of nothing.
    #[error("choose what the webhook is to hear of")]
    NoArea,
    /// Nothing is sent there.
    #[error(transparent)]
    Address(#[from] AddressRefusal),
    /// The form was sent before.
    #[error("this webhook was made already; its secret is shown only once")]
    MadeAlready,
    /// There are enough.
    #[error("the account has {MOST_WEBHOOKS} webhooks; delete one first")]
    TooMany,
    /// It is switched off.
    #[error("the webhook is switched off; switch it on first")]
    SwitchedOff,
    /// It is being sent.
    #[error("it is on its way just now; look at what becomes of it")]
    OnItsWay,
    /// Somebody changed it meanwhile.
    #[error("the webhook was changed meanwhile; look at it again")]
    Outdated,
    /// There is no such webhook, or nothing of the kind was sent to it.
    #[error("there is no such webhook")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl WebhookRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NameInvalid => "name_invalid",
            Self::NameTaken => "webhook_exists",
            Self::NoArea => "areas_missing",
            Self::Address(refusal) => refusal.code(),
            Self::MadeAlready => "webhook_made_already",
            Self::TooMany => "too_many_webhooks",
            Self::SwitchedOff => "webhook_switched_off",
            Self::OnItsWay => "delivery_on_its_way",
            Self::Outdated => "version_outdated",
            Self::NotFound => "webhook_not_found",
            Self::Db(_) => "internal",
        }
    }

    /// Whether the installation failed, rather than what was asked for.
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Db(_))
    }
}

/// Refuses whoever does not look after everybody and see the whole log.
pub fn admit(ctx: &Ctx) -> Result<(), Forbidden> {
    ctx.require_for_all(Action::ManageTokens)?;
    ctx.require_for_all(Action::ViewActivity)?;
    if ctx.actor.reaches_some() {
        return Err(Forbidden(Action::ManageTokens));
    }
    Ok(())
}

/// Makes a webhook; the secret is given back this once.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewWebhook) -> Result<Secret, WebhookRefusal> {
    admit(ctx)?;
    let (name, name_key) = named(&new.name)?;
    let areas = new.areas.stored()?;
    let known = list(tx, ctx)?;
    if known.iter().any(|webhook| webhook.id == new.id) {
        return Err(WebhookRefusal::MadeAlready);
    }
    if known.len() as i64 >= MOST_WEBHOOKS {
        return Err(WebhookRefusal::TooMany);
    }
    let secret = Secret::random();
    let inserted = tx.execute(
        sql!("webhooks/insert"),
        params![
            ctx.account,
            new.id,
            name,
            name_key,
            new.address.as_str(),
            areas,
            secret.reveal(),
            ctx.now()
        ],
    );
    inserted.map_err(name_taken)?;
    let details = format!("webhook {name} made, {}", of_areas(&new.areas));
    record(tx, ctx, "webhook.create", new.id, &details)?;
    Ok(secret)
}

/// The account's webhooks, by name.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<Webhook>, WebhookRefusal> {
    admit(ctx)?;
    Ok(tx.fetch(sql!("webhooks/list"), params![ctx.account])?)
}

/// One webhook.
pub fn get(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId) -> Result<Webhook, WebhookRefusal> {
    found(tx, ctx, id, true)
}

/// One webhook to do something with: what waits for it is not counted.
pub(crate) fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId) -> Result<Webhook, WebhookRefusal> {
    found(tx, ctx, id, false)
}

fn found(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: WebhookId,
    counted: bool,
) -> Result<Webhook, WebhookRefusal> {
    admit(ctx)?;
    tx.fetch_optional(sql!("webhooks/find"), params![ctx.account, id, counted])?
        .ok_or(WebhookRefusal::NotFound)
}

/// Changes a webhook, if it is still at the revision that was seen.
pub fn change(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    id: WebhookId,
    changes: &Changes,
    seen: Option<i64>,
) -> Result<Webhook, WebhookRefusal> {
    let webhook = find(tx, ctx, id)?;
    if seen.is_some_and(|revision| revision != webhook.revision) {
        return Err(WebhookRefusal::Outdated);
    }
    let (name, name_key) = named(changes.name.as_deref().unwrap_or(&webhook.name))?;
    let url = changes
        .address
        .as_ref()
        .map_or(webhook.url.as_str(), Address::as_str);
    let areas = changes.areas.as_ref().unwrap_or(&webhook.areas);
    if (name, url, areas) == (webhook.name.as_str(), webhook.url.as_str(), &webhook.areas) {
        return get(tx, ctx, id);
    }
    let values = params![
        ctx.account,
        id,
        name,
        name_key,
        url,
        areas.stored()?,
        webhook.revision
    ];
    let changed = tx
        .execute(sql!("webhooks/update"), values)
        .map_err(name_taken)?;
    if changed == 0 {
        return Err(WebhookRefusal::Outdated);
    }
    let moved = if url == webhook.url {
        ""
    } else {
        ", with another address"
    };
    let details = format!("webhook {name}, {}{moved}", of_areas(areas));
    record(tx, ctx, "webhook.change", id, &details)?;
    get(tx, ctx, id)
}

/// Gives a webhook a new secret; the old one signs beside it for a day.
pub fn rotate(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId) -> Result<Secret, WebhookRefusal> {
    let webhook = find(tx, ctx, id)?;
    let secret = Secret::random();
    let now = ctx.now();
    let until = now.checked_add(OLD_SECRET_HOLDS).unwrap_or(now);
    tx.execute(
        sql!("webhooks/rotate"),
        params![ctx.account, id, secret.reveal(), until],
    )?;
    let details = format!("webhook {}", webhook.name);
    record(tx, ctx, "webhook.rotate", id, &details)?;
    Ok(secret)
}

/// Ends that the old secret signs; does nothing if it does not.
pub fn end_old_secret(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId) -> Result<(), WebhookRefusal> {
    let webhook = find(tx, ctx, id)?;
    let ended = tx.execute(sql!("webhooks/end_old"), params![ctx.account, id])?;
    if ended > 0 {
        let details = format!("webhook {}", webhook.name);
        record(tx, ctx, "webhook.end_old", id, &details)?;
    }
    Ok(())
}

/// Switches a webhook on or off. What waited when it went off goes when it is on again; what happens meanwhile is not sent.
pub fn switch(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId, on: bool) -> Result<(), WebhookRefusal> {
    let webhook = find(tx, ctx, id)?;
    let state = if on { State::On } else { State::Off };
    if webhook.state == state {
        return Ok(());
    }
    tx.execute(
        sql!("webhooks/switch"),
        params![ctx.account, id, state.as_str()],
    )?;
    if on {
        release(tx, ctx.account, id, ctx.now())?;
    } else {
        hold(tx, ctx.account, id)?;
    }
    let details = format!("webhook {} {}", webhook.name, state.as_str());
    record(tx, ctx, "webhook.switch", id, &details)
}

/// Deletes a webhook with what waits and its log.
pub fn delete(tx: &mut Tx<'_>, ctx: &Ctx, id: WebhookId) -> Result<(), WebhookRefusal> {
    let webhook = find(tx, ctx, id)?;
    tx.execute(sql!("webhooks/delete"), params![ctx.account, id])?;
    let details = format!("webhook {}", webhook.name);
    record(tx, ctx, "webhook.delete", id, &details)
}

/// What waits stays, and is not looked at until the webhook is on again.
pub(crate) fn hold(tx: &mut Tx<'_>, account: AccountId, id: WebhookId) -> db::Result<u64> {
    tx.execute(sql!("webhooks/hold"), params![account, id])
}

fn release(tx: &mut Tx<'_>, account: AccountId, id: WebhookId, now: Timestamp) -> db::Result<u64> {
    tx.execute(sql!("webhooks/release"), params![account, id, now])
}

fn record(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    action: &str,
    id: WebhookId,
    details: &str,
) -> Result<(), WebhookRefusal> {
    activity::record(tx, ctx, action, Some(id.uuid()), details)?;
    Ok(())
}

fn named(name: &str) -> Result<(&str, String), WebhookRefusal> {
    let name = name.trim();
    let chars = name.chars().count();
    if chars == 0 || chars > 100 || name.chars().any(char::is_control) {
        return Err(WebhookRefusal::NameInvalid);
    }
    Ok((name, fold(name).into_owned()))
}

fn name_taken(error: db::Error) -> WebhookRefusal {
    if error.is_unique("webhooks_name") {
        WebhookRefusal::NameTaken
    } else {
        WebhookRefusal::Db(error)
    }
}

fn of_areas(areas: &Areas) -> String {
    areas
        .names()
        .map_or_else(|| "all areas".to_owned(), |names| names.join(", "))
}
