//! Reports → Users: when people signed in last, what they did with documents, what became of invitations, and which
//! versions of the app are in use (S2.3).
//!
//! Every number is counted by the database over the account's rows or a range of an index. The same tables go to the
//! page, to files and to the command line.

mod table;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, time::Duration};

use db::{Tx, from_row, params, sql};
use kernel::{Day, SiteZone, Timestamp, UserId, full_name};

use crate::{Action, Ctx, Forbidden, accounts, activity, users::stage_ids};

pub use table::{Part, Table};

/// Weeks of documents, this one included.
pub const WEEKS: i32 = 12;
/// People named for their documents.
const MOST_PEOPLE: i64 = 1_000;

/// How many people signed in last when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignIns {
    /// Within 24 hours.
    pub day: i64,
    /// One to seven days ago.
    pub week: i64,
    /// 7 to 30 days ago.
    pub month: i64,
    /// Longer ago.
    pub long_ago: i64,
    /// Never.
    pub never: i64,
}

from_row!(SignIns {
    day,
    week,
    month,
    long_ago,
    never
});

/// Documents in a week that begins with Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// The Monday.
    pub monday: Day,
    /// How many were submitted.
    pub submitted: i64,
    /// How many times one was edited.
    pub edited: i64,
}

/// What somebody did with documents in the weeks of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDocuments {
    /// Who.
    pub user: UserId,
    /// Their name; blank if they are gone.
    pub name: String,
    /// How many they submitted.
    pub submitted: i64,
    /// How many times they edited one.
    pub edited: i64,
    /// Submitted and edited in each of the weeks, the oldest first.
    pub weeks: Vec<(i64, i64)>,
}

/// What became of the newest invitation of everybody; one that came back is also open or expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Invitations {
    /// All of them.
    pub sent: i64,
    /// They signed in.
    pub accepted: i64,
    /// Not accepted, and the link works.
    pub open: i64,
    /// Not accepted, and the link is too old.
    pub expired: i64,
    /// Not accepted, and the message came back or could not be delivered.
    pub returned: i64,
    /// Taken back.
    pub withdrawn: i64,
}

from_row!(Invitations {
    sent,
    accepted,
    open,
    expired,
    returned,
    withdrawn
});

/// A version of the app in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppVersion {
    /// The version as the app says it.
    pub version: String,
    /// People signed in with it.
    pub people: i64,
    /// Devices it is on.
    pub devices: i64,
    /// Whether it is older than the released one.
    pub is_outdated: bool,
}

/// The report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersReport {
    /// When it was counted.
    pub at: Timestamp,
    /// Last sign-ins.
    pub sign_ins: SignIns,
    /// The last weeks, the oldest first.
    pub weeks: Vec<Week>,
    /// Who did most with documents in these weeks, at most 1,000 people.
    pub people: Vec<PersonDocuments>,
    /// Invitations.
    pub invitations: Invitations,
    /// Versions of the app, newest first.
    pub versions: Vec<AppVersion>,
    /// The released version, if the account says which it is.
    pub released: Option<String>,
    /// People signed in with an older one.
    pub outdated: i64,
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// Counts everything at this moment.
pub fn users(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<UsersReport, ReportError> {
    ctx.require_for_all(Action::ViewReports)?;
    let now = ctx.now();
    let ago = |days: u64| {
        now.checked_sub(Duration::from_hours(24 * days))
            .unwrap_or(Timestamp::EPOCH)
    };
    let (released, released_key): (Option<String>, Option<String>) =
        tx.fetch_one(sql!("reports/released"), params![ctx.account])?;
    let sign_ins = tx.fetch_one(
        sql!("reports/sign_ins"),
        params![ctx.account, ago(1), ago(7), ago(30)],
    )?;
    let (weeks, people) = documents(tx, ctx)?;
    Ok(UsersReport {
        at: now,
        sign_ins,
        weeks,
        people,
        invitations: tx.fetch_one(sql!("reports/invitations"), params![ctx.account, now])?,
        versions: versions(tx, ctx, released_key.as_deref())?,
        outdated: tx
            .fetch_one::<(i64,)>(sql!("reports/outdated"), params![ctx.account, now])?
            .0,
        released,
    })
}

fn versions(tx: &mut Tx<'_>, ctx: &Ctx, released_key: Option<&str>) -> db::Result<Vec<AppVersion>> {
    let found: Vec<(String, String, i64, i64)> =
        tx.fetch(sql!("reports/versions"), params![ctx.account, ctx.now()])?;
    Ok(found
        .into_iter()
        .map(|(version, key, people, devices)| AppVersion {
            version,
            people,
            devices,
            is_outdated: released_key.is_some_and(|released| *key < *released),
        })
        .collect())
}

/// The weeks one by one, each a range of ids, and who did it in all of them.
fn documents(tx: &mut Tx<'_>, ctx: &Ctx) -> db::Result<(Vec<Week>, Vec<PersonDocuments>)> {
    let zone = accounts::get(tx, ctx.account)?.time_zone;
    let zone = SiteZone::parse(&zone).unwrap_or(SiteZone::UTC);
    let mondays = zone.mondays(ctx.now(), WEEKS);
    let mut weeks = Vec::new();
    for pair in mondays.windows(2) {
        let [monday, next] = pair else { continue };
        let (from, until) = (zone.start_of(*monday), zone.start_of(*next));
        let ids = activity::ids_between(from, until);
        let (submitted, edited): (i64, i64) = tx.fetch_one(
            sql!("reports/documents_in"),
            params![ctx.account, ids.0, ids.1, from, until],
        )?;
        weeks.push(Week {
            monday: *monday,
            submitted,
            edited,
        });
    }
    let (Some(first), Some(last)) = (mondays.first(), mondays.last()) else {
        return Ok((weeks, Vec::new()));
    };
    let (from, until) = (zone.start_of(*first), zone.start_of(*last));
    let ids = activity::ids_between(from, until);
    let found: Vec<(UserId, String, String, i64, i64)> = tx.fetch(
        sql!("reports/documents_of_people"),
        params![ctx.account, ids.0, ids.1, from, until, MOST_PEOPLE],
    )?;
    let mut people: Vec<PersonDocuments> = found
        .into_iter()
        .map(|(user, first, last, submitted, edited)| PersonDocuments {
            user,
            name: full_name(&first, &last),
            submitted,
            edited,
            weeks: vec![(0, 0); weeks.len()],
        })
        .collect();
    by_week(tx, ctx, (&zone, &mondays), &mut people)?;
    Ok((weeks, people))
}

/// What each of these people did in each week.
fn by_week(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    (zone, mondays): (&SiteZone, &[Day]),
    people: &mut [PersonDocuments],
) -> db::Result<()> {
    stage_ids(tx, people.iter().map(|one| one.user))?;
    let places: HashMap<UserId, usize> = people
        .iter()
        .enumerate()
        .map(|(place, one)| (one.user, place))
        .collect();
    for (week, pair) in mondays.windows(2).enumerate() {
        let [monday, next] = pair else { continue };
        let (from, until) = (zone.start_of(*monday), zone.start_of(*next));
        let ids = activity::ids_between(from, until);
        let found: Vec<(UserId, i64, i64)> = tx.fetch(
            sql!("reports/documents_of_staged"),
            params![ctx.account, ids.0, ids.1, from, until],
        )?;
        for (user, submitted, edited) in found {
            let one = places.get(&user).and_then(|place| people.get_mut(*place));
            if let Some(cell) = one.and_then(|one| one.weeks.get_mut(week)) {
                *cell = (submitted, edited);
            }
        }
    }
    Ok(())
}
