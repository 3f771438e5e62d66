//! When a series looks for a new file.

use std::{fmt, time::Duration};

use kernel::{SiteZone, Timestamp};

/// How often a folder is looked into for a new file.
const NEW_FILE_EVERY: Duration = Duration::from_mins(1);

/// When a series looks for a new file. Its text form is `push`, `new-file`, `every:15`, `daily:06:30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Never by itself: files are handed over, or somebody asks.
    Pushed,
    /// As soon as there is a new file that nobody is writing any more.
    NewFile,
    /// Every so many minutes.
    Every(u32),
    /// Every day at this hour and minute in the account's time zone.
    Daily(i8, i8),
}

impl Schedule {
    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            None if text == "push" => Some(Self::Pushed),
            None if text == "new-file" => Some(Self::NewFile),
            Some(("every", minutes)) => {
                let minutes = minutes.parse().ok()?;
                (1..=10_080)
                    .contains(&minutes)
                    .then_some(Self::Every(minutes))
            }
            Some(("daily", time)) => {
                let (hour, minute) = time.split_once(':')?;
                let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
                let is_time = (0..24).contains(&hour) && (0..60).contains(&minute);
                is_time.then_some(Self::Daily(hour, minute))
            }
            _ => None,
        }
    }

    /// The first look after a moment.
    pub(crate) fn next(self, after: Timestamp, zone: &SiteZone) -> Option<Timestamp> {
        match self {
            Self::Pushed => None,
            Self::NewFile => after.checked_add(NEW_FILE_EVERY),
            Self::Every(minutes) => after.checked_add(Duration::from_mins(minutes.into())),
            Self::Daily(hour, minute) => zone.next_time(after, hour, minute),
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pushed => f.write_str("push"),
            Self::NewFile => f.write_str("new-file"),
            Self::Every(minutes) => write!(f, "every:{minutes}"),
            Self::Daily(hour, minute) => write!(f, "daily:{hour:02}:{minute:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_leads_back() {
        for text in ["push", "new-file", "every:15", "daily:06:30", "daily:00:00"] {
            assert_eq!(Schedule::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "every:0",
            "every:x",
            "daily:24:00",
            "daily:6",
            "hourly",
            "push:1",
        ] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_one_of_the_accounts_zone() {
        let zone = SiteZone::parse("Africa/Johannesburg").unwrap();
        // 1970-01-01 02:00 there.
        let daily = |hour, minute| {
            let next = Schedule::Daily(hour, minute).next(Timestamp::EPOCH, &zone);
            next.unwrap().as_seconds()
        };
        assert_eq!(daily(2, 30), 30 * 60);
        assert_eq!(daily(2, 0), 24 * 3600);
        assert_eq!(daily(1, 0), 23 * 3600);
        let every = Schedule::Every(15).next(Timestamp::EPOCH, &zone);
        assert_eq!(every.unwrap().as_seconds(), 900);
    }
}
