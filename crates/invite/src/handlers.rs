//! Which jobs of the queue are this crate's.

use delivery::messages::BOUNCED;
use directory::{documents, notifications};
use jobs::Runner;

use crate::{
    assigned::mail_assigned,
    bounced::announce_bounces,
    notified::mail_due,
    reminders::{REMINDERS, remind},
    wave,
};

/// Adds the handlers of waves, reminders, bounces, assigned documents and notifications; `settings` say what links begin with.
#[must_use]
pub fn register(runner: Runner, settings: &delivery::Settings) -> Runner {
    let (waves, bounces, reminders) = (settings.clone(), settings.clone(), settings.clone());
    let (assigned, notified) = (settings.clone(), settings.clone());
    runner
        .register(wave::WAVE, move |context, job| {
            wave::run(context, job, &waves)
        })
        .register(BOUNCED, move |context, job| {
            announce_bounces(context, job, &bounces)
        })
        .register(REMINDERS, move |context, job| {
            remind(context, job, &reminders)
        })
        .register(documents::MAILED, move |context, job| {
            mail_assigned(context, job, &assigned)
        })
        .register(notifications::MAILED, move |context, job| {
            mail_due(context, job, &notified)
        })
}
