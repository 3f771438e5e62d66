//! Looking after the account's own fields: another label, and removing what nobody has a value of.
//!
//! A field keeps its key for good, so that files, mappings and programs go on finding it. Values are
//! never removed here: an action on many does that, can be taken back, and stands in the log.

use std::{collections::BTreeMap, ops::ControlFlow};

use db::{Tx, params, sql};
use kernel::{AccountId, UserId, fold};

use super::{CustomField, key_of, list};
use crate::{Action, Ctx, Forbidden, activity, settings, users::CustomTest};

/// People with a value are counted up to so many.
pub const COUNTED: i64 = 1_000;

/// Why a field was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeField {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is none.
    #[error("there is no such field")]
    NotFound,
    /// The label is blank or too long.
    #[error("a field needs a label of 1 to 60 characters")]
    Label,
    /// Another field is called so.
    #[error("there is already a field {0:?}")]
    Exists(String),
    /// People have a value of it.
    #[error("people have a value of {0}; clear it for all of them first")]
    InUse(String),
    /// An import that may write it goes on.
    #[error("import {0} is writing; remove the field when it has ended")]
    Writing(i64),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl ChangeField {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NotFound => "field_unknown",
            Self::Label => "label",
            Self::Exists(_) => "field_exists",
            Self::InUse(_) => "field_in_use",
            Self::Writing(_) => "import_writes",
            Self::Db(_) => "internal",
        }
    }
}

fn get(tx: &mut Tx<'_>, ctx: &Ctx, key: &str) -> Result<CustomField, ChangeField> {
    ctx.require(Action::EditSettings)?;
    let found = list(tx, ctx.account)?;
    let mut found = found.into_iter();
    found
        .find(|field| field.key == key)
        .ok_or(ChangeField::NotFound)
}

/// Gives a field another label; its key stays.
pub fn rename(tx: &mut Tx<'_>, ctx: &Ctx, key: &str, label: &str) -> Result<(), ChangeField> {
    let field = get(tx, ctx, key)?;
    let label = label.trim();
    if key_of(label).is_empty() || label.chars().count() > 60 {
        return Err(ChangeField::Label);
    }
    if label == field.label {
        return Ok(());
    }
    let others = list(tx, ctx.account)?;
    let mut others = others.iter().filter(|other| other.key != key);
    if others.any(|other| fold(&other.label) == fold(label)) {
        return Err(ChangeField::Exists(label.to_owned()));
    }
    tx.execute(sql!("fields/rename"), params![ctx.account, key, label])?;
    let details = settings::change("Label", &field.label, label);
    activity::record(tx, ctx, "field.rename", None, &details)?;
    Ok(())
}

/// How many people who are not deleted have a value of each field, by its key, counted up to [`COUNTED`].
///
/// Everybody is read at most once, however many fields there are, and nobody more once every field has that many.
pub fn holders(tx: &mut Tx<'_>, account: AccountId) -> db::Result<BTreeMap<String, i64>> {
    let keys = list(tx, account)?.into_iter().map(|field| field.key);
    let mut held: BTreeMap<String, i64> = keys.map(|key| (key, 0)).collect();
    let mut open = held.len();
    if open == 0 {
        return Ok(held);
    }
    let values = sql!("fields/values");
    tx.for_each::<db::Error>(values, params![account], |row| {
        let text: String = row.get(0)?;
        let values: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).unwrap_or_default();
        for key in values.keys() {
            if let Some(count) = held.get_mut(key).filter(|count| **count < COUNTED) {
                *count += 1;
                open -= usize::from(*count == COUNTED);
            }
        }
        Ok(if open == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        })
    })?;
    Ok(held)
}

/// Whether somebody who is not deleted has a value of a field.
fn is_held(tx: &mut Tx<'_>, account: AccountId, key: &str) -> db::Result<bool> {
    let test = CustomTest {
        key: key.to_owned(),
        value: None,
    };
    let found: Option<(UserId,)> =
        tx.fetch_optional(sql!("fields/first_holder"), params![account, test.part()])?;
    Ok(found.is_some())
}

/// Removes a field that nobody has a value of, while no import writes.
///
/// What deleted people had stays with them, unseen, and goes when they are erased, or restored and saved.
pub fn remove(tx: &mut Tx<'_>, ctx: &Ctx, key: &str) -> Result<(), ChangeField> {
    let field = get(tx, ctx, key)?;
    let writing: Option<(i64,)> =
        tx.fetch_optional(sql!("fields/writing_import"), params![ctx.account])?;
    if let Some((number,)) = writing {
        return Err(ChangeField::Writing(number));
    }
    if is_held(tx, ctx.account, key)? {
        return Err(ChangeField::InUse(field.label));
    }
    tx.execute(sql!("fields/delete"), params![ctx.account, key])?;
    activity::record(tx, ctx, "field.remove", None, &field.label)?;
    Ok(())
}
