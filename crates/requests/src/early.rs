//! Early access: the next version of the app for those who ask for it, or are offered it (S2.45-S2.48).
//!
//! Where the version is and what it is called are settings of the account. Somebody's access expires by comparing the
//! early version with the released one, which happens whenever either of them is set; nothing is guessed from a date.

mod decide;
mod list;
mod settings;

use db::{Param, Tx, Value, from_row, params, sql};
use directory::{Action, Ctx, Forbidden, activity, notifications, users};
use kernel::{AccountId, Timestamp, UserId};

pub use decide::{Decided, approve, end, refuse};
pub use list::{Entry, PAGE, counts, page};
pub use settings::{EarlySettings, store};

/// Where somebody's early access stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EarlyState {
    /// Asked for.
    Requested,
    /// They may have it.
    Approved,
    /// Asked for, and not given.
    Refused,
    /// Given up, or taken back.
    Ended,
    /// The released version has everything.
    Expired,
}

impl EarlyState {
    /// Every state, in the order of their pages.
    pub const ALL: [Self; 5] = [
        Self::Requested,
        Self::Approved,
        Self::Refused,
        Self::Ended,
        Self::Expired,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Ended => "ended",
            Self::Expired => "expired",
        }
    }

    /// The state with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether the person waits for it or has it.
    pub const fn is_open(self) -> bool {
        match self {
            Self::Requested | Self::Approved => true,
            Self::Refused | Self::Ended | Self::Expired => false,
        }
    }
}

impl Param for EarlyState {
    fn value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }
}

/// Somebody's early access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlyAccess {
    /// Where it stands.
    pub state: EarlyState,
    /// The version it is or was for, once it was approved.
    pub version: Option<String>,
    /// When it was asked for or offered.
    pub asked_at: Timestamp,
    /// When it was decided about last.
    pub decided_at: Option<Timestamp>,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum EarlyRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The account has no early version.
    #[error("there is no early version at the moment")]
    NoVersion,
    /// The released version is as new as the early one.
    #[error("the released version has everything the early one has; install the released one")]
    Released,
    /// They have asked already, or have it.
    #[error("this was asked for already")]
    Already,
    /// There is nothing in a state for this.
    #[error("there is no early access in a state for this")]
    NotOpen,
    /// The link is not one.
    #[error("the link is an address that begins with https://, of at most 500 characters")]
    Link,
    /// The early version is not one.
    #[error(transparent)]
    Version(#[from] crate::InvalidVersion),
    /// A link without a version or the other way round.
    #[error("a link and a version belong together; give both or none")]
    Incomplete,
    /// Too many at once.
    #[error("at most {MOST_AT_ONCE} people at once")]
    TooMany,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// So many people are decided about at once.
pub const MOST_AT_ONCE: usize = 500;

struct Stored {
    state: String,
    version: Option<String>,
    asked_at: Timestamp,
    decided_at: Option<Timestamp>,
}

from_row!(Stored {
    state,
    version,
    asked_at,
    decided_at
});

/// Somebody's early access, if they ever asked for it or were offered it.
pub fn of_user(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
) -> db::Result<Option<EarlyAccess>> {
    let stored: Option<Stored> = tx.fetch_optional(sql!("early/find"), params![account, user])?;
    Ok(stored.and_then(|stored| {
        Some(EarlyAccess {
            state: EarlyState::parse(&stored.state)?,
            version: stored.version,
            asked_at: stored.asked_at,
            decided_at: stored.decided_at,
        })
    }))
}

/// Asks for early access for oneself.
pub fn ask(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), EarlyRefusal> {
    EarlySettings::load(tx, ctx.account)?.offered()?;
    let changed = tx.execute(sql!("early/ask"), params![ctx.account, user, ctx.now()])?;
    if changed == 0 {
        return Err(EarlyRefusal::Already);
    }
    activity::record(tx, ctx, "early_access.ask", Some(user.uuid()), "")?;
    let text = format!("{} asks for early access to the app.", ctx.actor.name);
    let administrators = users::administrators(tx, ctx.account, Action::EditUsers)?;
    let others: Vec<UserId> = administrators
        .into_iter()
        .map(|administrator| administrator.id)
        .filter(|id| *id != user)
        .collect();
    notifications::add_to_many(tx, ctx, &others, "early_access.requested", None, &text)?;
    Ok(())
}

/// Gives one's own early access up, or takes the request back.
pub fn leave(tx: &mut Tx<'_>, ctx: &Ctx, user: UserId) -> Result<(), EarlyRefusal> {
    let changed = tx.execute(
        sql!("early/leave"),
        params![ctx.account, user, ctx.now(), ctx.actor.name],
    )?;
    if changed == 0 {
        return Err(EarlyRefusal::NotOpen);
    }
    activity::record(tx, ctx, "early_access.leave", Some(user.uuid()), "")?;
    Ok(())
}
