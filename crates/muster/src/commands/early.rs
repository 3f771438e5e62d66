//! `muster early-access`: who has the next version of the app before its release.

use std::fmt::Display;

use anyhow::Result;
use directory::Ctx;
use kernel::{Timestamp, UserId};
use requests::{
    Version,
    early::{self, EarlySettings, EarlyState, Entry},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::users::find;
use crate::{
    cli::early::{self as cli, People},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::EarlyAccess) -> Result<Exit> {
    match command {
        cli::EarlyAccess::List {
            state,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let state = EarlyState::parse(state).unwrap_or(EarlyState::Requested);
            list(house, &ctx, state, json.json)
        }
        cli::EarlyAccess::Approve(people) => decide(house, people, early::approve),
        cli::EarlyAccess::Refuse(people) => decide(house, people, early::refuse),
        cli::EarlyAccess::End(people) => decide(house, people, early::end),
        cli::EarlyAccess::Settings {
            link,
            early,
            released,
            account,
            json,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            settings(house, &ctx, [link, early, released], json.json)
        }
    }
}

fn list(house: &House, ctx: &Ctx, state: EarlyState, as_json: bool) -> Result<Exit> {
    let mut all: Vec<Entry> = Vec::new();
    loop {
        let before = all.last().map(|entry| (entry.asked_at, entry.user));
        let page = house
            .db
            .read_blocking(|tx| early::page(tx, ctx.account, state, before))?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let all: Vec<ShownEntry> = all.into_iter().map(shown).collect();
    listed(&all, as_json)
}

/// Somebody who has early access, or asks for it.
#[derive(Serialize, Deserialize)]
pub(crate) struct ShownEntry {
    #[serde(alias = "id")]
    user: UserId,
    name: String,
    email: Option<String>,
    state: String,
    version: Option<String>,
    asked_at: Timestamp,
    decided_at: Option<Timestamp>,
    decided_by: Option<String>,
}

fn shown(entry: Entry) -> ShownEntry {
    ShownEntry {
        user: entry.user,
        name: entry.name,
        email: entry.email,
        state: entry.state.as_str().to_owned(),
        version: entry.version,
        asked_at: entry.asked_at,
        decided_at: entry.decided_at,
        decided_by: entry.decided_by,
    }
}

/// Prints them.
pub(crate) fn listed(all: &[ShownEntry], as_json: bool) -> Result<Exit> {
    if as_json {
        output::json(&serde_json::to_value(all)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|entry| {
            vec![
                entry.name.clone(),
                entry.email.clone().unwrap_or_default(),
                entry.version.clone().unwrap_or_default(),
                entry.asked_at.to_string(),
                entry.decided_by.clone().unwrap_or_default(),
            ]
        })
        .collect();
    output::table(&["Name", "E-mail", "Version", "Asked", "Decided by"], &rows);
    Ok(Exit::Done)
}

type Decide = fn(&mut db::Tx<'_>, &Ctx, &[UserId]) -> Result<early::Decided, early::EarlyRefusal>;

fn decide(house: &House, people: &People, decide: Decide) -> Result<Exit> {
    let ctx = house.ctx(people.account.account.as_deref())?;
    let ids: Vec<UserId> = people
        .keys
        .iter()
        .map(|key| Ok(find(house, &ctx, key)?.user.id))
        .collect::<Result<_>>()?;
    let decided = house.db.write_blocking(|tx| decide(tx, &ctx, &ids))?;
    say_decided(decided.done, decided.without_email, decided.left);
    Ok(Exit::Done)
}

/// Prints for how many it was decided.
pub(crate) fn say_decided(done: impl Display, without_email: impl Display, left: impl Display) {
    output::line(&format!(
        "Done for {done}, of these without e-mail {without_email}; left as they are: {left}."
    ));
}

fn settings(
    house: &House,
    ctx: &Ctx,
    [link, early, released]: [&Option<String>; 3],
    as_json: bool,
) -> Result<Exit> {
    let present = house
        .db
        .read_blocking(|tx| EarlySettings::load(tx, ctx.account))?;
    let version = |version: &Option<Version>| version.as_ref().map(ToString::to_string);
    let mut shown = present.clone();
    if [link, early, released].into_iter().any(Option::is_some) {
        let pick =
            |new: &Option<String>, old: Option<String>| new.clone().or(old).unwrap_or_default();
        shown = EarlySettings::parse(
            &pick(link, present.link.clone()),
            &pick(early, version(&present.version)),
            &pick(released, version(&present.released)),
        )?;
        let expired = house
            .db
            .write_blocking(|tx| early::store(tx, ctx, &shown))?;
        if expired > 0 {
            output::note(&format!(
                "Early access of {expired} people has expired; they are told."
            ));
        }
    }
    say_settings(
        shown.link.as_deref(),
        version(&shown.version).as_deref(),
        version(&shown.released).as_deref(),
        as_json,
    );
    Ok(Exit::Done)
}

/// Prints the link and the versions.
pub(crate) fn say_settings(
    link: Option<&str>,
    early: Option<&str>,
    released: Option<&str>,
    as_json: bool,
) {
    if as_json {
        output::json(&json!({ "link": link, "early": early, "released": released }));
        return;
    }
    for (label, value) in [
        ("Link", link),
        ("Early version", early),
        ("Released version", released),
    ] {
        output::line(&format!("{label}: {}", value.unwrap_or("none")));
    }
}
