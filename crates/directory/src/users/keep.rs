//! Fields of a person that imports leave alone: marked by hand, one person at a time.
//!
//! A mark changes nothing of the person: their version stays, so that a run under way and an undo
//! go on as they would. Leaving the field alone is the importer's work.

use std::{collections::HashMap, ops::ControlFlow};

use db::{Tx, params, sql};
use kernel::{AccountId, UserId};

use super::{find, may_change, sees};
use crate::{Action, Ctx, Forbidden, activity, fields};

/// The fields everybody has that can be kept, with their labels.
pub(super) const FIELDS: [(&str, &str); 11] = [
    ("first_name", "First name"),
    ("last_name", "Last name"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("external_id", "User ID"),
    ("role", "Role"),
    ("person_kind", "Kind"),
    ("title", "Title"),
    ("department", "Department"),
    ("language", "Language"),
    ("notes", "Notes"),
];

/// Why fields could not be marked.
#[derive(Debug, thiserror::Error)]
pub enum KeepFields {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person.
    #[error("there is no such person")]
    NobodyThere,
    /// There is no such field, or it cannot be kept.
    #[error("{0:?} is not a field that can be kept")]
    Unknown(String),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Key and label of every field that can be kept, the account's own last.
pub fn keepable(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<(String, String)>> {
    let own = fields::list(tx, account)?;
    let own = own
        .into_iter()
        .map(|field| (format!("custom.{}", field.key), field.label));
    let everybodys = FIELDS
        .iter()
        .map(|(key, label)| ((*key).to_owned(), (*label).to_owned()));
    Ok(everybodys.chain(own).collect())
}

/// Keeps exactly these fields of a person, by their keys, against imports.
pub fn keep(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId, keys: &[String]) -> Result<(), KeepFields> {
    ctx.require(Action::EditUsers)?;
    let seen = sees(tx, ctx, user)?;
    let Some(record) = find(tx, ctx.account, user)?.filter(|_| seen) else {
        return Err(KeepFields::NobodyThere);
    };
    let role = (record.user.role.as_str(), record.user.admin_role);
    if !may_change(tx, ctx, user, role)? {
        return Err(Forbidden(Action::EditUsers).into());
    }
    let mut wanted = Vec::new();
    let known = keepable(tx, ctx.account)?;
    for key in keys {
        if !known.iter().any(|field| field.0 == *key) {
            return Err(KeepFields::Unknown(key.clone()));
        }
        if !wanted.contains(key) {
            wanted.push(key.clone());
        }
    }
    wanted.sort_unstable();
    if wanted == record.kept {
        return Ok(());
    }
    tx.execute(sql!("kept/clear"), params![ctx.account, user])?;
    for key in &wanted {
        tx.execute(
            sql!("kept/insert"),
            params![ctx.account, user, *key, ctx.actor.name, ctx.now()],
        )?;
    }
    let details = if wanted.is_empty() {
        "nothing".to_owned()
    } else {
        wanted.join(", ")
    };
    activity::record(tx, ctx, "user.keep", Some(user.uuid()), &details)?;
    Ok(())
}

/// The kept fields of the staged people, by person; those who keep nothing are left out.
pub fn kept_of_staged(
    tx: &mut Tx<'_>,
    account: AccountId,
) -> db::Result<HashMap<UserId, Vec<String>>> {
    let mut kept: HashMap<UserId, Vec<String>> = HashMap::new();
    tx.for_each::<db::Error>(sql!("kept/of_staged"), params![account], |row| {
        kept.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(kept)
}
