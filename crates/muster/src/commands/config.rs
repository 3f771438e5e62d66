//! `muster config`: whether the settings can work, their schema, and an example; completions and manual pages.

use std::{
    fs,
    net::{SocketAddr, ToSocketAddrs as _},
    os::unix::fs::PermissionsExt as _,
    path::Path,
};

use anyhow::{Context as _, Result};
use clap::{CommandFactory as _, Parser as _};
use serde_json::json;

use crate::{
    cli::{Cli, Command, Completions, Config, Man, Place},
    config::{self, SECRETS},
    exit::Exit,
    house::Addresses,
    outlets, output, web,
};

pub(crate) fn run(place: &Place, command: &Config) -> Result<Exit> {
    match command {
        Config::Check(json) => check(place, json.json),
        Config::Schema => {
            output::line(&serde_json::to_string_pretty(&config::schema())?);
            Ok(Exit::Done)
        }
        Config::Example => {
            output::line(config::example().trim_end());
            Ok(Exit::Done)
        }
    }
}

/// What was looked at, and what is wrong with it.
#[derive(Default)]
struct Findings(Vec<(String, Option<String>)>);

impl Findings {
    fn note(&mut self, what: impl Into<String>, outcome: Result<()>) {
        let problem = outcome.err().map(|error| format!("{error:#}"));
        self.0.push((what.into(), problem));
    }
}

fn check(place: &Place, as_json: bool) -> Result<Exit> {
    let file = config::of(place)?;
    let mut findings = Findings::default();
    if let Some(path) = &place.config {
        let holds_secret = SECRETS.iter().any(|key| {
            file.get(*key)
                .is_some_and(|value| *key == "bounce-token" || value.contains('@'))
        });
        let outcome = if holds_secret {
            is_private(path)
        } else {
            Ok(())
        };
        findings.note(format!("configuration file {}", path.display()), outcome);
    }
    // The options of `serve` as they are without a command line, but with the environment.
    let serve = match Cli::parse_from(["muster", "serve"]).command {
        Command::Serve(args) => Some(args),
        _ => None,
    };
    let tls_key = serve.as_ref().and_then(|args| args.web.tls_key.as_ref());
    let secret_files = [
        ("database-file", place.database_file.as_ref()),
        ("smtp-file", place.outlets.smtp_file.as_ref()),
        ("sms-file", place.outlets.sms_file.as_ref()),
        (
            "bounce-token-file",
            place.outlets.bounce_token_file.as_ref(),
        ),
        ("tls-key", tls_key),
    ];
    for (key, option) in secret_files {
        if let Some(path) = option.cloned().or_else(|| file.get(key).map(Into::into)) {
            findings.note(format!("{key} {}", path.display()), is_private(&path));
        }
    }
    let listen = file.get("listen").map_or("127.0.0.1:8080", String::as_str);
    for key in ["listen", "redirect-listen", "metrics-listen"] {
        if let Some(address) = file.get(key) {
            findings.note(format!("{key} {address}"), resolves(address));
        }
    }
    findings.note("database", Addresses::of(place).map(drop));
    findings.note(
        "messages",
        outlets::settings(&place.outlets, &file, listen).map(drop),
    );
    if let Some(args) = serve {
        let web = web::settings(&args, &file);
        if let Some(tls) = web.as_ref().ok().and_then(|web| web.tls.as_ref()) {
            findings.note("certificate and key", tls.load().map(drop));
        }
        findings.note("network and logs", web.map(drop));
    }
    let data = Addresses::of(place).map(|addresses| addresses.data);
    if let Some(data) = data.ok().filter(|data| data.exists()) {
        findings.note(format!("data folder {}", data.display()), is_private(&data));
    }
    Ok(report(&findings, as_json))
}

fn report(findings: &Findings, as_json: bool) -> Exit {
    let is_good = findings.0.iter().all(|(_, problem)| problem.is_none());
    if as_json {
        let list: Vec<_> = findings
            .0
            .iter()
            .map(|(what, problem)| json!({ "what": what, "problem": problem }))
            .collect();
        output::json(&json!({ "good": is_good, "findings": list }));
    } else {
        for (what, problem) in &findings.0 {
            match problem {
                None => output::line(&format!("good   {what}")),
                Some(problem) => output::line(&format!("wrong  {what}: {problem}")),
            }
        }
    }
    if is_good { Exit::Done } else { Exit::Failed }
}

/// Whether nobody but its owner, and their group if it may only read, gets at it.
fn is_private(path: &Path) -> Result<()> {
    let about = fs::metadata(path).context("it cannot be read")?;
    let mode = about.permissions().mode() & 0o777;
    let open = if about.is_dir() { 0o027 } else { 0o037 };
    anyhow::ensure!(
        mode & open == 0,
        "others may get at it (mode {mode:o}); chmod {} {}",
        if about.is_dir() { "700" } else { "600" },
        path.display()
    );
    if about.is_file() {
        fs::File::open(path).context("it cannot be read")?;
    }
    Ok(())
}

fn resolves(address: &str) -> Result<()> {
    let mut found = address
        .to_socket_addrs()
        .context("write an address and a port, such as 127.0.0.1:8080")?;
    let _: SocketAddr = found.next().context("no such address")?;
    Ok(())
}

pub(crate) fn completions(args: &Completions) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "muster", &mut text);
    output::line(String::from_utf8_lossy(&text).trim_end());
    Exit::Done
}

pub(crate) fn man(args: &Man) -> Result<Exit> {
    let refused = || format!("{} cannot be written", args.folder.display());
    fs::create_dir_all(&args.folder).with_context(refused)?;
    clap_mangen::generate_to(Cli::command(), &args.folder).with_context(refused)?;
    Ok(Exit::Done)
}
