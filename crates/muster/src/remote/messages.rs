//! The outbox and the report of a server.

use anyhow::{Result, bail};
use kernel::MessageId;
use serde::Deserialize;
use serde_json::Value;

use super::{
    client::{Client, address_part},
    here_only,
    import::{is_refused_as, parsed},
};
use crate::{
    cli::{Messages, Outbox, report::Report},
    commands::outbox::{self, ShownMessage},
    exit::Exit,
    output,
};

/// Messages that are listed.
const LISTED: usize = 50;

pub(crate) fn run(client: &Client, command: &Outbox) -> Result<Exit> {
    match command {
        Outbox::List(args) => list(client, args),
        Outbox::Show { id, json, .. } => show(client, *id, json.json),
        Outbox::Send(_) => here_only("muster outbox send", "a server sends by itself"),
    }
}

fn list(client: &Client, args: &Messages) -> Result<Exit> {
    let mut path = "/api/v1/outbox".to_owned();
    let mut narrow = |name: &str, value: &str| {
        path.push(if path.contains('?') { '&' } else { '?' });
        for part in [name, "=", value] {
            path.push_str(part);
        }
    };
    if let Some(state) = args.state {
        narrow("state", state.as_str());
    }
    if let Some(purpose) = args.purpose {
        narrow("purpose", purpose.as_str());
    }
    if let Some(to) = &args.to {
        narrow("to", &address_part(to));
    }
    let Some(before) = args.before else {
        let found: Vec<ShownMessage> = client.first(path, LISTED)?;
        return outbox::listed(&found, args.json.json);
    };
    let mut found = Vec::new();
    client.pages(path, |items| {
        for item in items {
            // Ids are in the order of time.
            let id: MessageId = parsed(item.get("id").cloned().unwrap_or_default())?;
            if id < before && found.len() < LISTED {
                found.push(parsed(item)?);
            }
        }
        Ok(())
    })?;
    outbox::listed(&found, args.json.json)
}

fn show(client: &Client, id: MessageId, as_json: bool) -> Result<Exit> {
    let found = match client.get(&format!("/api/v1/outbox/{id}")) {
        Err(error) if is_refused_as(&error, "not_found") => {
            bail!("there is no message {id} in this account")
        }
        found => found?,
    };
    let text = |name: &str| {
        let part = found.pointer(&format!("/content/{name}"));
        part.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (subject, words) = (text("subject"), text("text"));
    outbox::say(&parsed(found)?, &subject, &words, as_json)
}

#[derive(Deserialize)]
struct Table {
    title: String,
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
}

pub(crate) fn report(client: &Client, command: &Report) -> Result<Exit> {
    let Report::Users(args) = command;
    if let Some(part) = args.csv {
        let path = format!("/api/v1/reports/users.csv?part={}", part.as_str());
        client.download(&path, &mut *output::open(None)?)?;
        return Ok(Exit::Done);
    }
    let mut found = client.get("/api/v1/reports/users")?;
    let parts = found.as_object_mut().and_then(|all| all.remove("parts"));
    if args.json.json {
        output::json(&found);
        return Ok(Exit::Done);
    }
    let parts: Vec<Table> = parsed(parts.unwrap_or_default())?;
    for table in parts {
        output::line(&table.title);
        let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
        output::table(&headings, &table.rows);
        output::line("");
    }
    Ok(Exit::Done)
}
