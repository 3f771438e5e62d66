//! `muster photos` against a server: a folder is packed here, and goes there as a ZIP does.

use std::{fs::File, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result};
use directory::photos::{MOST_MEGABYTES, undo::Undone};
use kernel::{Clock, Ids, PhotoBatchId};
use serde_json::Value;

use super::{
    client::{Client, address_part},
    import::parsed,
    interrupt::Interrupt,
};
use crate::{
    cli::photos::{Import, Photos},
    commands::photos::{self, Ended, Results},
    exit::Exit,
};

const BATCHES: &str = "/api/v1/photo-batches";
const PAUSE: Duration = Duration::from_millis(200);
/// Characters of a name that the API takes.
const LONGEST_NAME: usize = 200;

pub(crate) fn run(client: &Client, command: &Photos) -> Result<Exit> {
    match command {
        Photos::Import(args) => import(client, args),
        Photos::Undo { batch, json, .. } => take_back(client, batch, json.json),
    }
}

fn import(client: &Client, args: &Import) -> Result<Exit> {
    let existing = if args.replace { "replace" } else { "keep" };
    let by = args.recognise.join(",");
    let mut path = format!("{BATCHES}?existing={existing}&recognise={by}");
    let name = args.source.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let name = name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME);
    let name: String = name.collect();
    if !name.is_empty() {
        path.push_str("&name=");
        path.push_str(&address_part(&name));
    }
    let interrupt = Interrupt::listen();
    interrupt.say("The photos were not sent whole; nothing was changed.");
    let begun = send(client, &path, &args.source)?;
    let batch = ended(client, &begun, &interrupt)?;
    let batch: Ended = parsed(batch)?;
    if let Some(file) = &args.results {
        write_results(client, batch.batch, file)?;
    }
    Ok(photos::told(&batch, args.json.json))
}

/// Sends a ZIP as it is, or the files of a folder as one.
fn send(client: &Client, path: &str, source: &Path) -> Result<Value> {
    let cannot_be_read = || format!("{} cannot be read", source.display());
    if !source.is_dir() {
        let archive = File::open(source).with_context(cannot_be_read)?;
        return client.post_file(path, &archive);
    }
    let room = tempfile::tempdir().context("there is no room for a copy of the files")?;
    let id: PhotoBatchId = Ids::system().next(Clock::System.now());
    // No account takes more of a file; the server tells those that are larger.
    photos::take(room.path(), id, source, MOST_MEGABYTES.unsigned_abs() << 20)?;
    let packed = room.path().join("photos").join(format!("{id}.zip"));
    client.post_file(path, &File::open(packed)?)
}

/// Waits until the server is through with an upload.
fn ended(client: &Client, begun: &Value, interrupt: &Interrupt) -> Result<Value> {
    let id: PhotoBatchId = parsed(begun.get("id").cloned().unwrap_or_default())?;
    interrupt.say(format!(
        "The server goes on. Look at it at {}/photos/{id}",
        client.base()
    ));
    loop {
        let batch = client.get(&format!("{BATCHES}/{id}"))?;
        if batch.get("busy").and_then(Value::as_bool) != Some(true) {
            return Ok(batch);
        }
        thread::sleep(PAUSE);
    }
}

fn write_results(client: &Client, id: PhotoBatchId, file: &Path) -> Result<()> {
    let mut table = Results::open(file)?;
    client.pages(format!("{BATCHES}/{id}/files"), |items| {
        for item in items {
            let cell = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
            table.add([cell("name"), cell("outcome"), cell("reason"), cell("user")])?;
        }
        Ok(())
    })?;
    table.finish()
}

fn take_back(client: &Client, batch: &str, as_json: bool) -> Result<Exit> {
    let id = photos::upload(batch)?;
    let interrupt = Interrupt::listen();
    let begun = client.post(&format!("{BATCHES}/{id}/undo"), &Value::Null)?;
    let batch = ended(client, &begun, &interrupt)?;
    let count = |name: &str| {
        let count = batch.pointer(&format!("/undone/{name}"));
        let count = count.and_then(Value::as_i64);
        count.context("the server did not take the upload back; why is in its log")
    };
    let undone = Undone {
        restored: count("restored")?,
        removed: count("removed")?,
        kept: count("kept")?,
    };
    photos::say_undone(id, &undone, as_json);
    Ok(Exit::Done)
}
