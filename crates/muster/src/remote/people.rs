//! `muster users` against a server.

use anyhow::{Context as _, Result, anyhow};
use import::Refusal;
use kernel::{UserId, split_list};
use serde_json::{Map, Value, json};
use ureq::http::Method;

use super::{
    client::{Asked, Client, address_part},
    here_only, leaving, single,
};
use crate::{
    cli::{DeleteUsers, Users},
    commands::shown,
    exit::{Exit, Usage},
    output,
};

/// Why a server gives nobody links.
pub(super) const NO_LINKS: &str = "a link to hand over is shown on the pages of the server only, \
     whose API keeps what it answers for a day";

/// People on a page.
const PAGE: usize = 500;

pub(crate) fn run(client: &Client, command: &Users) -> Result<Exit> {
    match command {
        Users::List(args) if args.json => export(client, "json", None),
        Users::List(_) => list(client),
        Users::Show { key, json, .. } => {
            let path = format!("/api/v1/exports/user?key={}", address_part(key));
            let found = client.get(&path).map_err(|error| nobody(error, key))?;
            shown::person(&found, json.json);
            Ok(Exit::Done)
        }
        Users::Count(_) => count(client),
        Users::Export { format, output, .. } => export(client, format, output.as_deref()),
        Users::Add {
            values,
            invite,
            anyway,
            json,
            ..
        } => add(client, values, invite.as_deref(), *anyway, json.json),
        Users::Edit { key, values, .. } => edit(client, key, values),
        Users::Deactivate { key, .. } => turn(client, key, "deactivate"),
        Users::Reactivate { key, .. } => turn(client, key, "reactivate"),
        Users::Delete(args) => delete(client, args),
        Users::Deleted(args) => leaving::list(client, args),
        Users::Restore(args) => leaving::restore(client, args),
        Users::Erase { key, name, .. } => leaving::erase(client, key, name),
        Users::Merge(args) => single::merge(client, args),
        Users::Keep(args) => single::keep(client, args, true),
        Users::Unkeep(args) => single::keep(client, args, false),
        Users::ResetPassword { key, .. } => single::reset_password(client, key),
        Users::ResetTwoFactor { key, .. } => single::reset_two_factor(client, key),
        Users::RequestData { key, .. } => single::request_data(client, key),
    }
}

