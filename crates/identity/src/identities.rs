//! Identities: who signs in, whatever accounts they belong to.
//!
//! An address belongs to an identity for every account only once it was proven: by a link that was sent to it. Otherwise
//! an administrator could take somebody's address for an identity of their own and be let in by the next account.

use db::{Error, Tx, bulk, params, sql};
use directory::{Ctx, users};
use kernel::{AccountId, AdminRoleId, Email, IdentityId, Ids, Phone, Timestamp, UserId};

use crate::{PasswordHash, second_step};

/// What of an identity was proven by what its person has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proven {
    /// They read mail to the address.
    Email,
    /// They read SMS to the number.
    Phone,
    /// Neither: somebody gave them a link.
    Nothing,
}

/// What a new identity begins with; at least one of address and number.
#[derive(Clone, Debug)]
pub struct NewIdentity<'a> {
    /// The e-mail address to sign in with.
    pub email: Option<&'a Email>,
    /// The phone number to sign in with.
    pub phone: Option<Phone>,
    /// The password, already hashed.
    pub password: &'a PasswordHash,
    /// What was proven.
    pub proven: Proven,
}

/// The identity with this address or number, if there is one.
pub fn find(tx: &mut Tx<'_>, login: &str) -> db::Result<Option<IdentityId>> {
    let found: Option<(IdentityId,)> = tx.fetch_optional(sql!("identities/id"), params![login])?;
    Ok(found.map(|(id,)| id))
}

/// Creates an identity; none if somebody signs in with this address or number already.
pub fn create(
    tx: &mut Tx<'_>,
    ids: &Ids,
    now: Timestamp,
    new: &NewIdentity<'_>,
) -> db::Result<Option<IdentityId>> {
    let id: IdentityId = ids.next(now);
    let inserted = tx.execute(
        sql!("identities/insert"),
        params![
            id,
            new.email.map(Email::as_str),
            new.email.map(|email| email.key().into_owned()),
            new.phone.as_ref().map(Phone::as_str),
            new.password.as_str(),
            (new.proven == Proven::Email).then_some(now),
            (new.proven == Proven::Phone).then_some(now),
            now
        ],
    );
    match inserted {
        Ok(_) => Ok(Some(id)),
        Err(error)
            if error.is_unique("identities_email") || error.is_unique("identities_phone") =>
        {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Notes that an address or number was proven.
pub fn prove(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    proven: Proven,
    now: Timestamp,
) -> Result<(), Error> {
    tx.execute(
        sql!("identities/prove"),
        params![
            identity,
            proven == Proven::Email,
            proven == Proven::Phone,
            now
        ],
    )
    .map(drop)
}

/// Sets the password and clears the lock-out; links to choose another one work no longer, and
/// whoever has shown the old one does so again.
pub(crate) fn set_password(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    password: &PasswordHash,
    now: Timestamp,
) -> db::Result<()> {
    tx.execute(
        sql!("identities/set_password"),
        params![identity, password.as_str(), now],
    )?;
    tx.execute(sql!("resets/replace"), params![identity])?;
    second_step::forget(tx, identity)
}

/// Makes a user who never signed in this identity's; `false` if they have one, or the identity is somebody else there.
pub fn join(
    tx: &mut Tx<'_>,
    now: Timestamp,
    identity: IdentityId,
    account: AccountId,
    user: UserId,
) -> db::Result<bool> {
    tx.execute(
        sql!("identities/join"),
        params![account, user, identity, now],
    )
    .map(|changed| changed > 0)
}

/// Who an active user whom the actor sees is, with their role and the account's own one.
pub(crate) fn person_of(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
) -> db::Result<Option<(IdentityId, String, Option<AdminRoleId>)>> {
    if users::sees(tx, ctx, user)? {
        tx.fetch_optional(sql!("identities/of_user"), params![ctx.account, user])
    } else {
        Ok(None)
    }
}

/// A user and the identity they have elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The user.
    pub user: UserId,
    /// Who they are.
    pub identity: IdentityId,
}

bulk!(Link => "staged_links" { user: user_id, identity: identity_id });

/// The same for many: returns who of them is connected now. Each identity may be named once.
pub fn join_many(
    tx: &mut Tx<'_>,
    now: Timestamp,
    account: AccountId,
    links: &[Link],
) -> db::Result<Vec<UserId>> {
    tx.execute(sql!("identities/clear_staged_links"), params![])?;
    tx.bulk(links)?;
    let joined: Vec<(UserId,)> = tx.fetch(sql!("identities/join_staged"), params![account, now])?;
    Ok(joined.into_iter().map(|(user,)| user).collect())
}
