//! What an import refers to: groups, modules, fields.

use anyhow::{Result, anyhow};
use directory::{
    fields::{self, FieldKind},
    groups::{self, GroupKind},
    modules,
};

use super::shown::{self, ShownField, ShownGroup, ShownModule};
use crate::{
    cli::{Fields, Groups, Modules},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn groups(house: &House, command: &Groups) -> Result<Exit> {
    match command {
        Groups::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            let found = house.db.read_blocking(|tx| groups::list(tx, ctx.account))?;
            let found: Vec<ShownGroup> = found
                .into_iter()
                .map(|group| ShownGroup {
                    id: group.id,
                    kind: group.kind.as_str().to_owned(),
                    name: group.name,
                    members: group.members,
                })
                .collect();
            shown::groups(args.json, &found)?;
        }
        Groups::Create {
            name,
            kind,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let kind = GroupKind::parse(kind).unwrap_or(GroupKind::Group);
            let made = house
                .db
                .write_blocking(|tx| groups::create(tx, &ctx, kind, name))?;
            output::line(&made.id.to_string());
        }
        Groups::Rename { .. }
        | Groups::Delete { .. }
        | Groups::Members { .. }
        | Groups::Add { .. }
        | Groups::Remove { .. } => return super::groups::run(house, command),
    }
    Ok(Exit::Done)
}

pub(crate) fn modules(house: &House, command: &Modules) -> Result<Exit> {
    match command {
        Modules::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            let found = house
                .db
                .read_blocking(|tx| modules::list(tx, ctx.account))?;
            let found: Vec<ShownModule> = found
                .into_iter()
                .map(|module| ShownModule {
                    key: module.key,
                    label: module.label,
                    seats: module.seats,
                    used: module.used,
                })
                .collect();
            shown::modules(args.json, &found)?;
        }
        Modules::Set {
            key,
            seats,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house
                .db
                .write_blocking(|tx| modules::set(tx, &ctx, key, *seats))?;
        }
    }
    Ok(Exit::Done)
}

pub(crate) fn fields(house: &House, command: &Fields) -> Result<Exit> {
    match command {
        Fields::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            let found = house.db.read_blocking(|tx| fields::list(tx, ctx.account))?;
            let found: Vec<ShownField> = found
                .into_iter()
                .map(|field| ShownField {
                    key: format!("custom.{}", field.key),
                    label: field.label,
                    kind: field.kind.as_str().to_owned(),
                    choices: field.choices,
                })
                .collect();
            shown::fields(args.json, &found)?;
        }
        Fields::Create {
            label,
            kind,
            choices,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            let kind = FieldKind::parse(kind).ok_or_else(|| anyhow!("{kind:?} is not a kind"))?;
            let made = house
                .db
                .write_blocking(|tx| fields::create(tx, &ctx, label, kind, choices))?;
            output::line(&format!("custom.{}", made.key));
        }
        Fields::Rename {
            key,
            label,
            account,
        } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house
                .db
                .write_blocking(|tx| fields::rename(tx, &ctx, own(key), label))?;
        }
        Fields::Remove { key, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            house
                .db
                .write_blocking(|tx| fields::remove(tx, &ctx, own(key)))?;
        }
    }
    Ok(Exit::Done)
}

/// The key of a field of the account, as typed with what stands before it or without.
pub(crate) fn own(key: &str) -> &str {
    key.strip_prefix("custom.").unwrap_or(key)
}
