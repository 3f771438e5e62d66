//! Signing in with an e-mail address, or a phone number, and a password.
//!
//! A stranger learns nothing about who has an account: an unknown address, a wrong password and a
//! deactivated user get the same answer after the same work, and unknown addresses are locked out
//! like known ones ([`Strangers`]).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use db::{Tx, from_row, params, sql};
use kernel::{AccountId, Clock, Email, IdentityId, Ids, Phone, Timestamp, UserId};

use crate::{
    Password, PasswordHash, accounts, devices::Origin, lockout::wait_after, second_step, sessions,
    sessions::Token, two_factor,
};

/// What a sign-in will be checked against; made by [`challenge`].
#[derive(Debug)]
pub struct Challenge {
    email_key: String,
    known: Option<Known>,
    locked_until: Option<Timestamp>,
}

#[derive(Debug)]
struct Known {
    identity: IdentityId,
    hash: Option<PasswordHash>,
}

/// The outcome of comparing the password; handed to [`conclude`].
#[derive(Debug)]
pub struct Answer {
    email_key: String,
    identity: Option<IdentityId>,
    locked_until: Option<Timestamp>,
    right: bool,
}

/// Why a sign-in failed. There are only two reasons a stranger may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignIn {
    /// Unknown address, wrong password, or nobody active behind it.
    #[error("that e-mail address and password do not belong together")]
    Wrong,
    /// Too many wrong tries.
    #[error("too many wrong tries; wait {} seconds", .0.as_secs())]
    Locked(Duration),
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its token.
    pub token: Token,
    /// Whether there are other accounts to work in, and none was asked for.
    pub has_choice: bool,
}

/// What a right password leads to.
#[derive(Clone, Debug)]
pub enum Entry {
    /// They are in.
    Session(Begun),
    /// A code is asked for next: the token of [`second_step`], which opens nothing by itself.
    Code(Token),
}

struct Stored {
    id: IdentityId,
    password_hash: Option<String>,
    failed_sign_ins: i64,
    locked_until: Option<Timestamp>,
}

from_row!(Stored {
    id,
    password_hash,
    failed_sign_ins,
    locked_until
});

/// The account somebody goes to, and who they are there.
pub(crate) struct Member {
    account_id: AccountId,
    id: UserId,
}

from_row!(Member { account_id, id });

/// Step one, in a transaction: looks up whom an address belongs to.
pub fn challenge(tx: &mut Tx<'_>, strangers: &Strangers, email: &str) -> db::Result<Challenge> {
    let email_key = key_of(email);
    let stored: Option<Stored> = tx.fetch_optional(sql!("identities/find"), params![email_key])?;
    Ok(match stored {
        Some(stored) => Challenge {
            email_key,
            locked_until: stored.locked_until,
            known: Some(Known {
                identity: stored.id,
                hash: stored.password_hash.map(PasswordHash::stored),
            }),
        },
        None => Challenge {
            locked_until: strangers.locked_until(&email_key),
            known: None,
            email_key,
        },
    })
}

/// Step one for somebody who is signed in and shows their password once more.
pub fn challenge_of(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Challenge> {
    let stored: Stored = tx.fetch_one(sql!("identities/get"), params![identity])?;
    Ok(Challenge {
        email_key: String::new(),
        locked_until: stored.locked_until,
        known: Some(Known {
            identity: stored.id,
            hash: stored.password_hash.map(PasswordHash::stored),
        }),
    })
}

impl Challenge {
    /// Step two, outside any transaction: compares the password. Slow on purpose.
    pub fn check(self, password: &Password, now: Timestamp) -> Answer {
        let locked = self.locked_until.is_some_and(|until| until > now);
        let hash = self.known.as_ref().and_then(|known| known.hash.clone());
        // Whoever is locked out waits without work; everybody else costs exactly one comparison.
        let right = !locked
            && password.matches(hash.as_ref().unwrap_or(&PasswordHash::of_nobody()))
            && hash.is_some();
        Answer {
            email_key: self.email_key,
            identity: self.known.map(|known| known.identity),
            locked_until: self.locked_until.filter(|_| locked),
            right,
        }
    }
}

impl Answer {
    /// Who it was, if the password was right and nobody is locked out.
    pub fn proven(&self) -> Option<IdentityId> {
        self.identity.filter(|_| self.right)
    }
}

/// Step three, in a transaction: begins a session, or the step of the code, or counts the wrong try.
///
/// The session is in the account asked for, if the identity belongs to it, otherwise in the one it used last.
/// The lock-out is looked at again, so that many tries at the same time learn no more than three
/// in a row would.
pub fn conclude(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    strangers: &Strangers,
    answer: &Answer,
    account: Option<AccountId>,
    origin: &Origin,
) -> db::Result<Result<Entry, SignIn>> {
    let now = clock.now();
    if let Some(until) = answer.locked_until {
        return Ok(Err(SignIn::Locked(until.since(now))));
    }
    let Some(identity) = answer.identity else {
        return Ok(Err(strangers.count(&answer.email_key, now)));
    };
    if let Err(refusal) = judge(tx, answer, identity, now)? {
        return Ok(Err(refusal));
    }
    let Some(member) = member(tx, identity, account)? else {
        return count_wrong(tx, identity, now).map(Err);
    };
    if two_factor::is_on(tx, identity)? {
        let step = second_step::begin(tx, now, identity, account)?;
        return Ok(Ok(Entry::Code(step)));
    }
    let begun = begin(tx, clock, ids, (identity, member), account, origin)?;
    Ok(Ok(Entry::Session(begun)))
}

/// Where somebody goes who signs in; none if they are active nowhere.
pub(crate) fn member(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    account: Option<AccountId>,
) -> db::Result<Option<Member>> {
    tx.fetch_optional(sql!("identities/membership"), params![identity, account])
}

/// Lets somebody in who has shown all that is asked for.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    (identity, member): (IdentityId, Member),
    asked_for: Option<AccountId>,
    origin: &Origin,
) -> db::Result<Begun> {
    tx.execute(
        sql!("identities/clear_failures"),
        params![identity, clock.now()],
    )?;
    accounts::remember(tx, identity, member.account_id)?;
    let has_choice = asked_for.is_none() && accounts::list(tx, identity)?.len() > 1;
    let who = (identity, member.account_id, member.id);
    let token = sessions::begin(tx, clock, ids, who, origin)?;
    Ok(Begun { token, has_choice })
}

