//! `muster webhooks` against a server.

use anyhow::{Result, anyhow};
use kernel::{EventId, fold};
use serde_json::{Map, Value, json};
use webhooks::subscriptions::WebhookRefusal;

use super::client::Client;
use crate::{
    cli::webhooks::{Change, Create, Webhooks, Which},
    commands::webhooks as shown,
    exit::Exit,
};

/// The most deliveries on a page.
const PAGE: i64 = 500;

pub(crate) fn run(client: &Client, command: &Webhooks) -> Result<Exit> {
    match command {
        Webhooks::List(args) => shown::listed(&all(client)?, args.json),
        Webhooks::Show(which) => shown::tell(&find(client, &which.webhook)?, which.json.json),
        Webhooks::Create(args) => create(client, args)?,
        Webhooks::Change(args) => change(client, args)?,
        Webhooks::Rotate { which, end_old } => rotate(client, which, *end_old)?,
        Webhooks::Test(which) => {
            let path = format!("{}/test", address(client, &which.webhook)?);
            let made = client.post(&path, &Value::Null)?;
            shown::tell_event(text(&made, "id")?, which.json.json);
        }
        Webhooks::Deliveries {
            which,
            state,
            limit,
        } => {
            let of = address(client, &which.webhook)?;
            let state = state
                .as_deref()
                .map_or_else(String::new, |state| format!("&state={state}"));
            let path = format!("{of}/deliveries?limit={}{state}", PAGE.min(*limit));
            let most = usize::try_from(*limit).unwrap_or_default();
            let found: Vec<Value> = client.first(path, most)?;
            shown::deliveries_listed(&found, which.json.json);
        }
        Webhooks::Redeliver { webhook, event, .. } => {
            let path = address(client, webhook)?;
            let event: EventId = event.parse().map_err(|_| WebhookRefusal::NotFound)?;
            let path = format!("{path}/deliveries/{event}/redeliver");
            client.post(&path, &Value::Null)?;
        }
        Webhooks::Delete { webhook, .. } => client.remove(&address(client, webhook)?)?,
    }
    Ok(Exit::Done)
}

fn all(client: &Client) -> Result<Vec<Value>> {
    client.all("/api/v1/webhooks".to_owned())
}

/// The webhook with this id or name.
fn find(client: &Client, wanted: &str) -> Result<Value> {
    let is = |one: &Value, name: &str, means: &dyn Fn(&str) -> bool| {
        one.get(name).and_then(Value::as_str).is_some_and(means)
    };
    let is_it = |one: &Value| {
        is(one, "id", &|id| id == wanted) || is(one, "name", &|name| fold(name) == fold(wanted))
    };
    let found = all(client)?.into_iter().find(is_it);
    Ok(found.ok_or(WebhookRefusal::NotFound)?)
}

/// Where it is in the API.
fn address(client: &Client, wanted: &str) -> Result<String> {
    let webhook = find(client, wanted)?;
    Ok(format!("/api/v1/webhooks/{}", text(&webhook, "id")?))
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str> {
    let found = value.get(name).and_then(Value::as_str);
    found.ok_or_else(|| anyhow!("the server's answer has no {name}"))
}

fn create(client: &Client, args: &Create) -> Result<()> {
    let areas = (!args.areas.is_empty()).then_some(&args.areas);
    let body = json!({ "name": args.name, "url": args.url, "areas": areas });
    let made = client.post("/api/v1/webhooks", &body)?;
    shown::tell_secret(text(&made, "id")?, text(&made, "secret")?, args.json.json);
    Ok(())
}

fn change(client: &Client, args: &Change) -> Result<()> {
    let path = address(client, &args.which.webhook)?;
    let mut changes = Map::new();
    let named = [("name", &args.name), ("url", &args.url)];
    for (key, value) in named {
        changes.extend(value.iter().map(|value| (key.to_owned(), json!(value))));
    }
    if args.all_areas {
        changes.insert("areas".to_owned(), Value::Null);
    } else if !args.areas.is_empty() {
        changes.insert("areas".to_owned(), json!(args.areas));
    }
    if args.on || args.off {
        let state = if args.on { "on" } else { "off" };
        changes.insert("state".to_owned(), json!(state));
    }
    let changed = client.change(&path, &Value::Object(changes))?;
    shown::tell(&changed, args.which.json.json);
    Ok(())
}

fn rotate(client: &Client, which: &Which, end_old: bool) -> Result<()> {
    let path = address(client, &which.webhook)?;
    if end_old {
        return client.remove(&format!("{path}/old-secret"));
    }
    let made = client.post(&format!("{path}/rotate"), &Value::Null)?;
    shown::tell_secret(text(&made, "id")?, text(&made, "secret")?, which.json.json);
    Ok(())
}
