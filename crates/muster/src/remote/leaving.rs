//! Deleted people of a server, and taking them back.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use kernel::UserId;
use serde_json::{Value, json};

use super::{
    client::{Client, address_part},
    import::{is_refused_as, parsed},
};
use crate::{
    cli::{List, RestoreUsers},
    commands::shown::{self, ShownDeleted},
    exit::Exit,
    output,
};

/// How long a server may be at it before nobody waits any longer.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) fn list(client: &Client, args: &List) -> Result<Exit> {
    shown::deleted(args.json, &everybody(client, "")?)?;
    Ok(Exit::Done)
}

/// Those whose name or key begins with this text.
fn everybody(client: &Client, text: &str) -> Result<Vec<ShownDeleted>> {
    let mut path = "/api/v1/deleted-users".to_owned();
    if !text.is_empty() {
        path.push_str("?q=");
        path.push_str(&address_part(text));
    }
    let found: Vec<Value> = client.all(path)?;
    let read = |value: Value| {
        let can_restore = value.get("can_restore").and_then(Value::as_bool);
        let one: ShownDeleted = parsed(value)?;
        Ok(ShownDeleted {
            being_erased: can_restore == Some(false),
            ..one
        })
    };
    found.into_iter().map(read).collect()
}

/// The deleted person with this id, or with this e-mail address, phone number, user ID or name.
pub(super) fn find(client: &Client, key: &str) -> Result<(UserId, String)> {
    let one = if let Ok(id) = key.parse::<UserId>() {
        let mut all = everybody(client, "")?.into_iter();
        match all.find(|one| one.id == id) {
            Some(one) => one,
            None => bail!("nobody deleted has the id {key}"),
        }
    } else {
        shown::the_deleted(everybody(client, key)?, key)?
    };
    Ok((one.id, one.name))
}

/// Takes people back, one after the other.
pub(crate) fn restore(client: &Client, args: &RestoreUsers) -> Result<Exit> {
    let mut people = Vec::new();
    for key in &args.keys {
        people.push(find(client, key)?);
    }
    let with = |part: &str| !args.without.iter().any(|one| one == part);
    let back = json!({
        "groups": with("groups"), "workflows": with("workflows"),
        "access": with("access"), "cards": with("cards"),
    });
    let mut found = Vec::new();
    for (id, name) in people {
        let path = format!("/api/v1/deleted-users/{id}/restore");
        let (outcome, words) = match client.post(&path, &back) {
            Ok(_) => ("restored", "restored".to_owned()),
            Err(error) if is_refused_as(&error, "already_taken") => {
                ("taken", format!("not restored, {}", inside(&error)))
            }
            Err(error) if is_refused_as(&error, "not_found") => {
                ("gone", "not restored, they are being erased".to_owned())
            }
            Err(error) => return Err(error).context(format!("{name} was not restored")),
        };
        found.push((id, name, outcome, words));
    }
    Ok(shown::returned(args.json.json, &found))
}

/// Erases a deleted person for good, and waits until it is done.
pub(crate) fn erase(client: &Client, key: &str, name: &str) -> Result<Exit> {
    let (id, _) = find(client, key)?;
    let path = format!("/api/v1/deleted-users/{id}");
    client.post(&format!("{path}/erase"), &json!({ "name": name }))?;
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        match client.get(&path) {
            Ok(_) => thread::sleep(PAUSE),
            Err(error) if is_refused_as(&error, "not_found") => {
                output::line("Erased for good.");
                return Ok(Exit::Done);
            }
            Err(error) => return Err(error),
        }
    }
    bail!("something is at work on an import that names the person; a server tries again")
}

/// A sentence as it stands inside of another one.
fn inside(error: &anyhow::Error) -> String {
    let words = error.to_string();
    let mut letters = words.trim_end_matches('.').chars();
    letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .chain(letters)
        .collect()
}
