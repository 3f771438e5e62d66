//! Tokens: what programs sign in with instead of a person's e-mail address and password.
//!
//! A token acts for the user who made it, with the role they have now and only within its scopes.
//! It holds until it expires, is revoked, or its maker is no longer active or may no longer make
//! tokens. The secret is shown once; the database holds its hash. Not here: which request needs
//! which scope, see `server`.

use std::time::Duration;

use db::{FromRow, Row, Tx, from_row, params, sql};
use directory::{
    Action, Actor, Ctx, Forbidden, activity,
    roles::{self, AdminRole},
    users,
};
use kernel::{AccountId, AdminRoleId, ApiTokenId, Role, Timestamp, UserId, fold, full_name};

pub use crate::scopes::{Scope, UnknownScope};
use crate::sessions::Token;

/// What every secret begins with, so that people and scanners know one when they see it.
const PREFIX: &str = "muster_";
/// A token holds for so many days if nothing else is said.
pub const USUAL_DAYS: i64 = 365;
/// No token holds for longer than five years.
pub const MOST_DAYS: i64 = 1826;
/// An account has no more tokens in use.
pub const MOST_TOKENS: i64 = 100;
/// A list shows no more, the revoked ones last.
const LIST_LIMIT: i64 = 500;
/// Being used is written down at most this often.
const SEEN_EVERY: Duration = Duration::from_hours(1);

/// The secret a program holds. Never printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret(Token);

impl Secret {
    /// The secret as a header says it.
    pub fn parse(text: &str) -> Option<Self> {
        Token::parse(text.strip_prefix(PREFIX)?).map(Self)
    }

    /// The secret in letters, for the one time that it is shown.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", self.0.reveal())
    }
}

/// What a token is to be.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Its id: the same form sent twice makes one token.
    pub id: ApiTokenId,
    /// The user it acts for.
    pub maker: UserId,
    /// A name for people.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// How long it holds.
    pub days: i64,
}

/// Why a token was not made or revoked.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The name cannot be used.
    #[error("give the token a name of 1 to 100 characters")]
    NameInvalid,
    /// Another token in use has the name.
    #[error("there is already a token of this name; revoke it first, or choose another name")]
    NameTaken,
    /// It would be of no use.
    #[error("choose what the token may be used for")]
    NoScope,
    /// It would hold too long, or not at all.
    #[error("a token holds for 1 to {MOST_DAYS} days")]
    DaysInvalid,
    /// It would act for somebody who may not make one.
    #[error("a token acts for an active owner or administrator")]
    MakerUnfit,
    /// The form was sent before.
    #[error("this token was made already; its secret is shown only once")]
    MadeAlready,
    /// There are enough.
    #[error("the account has {MOST_TOKENS} tokens in use; revoke one first")]
    TooMany,
    /// There is none, or it was revoked before.
    #[error("there is no such token in use")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl TokenRefusal {
    /// The stable code for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Forbidden(_) => "not_permitted",
            Self::NameInvalid => "name_invalid",
            Self::NameTaken => "token_exists",
            Self::NoScope => "scope_missing",
            Self::DaysInvalid => "days_invalid",
            Self::MakerUnfit => "maker_unfit",
            Self::MadeAlready => "token_made_already",
            Self::TooMany => "too_many_tokens",
            Self::NotFound => "token_not_found",
            Self::Db(_) => "internal",
        }
    }

    /// Whether the installation failed, rather than what was asked for.
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Db(_))
    }
}

/// Whether a token can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It can.
    InUse,
    /// Its time is over.
    Expired,
    /// Somebody took it back.
    Revoked,
    /// Its maker is not active, or may not make tokens any more.
    MakerGone,
}

/// A token as lists show it, without its secret.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// The user it acts for.
    pub maker: UserId,
    /// Their name now.
    pub maker_name: String,
    /// Its name.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// When it was used last, give or take an hour.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    is_maker_fit: bool,
    maker_role: (String, Option<AdminRoleId>),
}

impl ApiToken {
    /// Whether it can be used now.
    pub fn standing(&self, now: Timestamp) -> Standing {
        if self.revoked_at.is_some() {
            Standing::Revoked
        } else if self.expires_at <= now {
            Standing::Expired
        } else if self.is_maker_fit {
            Standing::InUse
        } else {
            Standing::MakerGone
        }
    }
}

