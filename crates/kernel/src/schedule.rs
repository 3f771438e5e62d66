//! Weekly schedules: `Mon-Fri 09:00-17:00; Sat 10:00-12:00`.
//!
//! Not here: the time zone they hold in, and who has access by them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault};

const DAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const SHORT: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MINUTES_OF_DAY: u16 = 24 * 60;

/// The hours of a week in which something is allowed; at least one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Schedule(Vec<Period>);

/// The same hours on some days of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// One bit a day, Monday the lowest.
    days: u8,
    from_minute: u16,
    until_minute: u16,
}

impl Period {
    /// Whether it holds on a day, 0 being Monday.
    pub fn is_on(&self, weekday: u8) -> bool {
        weekday < 7 && self.days & (1 << weekday) != 0
    }

    /// The minute of the day it begins.
    pub fn from_minute(&self) -> u16 {
        self.from_minute
    }

    /// The minute of the day it ends; 1440 is midnight.
    pub fn until_minute(&self) -> u16 {
        self.until_minute
    }
}

impl Schedule {
    /// Reads periods joined by semicolons, each of days and hours.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        const MAX_PERIODS: usize = 50;
        let mut periods = Vec::new();
        for written in raw
            .split(';')
            .map(str::trim)
            .filter(|written| !written.is_empty())
        {
            if periods.len() == MAX_PERIODS {
                return Err(fault("there are more than 50 periods"));
            }
            let period = parse_period(written)?;
            if !periods.contains(&period) {
                periods.push(period);
            }
        }
        if periods.is_empty() {
            return Err(fault("it is empty"));
        }
        Ok(Self(periods))
    }

    /// The periods, in the order they were written.
    pub fn periods(&self) -> &[Period] {
        &self.0
    }
}

fn fault(detail: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::new(Code::ScheduleInvalid, detail)
}

fn parse_period(written: &str) -> Result<Period, Fault> {
    let hours_at = written
        .find(|c: char| c.is_ascii_digit())
        .ok_or_else(|| fault(format!("`{written}` has no hours")))?;
    let (days, hours) = written.split_at_checked(hours_at).unwrap_or((written, ""));
    let days = parse_days(days.trim().trim_end_matches(':'))?;
    let (from, until) = hours
        .split_once(['-', '–', '—'])
        .ok_or_else(|| fault(format!("`{hours}` has no end")))?;
    let (from_minute, until_minute) = (parse_minute(from)?, parse_minute(until)?);
    if from_minute >= until_minute {
        return Err(fault(format!(
            "`{hours}` does not end after it begins; a night is two periods, one until 24:00"
        )));
    }
    Ok(Period {
        days,
        from_minute,
        until_minute,
    })
}

fn parse_days(written: &str) -> Result<u8, Fault> {
    match written.to_ascii_lowercase().as_str() {
        "daily" | "every day" | "everyday" => return Ok(0b111_1111),
        "weekdays" => return Ok(0b001_1111),
        "weekend" | "weekends" => return Ok(0b110_0000),
        _ => {}
    }
    let mut days = 0;
    for part in written.split([',', '+', '&']) {
        match part.split_once(['-', '–', '—']) {
            None => days |= 1 << parse_day(part)?,
            Some((first, last)) => {
                let (mut day, last) = (parse_day(first)?, parse_day(last)?);
                days |= 1 << day;
                while day != last {
                    day = (day + 1) % 7;
                    days |= 1 << day;
                }
            }
        }
    }
    Ok(days)
}

fn parse_day(written: &str) -> Result<u8, Fault> {
    let word = written.trim().trim_end_matches('.').to_ascii_lowercase();
    let known = |name: &&str| word.len() >= 2 && name.starts_with(&word);
    (0..)
        .zip(DAYS.iter())
        .find_map(|(day, name)| known(name).then_some(day))
        .ok_or_else(|| fault(format!("`{}` is not a day of the week", written.trim())))
}

