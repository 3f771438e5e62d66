//! Telling administrators of messages that came back (S1.8, S2.10).

use db::Tx;
use delivery::{
    Channel, Parameters, Purpose,
    messages::{self, Message, NewMessage},
};
use directory::{
    Action, accounts,
    notifications::{self, Topic},
    users,
};
use jobs::{Context, Failure, Job, JobOutcome};
use kernel::AccountId;

/// No more addresses are named in one mail; the page has them all.
const NAMED: usize = 50;
const AT_ONCE: i64 = 5_000;

/// Runs the job [`messages::BOUNCED`]: one notification and one e-mail to each administrator for all bounces together.
pub(crate) fn announce_bounces(
    context: &Context,
    job: &Job,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        announce(tx, context, account, delivery)
    })?;
    context.wake.wake();
    Ok(JobOutcome::Done)
}

fn announce(
    tx: &mut Tx<'_>,
    context: &Context,
    account: AccountId,
    delivery: &delivery::Settings,
) -> db::Result<()> {
    let (mut total, mut bounced) = (0_usize, Vec::new());
    loop {
        let page = messages::take_unannounced(tx, account, AT_ONCE)?;
        if page.is_empty() {
            break;
        }
        for message in page {
            // That a mail about bounces bounced is seen in the outbox; mailing about it would never end.
            if message.purpose != Purpose::Bounces {
                total += 1;
                if bounced.len() < NAMED {
                    bounced.push(message);
                }
            }
        }
    }
    if bounced.is_empty() {
        return Ok(());
    }
    let account = accounts::get(tx, account)?;
    let ctx = crate::of_the_product(context, account.id);
    let text = match bounced.as_slice() {
        [one] => format!(
            "A message to {} could not be delivered: {}",
            one.recipient,
            reason(one)
        ),
        _ => format!("{total} messages could not be delivered."),
    };
    let mut lines: Vec<_> = bounced
        .iter()
        .map(|message| format!("{}: {}", message.recipient, reason(message)))
        .collect();
    if let Some(more) = total.checked_sub(bounced.len()).filter(|more| *more > 0) {
        lines.push(format!("… + {more}"));
    }
    let mut post = Vec::new();
    for administrator in users::administrators(tx, account.id, Action::ViewOutbox)? {
        notifications::add(tx, &ctx, administrator.id, "messages.bounced", None, &text)?;
        let wants = notifications::wants_mail(tx, account.id, administrator.id, Topic::Returned)?;
        let Some(email) = administrator.email.filter(|_| wants) else {
            continue;
        };
        post.push(NewMessage {
            id: ctx.new_id(),
            account: account.id,
            channel: Channel::Email,
            purpose: Purpose::Bounces,
            language: administrator.language,
            subject: None,
            recipient: email,
            parameters: Parameters {
                account: account.name.clone(),
                name: administrator.name,
                first_name: administrator.first_name,
                list: lines.clone(),
                ..Parameters::default()
            },
            link: Some(delivery.link("/invitations?standing=bounced")),
            due_at: ctx.now(),
            created_at: ctx.now(),
        });
    }
    messages::queue(tx, &post)?;
    Ok(())
}

fn reason(message: &Message) -> &str {
    message.reason.as_deref().unwrap_or("no reason was given")
}