impl FromRow for ApiToken {
    fn from_row(row: &Row<'_>) -> db::Result<Self> {
        let scopes: String = row.get("scopes")?;
        let first: Option<String> = row.get("first_name")?;
        let last: Option<String> = row.get("last_name")?;
        let role: Option<String> = row.get("role")?;
        let status: Option<String> = row.get("status")?;
        Ok(Self {
            id: row.get("id")?,
            maker: row.get("user_id")?,
            maker_name: full_name(&first.unwrap_or_default(), &last.unwrap_or_default()),
            name: row.get("name")?,
            scopes: parsed(&scopes),
            created_at: row.get("created_at")?,
            expires_at: row.get("expires_at")?,
            last_used_at: row.get("last_used_at")?,
            revoked_at: row.get("revoked_at")?,
            is_maker_fit: status.as_deref() == Some("active"),
            maker_role: (role.unwrap_or_default(), row.get("admin_role_id")?),
        })
    }
}

/// A token that holds, and whom it acts for.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The account.
    pub account: AccountId,
    /// The token.
    pub token: ApiTokenId,
    /// The token's name.
    pub name: String,
    /// Whoever it acts for, with what their role allows now.
    pub actor: Actor,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    last_used_at: Option<Timestamp>,
}

impl Bearer {
    /// Whether it is time to write down that the token is in use.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.last_used_at
            .is_none_or(|last| now.since(last) >= SEEN_EVERY)
    }
}

struct Holding {
    account_id: AccountId,
    id: ApiTokenId,
    user_id: UserId,
    name: String,
    scopes: String,
    last_used_at: Option<Timestamp>,
    first_name: String,
    last_name: String,
    role: String,
    admin_role_id: Option<AdminRoleId>,
}

from_row!(Holding {
    account_id,
    id,
    user_id,
    name,
    scopes,
    last_used_at,
    first_name,
    last_name,
    role,
    admin_role_id,
});

/// Makes a token; the secret is given back this once.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, new: &NewToken) -> Result<Secret, TokenRefusal> {
    ctx.require(Action::ManageTokens)?;
    let name = new.name.trim();
    let chars = name.chars().count();
    if chars == 0 || chars > 100 || name.chars().any(char::is_control) {
        return Err(TokenRefusal::NameInvalid);
    }
    if new.scopes.is_empty() {
        return Err(TokenRefusal::NoScope);
    }
    if !(1..=MOST_DAYS).contains(&new.days) {
        return Err(TokenRefusal::DaysInvalid);
    }
    // People make tokens for themselves; the command line makes them for anybody who may.
    let maker = users::find(tx, ctx.account, new.maker)?
        .map(|maker| maker.user)
        .filter(|maker| maker.status == "active");
    let roles = roles::list(tx, ctx.account)?;
    let maker = maker.filter(|maker| is_admitted(&roles, &maker.role, maker.admin_role));
    if maker.is_none() || ctx.actor.user.is_some_and(|user| user != new.maker) {
        return Err(TokenRefusal::MakerUnfit);
    }
    let name_key = fold(name).into_owned();
    let (is_made, is_taken): (bool, bool) =
        tx.fetch_one(sql!("tokens/known"), params![ctx.account, new.id, name_key])?;
    if is_made {
        return Err(TokenRefusal::MadeAlready);
    }
    if is_taken {
        return Err(TokenRefusal::NameTaken);
    }
    let (in_use,): (i64,) = tx.fetch_one(sql!("tokens/count"), params![ctx.account])?;
    if in_use >= MOST_TOKENS {
        return Err(TokenRefusal::TooMany);
    }
    insert(tx, ctx, new, (name, &name_key))
}