/// `9`, `9:00` or `09.00`; 24:00 is the end of the day.
fn parse_minute(written: &str) -> Result<u16, Fault> {
    let written = written.trim();
    let wrong = || fault(format!("`{written}` is not a time of day"));
    let (hour, minute) = written.split_once([':', '.']).unwrap_or((written, "00"));
    let digits =
        |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || minute.len() != 2 || !digits(minute) {
        return Err(wrong());
    }
    let hour: u16 = hour.parse().map_err(|_| wrong())?;
    let minute: u16 = minute.parse().map_err(|_| wrong())?;
    let total = hour * 60 + minute;
    if minute > 59 || total > MINUTES_OF_DAY {
        Err(wrong())
    } else {
        Ok(total)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut day = 0;
        while day < 7 {
            if !self.is_on(day) {
                day += 1;
                continue;
            }
            let last = (day..7)
                .take_while(|day| self.is_on(*day))
                .last()
                .unwrap_or(day);
            let name = |day: u8| SHORT.get(usize::from(day)).copied().unwrap_or_default();
            match last - day {
                0 => write!(f, "{separator}{}", name(day))?,
                1 => write!(f, "{separator}{},{}", name(day), name(last))?,
                _ => write!(f, "{separator}{}-{}", name(day), name(last))?,
            }
            separator = ",";
            day = last + 1;
        }
        let (from, until) = (self.from_minute, self.until_minute);
        write!(
            f,
            " {:02}:{:02}-{:02}:{:02}",
            from / 60,
            from % 60,
            until / 60,
            until % 60
        )
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, period) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{period}")?;
        }
        Ok(())
    }
}

impl FromStr for Schedule {
    type Err = Fault;

    fn from_str(raw: &str) -> Result<Self, Fault> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Schedule {
    type Error = Fault;

    fn try_from(raw: String) -> Result<Self, Fault> {
        Self::parse(&raw)
    }
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> Self {
        schedule.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(raw: &str) -> String {
        Schedule::parse(raw).map_or_else(|fault| String::from(fault.detail), String::from)
    }

    #[test]
    fn reads_days_and_hours() {
        for (raw, wanted) in [
            (
                "Mon-Fri 09:00-17:00; Sat 10:00-12:00",
                "Mon-Fri 09:00-17:00; Sat 10:00-12:00",
            ),
            ("monday - friday 9-17", "Mon-Fri 09:00-17:00"),
            ("MON, wed,Fri 8:30 – 24:00;", "Mon,Wed,Fri 08:30-24:00"),
            ("Fri-Mon 10.00-11.00", "Mon,Fri-Sun 10:00-11:00"),
            ("daily 00:00-24:00", "Mon-Sun 00:00-24:00"),
            ("weekend: 8-9", "Sat,Sun 08:00-09:00"),
            ("Sun 8-9; Sun 08:00-09:00", "Sun 08:00-09:00"),
        ] {
            assert_eq!(shown(raw), wanted, "{raw}");
        }
        let schedule = Schedule::parse("Sat 10-12").unwrap();
        let [period] = schedule.periods() else {
            panic!("one period")
        };
        assert!(period.is_on(5) && !period.is_on(6) && !period.is_on(200));
        assert_eq!((period.from_minute(), period.until_minute()), (600, 720));
    }

    #[test]
    fn says_what_is_wrong() {
        for (raw, detail) in [
            ("", "it is empty"),
            ("Mon", "`Mon` has no hours"),
            ("Mon 9", "`9` has no end"),
            ("Mo 9-25", "`25` is not a time of day"),
            ("Xyz 9-10", "`Xyz` is not a day of the week"),
            ("9-10", "`` is not a day of the week"),
            (
                "Mon 22:00-06:00",
                "`22:00-06:00` does not end after it begins; a night is two periods, one until 24:00",
            ),
        ] {
            assert_eq!(shown(raw), detail, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn a_shown_schedule_reads_back(raw in "((Mon|tue|Su)[,-](Wed|fri) [0-9]{1,2}(:[0-5][0-9])?-[12][0-9]; ?){1,3}", any in any::<String>()) {
            let _ = Schedule::parse(&any);
            if let Ok(schedule) = Schedule::parse(&raw) {
                prop_assert_eq!(Schedule::parse(&schedule.to_string()), Ok(schedule));
            }
        }
    }
}