/// Whether the password was right and nobody is locked out; a wrong try is counted.
pub(crate) fn judge(
    tx: &mut Tx<'_>,
    answer: &Answer,
    identity: IdentityId,
    now: Timestamp,
) -> db::Result<Result<(), SignIn>> {
    if let Some(until) = answer.locked_until {
        return Ok(Err(SignIn::Locked(until.since(now))));
    }
    if let Some(locked) = locked(tx, identity, now)? {
        return Ok(Err(locked));
    }
    if answer.proven() == Some(identity) {
        Ok(Ok(()))
    } else {
        count_wrong(tx, identity, now).map(Err)
    }
}

/// Whether somebody has to wait. Of many tries at the same time each waits here for the one before.
pub(crate) fn locked(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    now: Timestamp,
) -> db::Result<Option<SignIn>> {
    tx.execute(sql!("identities/touch"), params![identity, now])?;
    let stored: Stored = tx.fetch_one(sql!("identities/get"), params![identity])?;
    let until = stored.locked_until.filter(|until| *until > now);
    Ok(until.map(|until| SignIn::Locked(until.since(now))))
}

pub(crate) fn count_wrong(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    now: Timestamp,
) -> db::Result<SignIn> {
    let stored: Stored = tx.fetch_one(sql!("identities/get"), params![identity])?;
    let failures = stored.failed_sign_ins.saturating_add(1);
    let wait = wait_after(failures);
    let until = wait.and_then(|wait| now.checked_add(wait));
    tx.execute(
        sql!("identities/count_failure"),
        params![identity, failures, until, now],
    )?;
    Ok(wait.map_or(SignIn::Wrong, SignIn::Locked))
}

/// The key of what somebody signs in with: an e-mail address, or a phone number with its country code.
pub(crate) fn key_of(typed: &str) -> String {
    if typed.trim_start().starts_with('+')
        && let Ok(phone) = Phone::parse(typed, None)
    {
        return phone.as_str().to_owned();
    }
    match Email::parse(typed) {
        Ok(email) => email.key().into_owned(),
        // What is no address belongs to nobody, and is answered like any unknown one.
        Err(_) => typed.trim().to_lowercase().chars().take(254).collect(),
    }
}

/// Wrong tries for addresses that belong to nobody, kept in memory.
///
/// They are counted only so that the answers are those of a known address. The number kept is
/// bounded; a flood of addresses forgets the oldest.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<[u8; 32], Tries>>);

#[derive(Clone, Copy, Debug)]
struct Tries {
    failures: i64,
    last: Timestamp,
    locked_until: Option<Timestamp>,
}

impl Strangers {
    const MOST: usize = 10_000;

    fn locked_until(&self, email_key: &str) -> Option<Timestamp> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries
            .get(&key_hash(email_key))
            .and_then(|tries| tries.locked_until)
    }

    fn count(&self, email_key: &str, now: Timestamp) -> SignIn {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= Self::MOST {
            forget_older_half(&mut all);
        }
        let tries = all.entry(key_hash(email_key)).or_insert(Tries {
            failures: 0,
            last: now,
            locked_until: None,
        });
        if let Some(until) = tries.locked_until.filter(|until| *until > now) {
            return SignIn::Locked(until.since(now));
        }
        tries.failures = tries.failures.saturating_add(1);
        tries.last = now;
        let wait = wait_after(tries.failures);
        tries.locked_until = wait.and_then(|wait| now.checked_add(wait));
        wait.map_or(SignIn::Wrong, SignIn::Locked)
    }
}

fn key_hash(email_key: &str) -> [u8; 32] {
    *blake3::hash(email_key.as_bytes()).as_bytes()
}

fn forget_older_half(all: &mut HashMap<[u8; 32], Tries>) {
    let mut times: Vec<_> = all.values().map(|tries| tries.last).collect();
    let middle = times.len() / 2;
    let (_, median, _) = times.select_nth_unstable(middle);
    let median = *median;
    all.retain(|_, tries| tries.last > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_750_000_000_000_000);

    #[test]
    fn strangers_are_locked_out_after_three_tries_and_forgotten_in_a_flood() {
        let strangers = Strangers::default();
        assert!(matches!(
            strangers.count("a@example.com", NOW),
            SignIn::Wrong
        ));
        assert!(matches!(
            strangers.count("a@example.com", NOW),
            SignIn::Wrong
        ));
        assert!(matches!(
            strangers.count("a@example.com", NOW),
            SignIn::Locked(_)
        ));
        assert!(strangers.locked_until("a@example.com").is_some());
        for number in 0..Strangers::MOST * 2 {
            let later = NOW
                .checked_add(Duration::from_secs(number as u64 + 1))
                .unwrap();
            strangers.count(&format!("{number}@example.com"), later);
        }
        assert!(strangers.0.lock().unwrap().len() <= Strangers::MOST);
        assert_eq!(strangers.locked_until("a@example.com"), None);
    }
}
