//! Changing one's own password, with the one it replaces.
//!
//! Wrong tries count like those at the sign-in: an open browser is no place to guess from. Comparing and hashing take a
//! while on purpose and happen between [`crate::sign_in::challenge_of`] and [`conclude`].

use db::Tx;
use delivery::SecurityChange;
use directory::activity;
use kernel::{Clock, Ids};

use crate::{
    PasswordHash,
    devices::{self, Ended},
    identities,
    notice::Person,
    sessions::Session,
    sign_in::{self, Answer, SignIn},
};

/// Sets the new password if the old one was right; all other devices are signed out.
pub fn conclude(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    session: &Session,
    answer: &Answer,
    new: &PasswordHash,
) -> db::Result<Result<(), SignIn>> {
    let now = clock.now();
    let identity = session.identity;
    if let Err(refusal) = sign_in::judge(tx, answer, identity, now)? {
        return Ok(Err(refusal));
    }
    identities::set_password(tx, identity, new, now)?;
    devices::end_others(tx, identity, Some(session.id), Ended::Password)?;
    if let Some(person) = Person::find(tx, identity)? {
        let ctx = person.ctx(clock, ids);
        person.tell(tx, &ctx, SecurityChange::Password)?;
        activity::record(tx, &ctx, "user.password", Some(person.user_id.uuid()), "")?;
    }
    Ok(Ok(()))
}
