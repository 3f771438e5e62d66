//! Connected devices: where somebody is signed in, and signing out there (S1.22-S1.25).
//!
//! A person sees all of theirs; an account sees and ends only sign-ins to itself.

use crate::identities::person_of;
use db::{Tx, from_row, params, sql};
use directory::{Action, Ctx, Forbidden, activity, users};
use kernel::{IdentityId, SessionId, Timestamp, UserId};

use crate::sessions::{IDLE, Token, earlier};

/// What a browser or app says of itself when it signs in.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
    /// The network address it came from, as far as the server knows.
    pub address: Option<String>,
}

/// Where somebody is signed in.
#[derive(Clone, Debug)]
pub struct Device {
    /// The session.
    pub id: SessionId,
    /// The account it is in.
    pub account_name: String,
    /// What it says of itself.
    pub user_agent: Option<String>,
    /// Where it came from.
    pub address: Option<String>,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last in use.
    pub last_seen_at: Timestamp,
}

from_row!(Device {
    id,
    account_name,
    user_agent,
    address,
    created_at,
    last_seen_at
});

/// Names looked for in a user agent, the more telling ones first: every browser claims to be others as well.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
];
const PLATFORMS: &[(&str, &str)] = &[
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// What our own app adds, followed by its version.
const APP: &str = "Muster-App/";

impl Device {
    /// "Firefox on Windows", as far as can be told.
    pub fn name(&self) -> String {
        name_of(self.user_agent.as_deref())
    }

    /// The version of our app, if it is one.
    pub fn app_version(&self) -> Option<&str> {
        version_in(self.user_agent.as_deref()?)
    }
}

/// What a browser or app is, as far as it says.
pub(crate) fn name_of(user_agent: Option<&str>) -> String {
    let agent = user_agent.unwrap_or_default();
    let find = |table: &[(&str, &'static str)]| {
        let found = table.iter().find(|(sign, _)| agent.contains(sign));
        found.map(|(_, name)| *name)
    };
    let browser = if version_in(agent).is_some() {
        Some("Muster app")
    } else {
        find(BROWSERS)
    };
    match (browser, find(PLATFORMS)) {
        (Some(browser), Some(platform)) => format!("{browser} on {platform}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "Another browser or program".to_owned(),
    }
}

/// The version of our app that a browser or app says it is.
pub(crate) fn version_in(agent: &str) -> Option<&str> {
    let (_, rest) = agent.split_once(APP)?;
    rest.split_whitespace()
        .next()
        .filter(|version| !version.is_empty())
}

/// The version of our app on the device that signed in last with it.
pub fn app_version(devices: &[Device]) -> Option<String> {
    devices
        .iter()
        .find_map(|device| device.app_version().map(str::to_owned))
}

/// Why a session is over that a browser still asks with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// More devices than allowed; this was the earliest.
    Limit,
    /// The password was changed.
    Password,
    /// Signed out from another device.
    Elsewhere,
    /// Signed out by an administrator.
    Administrator,
}

impl Ended {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Password => "password",
            Self::Elsewhere => "elsewhere",
            Self::Administrator => "administrator",
        }
    }

    /// What the person is told.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Limit => {
                "You were signed out here because you signed in on more devices than allowed."
            }
            Self::Password => "You were signed out here because your password was changed.",
            Self::Elsewhere => "You were signed out here from another of your devices.",
            Self::Administrator => "An administrator signed you out here.",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [
            Self::Limit,
            Self::Password,
            Self::Elsewhere,
            Self::Administrator,
        ]
        .into_iter()
        .find(|reason| reason.as_str() == name)
    }
}

/// Why nobody was signed out.
#[derive(Debug, thiserror::Error)]
pub enum DeviceRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// There is no such session, or it is over.
    #[error("there is no such device signed in")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Why the session with this token is over, as long as that is known.
pub fn why_ended(tx: &mut Tx<'_>, token: &Token) -> db::Result<Option<Ended>> {
    let found: Option<(String,)> =
        tx.fetch_optional(sql!("sessions/end_reason"), params![token.hash()])?;
    Ok(found.and_then(|(reason,)| Ended::parse(&reason)))
}

/// Where an identity is signed in, the latest first.
pub fn list(tx: &mut Tx<'_>, identity: IdentityId, now: Timestamp) -> db::Result<Vec<Device>> {
    tx.fetch(
        sql!("sessions/list"),
        params![identity, now, earlier(now, IDLE)],
    )
}

/// Where a user of the account is signed in to it, the latest first.
pub fn list_of_user(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
) -> Result<Vec<Device>, DeviceRefusal> {
    ctx.require(Action::EditUsers)?;
    if !users::sees(tx, ctx, user)? {
        return Err(DeviceRefusal::NotFound);
    }
    let now = ctx.now();
    let found = tx.fetch(
        sql!("sessions/list_of_user"),
        params![ctx.account, user, now, earlier(now, IDLE)],
    )?;
    Ok(found)
}

/// Signs one's own device out.
pub fn end_own(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    session: SessionId,
) -> Result<(), DeviceRefusal> {
    let ended = tx.execute(sql!("sessions/end_own"), params![identity, session])?;
    if ended == 0 {
        return Err(DeviceRefusal::NotFound);
    }
    Ok(())
}

/// Signs an identity out everywhere but on one device; returns on how many.
pub fn end_others(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    but: Option<SessionId>,
    reason: Ended,
) -> db::Result<u64> {
    tx.execute(
        sql!("sessions/end_others"),
        params![identity, but, reason.as_str()],
    )
}

/// Signs a user's device out; nobody does so with people above their own role.
pub fn end_of_user(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    user: UserId,
    session: SessionId,
) -> Result<(), DeviceRefusal> {
    ctx.require(Action::EditUsers)?;
    let (_, role, custom) = person_of(tx, ctx, user)?.ok_or(DeviceRefusal::NotFound)?;
    if !users::may_change(tx, ctx, user, (&role, custom))? {
        return Err(Forbidden(Action::EditUsers).into());
    }
    let ended = tx.execute(
        sql!("sessions/end_of_user"),
        params![ctx.account, user, session],
    )?;
    if ended == 0 {
        return Err(DeviceRefusal::NotFound);
    }
    activity::record(tx, ctx, "user.sign_out", Some(user.uuid()), "")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(agent: &str) -> Device {
        Device {
            id: kernel::Ids::seeded(1).next(Timestamp::EPOCH),
            account_name: String::new(),
            user_agent: Some(agent.to_owned()),
            address: None,
            created_at: Timestamp::EPOCH,
            last_seen_at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn browsers_and_platforms_are_told_from_user_agents() {
        for (agent, name) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
                "Safari on iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            ("curl/8.14", "Another browser or program"),
        ] {
            assert_eq!(device(agent).name(), name, "{agent}");
            assert_eq!(device(agent).app_version(), None);
        }
    }

    #[test]
    fn our_app_says_its_version() {
        let app =
            device("Mozilla/5.0 (Linux; Android 15) Chrome/140.0.0.0 Muster-App/2.4.1 Mobile");
        assert_eq!(app.name(), "Muster app on Android");
        assert_eq!(app.app_version(), Some("2.4.1"));
        assert_eq!(device("Muster-App/").app_version(), None);
    }
}
