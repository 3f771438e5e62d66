//! Decides common numbers from the compiled rules, step by step as the judge does.
//!
//! Only acceptance is decided here; `None` means that the judge has to look.

use super::{
    Phone, Reading, Region,
    rules::{Country, Length, RULES},
};

/// Fewer digits than these are no national number.
const MIN_NATIONAL: usize = 2;

pub(super) fn decide(reading: &Reading, default_region: Option<Region>) -> Option<Phone> {
    if reading.international {
        return international(reading.digits());
    }
    national(reading.digits(), default_region?.country()?)
}

fn international(digits: &[u8]) -> Option<Phone> {
    if digits.len() <= MIN_NATIONAL || digits.starts_with(b"0") {
        return None;
    }
    let mut code = 0;
    for taken in 1..=3 {
        let (last, national) = digits.get(taken - 1).zip(digits.get(taken..))?;
        code = code * 10 + usize::from(last - b'0');
        if let Some(main) = RULES.sharing(code).next() {
            return finish(main, code, national);
        }
    }
    None
}

fn national(digits: &[u8], home: &Country) -> Option<Phone> {
    let tables = home.tables()?;
    if tables.international_prefix(digits) > 0 {
        return None;
    }
    let code: usize = home.calling_code.parse().ok()?;
    if let Some(after_code) = digits.strip_prefix(home.calling_code.as_bytes()) {
        let general = tables.is_general(digits);
        let too_long = home.length(digits.len()) == Length::TooLong;
        if !general || too_long {
            // The country code may have been written without its plus sign.
            let stripped = without_national_prefix(home, after_code)?;
            if too_long || tables.is_general(stripped) {
                return finish(RULES.sharing(code).next()?, code, stripped);
            }
        }
    }
    finish(home, code, digits)
}

/// Strips the national prefix by the rules of one country and checks against all that share the code.
fn finish(country: &Country, code: usize, digits: &[u8]) -> Option<Phone> {
    if digits.len() < MIN_NATIONAL {
        return None;
    }
    let stripped = without_national_prefix(country, digits)?;
    let national = match country.length(stripped.len()) {
        Length::Possible | Length::TooLong => stripped,
        Length::LocalOnly | Length::TooShort | Length::Between => digits,
    };
    // Numbers with two leading zeros are written out differently.
    if national.starts_with(b"00") || !is_valid(code, national)? {
        return None;
    }
    Phone::from_digits(country.calling_code.as_bytes(), national)
}

/// The digits after the national prefix; all of them if that would not leave a number.
fn without_national_prefix<'a>(country: &Country, digits: &'a [u8]) -> Option<&'a [u8]> {
    let tables = country.tables()?;
    if tables.is_transformed(digits) {
        return None;
    }
    match tables.national_prefix(digits) {
        0 => Some(digits),
        length => {
            let stripped = digits.get(length..)?;
            let keep = tables.is_general(digits) && !tables.is_general(stripped);
            Some(if keep { digits } else { stripped })
        }
    }
}

/// Whether the first country that claims the number has such a number.
fn is_valid(code: usize, national: &[u8]) -> Option<bool> {
    let sharing = RULES.sharing(code);
    if sharing.clone().nth(1).is_none() {
        return sharing.clone().next()?.has_number(national);
    }
    for country in sharing {
        if country.has_number(national)? {
            return Some(true);
        }
        if country.tables()?.has_leading_digits(national) {
            return Some(false);
        }
    }
    Some(false)
}
