//! `muster security`: what an account asks of the sign-ins of its people.

use anyhow::{Context as _, Result, bail};
use identity::{
    rules::{self, Rules},
    two_factor,
};
use kernel::Role;
use serde_json::json;

use crate::{cli::Security, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Security) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let asked = args.two_factor.as_deref().map(roles).transpose()?;
    let (rules, roles) = house.db.write_blocking(|tx| {
        let present = rules::of_account(tx, ctx.account)?;
        let wanted = Rules {
            password_chars: args.password_chars.unwrap_or(present.password_chars),
            session_limit: args.devices.unwrap_or(present.session_limit),
        };
        if wanted != present {
            rules::set(tx, &ctx, wanted)?;
        }
        if let Some(asked) = &asked {
            two_factor::require(tx, &ctx, asked)?;
        }
        Ok::<_, anyhow::Error>((wanted, two_factor::required_roles(tx, ctx.account)?))
    })?;
    let names: Vec<_> = roles.iter().map(|role| role.as_str()).collect();
    say(
        rules.password_chars,
        rules.session_limit,
        &names,
        args.json.json,
    );
    Ok(Exit::Done)
}

/// Prints what is asked.
pub(crate) fn say(password_chars: i64, devices: i64, two_factor: &[&str], as_json: bool) {
    if as_json {
        output::json(&json!({
            "password_chars": password_chars, "devices": devices, "two_factor": two_factor,
        }));
        return;
    }
    output::line(&format!(
        "Passwords have at least {password_chars} characters."
    ));
    output::line(&format!("Devices at once: {devices}."));
    let names = if two_factor.is_empty() {
        "nobody".to_owned()
    } else {
        two_factor.join(", ")
    };
    output::line(&format!("Two-factor sign-in is required of: {names}."));
}

/// The named roles; `none` stands alone.
pub(crate) fn roles(names: &[String]) -> Result<Vec<Role>> {
    if names.iter().any(|name| name == "none") {
        if names.len() > 1 {
            bail!("--two-factor: none stands alone");
        }
        return Ok(Vec::new());
    }
    names
        .iter()
        .map(|name| Role::parse(name).ok().context("--two-factor: no such role"))
        .collect()
}
