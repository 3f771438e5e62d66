//! Files that a server makes: templates to fill in, and what an MDM gives the app.

use std::io::Write as _;

use anyhow::{Context as _, Result};
use identity::managed::{Configuration, Form};
use serde_json::Value;

use super::client::{Client, address_part};
use crate::{
    cli::{Managed, Template},
    exit::Exit,
    output,
};

pub(crate) fn template(client: &Client, args: &Template) -> Result<Exit> {
    let path = format!(
        "/api/v1/import-template.csv?preset={}&filled={}",
        args.preset, args.filled
    );
    client.download(&path, &mut *output::open(args.output.as_deref())?)?;
    Ok(Exit::Done)
}

/// What an MDM gives the app, made here: it needs nothing of the server but an address.
pub(crate) fn managed(client: &Client, args: &Managed) -> Result<Exit> {
    let form = Form::of_ending(&args.form).context("--form: plist or json")?;
    let page = format!("{}/sign-in", client.base());
    let made = match &args.key {
        Some(key) => {
            let path = format!("/api/v1/users?key={}&fields=email", address_part(key));
            let found = client.get(&path)?;
            let one = found
                .pointer("/items/0")
                .with_context(|| format!("there is nobody with {key:?}"))?;
            let email = one.get("email").and_then(Value::as_str);
            Configuration::of_person(email.context("this person has no e-mail address")?, &page)?
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
