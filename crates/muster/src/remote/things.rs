//! Groups, modules, devices and the activity log of a server.

use std::io::Write as _;

use anyhow::{Context as _, Result, anyhow};
use directory::groups::ManageGroup;
use kernel::{GroupId, Timestamp, fold};
use serde_json::{Value, json};
use ureq::http::Method;

use super::{
    client::{Asked, Client, address_part},
    devices::zone,
    people,
};
use crate::{
    cli::{Fields, Groups, Modules, WhichGroup, activity::Activity},
    commands::{
        lists::own,
        shown::{self, ShownField, ShownGroup},
    },
    exit::Exit,
    output,
};

/// Entries on a page.
const PAGE: usize = 500;
/// Entries of the log that are listed at a time.
const LISTED: usize = 50;

fn of_kind(client: &Client, kind: &str) -> Result<Vec<ShownGroup>> {
    client.all(format!("/api/v1/groups?kind={kind}&limit={PAGE}"))
}

/// All groups, and then all teams.
pub(super) fn groups_and_teams(client: &Client) -> Result<Vec<ShownGroup>> {
    let mut found = of_kind(client, "group")?;
    found.extend(of_kind(client, "team")?);
    Ok(found)
}

/// The group or team of this name, whatever the case.
fn named(client: &Client, name: &str, which: &WhichGroup) -> Result<ShownGroup> {
    let found = of_kind(client, &which.kind)?.into_iter();
    let mut found = found.filter(|group| fold(&group.name) == fold(name));
    let missing = || anyhow!("there is no {} {name:?}", which.kind);
    found.next().ok_or_else(missing)
}

pub(crate) fn groups(client: &Client, command: &Groups) -> Result<Exit> {
    match command {
        Groups::List(args) => {
            shown::groups(args.json, &groups_and_teams(client)?)?;
        }
        Groups::Create { name, kind, .. } => {
            let made = client.post("/api/v1/groups", &json!({"name": name, "kind": kind}))?;
            output::line(made.get("id").and_then(Value::as_str).unwrap_or_default());
        }
        Groups::Rename { name, new, which } => {
            let group = named(client, name, which)?.id;
            client.change(&format!("/api/v1/groups/{group}"), &json!({"name": new}))?;
        }
        Groups::Members { name, which, json } => {
            let group = named(client, name, which)?.id;
            let first = format!("/api/v1/groups/{group}/members?limit={PAGE}&fields=name,email");
            shown::members(json.json, &client.all(first)?)?;
        }
        Groups::Add { name, key, which } => {
            let group = named(client, name, which)?.id;
            move_member(client, group, "add", key)?;
        }
        Groups::Remove { name, key, which } => {
            let group = named(client, name, which)?.id;
            move_member(client, group, "remove", key)?;
        }
        Groups::Delete {
            name,
            people,
            which,
        } => delete_group(client, &named(client, name, which)?, *people)?,
    }
    Ok(Exit::Done)
}

/// Deletes a group with as many people as were confirmed, if nobody changes it meanwhile.
fn delete_group(client: &Client, group: &ShownGroup, people: i64) -> Result<()> {
    let path = format!("/api/v1/groups/{}", group.id);
    let (now, tag) = client.get_tagged(&path)?;
    let members = now.get("members").and_then(Value::as_i64);
    if members != Some(people) {
        return Err(ManageGroup::Members(members.unwrap_or(group.members)).into());
    }
    let deleted = client.json(&Asked {
        method: Method::DELETE,
        path: &path,
        body: None,
        headers: &[("if-match", tag)],
    });
    deleted.map(drop)
}

/// Fields of the account's own.
pub(crate) fn fields(client: &Client, command: &Fields) -> Result<Exit> {
    let path = |key: &str| format!("/api/v1/fields/{}", address_part(own(key)));
    match command {
        Fields::List(args) => {
            let mut found: Vec<ShownField> = client.all("/api/v1/fields".to_owned())?;
            for field in &mut found {
                field.key.insert_str(0, "custom.");
            }
            shown::fields(args.json, &found)?;
        }
        Fields::Create {
            label,
            kind,
            choices,
            ..
        } => {
            let body = json!({ "label": label, "kind": kind, "choices": choices });
            let made = client.post("/api/v1/fields", &body)?;
            let key = made.get("key").and_then(Value::as_str).unwrap_or_default();
            output::line(&format!("custom.{key}"));
        }
        Fields::Rename { key, label, .. } => {
            client.change(&path(key), &json!({ "label": label }))?;
        }
        Fields::Remove { key, .. } => client.remove(&path(key))?,
    }
    Ok(Exit::Done)
}

