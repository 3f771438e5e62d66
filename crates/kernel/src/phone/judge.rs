//! Asks libphonenumber, and words its refusals.

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, ValidationError,
    get_national_significant_number_owned,
};

use super::{Phone, Reading, Region, shortcut};
use crate::{Code, Fault};

const MIN_DIGITS: usize = 8;
const MAX_DIGITS: usize = 15;

/// The library's answer for a number.
pub(super) fn decide(reading: &Reading, default_region: Option<Region>) -> Result<Phone, Fault> {
    let detail = match ask(reading, default_region) {
        Ok(phone) => return Ok(phone),
        Err(detail) => detail,
    };
    if let Some(phone) = reading
        .with_trunk()
        .and_then(|other| ask(&other, default_region).ok())
    {
        return Ok(phone);
    }
    let mut fault = Fault::new(Code::PhoneInvalid, detail);
    fault.suggestion = with_country_code(reading).map(String::from);
    Err(fault)
}

fn ask(reading: &Reading, default_region: Option<Region>) -> Result<Phone, &'static str> {
    let digits = std::str::from_utf8(reading.digits()).unwrap_or_default();
    let text = if reading.international {
        format!("+{digits}")
    } else {
        String::from(digits)
    };
    if !reading.international && default_region.is_none() {
        return Err(match digits.len() {
            ..MIN_DIGITS => "too short, and there is no country code",
            _ => "no country code",
        });
    }
    let region =
        default_region.and_then(|region| rlibphonenumber::Region::from_code(region.code()).ok());
    let number = PHONE_NUMBER_UTIL
        .parse(&text, region)
        .map_err(|error| match error {
            ParseError::InvalidCountryCode => "no such country code",
            ParseError::TooShortAfterIdd | ParseError::TooShortNsn => "too short",
            ParseError::TooLongNsn => "too many digits",
            ParseError::NotANumber(_) if digits.len() < MIN_DIGITS => "too short",
            ParseError::NotANumber(_) => "not a phone number",
        })?;
    let national = get_national_significant_number_owned(&number);
    if PHONE_NUMBER_UTIL.is_valid_number(&number) {
        let code = number.country_code.to_string();
        return Phone::from_digits(code.as_bytes(), national.as_bytes()).ok_or_else(|| {
            if code.len() + national.len() < MIN_DIGITS {
                "too short"
            } else {
                "too many digits"
            }
        });
    }
    if digits.len() > MAX_DIGITS {
        return Err("too many digits");
    }
    Err(
        match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
            Ok(NumberLengthType::IsPossibleLocalOnly) => "the area code is missing",
            Err(ValidationError::TooShort) => "too short",
            Err(ValidationError::TooLong) => "too many digits",
            Err(ValidationError::InvalidCountryCode) => "no such country code",
            Ok(NumberLengthType::IsPossible) | Err(ValidationError::InvalidLength) => {
                "that country has no such number"
            }
        },
    )
}

/// The number that results if only the `+`, or the zeros after it, were wrong.
fn with_country_code(reading: &Reading) -> Option<Phone> {
    let digits = std::str::from_utf8(reading.digits())
        .ok()?
        .trim_start_matches('0');
    if reading.international && digits.len() == reading.digits().len() {
        return None;
    }
    let reading = Reading::of(&format!("+{digits}")).ok()?;
    shortcut::decide(&reading, None)
}
