//! Sessions: who a browser is signed in as, and until when.
//!
//! The browser holds 256 random bits; the database holds only their hash, so that a copy of the
//! database signs nobody in. A session ends 12 hours after it was last used, 30 days after it
//! began, when somebody signs out, when its user is no longer active, and when its identity has
//! signed in as often again as its accounts allow (`rules`).

use std::{fmt, sync::Arc, time::Duration};

use db::{Tx, from_row, params, sql};
use directory::{
    Actor, Ctx, activity,
    roles::{self, AdminRole},
};
use kernel::{
    AccountId, AdminRoleId, Clock, IdentityId, Ids, Role, SessionId, Timestamp, UserId, Version,
    full_name,
};

use crate::{
    devices::{self, Origin},
    rules, two_factor,
};

/// A session not used for so long has ended.
pub const IDLE: Duration = Duration::from_hours(12);
/// A session so old has ended, however much it is used.
pub const LONGEST: Duration = Duration::from_hours(30 * 24);
/// Being seen is written down at most this often.
const SEEN_EVERY: Duration = Duration::from_mins(1);
/// No more of a browser's name is kept.
const USER_AGENT_CHARS: usize = 200;

/// The secret a browser or a link holds. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A new secret.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[expect(
        clippy::expect_used,
        reason = "without randomness no session can be made"
    )]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system provides randomness");
        Self(bytes)
    }

    /// The token as a cookie says it: 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != bytes.len() * 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..text.len()).step_by(2)) {
            *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The token for a cookie.
    pub fn reveal(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }

    /// What is stored of it: whoever reads the database cannot make the secret from it.
    pub fn hash(&self) -> [u8; 32] {
        *blake3::hash(&self.0).as_bytes()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([redacted])")
    }
}

/// A live session and whom it belongs to.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who signed in.
    pub identity: IdentityId,
    /// The account they work in.
    pub account: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Their user in that account.
    pub user: UserId,
    /// The user's first name.
    pub first_name: String,
    /// The user's last name.
    pub last_name: String,
    /// The user's e-mail address.
    pub email: Option<String>,
    /// The user's role.
    pub role: Role,
    /// What of it is left by a role of the account's own.
    pub custom: Option<Arc<AdminRole>>,
    /// Whether the account asks a second factor of this role and they have none: they set one up, or leave.
    pub must_set_up: bool,
    last_seen_at: Timestamp,
}

impl Session {
    /// First and last name in one.
    pub fn full_name(&self) -> String {
        full_name(&self.first_name, &self.last_name)
    }

    /// Whether it is time to write down that the session is in use.
    pub fn is_stale(&self, now: Timestamp) -> bool {
        now.since(self.last_seen_at) >= SEEN_EVERY
    }
}

struct Live {
    id: SessionId,
    identity_id: IdentityId,
    account_id: AccountId,
    account_name: String,
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: Option<String>,
    role: String,
    admin_role_id: Option<AdminRoleId>,
    last_seen_at: Timestamp,
    two_factor_roles: String,
    has_second_factor: bool,
}

from_row!(Live {
    id,
    identity_id,
    account_id,
    account_name,
    user_id,
    first_name,
    last_name,
    email,
    role,
    admin_role_id,
    last_seen_at,
    two_factor_roles,
    has_second_factor,
});