fn move_member(client: &Client, group: GroupId, how: &str, key: &str) -> Result<()> {
    let (user, _) = people::find(client, key)?;
    client
        .post(
            &format!("/api/v1/groups/{group}/members"),
            &json!({ how: [user] }),
        )
        .map(drop)
}

pub(crate) fn modules(client: &Client, command: &Modules) -> Result<Exit> {
    match command {
        Modules::List(args) => {
            shown::modules(args.json, &client.all("/api/v1/modules".to_owned())?)?;
        }
        Modules::Set { key, seats, .. } => {
            let body = json!({"seats": seats}).to_string();
            client.json(&Asked {
                method: Method::PUT,
                path: &format!("/api/v1/modules/{}", address_part(key)),
                body: Some(("application/json", body.as_bytes())),
                headers: &[],
            })?;
        }
    }
    Ok(Exit::Done)
}

/// A moment as the API takes it: a whole one, or what clocks of the account show; a day alone is its
/// beginning.
fn moment(client: &Client, typed: &str) -> Result<String> {
    if typed.parse::<Timestamp>().is_ok() {
        return Ok(address_part(typed));
    }
    let zone = zone(client)?;
    let read = zone
        .typed(typed)
        .or_else(|_| zone.typed(&format!("{typed}T00:00")));
    let read = read.map_err(|_| anyhow!("{typed:?} is no moment such as 2026-03-01T08:00"))?;
    Ok(address_part(&read.to_string()))
}

pub(crate) fn activity(client: &Client, args: &Activity) -> Result<Exit> {
    let filter = filter(client, args)?;
    if args.json.json {
        every_entry(client, format!("/api/v1/activity?limit={PAGE}{filter}"))?;
    } else if args.csv {
        let filter = filter.trim_start_matches('&');
        let path = format!("/api/v1/activity.csv?{filter}");
        client.download(path.trim_end_matches('?'), &mut *output::open(None)?)?;
    } else {
        let before = args.before.map(|id| format!("&before={id}"));
        let before = before.unwrap_or_default();
        newest(
            client,
            &format!("/api/v1/activity?limit={LISTED}{filter}{before}"),
        )?;
    }
    Ok(Exit::Done)
}

/// The filter as it stands in addresses.
fn filter(client: &Client, args: &Activity) -> Result<String> {
    let mut path = String::new();
    let mut narrow = |name: &str, value: &str| {
        for part in ["&", name, "=", value] {
            path.push_str(part);
        }
    };
    for (name, typed) in [("from", &args.from), ("until", &args.until)] {
        if let Some(typed) = typed {
            narrow(name, &moment(client, typed)?);
        }
    }
    if let Some(kind) = args.who {
        narrow("who", kind.as_str());
    }
    if let Some(area) = args.what {
        narrow("what", area.as_str());
    }
    for (name, key) in [("by", &args.by), ("on", &args.on)] {
        if let Some(key) = key {
            narrow(name, &people::find(client, key)?.0.to_string());
        }
    }
    if let Some(number) = args.import {
        let found = client.get(&format!("/api/v1/imports?number={number}&fields=number"))?;
        let id = found.pointer("/items/0/id").and_then(Value::as_str);
        let id = id.with_context(|| format!("there is no import {number} in this account"))?;
        narrow("import", id);
    }
    if let Some(words) = &args.text {
        narrow("q", &address_part(words));
    }
    Ok(path)
}

/// One entry after the other: the log does not fit into memory.
fn every_entry(client: &Client, first: String) -> Result<()> {
    let mut out = output::open(None)?;
    out.write_all(b"[")?;
    let mut comma: &[u8] = b"\n";
    client.pages(first, |items| {
        for item in items {
            out.write_all(std::mem::replace(&mut comma, b",\n"))?;
            out.write_all(item.to_string().as_bytes())?;
        }
        Ok(())
    })?;
    out.write_all(b"\n]\n")?;
    out.flush()?;
    Ok(())
}

fn newest(client: &Client, path: &str) -> Result<()> {
    let page = client.get(path)?;
    let items = page.get("items").and_then(Value::as_array);
    let rows: Vec<Vec<String>> = items
        .into_iter()
        .flatten()
        .map(|entry| {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
            ["at", "id", "sentence"]
                .map(|name| text(name).to_owned())
                .to_vec()
        })
        .collect();
    output::table(&["Time (UTC)", "Entry", "What happened"], &rows);
    Ok(())
}
