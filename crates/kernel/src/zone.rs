//! The time zone of a site, in which its days begin and end.

use std::{fmt, str::FromStr};

use jiff::{civil::DateTime, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{Day, Timestamp};

/// A named time zone: `Africa/Johannesburg`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SiteZone(TimeZone);

/// The text is not the name of a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a time zone")]
pub struct UnknownZone;

/// The text is not a date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time such as 2026-12-01T09:00")]
pub struct NotATime;

impl SiteZone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// Looks a zone up by its name.
    pub fn parse(name: &str) -> Result<Self, UnknownZone> {
        TimeZone::get(name.trim())
            .map(Self)
            .map_err(|_| UnknownZone)
    }

    /// The name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The moment a day begins.
    pub fn start_of(&self, day: Day) -> Timestamp {
        self.at(day.date().at(0, 0, 0, 0))
    }

    /// The last second of a day.
    pub fn end_of(&self, day: Day) -> Timestamp {
        self.at(day.date().at(23, 59, 59, 0))
    }

    /// The moment at which clocks of the zone show a time.
    ///
    /// In the hour that is skipped in spring it is the time after; in the hour that comes twice in
    /// autumn, the first.
    pub fn at(&self, local: DateTime) -> Timestamp {
        let moment = self.0.to_ambiguous_timestamp(local).compatible();
        // Only the very first and last day of the calendar have no moment in some zones.
        moment.map_or_else(|_| edge(local), Timestamp::from)
    }

    /// The moment at which clocks of the zone show what was typed: `2026-12-01T09:00`.
    pub fn typed(&self, text: &str) -> Result<Timestamp, NotATime> {
        text.trim()
            .parse()
            .map(|local| self.at(local))
            .map_err(|_| NotATime)
    }

    /// The first moment after another at which clocks of the zone show an hour and minute.
    pub fn next_time(&self, after: Timestamp, hour: i8, minute: i8) -> Option<Timestamp> {
        let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
        let today = self.local(after)?.date();
        let days = [Some(today), today.tomorrow().ok()];
        days.into_iter()
            .flatten()
            .map(|day| self.at(day.to_datetime(time)))
            .find(|moment| *moment > after)
    }

    /// So many Mondays up to the one of this week, and the one after it; none outside of the calendar.
    pub fn mondays(&self, now: Timestamp, weeks: i32) -> Vec<Day> {
        let Some(local) = self.local(now) else {
            return Vec::new();
        };
        let today = local.date();
        let since = i32::from(today.weekday().to_monday_zero_offset());
        (1 - weeks..=1)
            .filter_map(|week| {
                let days = jiff::Span::new().days(week * 7 - since);
                today.checked_add(days).ok().map(Day::from)
            })
            .collect()
    }

    /// What clocks of the zone show at a moment; `None` outside of the calendar.
    pub fn local(&self, moment: Timestamp) -> Option<DateTime> {
        let moment = jiff::Timestamp::from_microsecond(moment.as_micros()).ok()?;
        Some(self.0.to_datetime(moment))
    }
}

fn edge(local: DateTime) -> Timestamp {
    Timestamp::from(if local.year() > 0 {
        jiff::Timestamp::MAX
    } else {
        jiff::Timestamp::MIN
    })
}

impl fmt::Display for SiteZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for SiteZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SiteZone({})", self.name())
    }
}

impl FromStr for SiteZone {
    type Err = UnknownZone;

    fn from_str(name: &str) -> Result<Self, UnknownZone> {
        Self::parse(name)
    }
}

impl TryFrom<String> for SiteZone {
    type Error = UnknownZone;

    fn try_from(name: String) -> Result<Self, UnknownZone> {
        Self::parse(&name)
    }
}

impl From<SiteZone> for String {
    fn from(zone: SiteZone) -> Self {
        Self::from(zone.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_and_end_where_the_site_is() {
        let zone = SiteZone::parse("Africa/Johannesburg").unwrap();
        let day = Day::new(2025, 3, 1).unwrap();
        assert_eq!(zone.start_of(day).to_string(), "2025-02-28T22:00:00Z");
        assert_eq!(zone.end_of(day).to_string(), "2025-03-01T21:59:59Z");
        assert_eq!(
            zone.local(zone.end_of(day)),
            Some(day.date().at(23, 59, 59, 0))
        );
        assert_eq!(
            SiteZone::UTC.start_of(day).to_string(),
            "2025-03-01T00:00:00Z"
        );
    }

    #[test]
    fn skipped_and_repeated_hours_have_a_moment() {
        let zone = SiteZone::parse("Europe/Berlin").unwrap();
        let spring = Day::new(2025, 3, 30).unwrap().date().at(2, 30, 0, 0);
        assert_eq!(zone.at(spring).to_string(), "2025-03-30T01:30:00Z");
        let autumn = Day::new(2025, 10, 26).unwrap().date().at(2, 30, 0, 0);
        assert_eq!(zone.at(autumn).to_string(), "2025-10-26T00:30:00Z");
        let typed = zone.typed(" 2025-10-26T02:30 ").map(|at| at.to_string());
        assert_eq!(typed.as_deref(), Ok("2025-10-26T00:30:00Z"));
        assert_eq!(zone.typed("tomorrow"), Err(NotATime));
    }

    #[test]
    fn names_read_back() {
        let zone: SiteZone = "Asia/Kathmandu".parse().unwrap();
        assert_eq!(zone.to_string().parse(), Ok(zone));
        assert_eq!(SiteZone::parse("Mars/Olympus"), Err(UnknownZone));
        assert_eq!(SiteZone::UTC.to_string().parse(), Ok(SiteZone::UTC));
    }
}
