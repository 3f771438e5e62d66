//! What an account decided about its invitations.

use std::time::Duration;

use db::{Tx, params, sql};
use directory::{Action, Ctx, activity};
use kernel::{AccountId, Timestamp};

use crate::invitation::InviteError;

const DAY: Duration = Duration::from_hours(24);
const MOST_REMINDERS: usize = 5;

/// For how long links work and when reminders go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitationSettings {
    /// For so many days a link works, 1 to 90.
    pub days: i64,
    /// A reminder goes out so many days after the invitation, if it is still open.
    pub reminders: Vec<i64>,
}

impl InvitationSettings {
    /// The account's settings.
    pub fn load(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Self> {
        let (days, reminders): (i64, String) =
            tx.fetch_one(sql!("settings/find"), params![account])?;
        let reminders = reminders
            .split(',')
            .filter_map(|days| days.trim().parse().ok())
            .collect();
        Ok(Self { days, reminders })
    }

    /// Stores them.
    pub fn store(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), InviteError> {
        ctx.require(Action::EditSettings)?;
        check_days(self.days)?;
        let in_order = self
            .reminders
            .windows(2)
            .all(|pair| pair.first() < pair.last());
        let bounded = self
            .reminders
            .iter()
            .all(|days| (1..self.days).contains(days));
        if !in_order || !bounded || self.reminders.len() > MOST_REMINDERS {
            return Err(InviteError::Reminders);
        }
        let reminders: Vec<_> = self.reminders.iter().map(ToString::to_string).collect();
        let reminders = reminders.join(",");
        tx.execute(
            sql!("settings/store"),
            params![ctx.account, self.days, reminders],
        )?;
        let details = format!(
            "links work for {} days, reminders after {reminders} days",
            self.days
        );
        activity::record(tx, ctx, "invitations.settings", None, &details)?;
        Ok(())
    }

    /// When a link that is made now stops working.
    pub(crate) fn expires_at(&self, now: Timestamp) -> Timestamp {
        in_days(now, self.days)
    }

    /// When the reminder after `sent` of them goes out.
    pub(crate) fn reminder_at(&self, invited_at: Timestamp, sent: usize) -> Option<Timestamp> {
        self.reminders
            .get(sent)
            .map(|days| in_days(invited_at, *days))
    }
}

/// Whether a link may work for so long.
pub(crate) fn check_days(days: i64) -> Result<(), InviteError> {
    if (1..=90).contains(&days) {
        Ok(())
    } else {
        Err(InviteError::Days)
    }
}

/// So many days later.
pub(crate) fn in_days(from: Timestamp, days: i64) -> Timestamp {
    let days = u32::try_from(days).unwrap_or(0);
    from.checked_add(DAY.saturating_mul(days)).unwrap_or(from)
}
