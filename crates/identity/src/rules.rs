//! What accounts ask of the sign-ins of their people: how long a password is, and on how many devices at once.
//!
//! An identity belongs to several accounts with one password (S1.6), so the strictest of them counts.

use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx, Forbidden, activity, users};
use kernel::{AccountId, IdentityId, UserId};

/// No account can do with fewer characters.
pub const FEWEST_CHARS: i64 = 8;
/// No account can ask for more.
pub const MOST_CHARS: i64 = 64;
/// No number of devices is higher.
pub const MOST_SESSIONS: i64 = 20;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A password has so many characters at least.
    pub password_chars: i64,
    /// So many sessions at once; one more ends the earliest.
    pub session_limit: i64,
}

from_row!(Rules {
    password_chars,
    session_limit
});

impl Default for Rules {
    /// What an account asks for that has not decided.
    fn default() -> Self {
        Self {
            password_chars: FEWEST_CHARS,
            session_limit: 3,
        }
    }
}

impl Rules {
    /// The rule about passwords, for the person who chooses one.
    pub fn in_words(&self) -> String {
        format!(
            "At least {} characters. A few unrelated words are good.",
            self.password_chars
        )
    }
}

/// Why the rules were not changed.
#[derive(Debug, thiserror::Error)]
pub enum RulesRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Too short to be safe, or too long for anybody.
    #[error("a password has at least {FEWEST_CHARS} to {MOST_CHARS} characters")]
    Chars,
    /// Nobody could sign in, or everybody everywhere.
    #[error("people sign in on 1 to {MOST_SESSIONS} devices at once")]
    Sessions,
    /// There is nobody of this id.
    #[error("there is no such user")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// What an account asks.
pub fn of_account(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Rules> {
    tx.fetch_one(sql!("rules/of_account"), params![account])
}

/// What all accounts of an identity ask together.
pub fn of_identity(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Rules> {
    tx.fetch_one(sql!("rules/of_identity"), params![identity])
}

/// Sets what the account asks; who is signed in on more devices stays so until the next sign-in.
pub fn set(tx: &mut Tx<'_>, ctx: &Ctx, rules: Rules) -> Result<(), RulesRefusal> {
    ctx.require(Action::EditSettings)?;
    if !(FEWEST_CHARS..=MOST_CHARS).contains(&rules.password_chars) {
        return Err(RulesRefusal::Chars);
    }
    check_sessions(rules.session_limit)?;
    let before = of_account(tx, ctx.account)?;
    tx.execute(
        sql!("rules/set"),
        params![ctx.account, rules.password_chars, rules.session_limit],
    )?;
    let details = format!(
        "characters of a password: {} → {}; devices at once: {} → {}",
        before.password_chars, rules.password_chars, before.session_limit, rules.session_limit
    );
    activity::record(tx, ctx, "account.security", None, &details)?;
    Ok(())
}

/// The number of devices a user has instead of the account's.
pub fn own_limit(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Option<i64>> {
    let found: Option<(Option<i64>,)> =
        tx.fetch_optional(sql!("rules/own_limit"), params![account, user])?;
    Ok(found.and_then(|(limit,)| limit))
}

/// Gives a user a number of devices of their own, or the account's again (S1.26).
pub fn set_own_limit(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    limit: Option<i64>,
) -> Result<(), RulesRefusal> {
    ctx.require(Action::EditUsers)?;
    limit.map_or(Ok(()), check_sessions)?;
    let person = users::find(tx, ctx.account, user)?.ok_or(RulesRefusal::NotFound)?;
    if !users::sees(tx, ctx, user)? {
        return Err(RulesRefusal::NotFound);
    }
    let role = (person.user.role.as_str(), person.user.admin_role);
    if !users::may_change(tx, ctx, user, role)? {
        return Err(Forbidden(Action::EditUsers).into());
    }
    let changed = tx.execute(
        sql!("rules/set_own_limit"),
        params![ctx.account, user, limit],
    )?;
    if changed == 0 {
        return Err(RulesRefusal::NotFound);
    }
    let details = limit.map_or_else(|| "as the account".to_owned(), |limit| limit.to_string());
    activity::record(tx, ctx, "user.devices", Some(user.uuid()), &details)?;
    Ok(())
}

fn check_sessions(limit: i64) -> Result<(), RulesRefusal> {
    if (1..=MOST_SESSIONS).contains(&limit) {
        Ok(())
    } else {
        Err(RulesRefusal::Sessions)
    }
}
