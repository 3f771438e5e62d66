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
    if args.json.json {
        output::json(&json!({
            "password_chars": rules.password_chars,
            "devices": rules.session_limit,
            "two_factor": names,
        }));
    } else {
        output::line(&format!(
            "Passwords have at least {} characters.",
            rules.password_chars
        ));
        output::line(&format!("Devices at once: {}.", rules.session_limit));
        let names = if names.is_empty() {
            "nobody".to_owned()
        } else {
            names.join(", ")
        };
        output::line(&format!("Two-factor sign-in is required of: {names}."));
    }
    Ok(Exit::Done)
}

/// The named roles; `none` stands alone.
fn roles(names: &[String]) -> Result<Vec<Role>> {
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
