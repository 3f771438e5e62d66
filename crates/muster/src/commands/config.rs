//! `muster config`: whether the settings can work, their schema, and an example; completions and manual pages.

use std::{
    fs,
    net::{SocketAddr, ToSocketAddrs as _},
    path::Path,
};

use anyhow::{Context as _, Result};
use clap::{CommandFactory as _, Parser as _};
use serde_json::json;

use crate::{
    cli::{Cli, Command, Completions, Config, Man, Place, Serve},
    config::{self, File, SECRETS},
    exit::Exit,
    house::{Addresses, listen_address},
    outlets, output,
    private::{Others, is_private, others},
    web,
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
    // The options of `serve` as they are without a command line, but with the environment.
    let Command::Serve(serve) = Cli::parse_from(["muster", "serve"]).command else {
        anyhow::bail!("the options of serve cannot be read");
    };
    let mut findings = Findings::default();
    look_at_secrets(&mut findings, place, &file, &serve);
    for (key, option) in [
        ("listen", &serve.listen.listen),
        ("redirect-listen", &serve.web.redirect_listen),
        ("metrics-listen", &serve.web.metrics_listen),
    ] {
        if let Some(address) = config::given(option.as_ref(), &file, key) {
            findings.note(format!("{key} {address}"), resolves(&address));
        }
    }
    let listen = listen_address(serve.listen.listen.as_deref(), &file);
    let messages = outlets::settings(&place.outlets, &file, &listen);
    findings.note("messages", messages.map(drop));
    let web = web::settings(&serve, &file);
    if let Some(tls) = web.as_ref().ok().and_then(|web| web.tls.as_ref()) {
        findings.note("certificate and key", tls.load().map(drop));
    }
    findings.note("network and logs", web.map(drop));
    look_at_folders(&mut findings, place, &file);
    Ok(report(&findings, as_json))
}

/// Whether what holds a secret can be read by others.
fn look_at_secrets(findings: &mut Findings, place: &Place, file: &File, serve: &Serve) {
    if let Some(path) = &place.config {
        let is_secret = |key: &str| {
            let value = file.get(key);
            value.is_some_and(|value| key == "bounce-token" || value.contains('@'))
        };
        let outcome = if SECRETS.iter().any(|key| is_secret(key)) {
            is_private(path)
        } else {
            Ok(())
        };
        findings.note(format!("configuration file {}", path.display()), outcome);
    }
    for (key, option) in [
        ("database-file", &place.database_file),
        ("smtp-file", &place.outlets.smtp_file),
        ("sms-file", &place.outlets.sms_file),
        ("bounce-token-file", &place.outlets.bounce_token_file),
        ("tls-key", &serve.web.tls_key),
    ] {
        if let Some(path) = option.clone().or_else(|| file.get(key).map(Into::into)) {
            findings.note(format!("{key} {}", path.display()), is_private(&path));
        }
    }
}

fn look_at_folders(findings: &mut Findings, place: &Place, file: &File) {
    let series_folder = place.series_folder.clone();
    if let Some(folder) = series_folder.or_else(|| file.get("series-folder").map(Into::into)) {
        let outcome = fs::read_dir(&folder).map(drop).context("it cannot be read");
        findings.note(format!("series folder {}", folder.display()), outcome);
    }
    match Addresses::of(place) {
        Ok(Addresses { data, .. }) if data.exists() => {
            findings.note(format!("data folder {}", data.display()), closed(&data));
        }
        addresses => findings.note("database", addresses.map(drop)),
    }
}

/// Nobody but its owner and their group changes what is in the data folder; `doctor` tells who may look.
fn closed(data: &Path) -> Result<()> {
    anyhow::ensure!(
        others(data)? != Others::Writers,
        "everybody on this machine may change what is in it; chmod 700 {}",
        data.display()
    );
    Ok(())
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
