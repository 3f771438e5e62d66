//! Numbers of a workbook as a person sees them: dates, times, ids with leading zeros, plain amounts.

/// How a number is shown, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As the number it is.
    Plain,
    /// As a date, a time of day or both.
    Moment {
        /// Without a date, the number is a time of day.
        date: bool,
    },
    /// As hours that may exceed a day.
    Duration,
    /// Digit by digit through a mask such as `00000` or `000-000`.
    Mask(String),
}

/// Reads a format code such as `yyyy-mm-dd` or `00000`.
pub(crate) fn shown_by_code(code: &str) -> Shown {
    let code = code.split(';').next().unwrap_or_default();
    if code.is_empty()
        || code.eq_ignore_ascii_case("general")
        || code.eq_ignore_ascii_case("standard")
        || code == "@"
    {
        return Shown::Plain;
    }
    let (bare, elapsed) = bare_code(code);
    if elapsed {
        return Shown::Duration;
    }
    let lower = bare
        .to_ascii_lowercase()
        .replace("am/pm", "")
        .replace("a/p", "");
    let has = |letters: &[char]| lower.contains(letters);
    if has(&['y', 'd', 'g']) || has(&['m']) && !has(&['h', 's', '0', '#', '?']) {
        return Shown::Moment { date: true };
    }
    if has(&['h', 's']) && !has(&['#', '?']) {
        return Shown::Moment { date: false };
    }
    if is_mask(code) {
        Shown::Mask(code.to_owned())
    } else {
        Shown::Plain
    }
}

/// The built-in formats of workbooks by their numbers.
pub(crate) fn shown_by_number(number: u32) -> Shown {
    match number {
        14..=17 | 22 | 27..=31 | 34 | 36 | 50..=54 | 57 | 58 => Shown::Moment { date: true },
        18..=21 | 32 | 33 | 35 | 45 | 47 | 55 | 56 => Shown::Moment { date: false },
        46 => Shown::Duration,
        _ => Shown::Plain,
    }
}

/// The code without literals, colours and locales; and whether it counts hours beyond a day.
fn bare_code(code: &str) -> (String, bool) {
    let mut bare = String::new();
    let mut elapsed = false;
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => while characters.next().is_some_and(|next| next != '"') {},
            '\\' | '_' | '*' => {
                characters.next();
            }
            '[' => {
                let inside: String = characters
                    .by_ref()
                    .take_while(|&next| next != ']')
                    .collect();
                let lower = inside.to_ascii_lowercase();
                elapsed |= !lower.is_empty() && lower.chars().all(|letter| "hms".contains(letter));
            }
            other => bare.push(other),
        }
    }
    (bare, elapsed)
}

/// Whether a code shows digits one by one: at least two zeros, or literals around digits.
fn is_mask(code: &str) -> bool {
    let (bare, _) = bare_code(code);
    let digits = bare.chars().filter(|&character| character == '0').count();
    let fine = bare.chars().all(|character| "0#+-() /".contains(character));
    let sign = code.contains('+');
    fine && digits > 0 && (digits > 1 || sign) && code.len() < 64 && !code.contains('[')
}

/// Writes a number as it is shown; `text` is how the file has it.
pub(crate) fn number(text: &str, shown: &Shown, is_1904: bool) -> String {
    let text = text.trim();
    let Ok(value) = text.parse::<f64>() else {
        return text.to_owned();
    };
    let written = match shown {
        Shown::Plain => None,
        Shown::Moment { date } => moment(value, *date, is_1904),
        Shown::Duration => duration(value),
        Shown::Mask(code) => masked(value, code),
    };
    written.unwrap_or_else(|| plain(text, value))
}

/// Writes a number that has no text form in the file.
pub(crate) fn float(value: f64, shown: &Shown, is_1904: bool) -> String {
    number(&format!("{value:?}"), shown, is_1904)
}

/// Without exponent, without a trailing `.0`, with at most 15 digits that mean something.
fn plain(text: &str, value: f64) -> String {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.len() <= 17 && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return text.to_owned();
    }
    if !value.is_finite() {
        return text.to_owned();
    }
    if value.fract() == 0.0 && value.abs() < 1e17 {
        return format!("{:.0}", value + 0.0);
    }
    let significant = text.split(['e', 'E']).next().unwrap_or_default();
    let significant = significant
        .trim_start_matches(['-', '0', '.'])
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    if significant > 15 {
        // Excel shows 15 digits; the rest is noise of binary fractions.
        if let Ok(rounded) = format!("{value:.14e}").parse::<f64>() {
            return format!("{rounded}");
        }
    }
    format!("{value}")
}

