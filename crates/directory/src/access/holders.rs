//! The people of a device: who has, and who had, access to it.

use db::{Direction, Select, Tx, from_row, params, sql};
use kernel::{AccessType, DeviceId, Timestamp, UserId, UserStatus, fold, full_name};

use super::{AccessRefusal, Right, Standing};
use crate::{
    Ctx,
    users::{self, MOST_FOUND, PageAt},
};

/// Counts look no further than so many people.
pub const MOST_COUNTED: i64 = 20_000;

/// Somebody's access to a device, as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// How the access stands.
    pub standing: Standing,
    /// Its type.
    pub kind: AccessType,
    /// Its weekly hours.
    pub schedule: Option<String>,
    /// From when.
    pub starts_at: Option<Timestamp>,
    /// Until when.
    pub ends_at: Option<Timestamp>,
    /// Notes on it.
    pub notes: Option<String>,
    /// Who gave it; none for the account's administration.
    pub invited_by: Option<UserId>,
    /// Their name.
    pub inviter: Option<String>,
    /// When it was given.
    pub created_at: Timestamp,
    /// When it was taken away, and by whom.
    pub revoked: Option<(Timestamp, String)>,
}

/// One page of a device's people.
#[derive(Clone, Debug)]
pub struct HolderPage {
    /// The people, in the order in which they came to the account.
    pub holders: Vec<Holder>,
    /// Whether there are people before them.
    pub has_previous: bool,
    /// Whether there are people after them.
    pub has_next: bool,
}

/// How many people's access stands how; none if there are more than [`MOST_COUNTED`].
pub type HolderCounts = Option<Vec<(Standing, i64)>>;

struct Found {
    user_id: UserId,
    first_name: String,
    last_name: String,
    email: Option<String>,
    phone: Option<String>,
    status: UserStatus,
    access_type: AccessType,
    schedule: Option<String>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    notes: Option<String>,
    invited_by: Option<UserId>,
    inviter_first: Option<String>,
    inviter_last: Option<String>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    revoked_by_name: Option<String>,
}

from_row!(Found {
    user_id,
    first_name,
    last_name,
    email,
    phone,
    status,
    access_type,
    schedule,
    starts_at,
    ends_at,
    notes,
    invited_by,
    inviter_first,
    inviter_last,
    created_at,
    revoked_at,
    revoked_by_name,
});

impl Found {
    fn holder(self, now: Timestamp) -> Holder {
        let standing = if self.revoked_at.is_some() {
            Standing::Revoked
        } else {
            Standing::of(self.status, self.ends_at, now)
        };
        Holder {
            user: self.user_id,
            name: full_name(&self.first_name, &self.last_name),
            email: self.email,
            phone: self.phone,
            standing,
            kind: self.access_type,
            schedule: self.schedule,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            notes: self.notes,
            invited_by: self.invited_by,
            inviter: self
                .inviter_first
                .map(|first| full_name(&first, self.inviter_last.as_deref().unwrap_or_default())),
            created_at: self.created_at,
            revoked: self.revoked_at.zip(self.revoked_by_name),
        }
    }
}

/// The people whose access to a device stands so; without a standing, all who have access.
///
/// A tenant sees those they invited.
pub fn holders(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    standing: Option<Standing>,
    at: PageAt,
    limit: usize,
) -> Result<HolderPage, AccessRefusal> {
    let (_, right) = super::device(tx, ctx, device)?;
    // One more than asked for tells whether there is a page beyond.
    let order = &["g.user_id"];
    let mut select = select(ctx, device, right, standing, order, limit as i64 + 1);
    let backwards = matches!(at, PageAt::Before(_));
    if backwards {
        select = select.direction(Direction::Descending);
    }
    if let PageAt::After(user) | PageAt::Before(user) = at {
        select = select.after(params![user]);
    }
    let mut found: Vec<Found> = tx.select(&select)?;
    let more = found.len() > limit;
    found.truncate(limit);
    if backwards {
        found.reverse();
    }
    let now = ctx.now();
    Ok(HolderPage {
        holders: found.into_iter().map(|found| found.holder(now)).collect(),
        has_previous: match at {
            PageAt::Start => false,
            PageAt::After(_) => true,
            PageAt::Before(_) => more,
        },
        has_next: backwards || more,
    })
}

/// The people of a device whose name, e-mail address, phone number or external id begins with a
/// text, by name; at most [`MOST_FOUND`].
pub fn find_holders(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
    standing: Option<Standing>,
    text: &str,
) -> Result<Vec<Holder>, AccessRefusal> {
    let (_, right) = super::device(tx, ctx, device)?;
    let now = ctx.now();
    let mut holders: Vec<Holder> = Vec::new();
    for (column, order, prefix) in users::probes(text) {
        let condition = format!("{column} >= $1 and {column} < $2");
        let end = format!("{prefix}\u{10FFFF}");
        let select = select(ctx, device, right, standing, order, MOST_FOUND as i64)
            .and(&condition, params![prefix, end]);
        let found: Vec<Found> = tx.select(&select)?;
        for one in found {
            if holders.iter().all(|known| known.user != one.user_id) {
                holders.push(one.holder(now));
            }
        }
    }
    holders.sort_by_cached_key(|holder| (fold(&holder.name).into_owned(), holder.user));
    holders.truncate(MOST_FOUND);
    Ok(holders)
}

/// How many people's access to a device stands how, the revoked ones included.
pub fn count_holders(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    device: DeviceId,
) -> Result<HolderCounts, AccessRefusal> {
    let (_, right) = super::device(tx, ctx, device)?;
    let only = ctx.actor.user.filter(|_| !right.manages());
    let rows: Vec<(String, i64)> = tx.fetch(
        sql!("access/standings"),
        params![ctx.account, device, ctx.now(), only, MOST_COUNTED + 1],
    )?;
    let mut counts: Vec<(Standing, i64)> = rows
        .into_iter()
        .filter_map(|(name, people)| Some((Standing::parse(&name)?, people)))
        .collect();
    let former = select(
        ctx,
        device,
        right,
        Some(Standing::Revoked),
        &["g.user_id"],
        MOST_COUNTED + 1,
    );
    counts.push((Standing::Revoked, tx.count(&former, MOST_COUNTED + 1)?));
    let all: i64 = counts.iter().map(|(_, people)| people).sum();
    Ok((all <= MOST_COUNTED).then_some(counts))
}

/// What of a device's people the actor sees, without the page.
fn select(
    ctx: &Ctx,
    device: DeviceId,
    right: Right,
    standing: Option<Standing>,
    order: &'static [&'static str],
    limit: i64,
) -> Select {
    let base = if standing == Some(Standing::Revoked) {
        sql!("access/former_holders")
    } else {
        sql!("access/holders")
    };
    let select = Select::new(base, params![ctx.account, device], order, limit);
    let select = if right.manages() {
        select
    } else {
        select.and("g.invited_by = $1", params![ctx.actor.user])
    };
    let now = ctx.now();
    let holds = "(g.ends_at is null or g.ends_at > $1)";
    match standing {
        None | Some(Standing::Revoked) => select,
        Some(Standing::Expired) => select.and("g.ends_at <= $1", params![now]),
        Some(Standing::Active) => {
            select.and(&format!("u.status = 'active' and {holds}"), params![now])
        }
        Some(Standing::Pending) => {
            select.and(&format!("u.status = 'invited' and {holds}"), params![now])
        }
        Some(Standing::Deactivated) => {
            let gone = format!("u.status = 'deactivated' and {holds}");
            select.and(&gone, params![now])
        }
    }
}
