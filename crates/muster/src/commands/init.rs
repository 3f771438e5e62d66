//! `muster init`: an account with its owner, without the web page.

use std::fs;

use anyhow::{Context, Result, anyhow};
use directory::accounts::NewAccount;
use identity::{
    Password,
    rules::Rules,
    set_up::{self, NewOwner},
};
use kernel::{Email, PersonName, Region};

use crate::{cli::Init, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Init) -> Result<Exit> {
    let email = Email::parse(&args.email).map_err(|fault| anyhow!("--email: {}", fault.detail))?;
    let local = args
        .email
        .split('@')
        .next()
        .unwrap_or_default()
        .replace(['.', '_', '-'], " ");
    let name = args.name.clone().unwrap_or(local);
    let name = PersonName::from_full(&name).map_err(|fault| anyhow!("--name: {}", fault.detail))?;
    if let Some(country) = &args.default_country {
        country.parse::<Region>().map_err(|_| {
            anyhow!("--default-country: {country:?} is not a country, use ZA or DE")
        })?;
    }
    if let Some(zone) = &args.time_zone {
        kernel::SiteZone::parse(zone)
            .map_err(|_| anyhow!("--time-zone: {zone:?} is not a time zone, use Europe/Berlin"))?;
    }
    let typed = password(args)?;
    let password = Password::choose(&typed, &Rules::default(), &[&args.email, &args.account])
        .context("the password is not good enough")?;
    let new = NewOwner {
        account: NewAccount {
            name: args.account.clone(),
            default_country: args
                .default_country
                .as_ref()
                .map(|letters| letters.to_uppercase()),
            time_zone: args.time_zone.clone(),
        },
        name,
        email,
        password: password.hash(),
    };
    let (account, _) = house
        .db
        .write_blocking(|tx| set_up::account(tx, &house.clock, &house.ids, &new))?;
    output::line(&account.slug);
    Ok(Exit::Done)
}

fn password(args: &Init) -> Result<String> {
    match &args.password_file {
        Some(path) => {
            let text = fs::read_to_string(path)
                .with_context(|| format!("{} cannot be read", path.display()))?;
            Ok(text.lines().next().unwrap_or_default().to_owned())
        }
        None => rpassword::prompt_password("Password of the owner: ")
            .context("a password is needed; give --password-file"),
    }
}
