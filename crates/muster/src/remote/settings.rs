//! `muster settings` and `muster security` against a server.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use server::Setting;

use super::{client::Client, people::complained};
use crate::{
    cli::{Security, settings::Settings},
    commands::{security, settings},
    exit::Exit,
};

const PATH: &str = "/api/v1/settings";

pub(crate) fn run(client: &Client, args: &Settings) -> Result<Exit> {
    let present = client.get(PATH)?;
    let now = if args.values.is_empty() {
        present
    } else {
        let changes = changes(&present, &args.values)?;
        client.change(PATH, &changes).map_err(complained)?
    };
    let lines = Setting::all()
        .map(|setting| {
            let value = now.get(setting.as_str()).unwrap_or(&Value::Null);
            (setting.as_str(), text(value))
        })
        .collect();
    settings::say(lines, args.json.json);
    Ok(Exit::Done)
}

/// What was typed, as the API takes it; of which kind a value is, its present one says.
fn changes(present: &Value, values: &[String]) -> Result<Value> {
    let mut changes = Map::new();
    for typed in values {
        let (key, value) = typed
            .split_once('=')
            .with_context(|| format!("{typed:?}: write KEY=VALUE"))?;
        if Setting::parse(key).is_none() {
            let keys: Vec<&str> = Setting::all().map(Setting::as_str).collect();
            bail!("{key:?} is no setting; there are {}", keys.join(", "));
        }
        let now = present.get(key).unwrap_or(&Value::Null);
        // Of what is not set, it does not.
        let is_number = now.is_number() || (now.is_null() && key.ends_with("_days"));
        changes.insert(key.to_owned(), value_like(now, is_number, value.trim()));
    }
    Ok(Value::Object(changes))
}

fn value_like(now: &Value, is_number: bool, text: &str) -> Value {
    let number_or_text = |text: &str| match text.parse::<i64>() {
        Ok(number) => json!(number),
        Err(_) => json!(text),
    };
    match now {
        Value::Bool(_) => match text {
            "on" => json!(true),
            "off" => json!(false),
            other => json!(other),
        },
        Value::Array(_) => {
            let parts = text.split([',', ';', ' ']).map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            parts.map(number_or_text).collect()
        }
        _ if is_number && text.is_empty() => Value::Null,
        _ if is_number => number_or_text(text),
        _ => json!(text),
    }
}

/// A value as it is typed.
fn text(value: &Value) -> String {
    match value {
        Value::Null | Value::Object(_) => String::new(),
        Value::Bool(is_on) => (if *is_on { "on" } else { "off" }).to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(text_of_part).collect::<Vec<_>>().join(","),
    }
}

fn text_of_part(part: &Value) -> String {
    part.as_str()
        .map_or_else(|| part.to_string(), str::to_owned)
}

/// What the account asks of the sign-ins of its people.
pub(crate) fn of_sign_ins(client: &Client, args: &Security) -> Result<Exit> {
    let mut changes = Map::new();
    let chars = args.password_chars.iter();
    changes.extend(chars.map(|it| ("password_chars".to_owned(), json!(it))));
    let devices = args.devices.iter();
    changes.extend(devices.map(|it| ("session_limit".to_owned(), json!(it))));
    if let Some(names) = &args.two_factor {
        let roles = security::roles(names)?;
        let names: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
        changes.insert("two_factor_roles".to_owned(), json!(names));
    }
    let now = if changes.is_empty() {
        client.get(PATH)?
    } else {
        client.change(PATH, &Value::Object(changes))?
    };
    let number = |name: &str| now.get(name).and_then(Value::as_i64).unwrap_or_default();
    let roles = now.get("two_factor_roles").and_then(Value::as_array);
    let roles: Vec<&str> = roles
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    security::say(
        number("password_chars"),
        number("session_limit"),
        &roles,
        args.json.json,
    );
    Ok(Exit::Done)
}
