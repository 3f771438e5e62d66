//! What kind of value a cell looks like; used to tell dialects and header rows apart.

/// The look of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Blank,
    Number,
    Date,
    Time,
    Email,
    Phone,
    Address,
    /// One word of letters, digits, dots, dashes or underscores that holds a digit.
    Code,
    /// One word of letters.
    Word,
    /// Several words.
    Text,
    /// A sentence, or text with signs that names do not have.
    Prose,
    /// Something that looks cut in the wrong place.
    Odd,
}

impl Look {
    /// Whether a column of these says something by itself.
    pub(crate) fn is_specific(self) -> bool {
        matches!(
            self,
            Self::Number | Self::Date | Self::Time | Self::Email | Self::Phone | Self::Address
        )
    }

    /// How likely a right cut leaves such a cell, from 0 to 1.
    pub(crate) fn weight(self) -> f64 {
        match self {
            Self::Number | Self::Date | Self::Time | Self::Email | Self::Phone | Self::Address => {
                1.0
            }
            Self::Code | Self::Word => 0.92,
            Self::Blank | Self::Text => 0.85,
            Self::Prose => 0.6,
            Self::Odd => 0.05,
        }
    }
}

/// Tells the look of a cell.
pub(crate) fn look(cell: &str) -> Look {
    let text = cell.trim();
    if text.is_empty() {
        return Look::Blank;
    }
    if text.len() > 400 {
        return Look::Prose;
    }
    if is_email(text) {
        return Look::Email;
    }
    if text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www.") {
        return if text.contains([' ', '"']) {
            Look::Odd
        } else {
            Look::Address
        };
    }
    if text.bytes().any(|byte| byte.is_ascii_digit()) && text.is_ascii() && text.len() <= 40 {
        if is_date(text) {
            return Look::Date;
        }
        if is_time(text) {
            return Look::Time;
        }
        if is_phone(text) {
            return Look::Phone;
        }
        if is_number(text) {
            return Look::Number;
        }
    } else if is_number(text) {
        return Look::Number;
    }
    words(text)
}

fn words(text: &str) -> Look {
    if text.contains([',', ';', '\t', '|']) || !is_balanced(text) {
        return Look::Odd;
    }
    let plain = |character: char| character.is_alphanumeric() || "._-'’&/#+@".contains(character);
    if text.chars().all(plain) {
        let digits = text.bytes().any(|byte| byte.is_ascii_digit());
        return if digits { Look::Code } else { Look::Word };
    }
    let usual = |character: char| plain(character) || " ()*:%$€£?!°\"".contains(character);
    if text.chars().all(usual) && text.split_whitespace().count() <= 6 {
        Look::Text
    } else {
        Look::Prose
    }
}

/// Whether quotes do not stand alone at an edge of the text.
fn is_balanced(text: &str) -> bool {
    for quote in ['"', '\''] {
        let (starts, ends) = (text.starts_with(quote), text.ends_with(quote));
        if (starts || ends) && quote == '"' {
            return false;
        }
        if starts && ends {
            return false;
        }
    }
    true
}

/// Whether the text is an e-mail address, near enough.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let fine = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|character| character.is_alphanumeric() || "._-+%'".contains(character))
    };
    fine(local) && fine(domain) && domain.contains('.') && !domain.ends_with('.')
}

/// Whether the text is a phone number rather than an amount.
fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fine = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b" +-().x/".contains(&byte));
    if !fine || !(7..=17).contains(&digits) {
        return false;
    }
    let international = text.starts_with('+') || text.starts_with("00");
    let national = text.starts_with('0') && digits >= 9 && !text.contains('.');
    let grouped = text.starts_with('(') || text.matches(['-', ' ']).count() >= 2;
    international || national || grouped && digits >= 9 || text.len() == digits && digits >= 10
}

/// Whether the text is an amount in one of the usual notations.
fn is_number(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-', '$', '€', '£', '(', '<', '>', '~', ' ']);
    let text = text.trim_end_matches(['%', '€', '$', '£', ')', ' ']);
    if text.is_empty()
        || !text.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == ',')
    {
        return false;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent = exponent.trim_start_matches(['+', '-']);
    if exponent.is_empty() || !exponent.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let fine = mantissa
        .chars()
        .all(|character| character.is_ascii_digit() || ".,' \u{a0}".contains(character));
    let marks = |mark: char| mantissa.matches(mark).count();
    let grouped = |mark: char| {
        mantissa.split(mark).skip(1).all(|group| {
            group
                .split(['.', ','])
                .next()
                .is_some_and(|digits| digits.len() == 3)
        })
    };
    let (commas, points, blanks) = (
        marks(','),
        marks('.'),
        marks(' ') + marks('\u{a0}') + marks('\''),
    );
    fine && mantissa.ends_with(|last: char| last.is_ascii_digit() || last == '.')
        && (commas <= 1 || points <= 1 && grouped(','))
        && (points <= 1 || commas <= 1 && grouped('.'))
        && (blanks == 0 || grouped(' ') || grouped('\''))
}

/// Whether the text is a date, perhaps with a time.
fn is_date(text: &str) -> bool {
    let (day, time) = match text.find(['T', ' ']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    if is_day(day) {
        let time = time.trim_start_matches(['T', ' ']);
        return time.is_empty() || is_time(time);
    }
    is_spelled_day(text)
}

fn is_day(text: &str) -> bool {
    for mark in ['-', '/', '.'] {
        let mut parts = text.split(mark);
        if let (Some(first), Some(second), Some(third), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            let digits = |part: &str, most: usize| {
                (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            let month = digits(second, 2) || mark != '.' && is_month(second);
            let forward =
                digits(first, 2) && (third.len() == 4 || third.len() == 2) && digits(third, 4);
            let backward = first.len() == 4 && digits(first, 4) && digits(third, 2);
            return month && (forward || backward);
        }
    }
    false
}

fn is_month(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = text.to_ascii_lowercase();
    MONTHS.iter().any(|month| lower.starts_with(month)) && text.len() <= 9
}

/// `3 March 2024`, `March 3, 2024`.
fn is_spelled_day(text: &str) -> bool {
    let words: Vec<&str> = text
        .split([' ', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    let day =
        |word: &str| word.len() <= 4 && word.starts_with(|first: char| first.is_ascii_digit());
    match words.as_slice() {
        [first, second, third] => {
            year(third) && (day(first) && is_month(second) || is_month(first) && day(second))
        }
        _ => false,
    }
}

fn is_time(text: &str) -> bool {
    let text = text.trim_end_matches(['Z', 'z']);
    let text = text
        .trim_end_matches("AM")
        .trim_end_matches("PM")
        .trim_end_matches("am")
        .trim_end_matches("pm")
        .trim_end();
    let text = text.split(['+', '.']).next().unwrap_or_default();
    let mut parts = text.split(':');
    let digits = |part: &str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let count = text.split(':').count();
    (2..=3).contains(&count) && parts.all(digits)
}
