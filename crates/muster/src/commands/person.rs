//! `muster users add` and `edit`: one person by hand, as in the form.

use anyhow::{Result, bail};
use directory::{
    Ctx, leaving,
    users::{self, BETWEEN, Complaint, Draft, Typed, UserRecord},
};
use invite::{
    Channel,
    manage::{self, Invited},
};
use kernel::{UserId, split_list};
use serde_json::json;

use crate::{exit::Exit, house::House, output};

/// Somebody who was deleted had a key of the one who is to be added: their name and id.
#[derive(Debug)]
pub(crate) struct WasDeleted(String, UserId);

impl WasDeleted {
    /// The stable code.
    pub(crate) const CODE: &str = "was_deleted";
}

impl std::fmt::Display for WasDeleted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(name, id) = self;
        write!(
            f,
            "{name} was deleted and had the same e-mail address, phone number or user ID: take them back with \
             muster users restore {id}, or add --anyway"
        )
    }
}

impl std::error::Error for WasDeleted {}

/// Creates somebody, and invites them if asked to.
pub(super) fn add(
    house: &House,
    ctx: &Ctx,
    values: &[String],
    invite: Option<&str>,
    anyway: bool,
    as_json: bool,
) -> Result<Exit> {
    let mut typed = Typed::default();
    type_in(&mut typed, values)?;
    let delivery = house.delivery();
    let channel = invite.and_then(Channel::parse);
    let (id, invited) = house.db.write_blocking(|tx| {
        let draft = read(tx, ctx, &typed, None)?;
        let former = leaving::same_person(tx, ctx, &draft)?;
        if let (Some(one), false) = (former.first(), anyway) {
            bail!(WasDeleted(one.full_name(), one.id));
        }
        let id = users::add(tx, ctx, &draft)?;
        let invited = match channel {
            Some(channel) => Some(manage::invite(tx, ctx, &delivery, id, channel)?),
            None => None,
        };
        Ok::<_, anyhow::Error>((id, invited))
    })?;
    let link = match &invited {
        Some(Invited::Link(link)) => Some(link.as_str()),
        Some(Invited::Sent | Invited::Connected) | None => None,
    };
    if as_json {
        output::json(&json!({ "id": id, "invited": invited.is_some(), "link": link }));
    } else {
        output::line(&id.to_string());
        if let Some(link) = link {
            output::line(link);
        }
    }
    Ok(Exit::Done)
}

/// Changes what is named of somebody.
pub(super) fn edit(house: &House, ctx: &Ctx, user: UserId, values: &[String]) -> Result<Exit> {
    house.db.write_blocking(|tx| {
        let record = users::get(tx, ctx.account, user)?;
        let mut typed = Typed::of(&record);
        type_in(&mut typed, values)?;
        let draft = read(tx, ctx, &typed, Some(&record))?;
        users::save(tx, ctx, user, record.user.version, &draft)?;
        Ok::<_, anyhow::Error>(())
    })?;
    Ok(Exit::Done)
}

fn read(
    tx: &mut db::Tx<'_>,
    ctx: &Ctx,
    typed: &Typed,
    about: Option<&UserRecord>,
) -> Result<Draft> {
    match users::read(tx, ctx, typed, about)? {
        Ok(draft) => Ok(draft),
        Err(complaints) => bail!("{}", told(&complaints)),
    }
}

fn told(complaints: &[Complaint]) -> String {
    let lines: Vec<_> = complaints
        .iter()
        .map(|complaint| match &complaint.holder {
            Some((id, name)) => format!("{}: {} ({name}, {id})", complaint.field, complaint.text),
            None => format!("{}: {}", complaint.field, complaint.text),
        })
        .collect();
    lines.join("\n")
}

fn type_in(typed: &mut Typed, values: &[String]) -> Result<()> {
    const KNOWN: [&str; 14] = [
        "first_name",
        "last_name",
        "email",
        "phone",
        "external_id",
        "role",
        "person_kind",
        "title",
        "department",
        "language",
        "notes",
        "groups",
        "teams",
        "modules",
    ];
    for value in values {
        let Some((key, text)) = value.split_once('=') else {
            bail!("write FIELD=VALUE, not {value:?}");
        };
        let key = key.trim();
        if !KNOWN.contains(&key) && !key.starts_with("custom.") {
            bail!(
                "{key:?} is not a field; use {} or custom.<key>",
                KNOWN.join(", ")
            );
        }
        if matches!(key, "groups" | "teams" | "modules") {
            let entries = split_list(text, false);
            typed.set(key, entries.join(&BETWEEN.to_string()));
        } else {
            typed.set(key, text);
        }
    }
    Ok(())
}
