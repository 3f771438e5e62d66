//! Devices of a server, and the access of people to them.

use anyhow::{Context as _, Result};
use directory::access::AccessRefusal;
use kernel::{SiteZone, fold};
use serde_json::{Map, Value, json};

use super::{
    client::Client,
    people::{self, complained},
};
use crate::{
    cli::devices::{Devices, Give, Set, Users},
    commands::{
        devices::{moment, say_given},
        shown::{self, ShownDevice},
    },
    exit::Exit,
    output,
};

pub(crate) fn run(client: &Client, command: &Devices) -> Result<Exit> {
    match command {
        Devices::List(args) => shown::devices(args.json, &all(client)?)?,
        Devices::Create { name, .. } => {
            let made = client.post("/api/v1/devices", &json!({ "name": name }))?;
            output::line(made.get("id").and_then(Value::as_str).unwrap_or_default());
        }
        Devices::Set(args) => set(client, args)?,
        Devices::Users(args) => users(client, args)?,
        Devices::Give(args) => give(client, args)?,
        Devices::Revoke { device, person, .. } => {
            let device = named(client, device)?.id;
            let (user, _) = people::find(client, person)?;
            let path = format!("/api/v1/devices/{device}/grants/{user}");
            client.remove(&path).map_err(|error| {
                if super::import::is_refused_as(&error, "not_found") {
                    AccessRefusal::NotHeld.into()
                } else {
                    error
                }
            })?;
        }
        Devices::Transfer { device, to, .. } => {
            let device = named(client, device)?.id;
            let path = format!("/api/v1/devices/{device}/transfer");
            let owner = client.post(&path, &json!({ "to": to }))?;
            output::line(owner.get("id").and_then(Value::as_str).unwrap_or_default());
        }
    }
    Ok(Exit::Done)
}

fn all(client: &Client) -> Result<Vec<ShownDevice>> {
    client.all("/api/v1/devices?limit=500".to_owned())
}

/// The device with this name or id.
fn named(client: &Client, wanted: &str) -> Result<ShownDevice> {
    let key = fold(wanted.trim());
    let is_it = |one: &ShownDevice| one.id.to_string() == wanted || fold(&one.name) == key;
    let found = all(client)?.into_iter().find(is_it);
    Ok(found.ok_or(AccessRefusal::Unknown)?)
}

fn set(client: &Client, args: &Set) -> Result<()> {
    let device = named(client, &args.device)?.id;
    let mut changes = Map::new();
    changes.extend(args.name.iter().map(|it| ("name".to_owned(), json!(it))));
    let minutes = args.guest_minutes.iter();
    changes.extend(minutes.map(|it| ("guest_minutes".to_owned(), json!(it))));
    let guests = args.guests.iter();
    changes.extend(guests.map(|it| ("guest_places".to_owned(), json!(it))));
    let path = format!("/api/v1/devices/{device}");
    client.change(&path, &Value::Object(changes)).map(drop)
}

fn users(client: &Client, args: &Users) -> Result<()> {
    let device = named(client, &args.device)?.id;
    let standing = args.status.as_ref();
    let standing = standing.map_or_else(String::new, |status| format!("&standing={status}"));
    let path = format!("/api/v1/devices/{device}/grants?limit=500{standing}");
    shown::holders(args.json.json, &client.all(path)?)
}

fn give(client: &Client, args: &Give) -> Result<()> {
    let device = named(client, &args.device)?.id;
    let (user, _) = people::find(client, &args.person)?;
    let zone = if args.from.is_some() || args.until.is_some() {
        zone(client)?
    } else {
        SiteZone::UTC
    };
    let body = json!({
        "users": [user], "access_type": args.kind, "schedule": args.schedule,
        "starts_at": moment(args.from.as_deref(), &zone)?,
        "ends_at": moment(args.until.as_deref(), &zone)?, "notes": args.notes,
    });
    let path = format!("/api/v1/devices/{device}/grants");
    let given = client.post(&path, &body).map_err(complained)?;
    let is_any = |name: &str| {
        let people = given.get(name).and_then(Value::as_array);
        people.is_some_and(|people| !people.is_empty())
    };
    say_given(is_any("already"), is_any("unfit"))
}

/// On which clocks the account reads what is typed.
pub(super) fn zone(client: &Client) -> Result<SiteZone> {
    let settings = client
        .get("/api/v1/settings")
        .context("which clocks the account has is among its settings")?;
    let name = settings.get("time_zone").and_then(Value::as_str);
    Ok(SiteZone::parse(name.unwrap_or_default()).unwrap_or(SiteZone::UTC))
}
