//! `muster invitations` against a server.

use anyhow::Result;
use invite::InviteError;
use kernel::InvitationId;
use serde_json::{Value, json};

use super::{
    client::Client,
    devices::zone,
    here_only,
    import::{RemoteImporter, is_refused_as, parsed},
    people,
};
use crate::{
    cli::invitations::{InvitationList, Invitations, Send},
    commands::{
        importer::Importer as _,
        invitations::{self as shown, ShownInvitation},
    },
    exit::Exit,
};

/// Invitations that are listed.
const LISTED: usize = 50;

pub(crate) fn run(importer: &RemoteImporter, command: &Invitations) -> Result<Exit> {
    let client = &importer.client;
    match command {
        Invitations::List(args) => list(client, args),
        Invitations::Send(args) => send(importer, args),
        Invitations::Link { .. } => here_only("muster invitations link", people::NO_LINKS),
        Invitations::Withdraw { id, .. } => {
            let withdrawn = client.remove(&format!("/api/v1/invitations/{id}"));
            withdrawn.map_err(closed)?;
            Ok(Exit::Done)
        }
        Invitations::Extend { id, days, .. } => {
            let path = format!("/api/v1/invitations/{id}/extend");
            client
                .post(&path, &json!({ "days": days }))
                .map_err(closed)?;
            Ok(Exit::Done)
        }
    }
}

/// One that is not there is one that is not open.
fn closed(error: anyhow::Error) -> anyhow::Error {
    if is_refused_as(&error, "not_found") {
        InviteError::NotOpen.into()
    } else {
        error
    }
}

fn list(client: &Client, args: &InvitationList) -> Result<Exit> {
    let mut path = "/api/v1/invitations".to_owned();
    if let Some(standing) = args.standing {
        path.push_str("?standing=");
        path.push_str(standing.as_str());
    }
    let found = match args.before {
        None => client.first(path, LISTED)?,
        Some(before) => older(client, path, before)?,
    };
    let counts = client.get("/api/v1/invitation-counts")?;
    let count = |standing: invite::Standing| {
        let count = counts
            .get("counts")
            .and_then(|all| all.get(standing.as_str()));
        count.and_then(Value::as_i64).unwrap_or_default()
    };
    shown::say(&found, count, args.json.json)
}

/// Those that come after one of the list.
fn older(client: &Client, path: String, before: InvitationId) -> Result<Vec<ShownInvitation>> {
    let mut found = Vec::new();
    client.pages(path, |items| {
        for item in items {
            // Ids are in the order of time.
            let one: ShownInvitation = parsed(item)?;
            if one.id < before && found.len() < LISTED {
                found.push(one);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn send(importer: &RemoteImporter, args: &Send) -> Result<Exit> {
    let client = &importer.client;
    let mut body = json!({ "again": args.again, "channel": args.channel.as_str() });
    let mut say = |name: &str, value: Value| {
        if let Some(body) = body.as_object_mut() {
            body.insert(name.to_owned(), value);
        }
    };
    if let Some(import) = &args.import {
        say("import", json!(importer.find(import)?.import));
    } else if let Some(standing) = args.standing {
        say("standing", json!(standing.as_str()));
    } else if args.everybody {
        say("everybody", json!(true));
    } else {
        let ids = args.users.iter();
        let ids: Result<Vec<_>> = ids.map(|key| Ok(people::find(client, key)?.0)).collect();
        say("users", json!(ids?));
    }
    if let Some(days) = args.days {
        say("days", json!(days));
    }
    if let Some(typed) = &args.at {
        say("send_at", json!(zone(client)?.typed(typed)?));
    }
    let preview = parsed(client.post("/api/v1/invitations/preview", &body)?)?;
    if args.dry_run {
        shown::report(None, &preview, args.json.json);
        return Ok(Exit::Done);
    }
    let made = client.post("/api/v1/invitations", &body)?;
    let wave = parsed(made.get("id").cloned().unwrap_or_default())?;
    shown::report(Some(wave), &preview, args.json.json);
    Ok(Exit::Done)
}
