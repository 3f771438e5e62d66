//! `muster webhooks`: programs that are told of what happens.

use anyhow::Result;
use db::Tx;
use directory::{Ctx, activity::Area};
use kernel::{EventId, WebhookId, fold};
use serde_json::{Value, json};
use webhooks::{
    Address,
    deliveries::{self, Delivery, DeliveryState},
    subscriptions::{self, Areas, Changes, NewWebhook, Webhook, WebhookRefusal},
};

use crate::{
    cli::webhooks::{self as cli, Change, Create, Which},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Webhooks) -> Result<Exit> {
    let ctx = |account: &crate::cli::Account| house.ctx(account.account.as_deref());
    match command {
        cli::Webhooks::List(args) => list(house, &ctx(&args.account)?, args.json),
        cli::Webhooks::Show(which) => show(house, &ctx(&which.account)?, which),
        cli::Webhooks::Create(args) => create(house, &ctx(&args.account)?, args),
        cli::Webhooks::Change(args) => change(house, &ctx(&args.which.account)?, args),
        cli::Webhooks::Rotate { which, end_old } => {
            rotate(house, &ctx(&which.account)?, which, *end_old)
        }
        cli::Webhooks::Test(which) => test(house, &ctx(&which.account)?, which),
        cli::Webhooks::Deliveries {
            which,
            state,
            limit,
        } => {
            let state = state.as_deref().and_then(DeliveryState::parse);
            sent(house, &ctx(&which.account)?, which, (state, *limit))
        }
        cli::Webhooks::Redeliver {
            webhook,
            event,
            account,
        } => redeliver(house, &ctx(account)?, webhook, event),
        cli::Webhooks::Delete { webhook, account } => delete(house, &ctx(account)?, webhook),
    }
}

/// The webhook with this id or name.
fn find(tx: &mut Tx<'_>, ctx: &Ctx, wanted: &str) -> Result<Webhook, WebhookRefusal> {
    let id: Option<WebhookId> = wanted.parse().ok();
    let is_it = |one: &Webhook| Some(one.id) == id || fold(&one.name) == fold(wanted);
    let found = subscriptions::list(tx, ctx)?.into_iter().find(is_it);
    found.ok_or(WebhookRefusal::NotFound)
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let found = house.db.read_blocking(|tx| subscriptions::list(tx, ctx))?;
    let found: Vec<Value> = found.iter().map(Webhook::described).collect();
    listed(&found, as_json);
    Ok(Exit::Done)
}

/// Prints webhooks as they are described.
pub(crate) fn listed(found: &[Value], as_json: bool) {
    if as_json {
        output::json(&json!(found));
        return;
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|webhook| {
            vec![
                cell(webhook, "name"),
                cell(webhook, "state"),
                cell(webhook, "url"),
                of_areas(webhook),
                cell(webhook, "waiting"),
                cell(webhook, "delivered_at"),
            ]
        })
        .collect();
    output::table(
        &[
            "Name",
            "State",
            "Address",
            "Hears of",
            "Waiting",
            "Delivered",
        ],
        &rows,
    );
}

/// What stands in a field; blank if nothing does.
fn cell(value: &Value, name: &str) -> String {
    match value.get(name) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn of_areas(webhook: &Value) -> String {
    let Some(areas) = webhook.get("areas").and_then(Value::as_array) else {
        return "everything".to_owned();
    };
    let names: Vec<&str> = areas.iter().filter_map(Value::as_str).collect();
    names.join(" ")
}

fn show(house: &House, ctx: &Ctx, which: &Which) -> Result<Exit> {
    let webhook = house.db.read_blocking(|tx| find(tx, ctx, &which.webhook))?;
    tell(&webhook.described(), which.json.json);
    Ok(Exit::Done)
}

/// Prints one webhook as it is described.
pub(crate) fn tell(webhook: &Value, as_json: bool) {
    if as_json {
        output::json(webhook);
        return;
    }
    let rows: Vec<Vec<String>> = webhook
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, _)| vec![name.clone(), cell(webhook, name)])
        .collect();
    output::table(&["", ""], &rows);
}

fn create(house: &House, ctx: &Ctx, args: &Create) -> Result<Exit> {
    let new = NewWebhook {
        id: ctx.new_id(),
        name: args.name.clone(),
        address: checked(house, &args.url)?,
        areas: if args.areas.is_empty() {
            Areas::All
        } else {
            named(&args.areas)
        },
    };
    let secret = house
        .db
        .write_blocking(|tx| subscriptions::create(tx, ctx, &new))?;
    tell_secret(&new.id.to_string(), &secret.reveal(), args.json.json);
    Ok(Exit::Done)
}

