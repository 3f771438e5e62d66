//! `muster security`: what an account asks of the sign-ins of its people.

use anyhow::Result;
use identity::rules::{self, Rules};
use serde_json::json;

use crate::{cli::Security, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Security) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let rules = house.db.write_blocking(|tx| {
        let present = rules::of_account(tx, ctx.account)?;
        let wanted = Rules {
            password_chars: args.password_chars.unwrap_or(present.password_chars),
            session_limit: args.devices.unwrap_or(present.session_limit),
        };
        if wanted != present {
            rules::set(tx, &ctx, wanted)?;
        }
        Ok::<_, rules::RulesRefusal>(wanted)
    })?;
    if args.json.json {
        output::json(&json!({
            "password_chars": rules.password_chars,
            "devices": rules.session_limit,
        }));
    } else {
        output::line(&format!(
            "Passwords have at least {} characters.",
            rules.password_chars
        ));
        output::line(&format!("Devices at once: {}.", rules.session_limit));
    }
    Ok(Exit::Done)
}
