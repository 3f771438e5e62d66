//! The terms of access: its type with the window and the weekly hours that go with it.

use kernel::{AccessType, Schedule, Timestamp};

use crate::grants::Grant;

/// A type of access with what it needs: hours if it repeats, an end if it is temporary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    kind: AccessType,
    schedule: Option<Schedule>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

/// What is wrong with terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsFault {
    /// Nobody becomes owner of a device by being given access.
    #[error("a device is handed over by its owner")]
    Owner,
    /// Repeat access without hours.
    #[error("say on which days and hours the access repeats, such as Mon-Fri 09:00-17:00")]
    ScheduleMissing,
    /// Temporary access without an end.
    #[error("say until when the access lasts")]
    EndMissing,
    /// The end is not after the beginning.
    #[error("the end has to be after the beginning")]
    Order,
    /// The end is over already.
    #[error("the end is in the past")]
    Past,
}

impl TermsFault {
    /// The stable code for programs, that of the import where it has one.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Owner => "access_type_not_allowed",
            Self::ScheduleMissing => "schedule_missing",
            Self::EndMissing => "access_end_missing",
            Self::Order => "date_order",
            Self::Past => "date_past",
        }
    }
}

impl Terms {
    /// Terms that can be given now.
    ///
    /// Hours belong to repeat access only and are dropped otherwise. A window may be set for every
    /// type; temporary access must have an end.
    pub fn new(
        kind: AccessType,
        schedule: Option<Schedule>,
        starts_at: Option<Timestamp>,
        ends_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, TermsFault> {
        let schedule = match (kind, schedule) {
            (AccessType::Owner, _) => return Err(TermsFault::Owner),
            (AccessType::Repeat, None) => return Err(TermsFault::ScheduleMissing),
            (AccessType::Repeat, schedule) => schedule,
            (
                AccessType::Full | AccessType::Tenant | AccessType::Always | AccessType::Temporary,
                _,
            ) => None,
        };
        if kind == AccessType::Temporary && ends_at.is_none() {
            return Err(TermsFault::EndMissing);
        }
        if ends_at.is_some_and(|end| starts_at.is_some_and(|start| end <= start)) {
            return Err(TermsFault::Order);
        }
        if ends_at.is_some_and(|end| end <= now) {
            return Err(TermsFault::Past);
        }
        Ok(Self {
            kind,
            schedule,
            starts_at,
            ends_at,
        })
    }

    /// The type.
    pub const fn kind(&self) -> AccessType {
        self.kind
    }

    /// The weekly hours of repeat access.
    pub const fn schedule(&self) -> Option<&Schedule> {
        self.schedule.as_ref()
    }

    /// From when; none for at once.
    pub const fn starts_at(&self) -> Option<Timestamp> {
        self.starts_at
    }

    /// Until when; none for as long as nobody takes it away.
    pub const fn ends_at(&self) -> Option<Timestamp> {
        self.ends_at
    }

    /// Writes the terms into a grant.
    pub(super) fn write(&self, grant: &mut Grant) {
        grant.access_type = self.kind.as_str().to_owned();
        grant.schedule = self.schedule.as_ref().map(Schedule::to_string);
        grant.starts_at = self.starts_at;
        grant.ends_at = self.ends_at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000_000);
    const LATER: Option<Timestamp> = Some(Timestamp::from_micros(5_000_000));

    #[test]
    fn each_type_needs_what_belongs_to_it() {
        let hours = Schedule::parse("Mon-Fri 09:00-17:00").unwrap();
        let terms = |kind, schedule, start, end| Terms::new(kind, schedule, start, end, NOW);
        for (kind, start, end, fault) in [
            (AccessType::Owner, None, None, TermsFault::Owner),
            (AccessType::Repeat, None, None, TermsFault::ScheduleMissing),
            (AccessType::Temporary, LATER, None, TermsFault::EndMissing),
            (AccessType::Always, LATER, LATER, TermsFault::Order),
            (AccessType::Always, None, Some(NOW), TermsFault::Past),
        ] {
            assert_eq!(terms(kind, None, start, end), Err(fault));
        }
        let repeat = terms(AccessType::Repeat, Some(hours.clone()), None, LATER).unwrap();
        assert_eq!(repeat.schedule(), Some(&hours));
        let always = terms(AccessType::Always, Some(hours), None, None).unwrap();
        assert_eq!(always.schedule(), None);
    }
}
