//! `muster settings`: what an account decided about itself and about its imports.

use anyhow::{Context as _, Result, bail};
use db::Tx;
use directory::{
    Ctx,
    settings::{AccountSettings, Key},
};
use import::{BadRows, Existing, ImportSettings, Preset, UnknownGroup};
use serde_json::{Map, Value, json};

use crate::{cli::settings::Settings, exit::Exit, house::House, output};

/// The settings of imports, by their keys.
const IMPORTS: [&str; 6] = [
    "existing",
    "bad_rows",
    "unknown_group",
    "most_percent",
    "most_people",
    "most_cards",
];

pub(crate) fn run(house: &House, args: &Settings) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let lines = if args.values.is_empty() {
        house.db.read_blocking(|tx| all(tx, &ctx))?
    } else {
        house.db.write_blocking(|tx| {
            change(tx, &ctx, &args.values)?;
            all(tx, &ctx)
        })?
    };
    if args.json.json {
        let map: Map<String, Value> = lines
            .into_iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect();
        output::json(&Value::Object(map));
    } else {
        for (key, value) in lines {
            output::line(&format!("{key}={value}"));
        }
    }
    Ok(Exit::Done)
}

fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<(&'static str, String)>> {
    let account = AccountSettings::see(tx, ctx)?;
    let imports = ImportSettings::load(tx, ctx.account)?;
    let of_account = Key::ALL
        .into_iter()
        .map(|key| (key.as_str(), account.typed(key)));
    let of_imports = IMPORTS.into_iter().map(|key| (key, shown(&imports, key)));
    Ok(of_account.chain(of_imports).collect())
}

fn shown(imports: &ImportSettings, key: &str) -> String {
    let usual = imports.start(Preset::General);
    match key {
        "existing" => usual.existing.as_str().to_owned(),
        "bad_rows" => usual.bad_rows.as_str().to_owned(),
        "unknown_group" => usual.unknown_group.as_str().to_owned(),
        "most_percent" => imports.limits.percent.to_string(),
        "most_people" => imports.limits.people.to_string(),
        _ => imports.limits.cards.to_string(),
    }
}

/// Takes what was typed; all of it is stored, or nothing.
fn change(tx: &mut Tx<'_>, ctx: &Ctx, values: &[String]) -> Result<()> {
    let mut account = AccountSettings::see(tx, ctx)?;
    let mut imports = ImportSettings::load(tx, ctx.account)?;
    for typed in values {
        let (key, value) = typed
            .split_once('=')
            .with_context(|| format!("{typed:?}: write KEY=VALUE"))?;
        match Key::parse(key) {
            Some(key) => account.take(key, value)?,
            None => take(&mut imports, key, value.trim())?,
        }
    }
    account.store(tx, ctx)?;
    imports.store(tx, ctx)?;
    Ok(())
}

fn take(imports: &mut ImportSettings, key: &str, value: &str) -> Result<()> {
    let wrong = || format!("{key}: {value:?} is none of its values");
    let number = || value.parse().with_context(wrong);
    match key {
        "existing" => imports.existing = Some(Existing::parse(value).with_context(wrong)?),
        "bad_rows" => imports.bad_rows = Some(BadRows::parse(value).with_context(wrong)?),
        "unknown_group" => {
            imports.unknown_group = Some(UnknownGroup::parse(value).with_context(wrong)?);
        }
        "most_percent" => imports.limits.percent = number()?,
        "most_people" => imports.limits.people = number()?,
        "most_cards" => imports.limits.cards = number()?,
        _ => {
            let keys: Vec<&str> = Key::ALL
                .into_iter()
                .map(Key::as_str)
                .chain(IMPORTS)
                .collect();
            bail!("{key:?} is no setting; there are {}", keys.join(", "));
        }
    }
    Ok(())
}
