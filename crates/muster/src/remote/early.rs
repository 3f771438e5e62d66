//! `muster early-access` against a server.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::{client::Client, people::find};
use crate::{
    cli::early::{EarlyAccess, People},
    commands::early,
    exit::Exit,
};

const SETTINGS: &str = "/api/v1/settings";

pub(crate) fn run(client: &Client, command: &EarlyAccess) -> Result<Exit> {
    match command {
        EarlyAccess::List { state, json, .. } => {
            let found: Vec<_> = client.all(format!("/api/v1/early-access?state={state}"))?;
            early::listed(&found, json.json)
        }
        EarlyAccess::Approve(people) => decide(client, people, "approve"),
        EarlyAccess::Refuse(people) => decide(client, people, "refuse"),
        EarlyAccess::End(people) => decide(client, people, "end"),
        EarlyAccess::Settings {
            link,
            early,
            released,
            json,
            ..
        } => settings(
            client,
            [
                ("early_link", link),
                ("early_version", early),
                ("released_version", released),
            ],
            json.json,
        ),
    }
}

fn decide(client: &Client, people: &People, what: &str) -> Result<Exit> {
    let ids = people.keys.iter();
    let ids: Result<Vec<_>> = ids.map(|key| Ok(find(client, key)?.0)).collect();
    let decided = client.post(
        "/api/v1/early-access",
        &json!({ "do": what, "users": ids? }),
    )?;
    let number = |name: &str| {
        let number = decided.get(name).and_then(Value::as_i64);
        number.unwrap_or_default()
    };
    early::say_decided(number("done"), number("without_email"), number("left"));
    Ok(Exit::Done)
}

fn settings(client: &Client, typed: [(&str, &Option<String>); 3], as_json: bool) -> Result<Exit> {
    let mut changes = Map::new();
    for (name, value) in typed {
        let value = value.iter().map(|text| text.trim());
        let value = value.map(|text| (!text.is_empty()).then_some(text));
        changes.extend(value.map(|text| (name.to_owned(), json!(text))));
    }
    let now = if changes.is_empty() {
        client.get(SETTINGS)?
    } else {
        client.change(SETTINGS, &Value::Object(changes))?
    };
    let text = |name: &str| now.get(name).and_then(Value::as_str);
    early::say_settings(
        text("early_link"),
        text("early_version"),
        text("released_version"),
        as_json,
    );
    Ok(Exit::Done)
}
