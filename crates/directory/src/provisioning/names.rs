//! What a provider calls a person, and what else it said of them.

use db::{Tx, params, sql};
use kernel::{Email, UserId};

use super::{Key, find};
use crate::{Action, Ctx, Forbidden, activity, users};

/// The longest name, and the longest id of a provider.
const LONGEST_NAME: usize = 255;
/// The most that is kept of what a provider said of one person.
const MOST_SAID_BYTES: usize = 64 * 1024;

/// A provider's names of a person, and what it said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// The provider's name, if it gave one.
    pub user_name: Option<String>,
    /// Its id of the person.
    pub external_id: Option<String>,
    /// Everything it said last, as it said it.
    pub said: Option<String>,
}

/// Why names could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepNames {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such person.
    #[error("there is no such person")]
    NobodyThere,
    /// A name is blank or too long, or has control characters.
    #[error("{0} has 1 to {LONGEST_NAME} characters and no control characters")]
    Invalid(&'static str),
    /// Somebody else is known by the name.
    #[error("somebody else has this userName")]
    Taken,
    /// More was said than is kept.
    #[error("more is said of the person than is kept")]
    TooMuch,
    /// Somebody changed the person meanwhile.
    #[error("somebody changed this person meanwhile")]
    Stale,
    /// The database failed.
    #[error(transparent)]
    Db(db::Error),
}

impl From<db::Error> for KeepNames {
    fn from(error: db::Error) -> Self {
        if error.is_unique("provisioned_users_name") {
            Self::Taken
        } else {
            Self::Db(error)
        }
    }
}

/// The form in which names of providers are compared.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// The form in which a name is compared with e-mail addresses.
pub(super) fn email_key(name: &str) -> String {
    Email::parse(name).map_or_else(|_| name.to_lowercase(), |email| email.key().into_owned())
}

fn check(what: &'static str, name: Option<&String>) -> Result<(), KeepNames> {
    let Some(name) = name else { return Ok(()) };
    let is_fine = !name.trim().is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(char::is_control);
    is_fine.then_some(()).ok_or(KeepNames::Invalid(what))
}

/// Keeps what a provider calls somebody. The person's version is counted up if `touches`: when
/// nothing else of them was changed with it.
pub fn keep(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    names: &Names,
    touches: bool,
) -> Result<(), KeepNames> {
    ctx.require(Action::EditUsers)?;
    check("userName", names.user_name.as_ref())?;
    check("externalId", names.external_id.as_ref())?;
    let said = names.said.as_ref().map_or(0, String::len);
    if said > MOST_SAID_BYTES {
        return Err(KeepNames::TooMuch);
    }
    let before = super::people(tx, ctx, &[user]).map_err(|error| match error {
        users::ListUsers::Forbidden(forbidden) => KeepNames::Forbidden(forbidden),
        users::ListUsers::Db(error) => KeepNames::Db(error),
    })?;
    let before = before.into_iter().next().ok_or(KeepNames::NobodyThere)?;
    if before.names == *names {
        return Ok(());
    }
    if let Some(name) = &names.user_name {
        let known = find(tx, ctx, &Key::UserName(name.clone()))?;
        if known.iter().any(|other| *other != user) {
            return Err(KeepNames::Taken);
        }
    }
    tx.execute(
        sql!("provisioning/upsert"),
        params![
            ctx.account,
            user,
            names.user_name,
            names.user_name.as_deref().map(name_key),
            names.external_id,
            names.said
        ],
    )?;
    if touches {
        let record = users::find(tx, ctx.account, user)?.ok_or(KeepNames::NobodyThere)?;
        if !users::touch(tx, ctx, &record)? {
            return Err(KeepNames::Stale);
        }
    }
    if before.names.user_name != names.user_name || before.names.external_id != names.external_id {
        let shown = |name: &Option<String>| name.clone().unwrap_or_else(|| "nothing".to_owned());
        let details = format!(
            "userName {}, externalId {}",
            shown(&names.user_name),
            shown(&names.external_id)
        );
        activity::record(tx, ctx, "user.provider_names", Some(user.uuid()), &details)?;
    }
    Ok(())
}

/// Whom the provider brought under this id of its own before and who was deleted, as long as they
/// can be taken back, by this actor too.
pub fn former(tx: &mut Tx<'_>, ctx: &Ctx, external_id: &str) -> db::Result<Option<UserId>> {
    if !ctx.actor.may_for_all(Action::DeleteUsers) {
        return Ok(None);
    }
    let found: Option<(UserId,)> = tx.fetch_optional(
        sql!("provisioning/deleted_with_external_id"),
        params![ctx.account, external_id],
    )?;
    Ok(found.map(|(id,)| id))
}
