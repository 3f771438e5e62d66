//! Phone numbers in international form, by the rules of libphonenumber.
//!
//! Common forms are decided by tables compiled from these rules; everything else goes to the
//! library itself, the judge, and so does every refusal. Both give the same answer, which the
//! tests here compare over all regions. Not here: whether a number is taken.

mod judge;
mod pattern;
mod reading;
mod region;
mod rules;
mod shortcut;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault, ascii::InlineAscii, damage};
use reading::{Reading, Unreadable};
pub use region::{Region, UnknownRegion};

/// A number in E.164 form: `+`, country code, number, 8 to 15 digits in all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(InlineAscii<16>);

impl Phone {
    /// Reads a number; one without a country code needs a default region.
    pub fn parse(raw: &str, default_region: Option<Region>) -> Result<Self, Fault> {
        let reading = match Reading::of(raw) {
            Ok(reading) => reading,
            Err(unreadable) => return Err(refuse(raw, unreadable, default_region)),
        };
        if let Some(phone) = shortcut::decide(&reading, default_region) {
            return Ok(phone);
        }
        judge::decide(&reading, default_region)
            .map_err(|fault| several(raw, default_region).unwrap_or(fault))
    }

    /// The number with its `+`.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// A country code and a national number; `None` if they are not 8 to 15 digits together.
    fn from_digits(country_code: &[u8], national: &[u8]) -> Option<Self> {
        let length = country_code.len() + national.len();
        if !(8..=15).contains(&length) {
            return None;
        }
        let mut text = [0; 16];
        let (plus, digits) = text.split_first_mut()?;
        *plus = b'+';
        let (code, rest) = digits.split_at_mut_checked(country_code.len())?;
        code.copy_from_slice(country_code);
        rest.get_mut(..national.len())?.copy_from_slice(national);
        InlineAscii::new(text.get(..=length)?).map(Self)
    }
}

fn refuse(raw: &str, unreadable: Unreadable, default_region: Option<Region>) -> Fault {
    let raw = raw.trim();
    if let Some(fault) = damage::certain_fault(raw).or_else(|| several(raw, default_region)) {
        return fault;
    }
    match unreadable {
        Unreadable::Empty => Fault::new(Code::PhoneInvalid, "there are no digits"),
        Unreadable::TooManyDigits => Fault::new(Code::PhoneInvalid, "too many digits"),
        Unreadable::DecimalPart => {
            let fault = Fault::new(Code::ValueDamaged, "a number with a decimal part");
            fault.suggest(raw.strip_suffix(".0").unwrap_or(raw))
        }
        Unreadable::Character(c) => {
            let detail = if c.is_control() {
                format!("the control character U+{:04X}", u32::from(c))
            } else {
                format!("`{c}` does not belong in a phone number")
            };
            let mut fault = Fault::new(Code::PhoneInvalid, detail);
            // An extension or a remark may stand before or behind the number.
            let stop = |c: char| c.is_alphabetic() || matches!(c, ',' | ';' | '#' | ':' | '*');
            fault.suggestion = good_parts(raw, stop, default_region)
                .next()
                .map(String::from);
            fault
        }
    }
}

/// The fault of a cell with more than one number, which suggests the first.
fn several(raw: &str, default_region: Option<Region>) -> Option<Fault> {
    let between = |c: char| matches!(c, '/' | ',' | ';' | '|' | '&' | '\n');
    if !raw.contains(between) {
        return None;
    }
    let mut numbers = good_parts(raw, between, default_region);
    let (first, _) = numbers.next().zip(numbers.next())?;
    Some(Fault::new(Code::PhoneInvalid, "there is more than one number").suggest(first))
}

/// The good numbers among the parts of a cell.
fn good_parts(
    raw: &str,
    between: impl Fn(char) -> bool,
    default_region: Option<Region>,
) -> impl Iterator<Item = Phone> {
    const MAX_PARTS: usize = 8;
    raw.split(between)
        .filter_map(|part| Reading::of(part).ok())
        .take(MAX_PARTS)
        .filter_map(move |part| shortcut::decide(&part, default_region))
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.as_str())
    }
}

impl FromStr for Phone {
    type Err = Fault;

    fn from_str(raw: &str) -> Result<Self, Fault> {
        Self::parse(raw, None)
    }
}

impl TryFrom<String> for Phone {
    type Error = Fault;

    fn try_from(raw: String) -> Result<Self, Fault> {
        Self::parse(&raw, None)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        Self::from(phone.as_str())
    }
}

#[cfg(test)]
mod tests;