fn list(client: &Client) -> Result<Exit> {
    let first = format!(
        "/api/v1/users?sort=oldest&limit={PAGE}&fields=name,email,phone,role,admin_role,status"
    );
    client.pages(first, |items| {
        let people: Result<Vec<_>, _> = items.into_iter().map(serde_json::from_value).collect();
        shown::people(people.context("the server's list cannot be read")?);
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn count(client: &Client) -> Result<Exit> {
    let mut number = 0;
    client.pages(
        format!("/api/v1/users?limit={PAGE}&fields=status"),
        |items| {
            number += items.len();
            Ok(())
        },
    )?;
    output::line(&number.to_string());
    Ok(Exit::Done)
}

fn export(client: &Client, format: &str, path: Option<&std::path::Path>) -> Result<Exit> {
    let mut out = output::open(path)?;
    client.download(&format!("/api/v1/exports/users.{format}"), &mut *out)?;
    Ok(Exit::Done)
}

/// The one person whom a key names, with their name.
pub(super) fn find(client: &Client, key: &str) -> Result<(UserId, String)> {
    let path = format!("/api/v1/users?key={}&fields=name", address_part(key));
    let page = client.get(&path)?;
    let text = |name: &str| {
        let value = page.pointer(&format!("/items/0/{name}"));
        value.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    match text("id").parse() {
        Ok(id) => Ok((id, text("name"))),
        Err(_) => Err(anyhow!("there is nobody with {key:?}")),
    }
}

fn nobody(error: anyhow::Error, key: &str) -> anyhow::Error {
    match error.downcast_ref::<Refusal>() {
        Some(refusal) if refusal.code() == "not_found" => anyhow!("there is nobody with {key:?}"),
        _ => error,
    }
}

fn turn(client: &Client, key: &str, what: &str) -> Result<Exit> {
    let (id, _) = find(client, key)?;
    client.post(&format!("/api/v1/users/{id}/{what}"), &Value::Null)?;
    Ok(Exit::Done)
}

fn add(
    client: &Client,
    values: &[String],
    invite: Option<&str>,
    anyway: bool,
    as_json: bool,
) -> Result<Exit> {
    if invite == Some("link") {
        return here_only("muster users add --invite link", NO_LINKS);
    }
    let mut body = typed(values)?;
    if anyway {
        body.insert("anyway".to_owned(), json!(true));
    }
    let made = client
        .post("/api/v1/users", &Value::Object(body))
        .map_err(complained)?;
    let id = made.get("id").and_then(Value::as_str).unwrap_or_default();
    if let Some(channel) = invite {
        client
            .post(
                &format!("/api/v1/users/{id}/invite"),
                &json!({ "channel": channel }),
            )
            .map_err(|error| anyhow!("{id} was added, and not invited: {error:#}"))?;
    }
    if as_json {
        output::json(&json!({ "id": id, "invited": invite.is_some(), "link": null }));
    } else {
        output::line(id);
    }
    Ok(Exit::Done)
}

fn edit(client: &Client, key: &str, values: &[String]) -> Result<Exit> {
    let (id, _) = find(client, key)?;
    let changes = Value::Object(typed(values)?);
    client
        .change(&format!("/api/v1/users/{id}"), &changes)
        .map_err(complained)?;
    Ok(Exit::Done)
}

/// What is wrong with values fails here as it does without a server.
pub(super) fn complained(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<Refusal>() {
        Some(refusal) if matches!(refusal.code(), "invalid" | "already_taken") => {
            anyhow!("{refusal}")
        }
        _ => error,
    }
}

/// Values as the API takes them; which fields there are, it says.
fn typed(values: &[String]) -> Result<Map<String, Value>> {
    let mut body = Map::new();
    let mut custom = Map::new();
    for value in values {
        let Some((key, text)) = value.split_once('=') else {
            return Err(Usage(format!("write FIELD=VALUE, not {value:?}")).into());
        };
        let key = key.trim();
        let single = if text.trim().is_empty() {
            Value::Null
        } else {
            json!(text)
        };
        if let Some(own) = key.strip_prefix("custom.") {
            custom.insert(own.to_owned(), single);
        } else if matches!(key, "groups" | "teams" | "modules") {
            body.insert(key.to_owned(), json!(split_list(text, false)));
        } else {
            body.insert(key.to_owned(), single);
        }
    }
    if !custom.is_empty() {
        body.insert("custom".to_owned(), Value::Object(custom));
    }
    Ok(body)
}

/// Deletes people one by one; whoever is refused does not stop the others.
fn delete(client: &Client, args: &DeleteUsers) -> Result<Exit> {
    let mut exit = Exit::Done;
    let mut lines = Vec::new();
    let terms = format!(
        "with_documents={}&take_out={}",
        args.with_documents, args.take_out
    );
    for key in &args.keys {
        let (id, name) = find(client, key)?;
        let asked = Asked {
            method: Method::DELETE,
            path: &format!("/api/v1/users/{id}?{terms}"),
            body: None,
            headers: &[("if-match", "*".to_owned())],
        };
        let once = client.once(&asked).transpose();
        let is_again = once.is_none();
        let deleted = once.unwrap_or_else(|| client.json(&asked));
        let refusal = match deleted.map_err(anyhow::Error::downcast::<Refusal>) {
            Ok(_) => None,
            // The answer to the first try was lost: they are deleted.
            Err(Ok(refusal)) if is_again && refusal.code() == "not_found" => None,
            Err(Ok(refusal)) => Some(refusal),
            Err(Err(error)) => return Err(error),
        };
        let (line, words) = match refusal {
            None => (
                json!({ "id": id, "name": name, "outcome": "deleted" }),
                format!("{name}: deleted"),
            ),
            Some(refusal) => {
                exit = Exit::Refused;
                (
                    json!({ "id": id, "name": name, "outcome": "refused",
                            "code": refusal.code(), "reason": refusal.to_string() }),
                    format!("{name}: not deleted, {refusal}"),
                )
            }
        };
        if !args.json.json {
            output::line(&words);
        }
        lines.push(line);
    }
    if args.json.json {
        output::json(&json!(lines));
    }
    Ok(exit)
}
