//! Dates and times out of spreadsheet cells: in a chosen order, never guessed.
//!
//! Not here: the stored forms, see [`crate::Day`] and [`crate::Timestamp`]; choosing the order for
//! a file, which needs all its cells.

use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};

use crate::{Code, Day, Fault, SiteZone, Timestamp, damage};

/// The order of day, month and year in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2025-12-31.
    #[default]
    Ymd,
    /// 31.12.2025.
    Dmy,
    /// 12/31/2025.
    Mdy,
}

/// The days that a written date can mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DateFits {
    /// The day as year, month, day.
    pub ymd: Option<Day>,
    /// The day as day, month, year.
    pub dmy: Option<Day>,
    /// The day as month, day, year.
    pub mdy: Option<Day>,
}

impl DateFits {
    /// Whether day and month could be either, and it would make a difference.
    pub fn is_ambiguous(&self) -> bool {
        self.dmy.is_some() && self.mdy.is_some() && self.dmy != self.mdy
    }
}

/// A date, or a date with a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// A whole day.
    Day(Day),
    /// A time on the clocks of the site.
    Local(DateTime),
    /// A time with its offset from UTC.
    Exact(Timestamp),
}

impl Moment {
    /// Reads a date in the given order or an ISO date, with or without a time.
    pub fn parse(raw: &str, order: DateOrder) -> Result<Self, Fault> {
        let written = raw.trim();
        let Some((date, time)) = split_time(written) else {
            return parse_date(written, order).map(Self::Day);
        };
        let day = parse_date(date, order)?;
        let wrong = || Fault::new(Code::DateInvalid, "the time of day is not one");
        let (clock, offset) = split_offset(time);
        let local = day.date().to_datetime(parse_time(clock).ok_or_else(wrong)?);
        if offset.is_empty() {
            return Ok(Self::Local(local));
        }
        let zulu = offset.eq_ignore_ascii_case("z");
        let text = format!("{local}{}", if zulu { "Z" } else { offset });
        text.parse().map(Self::Exact).map_err(|_| wrong())
    }

    /// The moment it begins: 00:00 of a day.
    pub fn start(self, zone: &SiteZone) -> Timestamp {
        match self {
            Self::Day(day) => zone.start_of(day),
            Self::Local(local) => zone.at(local),
            Self::Exact(moment) => moment,
        }
    }

    /// The moment it ends: 23:59:59 of a day.
    pub fn end(self, zone: &SiteZone) -> Timestamp {
        match self {
            Self::Day(day) => zone.end_of(day),
            Self::Local(local) => zone.at(local),
            Self::Exact(moment) => moment,
        }
    }
}

/// Reads a date in the given order; ISO dates and English month names are always understood.
pub fn parse_date(raw: &str, order: DateOrder) -> Result<Day, Fault> {
    let written = raw.trim();
    match Parts::read(written) {
        Some(parts) => parts
            .day(order)
            .map_err(|fault| with_iso(fault, parts, order)),
        None => Err(refuse(written)),
    }
}

/// The days that a written date can mean; none if it is no date of numbers.
///
/// Years of two digits are taken to lie between 1970 and 2069.
pub fn date_fits(raw: &str) -> DateFits {
    let date = split_time(raw.trim()).map_or(raw.trim(), |(date, _)| date);
    let Some(parts) = Parts::read(date).filter(|parts| parts.month.is_none()) else {
        return DateFits::default();
    };
    let day = |order| parts.with_century().day(order).ok();
    if parts.is_year_first() {
        return DateFits {
            ymd: day(DateOrder::Ymd),
            dmy: None,
            mdy: None,
        };
    }
    DateFits {
        ymd: None,
        dmy: day(DateOrder::Dmy),
        mdy: day(DateOrder::Mdy),
    }
}

/// The three parts of a written date.
#[derive(Clone, Copy, Debug)]
struct Parts {
    numbers: [u16; 3],
    /// How many digits each part was written with.
    widths: [usize; 3],
    /// A month given by its name; the number of that part is 0.
    month: Option<(usize, i8)>,
}

impl Parts {
    fn read(written: &str) -> Option<Self> {
        let mut parts = Self {
            numbers: [0; 3],
            widths: [0; 3],
            month: None,
        };
        if written.len() == 8 && written.bytes().all(|b| b.is_ascii_digit()) {
            parts.numbers = [
                written.get(..4)?.parse().ok()?,
                written.get(4..6)?.parse().ok()?,
                written.get(6..)?.parse().ok()?,
            ];
            parts.widths = [4, 2, 2];
            return Some(parts);
        }
        let mut pieces = written
            .split(['.', '/', '-', ' ', ',', '\u{A0}'])
            .filter(|piece| !piece.is_empty());
        for at in 0..3 {
            let piece = pieces.next()?;
            *parts.widths.get_mut(at)? = piece.len();
            if piece.bytes().all(|b| b.is_ascii_digit()) && piece.len() <= 4 {
                *parts.numbers.get_mut(at)? = piece.parse().ok()?;
            } else if parts.month.is_none() {
                parts.month = Some((at, month_by_name(piece)?));
            } else {
                return None;
            }
        }
        pieces.next().is_none().then_some(parts)
    }

    fn is_year_first(&self) -> bool {
        self.widths.first().is_some_and(|width| *width > 2)
    }

