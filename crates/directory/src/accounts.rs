//! Accounts: one organisation's data each.

use db::{FromRow, Row, Tx, params, sql};
use kernel::{AccountId, Clock, Ids, fold};

use crate::{Action, Ctx, Forbidden, activity};

/// For how many months imports are kept unless an account says otherwise.
const KEEP_IMPORTS_MONTHS: i64 = 13;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The short name used on the command line and in links.
    pub slug: String,
    /// The organisation's name.
    pub name: String,
    /// The country whose national phone numbers are understood, as ISO 3166 letters.
    pub default_country: Option<String>,
    /// The IANA time zone in which days begin and end.
    pub time_zone: String,
    /// Whether people cannot be edited while an import runs (S4.22).
    pub locked_while_importing: bool,
    /// For how many months rows and files of imports that have ended are kept.
    pub keep_imports_months: i64,
}

impl FromRow for Account {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            slug: row.get(1)?,
            name: row.get(2)?,
            default_country: row.get(3)?,
            time_zone: row.get(4)?,
            locked_while_importing: row.get(5)?,
            keep_imports_months: row.get(6)?,
        })
    }
}

/// What a new account begins with.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The organisation's name, 1 to 100 characters.
    pub name: String,
    /// ISO 3166 letters of the country whose national phone numbers are understood.
    pub default_country: Option<String>,
    /// IANA time zone; UTC when not given.
    pub time_zone: Option<String>,
}

impl NewAccount {
    /// One of which nothing but the name is known.
    #[must_use]
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            default_country: None,
            time_zone: None,
        }
    }
}

/// Why an account could not be created or found.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name is blank or too long.
    #[error("an account needs a name of 1 to 100 characters")]
    Name,
    /// There is no such account.
    #[error("there is no account {0:?}")]
    NotFound(String),
    /// There is more than one account, and none was named.
    #[error("there is more than one account; name one of: {0}")]
    Several(String),
    /// There is no account at all.
    #[error("there is no account yet; create one with muster init")]
    None,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Creates an account with a slug made from its name.
pub fn create(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    new: &NewAccount,
) -> Result<Account, AccountError> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(AccountError::Name);
    }
    let now = clock.now();
    let account = Account {
        id: ids.next(now),
        slug: free_slug(tx, &slug_of(name))?,
        name: name.to_owned(),
        default_country: new.default_country.clone(),
        time_zone: new.time_zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        locked_while_importing: false,
        keep_imports_months: KEEP_IMPORTS_MONTHS,
    };
    tx.execute(
        sql!("accounts/insert"),
        params![
            account.id,
            account.slug,
            account.name,
            account.default_country,
            account.time_zone,
            now
        ],
    )?;
    Ok(account)
}

/// Sets for how many months rows and files of imports are kept: 1 to 120.
pub fn keep_imports(tx: &mut Tx<'_>, ctx: &Ctx, months: i64) -> Result<(), KeepImports> {
    ctx.require(Action::EditSettings)?;
    if !(1..=120).contains(&months) {
        return Err(KeepImports::Months(months));
    }
    tx.execute(sql!("accounts/keep_imports"), params![ctx.account, months])?;
    let details = format!("{months} months");
    activity::record(tx, ctx, "account.keep_imports", None, &details)?;
    Ok(())
}

/// Why it could not be set for how long imports are kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepImports {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Not a sensible time.
    #[error("imports are kept for 1 to 120 months, not {0}")]
    Months(i64),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Every account, by slug; at most 1,000.
pub fn list(tx: &mut Tx<'_>) -> db::Result<Vec<Account>> {
    tx.fetch(sql!("accounts/list"), params![])
}

/// An account by its id.
pub fn get(tx: &mut Tx<'_>, id: AccountId) -> db::Result<Account> {
    tx.fetch_one(sql!("accounts/get"), params![id])
}

/// The account with this slug, or the only one there is when none is named.
pub fn resolve(tx: &mut Tx<'_>, slug: Option<&str>) -> Result<Account, AccountError> {
    let mut all = list(tx)?;
    match slug {
        Some(slug) => all
            .into_iter()
            .find(|account| account.slug == slug)
            .ok_or_else(|| AccountError::NotFound(slug.to_owned())),
        None if all.len() > 1 => {
            let slugs: Vec<_> = all.into_iter().map(|account| account.slug).collect();
            Err(AccountError::Several(slugs.join(", ")))
        }
        None => all.pop().ok_or(AccountError::None),
    }
}

fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "account".to_owned()
    } else {
        slug.chars().take(40).collect()
    }
}

fn free_slug(tx: &mut Tx<'_>, wanted: &str) -> Result<String, AccountError> {
    let taken: Vec<_> = list(tx)?.into_iter().map(|account| account.slug).collect();
    let mut slug = wanted.to_owned();
    let mut number = 2;
    while taken.contains(&slug) {
        slug = format!("{wanted}-{number}");
        number += 1;
    }
    Ok(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain_letters() {
        assert_eq!(slug_of("Acme, Inc. "), "acme-inc");
        assert_eq!(slug_of("株式会社"), "account");
    }
}