/// Begins a session; the identity's earliest ones end when there would be more than its accounts allow.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    who: (IdentityId, AccountId, UserId),
    origin: &Origin,
) -> db::Result<Token> {
    let now = clock.now();
    let (identity, account, user) = who;
    tx.execute(
        sql!("sessions/delete_ended"),
        params![identity, now, earlier(now, IDLE)],
    )?;
    let limit = rules::of_identity(tx, identity)?.session_limit;
    tx.execute(sql!("sessions/end_beyond"), params![identity, limit - 1])?;
    let token = Token::random();
    let user_agent = origin.user_agent.as_deref();
    let user_agent = user_agent.map(|text| text.chars().take(USER_AGENT_CHARS).collect::<String>());
    let app = user_agent.as_deref().and_then(devices::version_in);
    let app_key = app.and_then(Version::of_app).map(|version| version.key());
    tx.execute(
        sql!("sessions/insert"),
        params![
            ids.next::<SessionId>(now),
            identity,
            account,
            user,
            token.hash(),
            user_agent,
            origin.address,
            now,
            now.checked_add(LONGEST).unwrap_or(now),
            app,
            app_key
        ],
    )?;
    tx.execute(sql!("sessions/note_sign_in"), params![account, user, now])?;
    record(tx, clock, ids, (account, user), user_agent.as_deref())?;
    Ok(token)
}

/// Signing in is in the log of the account it was in, with what signed in as far as it says.
fn record(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    (account, user): (AccountId, UserId),
    user_agent: Option<&str>,
) -> db::Result<()> {
    let (first, last, role): (String, String, String) =
        tx.fetch_one(sql!("sessions/who"), params![account, user])?;
    let ctx = Ctx {
        account,
        actor: Actor::new(
            Some(user),
            full_name(&first, &last),
            Role::parse(&role).unwrap_or(Role::User),
        ),
        clock: clock.clone(),
        ids: ids.clone(),
    };
    let device = devices::name_of(user_agent);
    activity::record(tx, &ctx, "user.sign_in", Some(user.uuid()), &device)
}

/// The live session with this token, whose user is still active.
pub fn find(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> db::Result<Option<Session>> {
    let found: Option<Live> = tx.fetch_optional(
        sql!("sessions/find"),
        params![token.hash(), now, earlier(now, IDLE)],
    )?;
    let Some((live, role)) = found.and_then(|live| {
        let role: Role = live.role.parse().ok()?;
        Some((live, role))
    }) else {
        return Ok(None);
    };
    Ok(Some(Session {
        id: live.id,
        identity: live.identity_id,
        account: live.account_id,
        account_name: live.account_name,
        user: live.user_id,
        first_name: live.first_name,
        last_name: live.last_name,
        email: live.email,
        must_set_up: !live.has_second_factor
            && two_factor::names(&live.two_factor_roles, &live.role),
        role,
        custom: roles::held(tx, live.account_id, role, live.admin_role_id)?,
        last_seen_at: live.last_seen_at,
    }))
}

/// Writes down that a session is in use.
pub fn seen(tx: &mut Tx<'_>, id: SessionId, now: Timestamp) -> db::Result<()> {
    tx.execute(sql!("sessions/seen"), params![id, now])
        .map(drop)
}

/// Ends the session with this token, if there is one.
pub fn end(tx: &mut Tx<'_>, token: &Token) -> db::Result<()> {
    tx.execute(sql!("sessions/delete"), params![token.hash()])
        .map(drop)
}

pub(crate) fn earlier(now: Timestamp, by: Duration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::EPOCH)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_token_survives_the_cookie() {
        let token = Token::random();
        assert_eq!(token.reveal().len(), 64);
        assert_eq!(Token::parse(&token.reveal()), Some(token));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert_eq!(Token::parse(text), None, "{text}");
        }
    }

    #[test]
    fn tokens_are_balanced_and_never_repeat() {
        let tokens: Vec<_> = (0..1000).map(|_| Token::random()).collect();
        assert_eq!(
            tokens
                .iter()
                .map(Token::reveal)
                .collect::<HashSet<_>>()
                .len(),
            1000
        );
        let ones: u32 = tokens
            .iter()
            .flat_map(|token| token.0)
            .map(u8::count_ones)
            .sum();
        // 256,000 fair bits stay within six deviations of a half.
        assert!((126_480..=129_520).contains(&ones), "{ones}");
    }

    #[test]
    fn a_token_is_never_printed() {
        assert_eq!(format!("{:?}", Token::random()), "Token([redacted])");
    }
}
