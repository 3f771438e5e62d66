//! Choosing a new password by a link that was sent (S1.19, S2.18).
//!
//! Asking is one job for whatever was typed: the answer, and the time it takes, are the same whoever is behind it; the job
//! then sends a message, or finds nobody to send it to. Looking at a link consumes nothing. A link works once, for an hour,
//! and only as long as nothing else was changed for the sign-in.

use std::time::Duration;

use db::{Tx, from_row, params, sql};
use delivery::{
    Channel, Parameters, Purpose, SecurityChange,
    messages::{self, NewMessage},
};
use directory::{Action, Ctx, Forbidden, activity};
use jobs::{Context, Failure, Job, JobOutcome, NewJob, Runner};
use kernel::{Clock, IdentityId, Ids, Timestamp, UserId};

use crate::{
    PasswordHash,
    devices::{self, Ended},
    identities::person_of,
    identities::{self, Proven},
    notice::Person,
    rules::{self, Rules},
    sessions::{Token, earlier},
    sign_in::key_of,
};

/// The kind of the job that sends a link.
const RESET: &str = "password_reset";
/// So long a link works.
const HOLDS: Duration = Duration::from_hours(1);
/// Nobody gets more links in an hour.
const MOST_AN_HOUR: i64 = 3;

/// Why an administrator's request sent nothing.
#[derive(Debug, thiserror::Error)]
pub enum ResetRefusal {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// Nobody of this id signs in.
    #[error("this person does not sign in")]
    NotFound,
    /// Enough of them are on their way.
    #[error("this person was sent {MOST_AN_HOUR} links within an hour; wait a little")]
    TooOften,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sent {
    Queued,
    Nobody,
    TooOften,
}

/// Adds the handler that sends links; `settings` say what they begin with.
#[must_use]
pub fn register(runner: Runner, settings: &delivery::Settings) -> Runner {
    let settings = settings.clone();
    runner.register(RESET, move |context, job| answer(context, job, &settings))
}

/// Asks for a link for an e-mail address or phone number, whoever it belongs to.
pub fn ask(tx: &mut Tx<'_>, ids: &Ids, now: Timestamp, typed: &str) -> db::Result<()> {
    let Ok(job) = NewJob::new(RESET, &key_of(typed)) else {
        return Ok(());
    };
    jobs::enqueue(tx, ids, now, &job).map(drop)
}

fn answer(
    context: &Context,
    job: &Job,
    settings: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let Ok(key) = job.payload::<String>() else {
        return Ok(JobOutcome::Done);
    };
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        // What strangers typed is not kept.
        jobs::forget(tx, RESET, earlier(context.clock.now(), HOLDS))?;
        let Some(identity) = identities::find(tx, &key)? else {
            return Ok::<_, db::Error>(Sent::Nobody);
        };
        let channel = if key.starts_with('+') {
            Channel::Sms
        } else {
            Channel::Email
        };
        let now = context.clock.now();
        send(tx, &context.ids, now, settings, (identity, Some(channel)))
    })?;
    Ok(JobOutcome::Done)
}

/// Sends a user the same link, on an administrator's word; nobody but its reader ever sees it.
pub fn request(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    settings: &delivery::Settings,
    user: UserId,
) -> Result<(), ResetRefusal> {
    ctx.require(Action::EditUsers)?;
    let (identity, ..) = person_of(tx, ctx, user)?.ok_or(ResetRefusal::NotFound)?;
    match send(tx, &ctx.ids, ctx.now(), settings, (identity, None))? {
        Sent::Queued => {}
        Sent::Nobody => return Err(ResetRefusal::NotFound),
        Sent::TooOften => return Err(ResetRefusal::TooOften),
    }
    activity::record(tx, ctx, "user.password_request", Some(user.uuid()), "")?;
    Ok(())
}

