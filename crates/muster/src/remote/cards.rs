//! `muster cards` against a server, whose API masks the numbers of cards: they are named by their ids.

use std::{collections::HashMap, thread, time::Duration};

use anyhow::Result;
use directory::cards::{MOST_COUNTED, Outcome};
use kernel::{CardId, CardState};
use serde_json::{Map, Value, json};

use super::{
    client::{Client, address_part},
    devices::zone,
    import::{RemoteImporter, parsed},
    people,
};
use crate::{
    cli::cards::{Add, CardList, Cards, Dates, Issue, One},
    commands::{
        cards::{self, ShownCard},
        importer::Importer as _,
    },
    exit::{Exit, Usage},
    output,
};

/// Cards on a page.
const MOST: usize = 500;
const PAUSE: Duration = Duration::from_millis(200);

pub(crate) fn run(importer: &RemoteImporter, command: &Cards) -> Result<Exit> {
    let client = &importer.client;
    match command {
        Cards::List(args) => list(client, args),
        Cards::Add(args) => add(client, args),
        Cards::Issue(args) => issue(importer, args),
        Cards::Pause(one) => turn(client, one, "pause", &Value::Null),
        Cards::Resume(one) => turn(client, one, "resume", &Value::Null),
        Cards::Revoke(one) => turn(client, one, "revoke", &Value::Null),
        Cards::Move { one, to } => {
            let (user, _) = people::find(client, to)?;
            turn(client, one, "move", &json!({ "user": user }))
        }
        Cards::Replace { one, number, json } => {
            let number = known(number.as_deref())?;
            let path = format!("{}/replace", address(one)?);
            let made = client.post(&path, &json!({ "number": number }))?;
            told(&made, number, json.json)
        }
    }
}

fn list(client: &Client, args: &CardList) -> Result<Exit> {
    let state = args.state.map(|state| format!("&state={state}"));
    let state = state.unwrap_or_default();
    let mut found: Vec<ShownCard> = Vec::new();
    if let Some(words) = &args.search {
        found = client.all(format!("/api/v1/cards?q={}", address_part(words)))?;
    } else if let Some(after) = args.after {
        client.pages(format!("/api/v1/cards?limit={MOST}{state}"), |items| {
            for item in items {
                let card: ShownCard = parsed(item)?;
                // Ids are in the order of time.
                if card.card < after && found.len() < cards::PAGE {
                    found.push(card);
                }
            }
            Ok(())
        })?;
    } else {
        let first = format!("/api/v1/cards?limit={}{state}", cards::PAGE);
        found = client.first(first, cards::PAGE)?;
    }
    if !args.json.json {
        return cards::listed(&found, None);
    }
    let mut counts: HashMap<String, i64> = HashMap::new();
    client.pages(
        format!("/api/v1/cards?limit={MOST}&fields=state"),
        |items| {
            for item in items {
                let state = item.get("state").and_then(Value::as_str);
                *counts
                    .entry(state.unwrap_or_default().to_owned())
                    .or_default() += 1;
            }
            Ok(())
        },
    )?;
    let count = |state: CardState| {
        let counted = counts.get(state.as_str()).copied();
        counted.unwrap_or_default().min(MOST_COUNTED)
    };
    cards::listed(&found, Some(&count))
}

fn address(one: &One) -> Result<String> {
    let id: CardId = one.card.parse().map_err(|_| {
        Usage(format!(
            "{:?}: with --server name a card by its id; the server masks numbers",
            one.card
        ))
    })?;
    Ok(format!("/api/v1/cards/{id}"))
}

fn turn(client: &Client, one: &One, what: &str, body: &Value) -> Result<Exit> {
    client.post(&format!("{}/{what}", address(one)?), body)?;
    Ok(Exit::Done)
}

/// The number somebody chose: one that the server makes up would not be told.
fn known(number: Option<&str>) -> Result<&str> {
    let words = "with --server give the --number: one that is made up there is not told";
    Ok(number.ok_or_else(|| Usage(words.to_owned()))?)
}

fn told(card: &Value, number: &str, as_json: bool) -> Result<Exit> {
    let state: String = parsed(card.get("state").cloned().unwrap_or_default())?;
    let id: CardId = parsed(card.get("id").cloned().unwrap_or_default())?;
    cards::say(id, number, &state, as_json);
    Ok(Exit::Done)
}

fn dates(client: &Client, dates: &Dates) -> Result<Map<String, Value>> {
    let mut body = Map::new();
    for (name, typed) in [("starts_at", &dates.from), ("ends_at", &dates.until)] {
        if let Some(typed) = typed {
            let at = cards::moment(&zone(client)?, typed)?;
            body.insert(name.to_owned(), json!(at));
        }
    }
    Ok(body)
}

fn add(client: &Client, args: &Add) -> Result<Exit> {
    let number = known(args.number.as_deref())?;
    let (user, _) = people::find(client, &args.user)?;
    let mut body = dates(client, &args.validity)?;
    body.insert("user".to_owned(), json!(user));
    body.insert("number".to_owned(), json!(number));
    body.insert("issue".to_owned(), json!(!args.reserve));
    if let Some(kind) = args.kind {
        body.insert("type".to_owned(), json!(kind.as_str()));
    }
    let made = client.post("/api/v1/cards", &Value::Object(body))?;
    told(&made, number, args.json.json)
}

fn issue(importer: &RemoteImporter, args: &Issue) -> Result<Exit> {
    let client = &importer.client;
    let mut body = dates(client, &args.validity)?;
    if let Some(import) = &args.import {
        body.insert("import".to_owned(), json!(importer.find(import)?.import));
    } else if !args.reserved {
        let ids = args.users.iter();
        let ids: Result<Vec<_>> = ids.map(|key| Ok(people::find(client, key)?.0)).collect();
        body.insert("users".to_owned(), json!(ids?));
    }
    let body = Value::Object(body);
    let count = |counts: &Value, outcome: Outcome| {
        let number = counts.get(outcome.as_str()).and_then(Value::as_i64);
        number.unwrap_or_default()
    };
    if args.dry_run {
        let counts = client.post("/api/v1/card-runs/preview", &body)?;
        cards::report(None, |outcome| count(&counts, outcome), args.json.json);
        return Ok(Exit::Done);
    }
    let mut run = client.post("/api/v1/card-runs", &body)?;
    let id: kernel::CardRunId = parsed(run.get("id").cloned().unwrap_or_default())?;
    let path = format!("/api/v1/card-runs/{id}");
    while run.get("busy").and_then(Value::as_bool) == Some(true) {
        thread::sleep(PAUSE);
        run = client.get(&path)?;
    }
    if let Some(file) = &args.results {
        client.download(
            &format!("{path}/results.csv"),
            &mut *output::open(Some(file))?,
        )?;
    }
    let counts = run.get("counts").cloned().unwrap_or_default();
    cards::report(Some(id), |outcome| count(&counts, outcome), args.json.json);
    if run.get("state").and_then(Value::as_str) == Some("done") {
        return Ok(Exit::Done);
    }
    output::note("muster: not everybody was gone through; why is in the server's log");
    Ok(Exit::Failed)
}