/// Prints a secret, this once.
pub(crate) fn tell_secret(id: &str, secret: &str, as_json: bool) {
    if as_json {
        output::json(&json!({ "id": id, "secret": secret }));
    } else {
        output::note("The secret is not shown again.");
        output::line(secret);
    }
}

fn change(house: &House, ctx: &Ctx, args: &Change) -> Result<Exit> {
    let changes = Changes {
        name: args.name.clone(),
        address: args
            .url
            .as_deref()
            .map(|url| checked(house, url))
            .transpose()?,
        areas: match (args.all_areas, args.areas.as_slice()) {
            (true, _) => Some(Areas::All),
            (false, []) => None,
            (false, areas) => Some(named(areas)),
        },
    };
    let webhook = house.db.write_blocking(|tx| {
        let id = find(tx, ctx, &args.which.webhook)?.id;
        subscriptions::change(tx, ctx, id, &changes, None)?;
        if args.on || args.off {
            subscriptions::switch(tx, ctx, id, args.on)?;
        }
        subscriptions::get(tx, ctx, id)
    })?;
    tell(&webhook.described(), args.which.json.json);
    Ok(Exit::Done)
}

fn rotate(house: &House, ctx: &Ctx, which: &Which, end_old: bool) -> Result<Exit> {
    let rotated = house.db.write_blocking(|tx| {
        let id = find(tx, ctx, &which.webhook)?.id;
        if end_old {
            subscriptions::end_old_secret(tx, ctx, id)?;
            return Ok::<_, WebhookRefusal>(None);
        }
        Ok(Some((id, subscriptions::rotate(tx, ctx, id)?)))
    })?;
    if let Some((id, secret)) = rotated {
        tell_secret(&id.to_string(), &secret.reveal(), which.json.json);
    }
    Ok(Exit::Done)
}

fn test(house: &House, ctx: &Ctx, which: &Which) -> Result<Exit> {
    let event = house.db.write_blocking(|tx| {
        let id = find(tx, ctx, &which.webhook)?.id;
        deliveries::test(tx, ctx, id)
    })?;
    tell_event(&event.to_string(), which.json.json);
    Ok(Exit::Done)
}

/// Prints the id of an event.
pub(crate) fn tell_event(event: &str, as_json: bool) {
    if as_json {
        output::json(&json!({ "id": event }));
    } else {
        output::line(event);
    }
}

fn sent(
    house: &House,
    ctx: &Ctx,
    which: &Which,
    (state, limit): (Option<DeliveryState>, i64),
) -> Result<Exit> {
    let found = house.db.read_blocking(|tx| {
        let id = find(tx, ctx, &which.webhook)?.id;
        deliveries::page(tx, ctx, id, state, None, limit)
    })?;
    let found: Vec<Value> = found.iter().map(Delivery::described).collect();
    deliveries_listed(&found, which.json.json);
    Ok(Exit::Done)
}

/// Prints deliveries as they are described.
pub(crate) fn deliveries_listed(found: &[Value], as_json: bool) {
    const COLUMNS: [(&str, &str); 8] = [
        ("Event", "id"),
        ("Type", "type"),
        ("At", "at"),
        ("State", "state"),
        ("Tries", "attempts"),
        ("Status", "status"),
        ("Trouble", "trouble"),
        ("Next try", "next_at"),
    ];
    if as_json {
        output::json(&json!(found));
        return;
    }
    let row = |one: &Value| COLUMNS.map(|(_, name)| cell(one, name)).to_vec();
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    output::table(&COLUMNS.map(|(head, _)| head), &rows);
}

fn redeliver(house: &House, ctx: &Ctx, webhook: &str, event: &str) -> Result<Exit> {
    house.db.write_blocking(|tx| {
        let id = find(tx, ctx, webhook)?.id;
        let event: EventId = event.parse().map_err(|_| WebhookRefusal::NotFound)?;
        deliveries::redeliver(tx, ctx, id, event)
    })?;
    Ok(Exit::Done)
}

fn delete(house: &House, ctx: &Ctx, webhook: &str) -> Result<Exit> {
    house.db.write_blocking(|tx| {
        let id = find(tx, ctx, webhook)?.id;
        subscriptions::delete(tx, ctx, id)
    })?;
    Ok(Exit::Done)
}

/// Looks an address up, before any transaction.
fn checked(house: &House, url: &str) -> Result<Address, WebhookRefusal> {
    Ok(Address::check(url, &house.webhooks().networks)?)
}

fn named(areas: &[String]) -> Areas {
    Areas::Of(areas.iter().filter_map(|name| Area::parse(name)).collect())
}
