//! Two-factor sign-in: the password, and a code of an authenticator app or a recovery code.
//!
//! The second factor belongs to the identity, like the password: it is asked for whatever account somebody goes to. Each
//! account decides of which roles it asks one ([`require`]); who has none is led to set one up and can do nothing else
//! there, see [`crate::sessions::Session::must_set_up`]. How its key is kept: docs/decisions/0023.

use db::{Tx, from_row, params, sql};
use delivery::SecurityChange;
use directory::{Action, Ctx, Forbidden, activity, users};
use kernel::{AccountId, AdminRoleId, Clock, IdentityId, Ids, Role, Timestamp, UserId};

use crate::{
    accounts,
    devices::{self, Ended},
    identities::person_of,
    notice::Person,
    recovery, second_step,
    sessions::Session,
    sign_in::{self, Answer, SignIn},
    totp::{self, Key},
};

/// So long a set-up may take.
const SET_UP_HOLDS: std::time::Duration = std::time::Duration::from_mins(30);

/// What somebody typed as the second proof.
#[derive(Clone, Debug)]
pub struct Code(Typed);

#[derive(Clone, Debug)]
enum Typed {
    App(String),
    Recovery([u8; 32]),
    Neither,
}

impl Code {
    /// Six digits are a code of the app; blanks and hyphens do not matter.
    pub fn typed(text: &str) -> Self {
        let digits: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .take(totp::DIGITS + 1)
            .collect();
        if digits.len() == totp::DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) {
            return Self(Typed::App(digits));
        }
        Self(recovery::hash_of(text).map_or(Typed::Neither, Typed::Recovery))
    }
}

/// Which proof was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Proof {
    App,
    Recovery,
}

/// How it stands with somebody's second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Since when it is on.
    pub on_since: Option<Timestamp>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// Whether an account asks it of them.
    pub is_required: bool,
}

/// Why nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TwoFactorRefusal {
    /// The password was not right.
    #[error("that is not the password: {0}")]
    Password(SignIn),
    /// The code was not right.
    #[error("that code is not right: {0}")]
    Code(SignIn),
    /// An account asks for it.
    #[error("an account you belong to asks for two-factor sign-in")]
    Required,
    /// It is not on, or no set-up was begun, or too long ago.
    #[error("there is nothing to do this to; begin again")]
    NotThere,
}

struct Factor {
    secret: Option<Vec<u8>>,
    confirmed_at: Option<Timestamp>,
    last_step: i64,
}

from_row!(Factor {
    secret,
    confirmed_at,
    last_step
});

struct Asked {
    two_factor_roles: String,
    role: String,
}

from_row!(Asked {
    two_factor_roles,
    role
});