fn insert(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    new: &NewToken,
    (name, name_key): (&str, &str),
) -> Result<Secret, TokenRefusal> {
    let secret = Secret(Token::random());
    let now = ctx.now();
    let holds = Duration::from_hours(24 * new.days.unsigned_abs());
    let scopes: Vec<_> = Scope::ALL
        .iter()
        .filter(|scope| new.scopes.contains(scope))
        .map(|scope| scope.as_str())
        .collect();
    let scopes = scopes.join(" ");
    let inserted = tx.execute(
        sql!("tokens/insert"),
        params![
            ctx.account,
            new.id,
            new.maker,
            name,
            name_key,
            scopes,
            secret.0.hash(),
            now,
            now.checked_add(holds).unwrap_or(now)
        ],
    );
    // Two of a name at once: the index lets one in.
    inserted.map_err(|error| {
        if error.is_unique("api_tokens_name") {
            TokenRefusal::NameTaken
        } else {
            TokenRefusal::Db(error)
        }
    })?;
    let details = format!("token {name} made: {scopes}, {} days", new.days);
    activity::record(tx, ctx, "token.create", Some(new.id.uuid()), &details)?;
    Ok(secret)
}

/// The account's tokens, newest first and the revoked ones last.
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Vec<ApiToken>, TokenRefusal> {
    ctx.require(Action::ManageTokens)?;
    let mut found: Vec<ApiToken> =
        tx.fetch(sql!("tokens/list"), params![ctx.account, LIST_LIMIT])?;
    let roles = roles::list(tx, ctx.account)?;
    for token in &mut found {
        let (role, custom) = &token.maker_role;
        token.is_maker_fit &= is_admitted(&roles, role, *custom);
    }
    Ok(found)
}

/// Takes a token back, at once and for good.
pub fn revoke(tx: &mut Tx<'_>, ctx: &Ctx, id: ApiTokenId) -> Result<(), TokenRefusal> {
    let token = list(tx, ctx)?.into_iter().find(|token| token.id == id);
    let revoked = tx.execute(sql!("tokens/revoke"), params![ctx.account, id, ctx.now()])?;
    let Some(token) = token.filter(|_| revoked > 0) else {
        return Err(TokenRefusal::NotFound);
    };
    let details = format!("token {} revoked", token.name);
    activity::record(tx, ctx, "token.revoke", Some(id.uuid()), &details)?;
    Ok(())
}

/// The token with this secret, if it holds.
pub fn find(tx: &mut Tx<'_>, secret: &Secret, now: Timestamp) -> db::Result<Option<Bearer>> {
    let found: Option<Holding> =
        tx.fetch_optional(sql!("tokens/find"), params![secret.0.hash(), now])?;
    let Some(token) = found else {
        return Ok(None);
    };
    let Ok(role) = Role::parse(&token.role) else {
        return Ok(None);
    };
    let custom = roles::held(tx, token.account_id, role, token.admin_role_id)?;
    let name = full_name(&token.first_name, &token.last_name);
    let name = format!("{name} (token {})", token.name);
    let actor = Actor::new(Some(token.user_id), name, role).with(custom);
    Ok(actor.may(Action::ManageTokens).then(|| Bearer {
        account: token.account_id,
        token: token.id,
        name: token.name,
        actor,
        scopes: parsed(&token.scopes),
        last_used_at: token.last_used_at,
    }))
}

/// Writes down that a token is in use.
pub fn seen(tx: &mut Tx<'_>, bearer: &Bearer, now: Timestamp) -> db::Result<()> {
    tx.execute(
        sql!("tokens/seen"),
        params![bearer.account, bearer.token, now],
    )
    .map(drop)
}

/// Whether somebody with this role may have tokens.
fn is_admitted(roles: &[AdminRole], role: &str, custom: Option<AdminRoleId>) -> bool {
    let Ok(role) = Role::parse(role) else {
        return false;
    };
    let own = custom.filter(|_| role == Role::Admin);
    let own_allows = own.is_none_or(|id| {
        roles
            .iter()
            .any(|one| one.id == id && one.actions.contains(&Action::ManageTokens))
    });
    own_allows && Actor::new(None, "", role).may(Action::ManageTokens)
}

/// A scope that a newer version knew is none here.
fn parsed(scopes: &str) -> Vec<Scope> {
    scopes
        .split(' ')
        .filter_map(|scope| scope.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_the_header_and_is_never_printed() {
        let secret = Secret(Token::random());
        let text = secret.reveal();
        assert_eq!(text.len(), 71);
        assert_eq!(Secret::parse(&text), Some(secret.clone()));
        assert_eq!(Secret::parse(&text[7..]), None);
        assert_eq!(Secret::parse(&format!("{text}0")), None);
        assert!(!format!("{secret:?}").contains(&text[7..20]));
    }
}