/// Makes a link and queues its message, by e-mail if no channel is named and there is an address.
fn send(
    tx: &mut Tx<'_>,
    ids: &Ids,
    now: Timestamp,
    settings: &delivery::Settings,
    (identity, channel): (IdentityId, Option<Channel>),
) -> db::Result<Sent> {
    let Some(person) = Person::find(tx, identity)? else {
        return Ok(Sent::Nobody);
    };
    let channel = channel.unwrap_or(if person.email.is_some() {
        Channel::Email
    } else {
        Channel::Sms
    });
    let recipient = match channel {
        Channel::Email => person.email.clone(),
        Channel::Sms => person.phone.clone(),
    };
    let Some(recipient) = recipient else {
        return Ok(Sent::Nobody);
    };
    // Of two at once, the second waits here and then counts the first.
    tx.execute(sql!("identities/touch"), params![identity, now])?;
    let hour_ago = earlier(now, HOLDS);
    tx.execute(sql!("resets/forget"), params![identity, hour_ago])?;
    let (recent,): (i64,) = tx.fetch_one(sql!("resets/recent"), params![identity, hour_ago])?;
    if recent >= MOST_AN_HOUR {
        return Ok(Sent::TooOften);
    }
    // A newer link replaces the older ones, whose messages need not go out any more.
    tx.execute(sql!("resets/replace"), params![identity])?;
    messages::withdraw(tx, person.account_id, identity.uuid(), now)?;
    let token = Token::random();
    tx.execute(
        sql!("resets/insert"),
        params![
            token.hash(),
            identity,
            channel,
            recipient,
            now,
            now.checked_add(HOLDS).unwrap_or(now)
        ],
    )?;
    let message = NewMessage {
        id: ids.next(now),
        account: person.account_id,
        channel,
        purpose: Purpose::PasswordReset,
        language: person.language.clone(),
        subject: Some(identity.uuid()),
        recipient,
        parameters: Parameters {
            name: person.full_name(),
            account: person.account_name,
            first_name: person.first_name,
            ..Parameters::default()
        },
        link: Some(settings.link(&format!("/reset/{}", token.reveal()))),
        due_at: now,
        created_at: now,
    };
    messages::queue(tx, &[message])?;
    Ok(Sent::Queued)
}

/// A link that works.
#[derive(Clone, Debug)]
pub struct Reset {
    /// With this the person signs in.
    pub login: String,
    /// Their name.
    pub name: String,
    /// An account they belong to.
    pub account_name: String,
    /// What their new password has to be.
    pub rules: Rules,
    identity: IdentityId,
    proven: Proven,
    person: Person,
}

struct Found {
    identity_id: IdentityId,
    channel: String,
}

from_row!(Found {
    identity_id,
    channel
});

/// Looks at a link; changes nothing. None if it does not work (any more).
pub fn look(tx: &mut Tx<'_>, token: &Token, now: Timestamp) -> db::Result<Option<Reset>> {
    let found: Option<Found> =
        tx.fetch_optional(sql!("resets/find"), params![token.hash(), now])?;
    let Some(found) = found else { return Ok(None) };
    let Some(person) = Person::find(tx, found.identity_id)? else {
        return Ok(None);
    };
    let (login, proven) = if found.channel == Channel::Sms.as_str() {
        (person.phone.clone(), Proven::Phone)
    } else {
        (person.email.clone(), Proven::Email)
    };
    Ok(Some(Reset {
        login: login.unwrap_or_default(),
        name: person.full_name(),
        account_name: person.account_name.clone(),
        rules: rules::of_identity(tx, found.identity_id)?,
        identity: found.identity_id,
        proven,
        person,
    }))
}

/// Uses a link: the password is this from now on, and every session ends. `false` if the link does not work any more.
pub fn choose(
    tx: &mut Tx<'_>,
    clock: &Clock,
    ids: &Ids,
    token: &Token,
    password: &PasswordHash,
) -> db::Result<bool> {
    let now = clock.now();
    let Some(reset) = look(tx, token, now)? else {
        return Ok(false);
    };
    // Of two at once, the second finds it used.
    if tx.execute(sql!("resets/use"), params![token.hash(), now])? == 0 {
        return Ok(false);
    }
    identities::set_password(tx, reset.identity, password, now)?;
    identities::prove(tx, reset.identity, reset.proven, now)?;
    devices::end_others(tx, reset.identity, None, Ended::Password)?;
    let ctx = reset.person.ctx(clock, ids);
    reset.person.tell(tx, &ctx, SecurityChange::Password)?;
    let subject = Some(reset.person.user_id.uuid());
    activity::record(
        tx,
        &ctx,
        "user.password",
        subject,
        "by a link that was sent",
    )?;
    Ok(true)
}
