//! Moments, days and the clock. Nothing else in the product may ask what time it is.
//!
//! Not here: reading dates out of spreadsheet cells, see `crate::Moment`.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use serde::{Deserialize, Serialize};

/// A moment, in microseconds since 1970-01-01T00:00:00Z.
///
/// Stored as an integer; RFC 3339 in UTC when shown or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// The text is not a date or time in the standard form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date or time in ISO 8601 form")]
pub struct TimeError;

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);

    /// From microseconds since the epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Later by a duration; `None` past the end of what can be stored.
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        self.0.checked_add(micros).map(Self)
    }

    /// Earlier by a duration; `None` before the start of what can be stored.
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        let micros = i64::try_from(duration.as_micros()).ok()?;
        self.0.checked_sub(micros).map(Self)
    }

    /// How long ago `earlier` was; zero if it was not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        u64::try_from(self.0.saturating_sub(earlier.0))
            .map_or(Duration::ZERO, Duration::from_micros)
    }

    /// The day in UTC; the first or last possible day when out of the calendar.
    pub fn day(self) -> Day {
        jiff::Timestamp::from_microsecond(self.0).map_or(
            Day(if self.0 < 0 {
                jiff::civil::Date::MIN
            } else {
                jiff::civil::Date::MAX
            }),
            |moment| Day(jiff::tz::Offset::UTC.to_datetime(moment).date()),
        )
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(moment: jiff::Timestamp) -> Self {
        Self(moment.as_microsecond())
    }
}

impl From<Timestamp> for String {
    fn from(moment: Timestamp) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Timestamp {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(moment) => moment.fmt(f),
            // Outside the years -9999 to 9999 there is no such form; the number is still true.
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.parse::<jiff::Timestamp>()
            .map(Self::from)
            .map_err(|_| TimeError)
    }
}

/// A calendar day, shown as `YYYY-MM-DD`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// The day with these numbers; `None` if the calendar has no such day or it is before year 1.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Self> {
        if year < 1 {
            return None;
        }
        jiff::civil::Date::new(year, month, day).ok().map(Self)
    }

    /// The calendar library's date.
    pub const fn date(self) -> jiff::civil::Date {
        self.0
    }
}

impl From<jiff::civil::Date> for Day {
    fn from(date: jiff::civil::Date) -> Self {
        Self(date)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = TimeError;

    fn try_from(text: String) -> Result<Self, TimeError> {
        text.parse()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Day({})", self.0)
    }
}

impl FromStr for Day {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        text.parse::<jiff::civil::Date>()
            .map(Self)
            .map_err(|_| TimeError)
    }
}

/// Where "now" comes from: the machine, or a test.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until a test moves it; clones share it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still at a moment.
    pub fn fixed(at: Timestamp) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.0)))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => jiff::Timestamp::now().into(),
            Self::Fixed(micros) => Timestamp(micros.load(Ordering::Relaxed)),
        }
    }

    /// Moves a fixed clock; the machine's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Self::Fixed(micros) = self {
            let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(by, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_rfc_3339_in_utc() {
        let moment = Timestamp::from_micros(1_750_000_000_000_001);
        assert_eq!(moment.to_string(), "2025-06-15T15:06:40.000001Z");
        assert_eq!(moment.to_string().parse(), Ok(moment));
        assert_eq!(
            "2025-06-15T17:06:40+02:00".parse(),
            Ok(Timestamp(1_750_000_000_000_000))
        );
        assert_eq!("yesterday".parse::<Timestamp>(), Err(TimeError));
        assert_eq!(Timestamp(i64::MAX).to_string(), format!("{} µs", i64::MAX));
    }

    #[test]
    fn adds_durations_without_wrapping() {
        let moment = Timestamp::from_micros(10);
        assert_eq!(
            moment.checked_add(Duration::from_micros(5)),
            Some(Timestamp(15))
        );
        assert_eq!(
            Timestamp(i64::MAX).checked_add(Duration::from_secs(1)),
            None
        );
        assert_eq!(
            Timestamp(i64::MIN).checked_sub(Duration::from_secs(1)),
            None
        );
        assert_eq!(Timestamp(15).since(moment), Duration::from_micros(5));
        assert_eq!(moment.since(Timestamp(15)), Duration::ZERO);
    }

    #[test]
    fn days_follow_the_calendar() {
        assert_eq!(Day::new(2025, 2, 29), None);
        let day = Day::new(2024, 2, 29).unwrap();
        assert_eq!(day.to_string(), "2024-02-29");
        assert_eq!("2024-02-29".parse(), Ok(day));
        assert_eq!(
            Timestamp(1_750_000_000_000_000).day().to_string(),
            "2025-06-15"
        );
        assert_eq!(serde_json::to_string(&day).unwrap(), "\"2024-02-29\"");
    }

    #[test]
    fn a_fixed_clock_moves_only_by_hand() {
        let clock = Clock::fixed(Timestamp::EPOCH);
        let other = clock.clone();
        assert_eq!(clock.now(), clock.now());
        other.advance(Duration::from_secs(2));
        assert_eq!(clock.now().as_seconds(), 2);
        assert!(Clock::System.now() > Timestamp(1_700_000_000_000_000));
    }
}
