//! `muster settings`: what an account decided, whichever page of the settings it stands on.

use anyhow::{Context as _, Result, bail};
use db::Tx;
use directory::Ctx;
use serde_json::{Map, Value, json};
use server::{EverySetting, Setting};

use crate::{cli::settings::Settings, exit::Exit, house::House, output};

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
    say(lines, args.json.json);
    Ok(Exit::Done)
}

/// Prints settings with their values as they are typed.
pub(crate) fn say(lines: Vec<(&'static str, String)>, as_json: bool) {
    if as_json {
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
}

fn all(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<(&'static str, String)>> {
    let settings = EverySetting::see(tx, ctx)?;
    let line = |setting: Setting| (setting.as_str(), settings.typed(setting));
    Ok(Setting::all().map(line).collect())
}

/// Takes what was typed; all of it is stored, or nothing.
fn change(tx: &mut Tx<'_>, ctx: &Ctx, values: &[String]) -> Result<()> {
    let mut settings = EverySetting::see(tx, ctx)?;
    for typed in values {
        let (key, value) = typed
            .split_once('=')
            .with_context(|| format!("{typed:?}: write KEY=VALUE"))?;
        let Some(setting) = Setting::parse(key) else {
            let keys: Vec<&str> = Setting::all().map(Setting::as_str).collect();
            bail!("{key:?} is no setting; there are {}", keys.join(", "));
        };
        settings.take(setting, value)?;
    }
    settings.store(tx, ctx)?;
    Ok(())
}
