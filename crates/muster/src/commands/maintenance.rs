//! `muster migrate`, `muster doctor` and `muster template`.

use anyhow::Result;
use directory::accounts;
use import::Preset;
use serde_json::json;

use crate::{
    cli::{Place, Template},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn migrate(place: &Place) -> Result<Exit> {
    let house = House::without_migrating(place)?;
    let done = house.db.migrate(house.clock.now())?;
    if done.is_empty() {
        output::note("The database is up to date.");
    }
    for name in done {
        output::line(&name);
    }
    Ok(Exit::Done)
}

pub(crate) fn doctor(place: &Place, as_json: bool) -> Result<Exit> {
    let house = House::without_migrating(place)?;
    let pending = house.db.pending()?;
    let accounts = if pending.is_empty() {
        house.db.read_blocking(accounts::list)?.len()
    } else {
        0
    };
    let backend = house.db.backend().to_string();
    if as_json {
        output::json(&json!({
            "version": env!("CARGO_PKG_VERSION"), "database": backend,
            "data": house.data, "pending_migrations": pending, "accounts": accounts,
        }));
    } else {
        output::line(&format!("Muster {}", env!("CARGO_PKG_VERSION")));
        output::line(&format!("Database: {backend}, reachable"));
        output::line(&format!("Data folder: {}", house.data.display()));
        output::line(&format!("Accounts: {accounts}"));
        if pending.is_empty() {
            output::line("Schema: up to date");
        } else {
            output::line(&format!(
                "Schema: run muster migrate ({} to go)",
                pending.len()
            ));
        }
    }
    Ok(if pending.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

pub(crate) fn template(house: &House, args: &Template) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let catalogue = house.imports().catalogue(&ctx)?;
    let preset = Preset::parse(&args.preset).unwrap_or(Preset::General);
    let mut out = output::open(args.output.as_deref())?;
    import::template(preset, &catalogue, args.filled, &mut *out)?;
    Ok(Exit::Done)
}
