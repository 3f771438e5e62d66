//! Inviting people: the list with its funnel, waves, single invitations, and the account's settings for them.

mod list;
mod many;
mod new;
mod one;
mod settings;
mod wave;

pub(crate) use list::list;
pub(crate) use many::{again, extend as extend_many, sheet, withdraw as withdraw_many};
pub(crate) use new::{begin, show_new};
pub(crate) use one::{Line, extend, invite, lines, withdraw};
pub(crate) use settings::{show as show_settings, store as store_settings};
pub(crate) use wave::{pause, resume, show as show_wave, stop};

use invite::{InviteError, Standing};

use crate::{badge::Badge, failure::Failure, format::sentence, icon::Icon};

/// A standing as a label.
fn badge(standing: Standing) -> Badge {
    let (tone, icon, text) = match standing {
        Standing::Prepared => ("still", Icon::Mail, "Prepared"),
        Standing::Waiting => ("info", Icon::Clock, "Waiting"),
        Standing::Sent => ("info", Icon::Mail, "Sent"),
        Standing::Bounced => ("bad", Icon::Problem, "Bounced"),
        Standing::Failed => ("bad", Icon::Problem, "Not delivered"),
        Standing::Accepted => ("good", Icon::Done, "Accepted"),
        Standing::Expired => ("warn", Icon::Clock, "Expired"),
        Standing::Withdrawn => ("still", Icon::Off, "Withdrawn"),
    };
    Badge { tone, icon, text }
}

/// A refusal as a page; what a person can act on says where to.
pub(crate) fn refused(error: InviteError, link: String) -> Failure {
    match error {
        InviteError::Forbidden(_) => Failure::Forbidden,
        InviteError::NotFound => Failure::NotFound,
        InviteError::Db(error) => error.into(),
        error @ (InviteError::SignsIn
        | InviteError::NotActive
        | InviteError::NoAddress(_)
        | InviteError::TakenHere
        | InviteError::TooOften
        | InviteError::NotOpen
        | InviteError::Days
        | InviteError::SendAt
        | InviteError::Reminders) => Failure::Conflict {
            title: "Nobody was invited".to_owned(),
            message: sentence(&error.to_string()),
            link,
        },
    }
}
