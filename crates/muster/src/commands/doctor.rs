//! `muster doctor`: whether everything is as it should be.
//!
//! It looks and changes nothing. Whether settings can work before anything is opened is `muster config check`.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use directory::accounts;
use serde_json::json;

use crate::{
    cli::Place,
    config,
    exit::Exit,
    house::{House, listen_address},
    outlets, output,
    private::{Others, others},
};

/// Less than this is soon full.
const LEAST_FREE_MIB: u64 = 1024;
/// Clocks that differ by more make links expire at the wrong time.
const MOST_SKEW: Duration = Duration::from_secs(5);
/// Imports whose files are looked for.
const IMPORTS_LOOKED_AT: i64 = 20;

/// How one thing is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Good,
    /// Worth knowing; it works all the same.
    Note,
    Wrong,
}

impl How {
    fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// What was looked at.
struct Finding {
    what: &'static str,
    how: How,
    words: String,
}

fn finding(what: &'static str, how: How, words: impl Into<String>) -> Finding {
    Finding {
        what,
        how,
        words: words.into(),
    }
}

pub(crate) fn run(place: &Place, as_json: bool) -> Result<Exit> {
    let house = House::existing(place)?;
    let began = Instant::now();
    let pending = house.db.pending()?;
    let took = began.elapsed().as_millis();
    let backend = house.db.backend().to_string();
    let mut findings = vec![finding(
        "database",
        How::Good,
        format!("{backend}, answered in {took} ms"),
    )];
    findings.push(match pending.len() {
        0 => finding("schema", How::Good, "up to date"),
        count => finding(
            "schema",
            How::Wrong,
            format!("run muster migrate ({count} to go)"),
        ),
    });
    findings.push(clock(&house)?);
    findings.push(folder(&house.data));
    findings.push(disk(&house.data));
    findings.push(messages(place));
    let mut accounts = 0;
    if pending.is_empty() {
        accounts = house.db.read_blocking(accounts::list)?.len();
        findings.push(finding("accounts", How::Good, accounts.to_string()));
        findings.extend(files(&house)?);
    }
    let is_good = findings.iter().all(|finding| finding.how != How::Wrong);
    if as_json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| json!({ "what": f.what, "how": f.how.as_str(), "words": f.words }))
            .collect();
        output::json(&json!({
            "version": env!("CARGO_PKG_VERSION"), "database": backend, "data": house.data,
            "pending_migrations": pending, "accounts": accounts, "good": is_good, "findings": list,
        }));
    } else {
        output::line(&format!("Muster {}", env!("CARGO_PKG_VERSION")));
        for Finding { what, how, words } in &findings {
            output::line(&format!("{:<6} {what}: {words}", how.as_str()));
        }
    }
    Ok(if is_good { Exit::Done } else { Exit::Failed })
}

fn clock(house: &House) -> Result<Finding> {
    let Some(there) = house.db.server_clock()? else {
        return Ok(finding(
            "clock",
            How::Good,
            "the database has this machine's",
        ));
    };
    let here = house.clock.now();
    let skew = here.since(there).max(there.since(here));
    let words = format!(
        "differs from the database server's by {} ms",
        skew.as_millis()
    );
    let how = if skew > MOST_SKEW {
        How::Wrong
    } else {
        How::Good
    };
    Ok(finding("clock", how, words))
}

/// Whether the data folder can be written, and who else gets at it.
fn folder(data: &Path) -> Finding {
    let what = "data folder";
    let shown = data.display();
    let trial = data.join(format!(".doctor-{}", std::process::id()));
    let written = fs::write(&trial, b"").and_then(|()| fs::remove_file(&trial));
    if let Err(error) = written {
        return finding(
            what,
            How::Wrong,
            format!("{shown} cannot be written: {error}"),
        );
    }
    let close = format!("close it with chmod 700 {shown}, or 750 for a group that backs it up");
    match others(data) {
        Err(error) => finding(what, How::Wrong, format!("{shown}: {error:#}")),
        Ok(Others::Writers) => finding(
            what,
            How::Wrong,
            format!("everybody on this machine may change what is in {shown}; {close}"),
        ),
        Ok(Others::Readers) => finding(
            what,
            How::Note,
            format!("everybody on this machine may look into {shown}; {close}"),
        ),
        Ok(Others::Nobody) => finding(what, How::Good, format!("{shown} can be written")),
    }
}

/// How much room is left, as `df` of the system says.
fn disk(data: &Path) -> Finding {
    let what = "disk";
    match free_mib(data) {
        Ok(free) if free < LEAST_FREE_MIB => {
            finding(what, How::Wrong, format!("only {free} MiB are free"))
        }
        Ok(free) => finding(what, How::Good, format!("{free} MiB are free")),
        Err(error) => finding(what, How::Note, format!("not known: {error:#}")),
    }
}

fn free_mib(data: &Path) -> Result<u64> {
    let said = Command::new("df")
        .arg("-Pk")
        .arg(data)
        .output()
        .context("df")?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let line = text.lines().nth(1).context("df said nothing")?;
    let kib: u64 = line
        .split_whitespace()
        .nth(3)
        .context("df said nothing")?
        .parse()?;
    Ok(kib / 1024)
}

fn messages(place: &Place) -> Finding {
    let what = "messages";
    let settings = config::of(place)
        .and_then(|file| outlets::settings(&place.outlets, &file, &listen_address(None, &file)));
    match settings {
        Err(error) => finding(what, How::Wrong, format!("{error:#}")),
        Ok(settings) => {
            let way = |is_set: bool| if is_set { "sent" } else { "kept in the outbox" };
            let words = format!(
                "e-mail is {}, SMS are {}",
                way(settings.mail.is_some()),
                way(settings.sms.is_some())
            );
            let how = if settings.mail.is_some() {
                How::Good
            } else {
                How::Note
            };
            finding(what, how, words)
        }
    }
}

/// Whether the data folder is the one that belongs to the database: on several machines it must be shared.
fn files(house: &House) -> Result<Option<Finding>> {
    let (mut looked_at, mut missing) = (0, 0);
    for account in house.db.read_blocking(accounts::list)? {
        let ctx = house.ctx(Some(&account.slug))?;
        let (known, gone) = house.imports().missing_sources(&ctx, IMPORTS_LOOKED_AT)?;
        looked_at += known;
        missing += gone;
    }
    Ok(match (looked_at, missing) {
        (0, _) => None,
        (_, 0) => Some(finding(
            "files",
            How::Good,
            format!("those of {looked_at} imports are there"),
        )),
        _ => Some(finding(
            "files",
            How::Wrong,
            format!(
                "of {looked_at} imports, {missing} have no file here: is this the data folder that all machines share?"
            ),
        )),
    })
}
