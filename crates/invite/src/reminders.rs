//! Reminders: the offer once more, with a new link, to those who have not come.

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use delivery::Purpose;
use directory::{Actor, Ctx, accounts};
use jobs::{Context, Failure, Job, JobOutcome, NewJob};
use kernel::{AccountId, Clock, Ids, Role, Timestamp, UserId, WaveId};

use crate::{
    invitation::Channel,
    offer::{self, Carried, Guest, Terms},
    settings::InvitationSettings,
};

/// The job that looks for reminders that are due.
pub(crate) const REMINDERS: &str = "invite.reminders";
const EVERY: Duration = Duration::from_mins(10);
const CHUNK: i64 = 500;

struct Due {
    account_id: AccountId,
    wave_id: Option<WaveId>,
    user_id: UserId,
    first_name: String,
    last_name: String,
    language: Option<String>,
    channel: String,
    recipient: Option<String>,
    number: i64,
    invited_by: Option<UserId>,
    invited_by_name: String,
    offered_at: Timestamp,
    expires_at: Timestamp,
    reminders_sent: i64,
}

from_row!(Due {
    account_id,
    wave_id,
    user_id,
    first_name,
    last_name,
    language,
    channel,
    recipient,
    number,
    invited_by,
    invited_by_name,
    offered_at,
    expires_at,
    reminders_sent,
});

/// Queues the job, unless it is there already.
pub fn schedule_reminders(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp) -> db::Result<()> {
    let (waiting,): (i64,) = tx.fetch_one(sql!("reminders/scheduled"), params![REMINDERS])?;
    if waiting > 0 {
        return Ok(());
    }
    let Ok(job) = NewJob::new(REMINDERS, &serde_json::json!({})) else {
        return Ok(());
    };
    jobs::enqueue(
        tx,
        ids,
        now,
        &job.group(REMINDERS)
            .run_at(now.checked_add(EVERY).unwrap_or(now)),
    )
    .map(drop)
}

/// Runs the job: sends what is due, and queues itself for later.
pub(crate) fn remind(
    context: &Context,
    job: &Job,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    loop {
        let sent = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            send_due(tx, &context.clock, &context.ids, delivery)
        })?;
        if sent == 0 {
            break;
        }
    }
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        let now = context.clock.now();
        let Ok(next) = NewJob::new(REMINDERS, &serde_json::json!({})) else {
            return Ok(());
        };
        jobs::enqueue(
            tx,
            &context.ids,
            now,
            &next
                .group(REMINDERS)
                .run_at(now.checked_add(EVERY).unwrap_or(now)),
        )
        .map(drop)
    })?;
    Ok(JobOutcome::Done)
}

/// Sends the reminders that are due, at most [`CHUNK`]; returns how many were looked at.
fn send_due(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    delivery: &delivery::Settings,
) -> db::Result<usize> {
    let now = clock.now();
    let due: Vec<Due> = tx.fetch(sql!("reminders/due"), params![now, CHUNK])?;
    for of_account in due.chunk_by(|one, other| one.account_id == other.account_id) {
        let Some(first) = of_account.first() else {
            continue;
        };
        let account = accounts::get(tx, first.account_id)?;
        let settings = InvitationSettings::load(tx, account.id)?;
        let ctx = Ctx {
            account: account.id,
            actor: Actor::new(None, &account.name, Role::Admin),
            clock: clock.clone(),
            ids: ids.clone(),
        };
        let terms = Terms {
            delivery,
            settings: &settings,
            account_name: &account.name,
            purpose: Purpose::Reminder,
            wave: None,
            send_at: now,
        };
        let guests: Vec<_> = of_account.iter().map(|due| due.guest(&settings)).collect();
        offer::make(tx, &ctx, &terms, &guests)?;
    }
    Ok(due.len())
}

impl Due {
    /// The same offer with a new link that works as long as the old one would have.
    fn guest(&self, settings: &InvitationSettings) -> Guest {
        let sent = self.reminders_sent + 1;
        let next =
            settings.reminder_at(self.offered_at, usize::try_from(sent).unwrap_or(usize::MAX));
        Guest {
            user: self.user_id,
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            language: self.language.clone(),
            channel: Channel::parse(&self.channel).unwrap_or(Channel::Email),
            recipient: self.recipient.clone(),
            offers_before: self.number,
            carried: Some(Carried {
                wave: self.wave_id,
                offered_at: self.offered_at,
                expires_at: self.expires_at,
                remind_at: next.filter(|at| *at < self.expires_at),
                reminders_sent: sent,
                invited_by: self.invited_by,
                invited_by_name: self.invited_by_name.clone(),
            }),
        }
    }
}
