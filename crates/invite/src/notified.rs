//! Mailing the notifications that people want by e-mail, too.

use db::Tx;
use delivery::{
    Channel, Parameters, Purpose,
    messages::{self, NewMessage},
};
use directory::{
    Ctx, accounts,
    notifications::{self, Bundle},
};
use jobs::{Context, Failure, Job, JobOutcome};

/// No more is told in one mail; the page has all.
const NAMED: usize = 50;

/// Runs the job [`notifications::MAILED`]: one e-mail to each person for all that is due.
pub(crate) fn mail_due(
    context: &Context,
    job: &Job,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let Some(account) = job.account_id else {
        return Ok(JobOutcome::Done);
    };
    let ctx = crate::of_the_product(context, account);
    loop {
        let goes_on = context.db.write_blocking(|tx| {
            job.keep(tx)?;
            mail_some(tx, &ctx, delivery)
        })?;
        context.wake.wake();
        if !goes_on {
            return Ok(JobOutcome::Done);
        }
        if context.wake.is_stopping() {
            return Ok(JobOutcome::Continue);
        }
    }
}

/// Taken and queued in one transaction, so that nothing is mailed twice; `false` when nothing was due.
fn mail_some(tx: &mut Tx<'_>, ctx: &Ctx, delivery: &delivery::Settings) -> db::Result<bool> {
    let Some(bundles) = notifications::take_due(tx, ctx)? else {
        return Ok(false);
    };
    let account = accounts::get(tx, ctx.account)?;
    let post: Vec<NewMessage> = bundles
        .into_iter()
        .map(|bundle| message(ctx, &account.name, bundle, delivery))
        .collect();
    messages::queue(tx, &post)?;
    Ok(true)
}

fn message(ctx: &Ctx, account: &str, bundle: Bundle, delivery: &delivery::Settings) -> NewMessage {
    let mut lines: Vec<String> = bundle.texts.iter().take(NAMED).cloned().collect();
    if let Some(more) = bundle
        .texts
        .len()
        .checked_sub(NAMED)
        .filter(|more| *more > 0)
    {
        lines.push(format!("… + {more}"));
    }
    NewMessage {
        id: ctx.new_id(),
        account: ctx.account,
        channel: Channel::Email,
        purpose: Purpose::Notifications,
        language: bundle.language,
        subject: None,
        recipient: bundle.email,
        parameters: Parameters {
            account: account.to_owned(),
            name: bundle.name,
            first_name: bundle.first_name,
            list: lines,
            ..Parameters::default()
        },
        link: Some(delivery.link("/notifications")),
        due_at: ctx.now(),
        created_at: ctx.now(),
    }
}
