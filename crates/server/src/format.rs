//! How numbers, moments and names are shown.

use jiff::tz::TimeZone;
use kernel::Timestamp;

/// A number with its thousands set apart.
pub(crate) fn count(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        shown.push('−');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// "1 row", "2 rows".
pub(crate) fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A size a person can grasp.
pub(crate) fn bytes(size: u64) -> String {
    const UNITS: [(u32, &str); 3] = [(30, "GB"), (20, "MB"), (10, "KB")];
    match UNITS.iter().find(|(shift, _)| size >> shift > 0) {
        None => format!("{size} bytes"),
        Some((shift, unit)) => {
            let tenths = (u128::from(size) * 10) >> shift;
            match tenths % 10 {
                0 => format!("{} {unit}", tenths / 10),
                rest => format!("{}.{rest} {unit}", tenths / 10),
            }
        }
    }
}

/// A fragment as a sentence: "failed to …" becomes "Failed to ….".
pub(crate) fn sentence(fragment: &str) -> String {
    let mut chars = fragment.chars();
    let first: String = chars
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    let end = if fragment.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", chars.as_str())
}

/// A moment in the account's time zone.
#[derive(Clone, Debug)]
pub(crate) struct Moment {
    /// For machines, in UTC.
    pub(crate) exact: String,
    /// For people: "22 Nov 2025, 05:07".
    pub(crate) shown: String,
}

/// The account's time zone; UTC if its name is unknown.
pub(crate) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// A moment as somebody in that zone reads it.
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> Moment {
    let shown = jiff::Timestamp::from_microsecond(at.as_micros()).map(|at| {
        at.to_zoned(zone.clone())
            .strftime("%-d %b %Y, %H:%M")
            .to_string()
    });
    Moment {
        exact: at.to_string(),
        shown: shown.unwrap_or_else(|_| at.to_string()),
    }
}

/// "less than a second", "12 s", "3 min 20 s".
pub(crate) fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        return "less than a second".to_owned();
    }
    let whole = seconds.round() as u64;
    match (whole / 3600, whole % 3600 / 60, whole % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// What stands for a person: two letters and a colour, or their photo.
#[derive(Clone, Debug)]
pub(crate) struct Avatar {
    pub(crate) initials: String,
    pub(crate) tone: u8,
    /// The address of a photo, shown instead.
    pub(crate) photo: Option<String>,
}

impl Avatar {
    /// The same for the same name, always.
    pub(crate) fn of(name: &str) -> Self {
        let mut words = name.split_whitespace();
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        let initials = first
            .into_iter()
            .chain(last)
            .flat_map(char::to_uppercase)
            .collect();
        let [byte, ..] = *blake3::hash(name.as_bytes()).as_bytes();
        Self {
            initials,
            tone: byte % 6,
            photo: None,
        }
    }

    /// The same with a photo, if there is one.
    #[must_use]
    pub(crate) fn with_photo(mut self, photo: Option<String>) -> Self {
        self.photo = photo;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (-1_234_567, "−1,234,567"),
        ] {
            assert_eq!(count(number), shown);
        }
        assert_eq!(counted(1, "row", "rows"), "1 row");
    }

    #[test]
    fn sizes_and_durations_are_for_people() {
        assert_eq!(bytes(812), "812 bytes");
        assert_eq!(bytes(1_260_000), "1.2 MB");
        assert_eq!(bytes(1 << 30), "1 GB");
        assert_eq!(duration(0.2), "less than a second");
        assert_eq!(duration(112.0), "1 min 52 s");
        assert_eq!(duration(7260.0), "2 h 1 min");
    }

    #[test]
    fn fragments_become_sentences() {
        assert_eq!(sentence("this is a picture"), "This is a picture.");
        assert_eq!(sentence("Nothing to do."), "Nothing to do.");
    }

    #[test]
    fn moments_are_in_the_accounts_zone() {
        let at = Timestamp::from_micros(1_750_000_000_000_000);
        assert_eq!(moment(at, &zone("UTC")).shown, "15 Jun 2025, 15:06");
        assert_eq!(
            moment(at, &zone("Africa/Johannesburg")).shown,
            "15 Jun 2025, 17:06"
        );
        assert_eq!(zone("Nowhere/Land"), TimeZone::UTC);
    }

    #[test]
    fn initials_come_from_the_first_and_last_word() {
        assert_eq!(Avatar::of("Thandi Grace Nkosi").initials, "TN");
        assert_eq!(Avatar::of("山田").initials, "山");
        assert_eq!(Avatar::of("").initials, "");
    }
}
