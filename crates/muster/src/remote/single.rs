//! What is done with one person of a server: made one with another, fields kept, a new way in.

use anyhow::Result;
use kernel::{Clock, Ids};
use serde_json::{Value, json};
use ureq::http::Method;

use super::{
    client::{Asked, Client},
    import::parsed,
    people::find,
};
use crate::{
    cli::{KeepFields, MergeUsers},
    commands::{
        merge::{self, Look},
        users::{DATA_REQUESTED, kept_from_now, say_kept, say_reset},
    },
    exit::Exit,
    output,
};

/// Makes one person of two, as they are now.
pub(crate) fn merge(client: &Client, args: &MergeUsers) -> Result<Exit> {
    let (kept, _) = find(client, &args.keep)?;
    let (other, _) = find(client, &args.other)?;
    let path = format!("/api/v1/users/{kept}/merge/{other}");
    let (found, tag) = client.get_tagged(&path)?;
    let look: Look = parsed(found)?;
    if !args.dry_run {
        let mut body = json!({
            "from_other": args.from_other, "card": args.card, "photo": args.photo,
        });
        if let (Some(side), Some(body)) = (&args.sign_in, body.as_object_mut()) {
            body.insert("sign_in".to_owned(), json!(side));
        }
        let body = body.to_string();
        client.json(&Asked {
            method: Method::POST,
            path: &path,
            body: Some(("application/json", body.as_bytes())),
            headers: &[
                ("if-match", tag),
                (
                    "idempotency-key",
                    Ids::system().uuid(Clock::System.now()).to_string(),
                ),
            ],
        })?;
    }
    merge::say(&look, args)?;
    Ok(Exit::Done)
}

/// Adds fields to those a person keeps, or takes them away.
pub(crate) fn keep(client: &Client, args: &KeepFields, keeps: bool) -> Result<Exit> {
    let (id, _) = find(client, &args.key)?;
    let kept = |user: &Value| -> Result<Vec<String>> {
        parsed(user.get("kept").cloned().unwrap_or_default())
    };
    let before = kept(&client.get(&format!("/api/v1/users/{id}?fields=kept"))?)?;
    let body = json!({ "fields": kept_from_now(before, args, keeps) }).to_string();
    let user = client
        .json(&Asked {
            method: Method::PUT,
            path: &format!("/api/v1/users/{id}/kept"),
            body: Some(("application/json", body.as_bytes())),
            headers: &[],
        })
        .map_err(super::people::complained)?;
    say_kept(&kept(&user)?);
    Ok(Exit::Done)
}

pub(crate) fn reset_password(client: &Client, key: &str) -> Result<Exit> {
    let (id, _) = find(client, key)?;
    client.post(&format!("/api/v1/users/{id}/reset-password"), &Value::Null)?;
    output::note("The message is in the outbox of the server, which sends it.");
    Ok(Exit::Done)
}

pub(crate) fn request_data(client: &Client, key: &str) -> Result<Exit> {
    let (id, _) = find(client, key)?;
    client.post(&format!("/api/v1/users/{id}/data-request"), &Value::Null)?;
    output::note(DATA_REQUESTED);
    Ok(Exit::Done)
}

pub(crate) fn reset_two_factor(client: &Client, key: &str) -> Result<Exit> {
    let (id, name) = find(client, key)?;
    client.post(
        &format!("/api/v1/users/{id}/reset-two-factor"),
        &Value::Null,
    )?;
    say_reset(&name);
    Ok(Exit::Done)
}
