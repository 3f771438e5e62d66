//! What the steps of the wizard share: where somebody is, and what was chosen, in words.

use admit::Draft;
use directory::access::Terms;
use jiff::tz::TimeZone;
use kernel::AccessType;

use crate::format::{counted, moment};

/// A step of the wizard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Access,
    Device,
    People,
    Check,
}

impl Step {
    pub(super) const ALL: [Self; 4] = [Self::Access, Self::Device, Self::People, Self::Check];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Device => "device",
            Self::People => "people",
            Self::Check => "check",
        }
    }

    pub(super) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Access => "Access",
            Self::Device => "Device",
            Self::People => "People",
            Self::Check => "Check & send",
        }
    }

    /// Whether a draft has what the step is for.
    pub(super) fn is_done(self, draft: &Draft) -> bool {
        match self {
            Self::Access => draft.terms.is_some(),
            Self::Device => !draft.devices.is_empty(),
            Self::People => draft.ready > 0,
            Self::Check => false,
        }
    }
}

/// A step in the list above a page.
pub(crate) struct StepLine {
    pub(crate) name: &'static str,
    pub(crate) link: String,
    is_done: bool,
    is_current: bool,
}

impl StepLine {
    pub(crate) fn is_done(&self) -> bool {
        self.is_done && !self.is_current
    }

    pub(crate) fn is_current(&self) -> bool {
        self.is_current
    }
}

/// Every step of a draft; each can be opened at any time.
pub(super) fn steps(draft: &Draft, current: Step) -> Vec<StepLine> {
    Step::ALL
        .into_iter()
        .map(|step| StepLine {
            name: step.name(),
            link: format!("/invite/{}/{}", draft.id, step.as_str()),
            is_done: step.is_done(draft),
            is_current: step == current,
        })
        .collect()
}

/// What an access type is called, what it allows, and whom it is for (S0.12).
pub(super) const fn described(kind: AccessType) -> (&'static str, &'static str) {
    match kind {
        AccessType::Owner => ("Owner", "Everything; each device has one"),
        AccessType::Full => (
            "Full access",
            "Always. Invites others and manages the device: a resident owner, an administrator",
        ),
        AccessType::Tenant => (
            "Tenant",
            "Always. Invites guests for a short time: a renter, an office worker",
        ),
        AccessType::Always => (
            "Always",
            "Day and night, without an end: family, a colleague",
        ),
        AccessType::Repeat => ("Repeat", "By a weekly schedule: a contractor, a cleaner"),
        AccessType::Temporary => (
            "Temporary",
            "Until a moment, and ends by itself: a visitor, a delivery",
        ),
    }
}

/// The chosen access in words.
pub(super) fn access_words(terms: &Terms, zone: &TimeZone) -> String {
    let (name, _) = described(terms.kind());
    match (terms.schedule(), terms.ends_at()) {
        (Some(schedule), _) => format!("{name}, {schedule}"),
        (None, Some(end)) => format!("{name}, until {}", moment(end, zone).shown),
        (None, None) => name.to_owned(),
    }
}

/// The chosen devices in words: a few by name.
pub(super) fn device_words(draft: &Draft) -> String {
    const NAMED: usize = 3;
    let names: Vec<&str> = draft
        .devices
        .iter()
        .take(NAMED)
        .map(|device| device.name.as_str())
        .collect();
    let more = draft.devices.len().saturating_sub(NAMED);
    if more > 0 {
        format!("{} and {more} more", names.join(", "))
    } else {
        names.join(", ")
    }
}

/// How many people are chosen.
pub(super) fn people_words(draft: &Draft) -> String {
    counted(draft.ready, "person", "people")
}
