//! Between the two steps of a sign-in: the password was right, the second proof is still to come.
//!
//! What the browser holds meanwhile is no session and opens nothing. It holds for ten minutes, works once, and is over
//! when the password is changed. Wrong codes count like wrong passwords, and a right password does not clear them: they
//! are cleared when somebody is in.

use std::time::Duration;

use db::{Tx, params, sql};
use kernel::{AccountId, Clock, IdentityId, Ids, Timestamp};

use crate::{
    devices::Origin,
    sessions::Token,
    sign_in::{self, Begun, SignIn},
    two_factor::{self, Code},
};

/// So long somebody may look for their phone.
pub const HOLDS: Duration = Duration::from_mins(10);

/// Why the second step let nobody in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefusal {
    /// Too much time has passed, or the password was changed: the first step comes first.
    #[error("too much time has passed; sign in again")]
    Over,
    /// The code is wrong, or there were too many wrong ones.
    #[error(transparent)]
    Code(#[from] SignIn),
}

/// Begins the second step.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    now: Timestamp,
    identity: IdentityId,
    account: Option<AccountId>,
) -> db::Result<Token> {
    tx.execute(sql!("steps/forget"), params![identity, now])?;
    let token = Token::random();
    tx.execute(
        sql!("steps/insert"),
        params![
            token.hash(),
            identity,
            account,
            now,
            now.checked_add(HOLDS).unwrap_or(now)
        ],
    )?;
    Ok(token)
}

/// Whether this is somebody's second step.
pub fn is_open(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> db::Result<bool> {
    find(tx, token, now).map(|found| found.is_some())
}

fn find(
    tx: &mut Tx<'_>,
    token: &Token,
    now: Timestamp,
) -> db::Result<Option<(IdentityId, Option<AccountId>)>> {
    tx.fetch_optional(sql!("steps/find"), params![token.hash(), now])
}

/// Begins the session if the code is right, or counts the wrong one.
pub fn conclude(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    token: &Token,
    code: &Code,
    origin: &Origin,
) -> db::Result<Result<Begun, StepRefusal>> {
    let now = clock.now();
    let Some((identity, account)) = find(tx, token, now)? else {
        return Ok(Err(StepRefusal::Over));
    };
    let proof = match two_factor::judge(tx, identity, code, now)? {
        Ok(proof) => proof,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    // Of two at once, the second finds it taken.
    if tx.execute(sql!("steps/take"), params![token.hash()])? == 0 {
        return Ok(Err(StepRefusal::Over));
    }
    let Some(member) = sign_in::member(tx, identity, account)? else {
        return Ok(Err(StepRefusal::Over));
    };
    two_factor::note(tx, clock, ids, identity, proof)?;
    sign_in::begin(tx, clock, ids, (identity, member), account, origin).map(Ok)
}

/// Ends every second step of an identity that has begun.
pub(crate) fn forget(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<()> {
    tx.execute(sql!("steps/forget_all"), params![identity])
        .map(drop)
}
