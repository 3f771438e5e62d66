//! `muster managed-configuration`: what an MDM gives the app, so that the address to sign in with is filled in.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use identity::managed::{Configuration, Form};

use super::users;
use crate::{cli::Managed, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Managed) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let form = Form::of_ending(&args.form).context("--form: plist or json")?;
    let page = house.delivery().link("/sign-in");
    let made = match &args.key {
        Some(key) => {
            let email = users::find(house, &ctx, key)?.user.email;
            let email = email.context("this person has no e-mail address")?;
            Configuration::of_person(&email, &page)?
        }
        None => {
            Configuration::with_placeholder(args.placeholder.as_deref().unwrap_or_default(), &page)
                .context("--placeholder cannot be used")?
        }
    };
    let mut out = output::open(args.output.as_deref())?;
    out.write_all(made.write(form).as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}