/// Fills the digits of a whole number into a mask from the right.
fn masked(value: f64, code: &str) -> Option<String> {
    if value < 0.0 || value.fract() != 0.0 || value >= 1e17 {
        return None;
    }
    let digits = format!("{value:.0}");
    let mut left = digits.bytes().rev();
    let mut reversed = Vec::new();
    let mut places = mask_places(code);
    let first = places
        .iter()
        .position(|place| matches!(place, Place::Digit(_)));
    while let Some(place) = places.pop() {
        match place {
            Place::Literal(character) => reversed.push(character),
            Place::Digit(required) => match left.next() {
                Some(digit) => reversed.push(digit as char),
                None if required => reversed.push('0'),
                None => {}
            },
        }
        if Some(places.len()) == first {
            // More digits than places: they all go before the first one.
            reversed.extend(left.by_ref().map(char::from));
        }
    }
    Some(reversed.into_iter().rev().collect())
}

enum Place {
    Digit(bool),
    Literal(char),
}

fn mask_places(code: &str) -> Vec<Place> {
    let mut places = Vec::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '0' => places.push(Place::Digit(true)),
            '#' => places.push(Place::Digit(false)),
            '"' => places.extend(
                characters
                    .by_ref()
                    .take_while(|&next| next != '"')
                    .map(Place::Literal),
            ),
            '\\' => places.extend(characters.next().map(Place::Literal)),
            '_' | '*' => {
                characters.next();
            }
            other => places.push(Place::Literal(other)),
        }
    }
    places
}

/// Days since 1899-12-30 of the two calendars of workbooks, as ISO text.
fn moment(value: f64, date: bool, is_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let mut days = value.floor() as i64;
    let mut seconds = ((value - value.floor()) * 86_400.0).round() as i64;
    if seconds == 86_400 {
        days += 1;
        seconds = 0;
    }
    let time = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if !date && days == 0 {
        return Some(time);
    }
    if is_1904 {
        days += 1462;
    } else if days < 60 {
        // The calendar of 1900 has a 29 February that never was.
        days += 1;
    }
    let (year, month, day) = civil(days - 25_569);
    let date = format!("{year:04}-{month:02}-{day:02}");
    Some(if seconds == 0 {
        date
    } else {
        format!("{date}T{time}")
    })
}

fn duration(value: f64) -> Option<String> {
    if !(0.0..3_000_000.0).contains(&value) {
        return None;
    }
    let seconds = (value * 86_400.0).round() as i64;
    Some(format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    ))
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// An ISO moment without a midnight that says nothing.
pub(crate) fn iso_moment(text: &str) -> String {
    let text = text.trim().trim_end_matches('Z');
    let text = text.strip_suffix("T00:00:00").unwrap_or(text);
    match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => {
            whole.strip_suffix("T00:00:00").unwrap_or(whole).to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, code: &str) -> String {
        number(text, &shown_by_code(code), false)
    }

    #[test]
    fn writes_numbers_without_exponent_or_noise() {
        assert_eq!(shown("2.7821234567E10", "General"), "27821234567");
        assert_eq!(shown("27821234567", "0"), "27821234567");
        assert_eq!(shown("12345678901234567", "General"), "12345678901234567");
        assert_eq!(shown("42.0", "General"), "42");
        assert_eq!(shown("0.30000000000000004", "0.00"), "0.3");
        assert_eq!(shown("0.25", "0%"), "0.25");
        assert_eq!(shown("-0.5", "General"), "-0.5");
        assert_eq!(shown("1E-7", "General"), "0.0000001");
    }

    #[test]
    fn keeps_the_digits_that_a_format_adds() {
        assert_eq!(shown("42", "00000"), "00042");
        assert_eq!(shown("27821234567", "\"+\"0"), "+27821234567");
        assert_eq!(shown("27821234567", "+0"), "+27821234567");
        assert_eq!(shown("821234567", "000-000-0000"), "082-123-4567");
        assert_eq!(shown("123456789012", "000-000-0000"), "12345-678-9012");
        assert_eq!(shown("1234.5", "#,##0.00"), "1234.5");
    }

    #[test]
    fn writes_dates_of_both_calendars() {
        assert_eq!(shown("45352", "dd.mm.yyyy"), "2024-03-01");
        assert_eq!(
            shown("45352.354166666664", "yyyy-mm-dd hh:mm"),
            "2024-03-01T08:30:00"
        );
        assert_eq!(shown("0.3541666667", "hh:mm AM/PM"), "08:30:00");
        assert_eq!(shown("1.5", "[h]:mm"), "36:00:00");
        assert_eq!(shown("1", "d/m/yy"), "1900-01-01");
        assert_eq!(shown("61", "d/m/yy"), "1900-03-01");
        assert_eq!(number("43890", &shown_by_number(14), true), "2024-03-01");
    }

    #[test]
    fn tells_dates_from_numbers_by_their_format() {
        assert_eq!(shown_by_code("[Red]0.00"), Shown::Plain);
        assert_eq!(shown_by_code("0.00E+00"), Shown::Plain);
        assert_eq!(shown_by_code("\"day\" 0.0"), Shown::Plain);
        assert_eq!(shown_by_code("[$-409]mmmm d"), Shown::Moment { date: true });
        assert_eq!(shown_by_code("mm:ss"), Shown::Moment { date: false });
    }
}