    fn day(self, order: DateOrder) -> Result<Day, Fault> {
        let [a, b, c] = self.numbers;
        let (year, month, day) = match (self.month, order) {
            (Some((0, month)), _) => (c, month.unsigned_abs().into(), b),
            (Some((1, month)), _) if self.is_year_first() => (a, month.unsigned_abs().into(), c),
            (Some((1, month)), _) => (c, month.unsigned_abs().into(), a),
            (Some(_), _) => {
                return Err(Fault::new(
                    Code::DateInvalid,
                    "the parts are in no known order",
                ));
            }
            (None, _) if self.is_year_first() => (a, b, c),
            (None, DateOrder::Ymd) => (a, b, c),
            (None, DateOrder::Dmy) => (c, b, a),
            (None, DateOrder::Mdy) => (c, a, b),
        };
        self.check_widths(order)?;
        if !(1..=12).contains(&month) {
            return Err(Fault::new(
                Code::DateInvalid,
                format!("there is no month {month}"),
            ));
        }
        let found = i16::try_from(year)
            .ok()
            .and_then(|year| Day::new(year, month as i8, day as i8));
        found.filter(|_| day <= 31).ok_or_else(|| {
            Fault::new(
                Code::DateInvalid,
                format!("{year}-{month:02} has no day {day}"),
            )
        })
    }

    /// The year must have four digits; in ISO order a date that begins with the day is another order.
    fn check_widths(self, order: DateOrder) -> Result<(), Fault> {
        let [first, _, last] = self.widths;
        if first == 4 || (last == 4 && (self.month.is_some() || order != DateOrder::Ymd)) {
            return Ok(());
        }
        Err(Fault::new(
            Code::DateInvalid,
            if last == 4 {
                "the year does not come first"
            } else {
                "the year needs four digits"
            },
        ))
    }

    /// The same with a year of two digits put into the years 1970 to 2069.
    fn with_century(mut self) -> Self {
        let at = if self.is_year_first() { 0 } else { 2 };
        if let (Some(width @ 1..=2), Some(year)) =
            (self.widths.get_mut(at), self.numbers.get_mut(at))
        {
            *year += if *year < 70 { 2000 } else { 1900 };
            *width = 4;
        }
        self
    }
}

/// Adds the date that is meant if the year has only two digits.
fn with_iso(fault: Fault, parts: Parts, order: DateOrder) -> Fault {
    let [_, _, last] = parts.widths;
    let order = if order == DateOrder::Ymd {
        return fault;
    } else {
        order
    };
    if last > 2 || parts.is_year_first() {
        return fault;
    }
    match parts.with_century().day(order) {
        Ok(day) => fault.suggest(day.to_string()),
        Err(_) => fault,
    }
}

fn refuse(written: &str) -> Fault {
    if let Some(fault) = damage::certain_fault(written) {
        return fault;
    }
    let Some(day) = spreadsheet_day(written) else {
        return Fault::new(Code::DateInvalid, "it has no day, month and year");
    };
    Fault::new(
        Code::DateInvalid,
        "the number of a day, as spreadsheet programs count them",
    )
    .suggest(day.to_string())
}

/// The day of a spreadsheet's serial number, between 1954 and 2119.
fn spreadsheet_day(written: &str) -> Option<Day> {
    let whole = written.split_once('.').map_or(written, |(whole, _)| whole);
    let serial: i32 = whole
        .parse()
        .ok()
        .filter(|serial| (20_000..=80_000).contains(serial))?;
    let first = jiff::civil::Date::constant(1899, 12, 30);
    first
        .checked_add(jiff::Span::new().days(serial))
        .ok()
        .map(Day::from)
}

fn month_by_name(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let start = word.get(..3)?;
    (1..).zip(MONTHS).find_map(|(number, month)| {
        let known = month.get(..3)?.eq_ignore_ascii_case(start)
            && (word.len() == 3
                || word.eq_ignore_ascii_case(month)
                || word.eq_ignore_ascii_case("sept"));
        known.then_some(number)
    })
}

/// Splits at the `T` of an ISO date-time, or at the space before something with a colon.
fn split_time(written: &str) -> Option<(&str, &str)> {
    let colon = written.find(':')?;
    let before = written.get(..colon)?;
    let at = before.rfind(['T', 't', ' ', '\u{A0}'])?;
    let (date, time) = written.split_at_checked(at)?;
    let mut time = time.chars();
    time.next();
    Some((date.trim_end_matches([',', ' ']), time.as_str()))
}

/// Splits `08:00:00+02:00` before the offset.
fn split_offset(time: &str) -> (&str, &str) {
    let at = time.find(['+', '-', 'Z', 'z']).unwrap_or(time.len());
    let (clock, offset) = time.split_at_checked(at).unwrap_or((time, ""));
    (clock.trim(), offset.trim())
}

/// `8:00`, `08:00:30`, `08:00:30.5`, `8:00 PM`.
fn parse_time(clock: &str) -> Option<Time> {
    let lower = clock.to_ascii_lowercase();
    let (clock, noon) = match lower.strip_suffix("pm") {
        Some(rest) => (rest.trim_end(), Some(true)),
        None => match lower.strip_suffix("am") {
            Some(rest) => (rest.trim_end(), Some(false)),
            None => (&*lower, None),
        },
    };
    let mut parts = clock.split(':');
    let hour: i8 = small(parts.next()?)?;
    let minute: i8 = small(parts.next()?)?;
    let seconds = parts.next().unwrap_or("0");
    let (second, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
    if parts.next().is_some() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hour = match noon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(after) => hour % 12 + if after { 12 } else { 0 },
    };
    let micros: i32 = format!("{fraction:0<6.6}").parse().ok()?;
    Time::new(hour, minute, small(second)?, micros * 1000).ok()
}

/// A number of one or two digits.
fn small(digits: &str) -> Option<i8> {
    let fits = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
    if fits { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
