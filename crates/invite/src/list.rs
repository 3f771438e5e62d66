//! The invitations of an account: pages, and the funnel.

use std::collections::BTreeMap;

use db::{Direction, Param, Select, Tx, from_row, params, sql};
use directory::{Action, Ctx};
use kernel::{AccountId, ImportId, InvitationId, Timestamp, UserId, full_name};

use crate::invitation::{Channel, InviteError, Standing};

/// So many invitations a page has.
pub const PAGE: i64 = 50;

/// An invitation in a list.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// How it reaches them.
    pub channel: Channel,
    /// The address; none for a link that is handed over.
    pub recipient: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// Why its message was not delivered, in plain words.
    pub reason: Option<String>,
    /// The how-manieth offer to this person it is.
    pub number: i64,
    /// Who made it.
    pub invited_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its link stops working.
    pub expires_at: Timestamp,
    /// When it was accepted or taken back.
    pub settled_at: Option<Timestamp>,
}

struct Stored {
    id: InvitationId,
    user_id: UserId,
    first_name: String,
    last_name: String,
    channel: String,
    recipient: Option<String>,
    state: String,
    message_state: Option<String>,
    reason: Option<String>,
    number: i64,
    invited_by_name: String,
    created_at: Timestamp,
    expires_at: Timestamp,
    settled_at: Option<Timestamp>,
}

from_row!(Stored {
    id,
    user_id,
    first_name,
    last_name,
    channel,
    recipient,
    state,
    message_state,
    reason,
    number,
    invited_by_name,
    created_at,
    expires_at,
    settled_at,
});

impl Stored {
    fn invitation(self, now: Timestamp) -> Option<Invitation> {
        Some(Invitation {
            standing: Standing::of(
                &self.state,
                self.message_state.as_deref(),
                self.expires_at,
                now,
            )?,
            id: self.id,
            user: self.user_id,
            name: full_name(&self.first_name, &self.last_name),
            channel: Channel::parse(&self.channel)?,
            recipient: self.recipient,
            reason: self.reason,
            number: self.number,
            invited_by: self.invited_by_name,
            created_at: self.created_at,
            expires_at: self.expires_at,
            settled_at: self.settled_at,
        })
    }
}

/// A page of invitations, newest first; of one standing, or all but the replaced ones.
pub fn page(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    standing: Option<Standing>,
    before: Option<InvitationId>,
) -> Result<Vec<Invitation>, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    let now = ctx.now();
    // Few messages come back: they are found from the messages.
    let base = if matches!(standing, Some(Standing::Bounced | Standing::Failed)) {
        sql!("invitations/list_of_messages")
    } else {
        sql!("invitations/list")
    };
    let mut select =
        Select::new(base, &[&ctx.account], &["i.id"], PAGE).direction(Direction::Descending);
    select = match standing {
        None => select.and("i.state <> 'replaced'", &[]),
        Some(standing) => standing_at(standing, now, |condition, params| {
            select.and(condition, params)
        }),
    };
    if let Some(before) = before {
        select = select.after(&[&before]);
    }
    let stored: Vec<Stored> = tx.select(&select)?;
    Ok(stored
        .into_iter()
        .filter_map(|stored| stored.invitation(now))
        .collect())
}

/// Gives `narrow` the condition under which invitation `i` with message `m` stands somewhere, and its parameters.
pub(crate) fn standing_at<T>(
    standing: Standing,
    now: Timestamp,
    narrow: impl FnOnce(&str, &[&dyn Param]) -> T,
) -> T {
    const OPEN: &str = "i.state = 'open' and i.expires_at > $1";
    match standing {
        Standing::Prepared => narrow(
            &format!("{OPEN} and (i.message_id is null or m.state = 'withdrawn')"),
            &[&now],
        ),
        Standing::Waiting => narrow(
            &format!("{OPEN} and m.state in ('queued', 'claimed')"),
            &[&now],
        ),
        Standing::Sent => narrow(
            &format!("{OPEN} and m.state in ('handed', 'sent', 'captured')"),
            &[&now],
        ),
        Standing::Bounced => narrow("m.state = 'bounced'", &[]),
        Standing::Failed => narrow("m.state = 'failed'", &[]),
        Standing::Accepted => narrow("i.state = 'accepted'", &[]),
        Standing::Withdrawn => narrow("i.state = 'withdrawn'", &[]),
        Standing::Expired => narrow(
            "i.state = 'open' and i.expires_at <= $1 and (m.state is null or m.state not in ('bounced', 'failed'))",
            &[&now],
        ),
    }
}

/// The offers to one person, newest first, replaced ones left out.
pub fn of_user(
    tx: &mut Tx<'_>,
    account: AccountId,
    user: UserId,
    now: Timestamp,
) -> db::Result<Vec<Invitation>> {
    let select = Select::new(sql!("invitations/list"), &[&account], &["i.id"], PAGE)
        .direction(Direction::Descending)
        .and("i.user_id = $1 and i.state <> 'replaced'", &[&user]);
    let stored: Vec<Stored> = tx.select(&select)?;
    Ok(stored
        .into_iter()
        .filter_map(|stored| stored.invitation(now))
        .collect())
}

/// How many invitations stand where, for somebody who may invite everybody.
pub fn counts(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<BTreeMap<Standing, i64>, InviteError> {
    ctx.require_for_all(Action::InviteUsers)?;
    Ok(funnel(tx, ctx.account, ctx.now())?)
}

/// How many invitations stand where; replaced ones are not counted.
pub fn funnel(
    tx: &mut Tx<'_>,
    account: AccountId,
    now: Timestamp,
) -> db::Result<BTreeMap<Standing, i64>> {
    let counts: Vec<(String, Option<String>, bool, i64)> =
        tx.fetch(sql!("invitations/funnel"), params![account, now])?;
    let mut funnel = BTreeMap::new();
    for (state, message, is_over, count) in counts {
        let expires_at = if is_over {
            now
        } else {
            Timestamp::from_micros(i64::MAX)
        };
        if let Some(standing) = Standing::of(&state, message.as_deref(), expires_at, now) {
            *funnel.entry(standing).or_insert(0) += count;
        }
    }
    Ok(funnel)
}

/// How many of the people whom an import created or changed last were sent an invitation.
pub fn of_import(tx: &mut Tx<'_>, account: AccountId, import: ImportId) -> db::Result<i64> {
    let (count,): (i64,) = tx.fetch_one(sql!("invitations/of_import"), params![account, import])?;
    Ok(count)
}
