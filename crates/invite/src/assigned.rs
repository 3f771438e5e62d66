//! Telling people by e-mail of the documents that were assigned to them (S2.42).

use db::Tx;
use delivery::{
    Channel, Parameters, Purpose,
    messages::{self, NewMessage},
};
use directory::{
    accounts,
    documents::{self, Assigned},
    notifications::{self, Topic},
    users,
};
use jobs::{Context, Failure, Job, JobOutcome};
use kernel::{AccountId, UserStatus};

/// No more documents are named in one mail; the page has them all.
const NAMED: usize = 50;

/// Runs the job [`documents::MAILED`]: one e-mail for all that was assigned at once.
pub(crate) fn mail_assigned(
    context: &Context,
    job: &Job,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let assigned: Assigned = job.payload()?;
    // A job that is begun again has a mail of the same id, so that nobody gets two.
    let id = kernel::MessageId::from_uuid(job.id.uuid());
    context.db.write_blocking(|tx| {
        job.keep(tx)?;
        if messages::find(tx, account, id)?.is_some() {
            return Ok(());
        }
        let message = message(tx, context, account, &assigned, delivery)?;
        let message = message.map(|message| NewMessage { id, ..message });
        messages::queue(tx, message.as_slice()).map(drop)
    })?;
    context.wake.wake();
    Ok(JobOutcome::Done)
}

/// The mail; none for somebody who has no address, wants none, is gone, or was relieved of all of it meanwhile.
fn message(
    tx: &mut Tx<'_>,
    context: &Context,
    account: AccountId,
    assigned: &Assigned,
    delivery: &delivery::Settings,
) -> db::Result<Option<NewMessage>> {
    let Some(person) = users::find(tx, account, assigned.user)? else {
        return Ok(None);
    };
    let user = person.user;
    let found = documents::assigned_to(tx, account, assigned)?;
    let is_active = user.status == UserStatus::Active.as_str()
        && notifications::wants_mail(tx, account, assigned.user, Topic::Documents)?;
    let Some(recipient) = user
        .email
        .clone()
        .filter(|_| is_active && !found.is_empty())
    else {
        return Ok(None);
    };
    let mut lines: Vec<_> = found
        .iter()
        .take(NAMED)
        .map(|(title, workflow, _)| format!("{title} ({workflow})"))
        .collect();
    if let Some(more) = found.len().checked_sub(NAMED).filter(|more| *more > 0) {
        lines.push(format!("… + {more}"));
    }
    // What was said is the same for all that was assigned at once.
    if let Some((_, _, Some(note))) = found.first() {
        lines.push(format!("“{note}”"));
    }
    let account = accounts::get(tx, account)?;
    let now = context.clock.now();
    Ok(Some(NewMessage {
        id: context.ids.next(now),
        account: account.id,
        channel: Channel::Email,
        purpose: Purpose::Documents,
        language: user.language.clone(),
        subject: None,
        recipient,
        parameters: Parameters {
            account: account.name,
            name: user.full_name(),
            first_name: user.first_name,
            sender: assigned.sender.clone(),
            list: lines,
            ..Parameters::default()
        },
        link: Some(delivery.link("/me/documents")),
        due_at: now,
        created_at: now,
    }))
}