/// How it stands with an identity.
pub fn state(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<State> {
    let factor = find(tx, identity)?;
    Ok(State {
        on_since: factor.and_then(|factor| factor.confirmed_at),
        codes_left: recovery::left(tx, identity)?,
        is_required: is_required(tx, identity)?,
    })
}

fn find(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Option<Factor>> {
    tx.fetch_optional(sql!("second_factors/find"), params![identity])
}

/// Whether an identity has a second factor.
pub fn is_on(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<bool> {
    let (is_on,): (bool,) = tx.fetch_one(sql!("second_factors/is_on"), params![identity])?;
    Ok(is_on)
}

/// Whether any account asks a second factor of an identity.
fn is_required(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<bool> {
    let asked: Vec<Asked> = tx.fetch(sql!("second_factors/asked"), params![identity])?;
    Ok(asked
        .iter()
        .any(|one| names(&one.two_factor_roles, &one.role)))
}

/// Whether a stored list of roles names one.
pub(crate) fn names(roles: &str, role: &str) -> bool {
    roles.split(' ').any(|name| name == role)
}

/// Of which roles an account asks a second factor.
pub fn required_roles(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Role>> {
    let (roles,): (String,) = tx.fetch_one(sql!("second_factors/roles"), params![account])?;
    Ok(Role::ALL
        .iter()
        .copied()
        .filter(|role| names(&roles, role.as_str()))
        .collect())
}

/// Sets of which roles the account asks a second factor.
pub fn require(tx: &mut Tx<'_>, ctx: &Ctx, roles: &[Role]) -> Result<(), RequireRefusal> {
    ctx.require(Action::EditSettings)?;
    let named: Vec<_> = Role::ALL
        .iter()
        .filter(|role| roles.contains(role))
        .map(|role| role.as_str())
        .collect();
    tx.execute(
        sql!("second_factors/set_roles"),
        params![ctx.account, named.join(" ")],
    )?;
    let details = if named.is_empty() {
        "two-factor sign-in required of nobody".to_owned()
    } else {
        format!("two-factor sign-in required of: {}", named.join(", "))
    };
    activity::record(tx, ctx, "account.security", None, &details)?;
    Ok(())
}

/// Why the account's rule was not changed.
#[derive(Debug, thiserror::Error)]
pub enum RequireRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Whether a code is right and nobody is locked out; a wrong one is counted like a wrong password.
pub(crate) fn judge(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    code: &Code,
    now: Timestamp,
) -> db::Result<Result<Proof, SignIn>> {
    if let Some(locked) = sign_in::locked(tx, identity, now)? {
        return Ok(Err(locked));
    }
    let proof = match &code.0 {
        Typed::App(digits) => {
            let right = spend_step(tx, identity, digits, now)?;
            right.then_some(Proof::App)
        }
        Typed::Recovery(hash) => {
            let right = recovery::spend(tx, identity, *hash, now)?;
            right.then_some(Proof::Recovery)
        }
        Typed::Neither => None,
    };
    match proof {
        Some(proof) => Ok(Ok(proof)),
        None => sign_in::count_wrong(tx, identity, now).map(Err),
    }
}

/// Takes the step of a right code, so that it is taken once.
fn spend_step(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    digits: &str,
    now: Timestamp,
) -> db::Result<bool> {
    let Some(factor) = find(tx, identity)? else {
        return Ok(false);
    };
    let key = Key::stored(factor.secret.unwrap_or_default());
    let Some(step) = key
        .step_of(digits, now)
        .filter(|step| *step > factor.last_step)
    else {
        return Ok(false);
    };
    let taken = tx.execute(sql!("second_factors/spend"), params![identity, step])?;
    Ok(taken > 0)
}

/// Tells the person that a recovery code was used.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    identity: IdentityId,
    proof: Proof,
) -> db::Result<()> {
    if proof == Proof::App {
        return Ok(());
    }
    tell(
        tx,
        clock,
        ids,
        identity,
        SecurityChange::RecoveryCodeUsed,
        "recovery code used",
    )
}

/// Begins a set-up: gives back the key to put into the app. Who has a second factor shows it once more.
pub fn begin(
    tx: &mut Tx<'_>,
    now: Timestamp,
    session: &Session,
    answer: &Answer,
    code: &Code,
) -> db::Result<Result<Key, TwoFactorRefusal>> {
    let identity = session.identity;
    if let Err(refusal) = sign_in::judge(tx, answer, identity, now)? {
        return Ok(Err(TwoFactorRefusal::Password(refusal)));
    }
    if is_on(tx, identity)?
        && let Err(refusal) = judge(tx, identity, code, now)?
    {
        return Ok(Err(TwoFactorRefusal::Code(refusal)));
    }
    let key = Key::random();
    let until = now.checked_add(SET_UP_HOLDS).unwrap_or(now);
    tx.execute(
        sql!("second_factors/begin"),
        params![identity, key.as_bytes().to_vec(), until],
    )?;
    Ok(Ok(key))
}

/// The key of a set-up that was begun.
pub fn begun(tx: &mut Tx<'_>, identity: IdentityId, now: Timestamp) -> db::Result<Option<Key>> {
    let found: Option<(Option<Vec<u8>>,)> =
        tx.fetch_optional(sql!("second_factors/begun"), params![identity, now])?;
    Ok(found.and_then(|(secret,)| secret).map(Key::stored))
}

/// Ends a set-up with the first code of the app; gives back the recovery codes, this once.
pub fn confirm(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    session: &Session,
    typed: &str,
) -> db::Result<Result<Vec<String>, TwoFactorRefusal>> {
    let (identity, now) = (session.identity, clock.now());
    let Some(key) = begun(tx, identity, now)? else {
        return Ok(Err(TwoFactorRefusal::NotThere));
    };
    // Nobody can guess anything here: whoever is asked was shown the key. So wrong codes are not counted.
    let step = match Code::typed(typed).0 {
        Typed::App(digits) => key.step_of(&digits, now),
        Typed::Recovery(_) | Typed::Neither => None,
    };
    let Some(step) = step else {
        return Ok(Err(TwoFactorRefusal::Code(SignIn::Wrong)));
    };
    let confirmed = tx.execute(
        sql!("second_factors/confirm"),
        params![identity, key.as_bytes().to_vec(), now, step],
    )?;
    if confirmed == 0 {
        return Ok(Err(TwoFactorRefusal::NotThere));
    }
    let codes = recovery::renew(tx, identity)?;
    second_step::forget(tx, identity)?;
    let change = SecurityChange::TwoFactorOn;
    tell(tx, clock, ids, identity, change, "turned on")?;
    Ok(Ok(codes))
}

/// Gives new recovery codes, this once; the old ones work no longer.
pub fn renew_codes(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    session: &Session,
    proofs: (&Answer, &Code),
) -> db::Result<Result<Vec<String>, TwoFactorRefusal>> {
    let identity = session.identity;
    if let Err(refusal) = both(tx, clock.now(), identity, proofs)? {
        return Ok(Err(refusal));
    }
    let codes = recovery::renew(tx, identity)?;
    let change = SecurityChange::RecoveryCodesRenewed;
    tell(tx, clock, ids, identity, change, "new recovery codes")?;
    Ok(Ok(codes))
}

/// Turns the second factor off, unless an account asks for it.
pub fn turn_off(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    session: &Session,
    proofs: (&Answer, &Code),
) -> db::Result<Result<(), TwoFactorRefusal>> {
    let identity = session.identity;
    if is_required(tx, identity)? {
        return Ok(Err(TwoFactorRefusal::Required));
    }
    if let Err(refusal) = both(tx, clock.now(), identity, proofs)? {
        return Ok(Err(refusal));
    }
    remove(tx, identity)?;
    let change = SecurityChange::TwoFactorOff;
    tell(tx, clock, ids, identity, change, "turned off")?;
    Ok(Ok(()))
}

/// Password and code of somebody who has a second factor.
fn both(
    tx: &mut Tx<'_>,
    now: Timestamp,
    identity: IdentityId,
    (answer, code): (&Answer, &Code),
) -> db::Result<Result<(), TwoFactorRefusal>> {
    if !is_on(tx, identity)? {
        return Ok(Err(TwoFactorRefusal::NotThere));
    }
    if let Err(refusal) = sign_in::judge(tx, answer, identity, now)? {
        return Ok(Err(TwoFactorRefusal::Password(refusal)));
    }
    if let Err(refusal) = judge(tx, identity, code, now)? {
        return Ok(Err(TwoFactorRefusal::Code(refusal)));
    }
    // Whoever has shown both has shown all that a sign-in asks for.
    tx.execute(sql!("identities/clear_failures"), params![identity, now])?;
    Ok(Ok(()))
}

fn remove(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<()> {
    tx.execute(sql!("second_factors/delete"), params![identity])?;
    tx.execute(sql!("recovery/delete"), params![identity])?;
    second_step::forget(tx, identity)
}

/// Tells the person what was changed, and notes it where they belong longest.
fn tell(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    identity: IdentityId,
    change: SecurityChange,
    details: &str,
) -> db::Result<()> {
    let Some(person) = Person::find(tx, identity)? else {
        return Ok(());
    };
    let ctx = person.ctx(clock, ids);
    person.tell(tx, &ctx, change)?;
    let subject = Some(person.user_id.uuid());
    activity::record(tx, &ctx, "user.two_factor", subject, details)
}

/// Why an administrator did not take a second factor away.
#[derive(Debug, thiserror::Error)]
pub enum ResetRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nobody of this id has one.
    #[error("this person has no two-factor sign-in")]
    NotFound,
    /// One's own is turned off with password and code.
    #[error("your own two-factor sign-in is changed on your own page")]
    Own,
    /// Another account rests on it as well.
    #[error(
        "this person's sign-in is not only this account's, so nobody of one account takes its second factor away; they use a recovery code, or whoever runs the server does it: muster users reset-two-factor"
    )]
    Shared,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Whether a user of the account has a second factor; none if they do not sign in.
pub fn of_user(tx: &mut Tx<'_>, account: AccountId, user: UserId) -> db::Result<Option<State>> {
    let found: Option<(IdentityId, String, Option<AdminRoleId>)> =
        tx.fetch_optional(sql!("identities/of_user"), params![account, user])?;
    match found {
        Some((identity, ..)) => state(tx, identity).map(Some),
        None => Ok(None),
    }
}

/// Takes the second factor of somebody who lost it away, and signs them out everywhere; they are told.
///
/// A password, or a link for a new one, is still needed. Nobody does so with people above their own role, with
/// themselves, or with people of other accounts; the command line may do the last.
pub fn reset(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), ResetRefusal> {
    ctx.require(Action::EditUsers)?;
    let (identity, role, custom) = person_of(tx, ctx, user)?.ok_or(ResetRefusal::NotFound)?;
    if !users::may_change(tx, ctx, user, (&role, custom))? {
        return Err(Forbidden(Action::EditUsers).into());
    }
    if ctx.actor.user == Some(user) {
        return Err(ResetRefusal::Own);
    }
    if !is_on(tx, identity)? {
        return Err(ResetRefusal::NotFound);
    }
    if ctx.actor.user.is_some() && accounts::list(tx, identity)?.len() > 1 {
        return Err(ResetRefusal::Shared);
    }
    remove(tx, identity)?;
    devices::end_others(tx, identity, None, Ended::Administrator)?;
    if let Some(person) = Person::find(tx, identity)? {
        let own = person.ctx(&ctx.clock, &ctx.ids);
        person.tell(tx, &own, SecurityChange::TwoFactorReset)?;
    }
    let subject = Some(user.uuid());
    activity::record(tx, ctx, "user.two_factor_reset", subject, "")?;
    Ok(())
}
