//! Cards: the list with what is done to ticked ones, one card's page, new ones, and issuing to many.

mod add;
mod change;
mod held;
mod list;
mod many;
mod settings;
mod show;

pub(crate) use add::{create, show_new};
pub(crate) use change::{activate, change_one, change_ticked, move_card, replace};
pub(crate) use held::{HeldCard, held};
pub(crate) use list::list;
pub(crate) use many::{begin, results, show_issue, show_run};
pub(crate) use settings::{show as show_settings, store as store_settings};
pub(crate) use show::{reveal, show};

use directory::cards::{Card, CardRefusal, RunState, Validity};
use jiff::tz::TimeZone;
use kernel::{CardState, CardType, SiteZone};

use crate::{
    badge::Badge, choice::Choice, devices::window, failure::Failure, format::sentence, icon::Icon,
};

/// How issuing to many stands.
const fn run_badge(state: RunState) -> Badge {
    let (tone, icon, text) = match state {
        RunState::Running => ("info", Icon::Busy, "Issuing"),
        RunState::Done => ("good", Icon::Done, "Done"),
        RunState::GivenUp => ("bad", Icon::Problem, "Given up"),
    };
    Badge { tone, icon, text }
}

/// A state as a label.
fn badge(state: CardState) -> Badge {
    let (tone, icon, text) = match state {
        CardState::Reserved => ("still", Icon::Card, "Reserved"),
        CardState::Issued => ("info", Icon::Clock, "Issued"),
        CardState::Active => ("good", Icon::Done, "Active"),
        CardState::Paused => ("warn", Icon::Pause, "Paused"),
        CardState::Expired => ("still", Icon::Clock, "Expired"),
        CardState::Revoked => ("still", Icon::Off, "Revoked"),
    };
    Badge { tone, icon, text }
}

const fn kind_name(kind: CardType) -> &'static str {
    match kind {
        CardType::Mobile => "In a phone",
        CardType::Rf => "RF card or fob",
        CardType::Qr => "QR code",
    }
}

fn kinds(chosen: CardType) -> Vec<Choice> {
    CardType::ALL
        .iter()
        .map(|kind| Choice::new(kind.as_str(), kind_name(*kind), *kind == chosen))
        .collect()
}

/// "3 Mar 2025, 08:00 to 4 Mar 2025, 18:00"
fn valid(card: &Card, zone: &TimeZone) -> String {
    window(card.starts_at, card.ends_at, zone)
}

/// The dates of a form, as clocks of the account show them; blank: none.
fn typed_validity(starts: &str, ends: &str, zone: &str) -> Result<Validity, CardRefusal> {
    let zone = SiteZone::parse(zone).unwrap_or(SiteZone::UTC);
    let read = |text: &str| match text.trim() {
        "" => Ok(None),
        text => zone.typed(text).map(Some).map_err(|_| CardRefusal::Dates),
    };
    Ok(Validity {
        starts_at: read(starts)?,
        ends_at: read(ends)?,
    })
}

/// The default end as a form shows it.
fn end_typed(validity: Validity, zone: &str) -> String {
    let zone = SiteZone::parse(zone).unwrap_or(SiteZone::UTC);
    let local = validity.ends_at.and_then(|end| zone.local(end));
    local.map_or_else(String::new, |local| {
        local.strftime("%Y-%m-%dT%H:%M").to_string()
    })
}

/// A refusal as a page; what a person can act on says where to.
pub(crate) fn refused(error: CardRefusal, link: impl Into<String>) -> Failure {
    match error {
        CardRefusal::Forbidden(_) => Failure::Forbidden,
        CardRefusal::Locked(locked) => locked.into(),
        CardRefusal::Unknown | CardRefusal::NobodyThere => Failure::NotFound,
        CardRefusal::Db(error) => error.into(),
        error @ CardRefusal::Output(_) => Failure::internal(&error),
        error @ (CardRefusal::State { .. }
        | CardRefusal::Fixed(_)
        | CardRefusal::HasCard
        | CardRefusal::HasReserved
        | CardRefusal::NumberTaken
        | CardRefusal::NumberNeeded
        | CardRefusal::NotActive
        | CardRefusal::Dates
        | CardRefusal::TooMany(_)
        | CardRefusal::Days(_)) => Failure::Conflict {
            title: "Nothing was changed".to_owned(),
            message: sentence(&error.to_string()),
            link: link.into(),
        },
    }
}
