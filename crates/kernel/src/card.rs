//! Card numbers: one number whether it is written in decimal or hexadecimal.
//!
//! Not here: whether a card is in use, and how long it is valid.

use std::{
    fmt::{self, Write},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{Code, Fault, damage};

/// How card numbers are written in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardRadix {
    /// Digits 0 to 9.
    #[default]
    Decimal,
    /// Digits 0 to 9 and A to F.
    Hex,
}

/// A card number in its one form: upper-case hexadecimal without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber(String);

/// Hexadecimal digits of the longest number, 32 bytes.
const MAX_HEX: usize = 64;
/// Decimal digits of the longest number.
const MAX_DECIMAL: usize = 78;

impl CardNumber {
    /// Reads a number; spaces, colons, hyphens and, in hexadecimal, `0x` do not count.
    pub fn parse(raw: &str, radix: CardRadix) -> Result<Self, Fault> {
        let written = raw.trim();
        let digits = match radix {
            CardRadix::Decimal => written,
            CardRadix::Hex => written
                .strip_prefix("0x")
                .or_else(|| written.strip_prefix("0X"))
                .unwrap_or(written),
        };
        let digits = significant(digits, radix).map_err(|c| refuse(written, radix, c))?;
        if digits.is_empty() {
            let any = written.bytes().any(|b| b == b'0');
            let detail = if any {
                "a card number cannot be zero"
            } else {
                "there are no digits"
            };
            return Err(Fault::new(Code::CardIdInvalid, detail));
        }
        let hex = match radix {
            CardRadix::Decimal if digits.len() <= MAX_DECIMAL => to_hex(&digits),
            CardRadix::Hex if digits.len() <= MAX_HEX => Some(digits),
            CardRadix::Decimal | CardRadix::Hex => None,
        };
        hex.map(Self)
            .ok_or_else(|| Fault::new(Code::CardIdInvalid, "it is longer than 32 bytes"))
    }

    /// The number in hexadecimal, which is its stored form.
    pub fn hex(&self) -> &str {
        &self.0
    }

    /// The number in decimal.
    pub fn decimal(&self) -> String {
        match u128::from_str_radix(&self.0, 16) {
            Ok(number) => number.to_string(),
            Err(_) => to_decimal(&self.0),
        }
    }

    /// The number as files of this kind write it.
    pub fn display(&self, radix: CardRadix) -> String {
        match radix {
            CardRadix::Decimal => self.decimal(),
            CardRadix::Hex => self.0.clone(),
        }
    }
}

/// The digits that count, upper case; or the first character that is none.
fn significant(written: &str, radix: CardRadix) -> Result<String, char> {
    let mut digits = String::with_capacity(written.len());
    for c in written.chars() {
        match (c, radix) {
            ('0', _) if digits.is_empty() => {}
            ('0'..='9', _) | ('A'..='F' | 'a'..='f', CardRadix::Hex) => {
                digits.push(c.to_ascii_uppercase());
            }
            (' ' | ':' | '-' | '\u{A0}', _) => {}
            _ => return Err(c),
        }
    }
    Ok(digits)
}

fn refuse(written: &str, radix: CardRadix, c: char) -> Fault {
    if let Some(fault) = damage::certain_fault(written) {
        return fault;
    }
    let detail = match radix {
        CardRadix::Decimal if c.is_ascii_hexdigit() || c == 'x' => {
            format!("`{c}` is not a decimal digit; is the file in hexadecimal?")
        }
        CardRadix::Decimal => format!("`{c}` is not a decimal digit"),
        CardRadix::Hex => format!("`{c}` is not a hexadecimal digit"),
    };
    Fault::new(Code::CardIdInvalid, detail)
}

/// Decimal to hexadecimal; `None` if it takes more than 32 bytes.
fn to_hex(decimal: &str) -> Option<String> {
    if let Ok(number) = decimal.parse::<u128>() {
        return Some(format!("{number:X}"));
    }
    // Sixteen bits a limb, the lowest first.
    let mut limbs = [0_u32; 16];
    for digit in decimal.bytes() {
        let mut carry = u32::from(digit - b'0');
        for limb in &mut limbs {
            let value = *limb * 10 + carry;
            *limb = value & 0xFFFF;
            carry = value >> 16;
        }
        if carry > 0 {
            return None;
        }
    }
    let mut hex = String::with_capacity(MAX_HEX);
    for limb in limbs.iter().rev() {
        write!(hex, "{limb:04X}").ok()?;
    }
    Some(String::from(hex.trim_start_matches('0')))
}

fn to_decimal(hex: &str) -> String {
    // Four decimal digits a limb, the lowest first.
    let mut limbs = [0_u32; 20];
    for digit in hex.chars() {
        let mut carry = digit.to_digit(16).unwrap_or_default();
        for limb in &mut limbs {
            let value = *limb * 16 + carry;
            *limb = value % 10_000;
            carry = value / 10_000;
        }
    }
    let mut decimal = String::with_capacity(MAX_DECIMAL + 2);
    for limb in limbs.iter().rev() {
        // Writing to a string never fails.
        let _ = write!(decimal, "{limb:04}");
    }
    String::from(decimal.trim_start_matches('0'))
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for CardNumber {
    type Err = Fault;

    /// Reads the stored form.
    fn from_str(hex: &str) -> Result<Self, Fault> {
        Self::parse(hex, CardRadix::Hex)
    }
}

impl TryFrom<String> for CardNumber {
    type Error = Fault;

    fn try_from(hex: String) -> Result<Self, Fault> {
        hex.parse()
    }
}

impl From<CardNumber> for String {
    fn from(number: CardNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_spellings_are_one_card() {
        let decimal = CardNumber::parse("3735928559", CardRadix::Decimal).unwrap();
        for hex in [
            "DEADBEEF",
            "0xdeadbeef",
            "DE:AD:BE:EF",
            "de ad-be ef",
            "00DEADBEEF",
        ] {
            assert_eq!(
                CardNumber::parse(hex, CardRadix::Hex).unwrap(),
                decimal,
                "{hex}"
            );
        }
        assert_eq!(
            (decimal.hex(), &*decimal.decimal()),
            ("DEADBEEF", "3735928559")
        );
        assert_eq!(
            CardNumber::parse(" 0042 ", CardRadix::Decimal)
                .unwrap()
                .decimal(),
            "42"
        );
    }

    #[test]
    fn holds_at_most_32_bytes() {
        let most = CardNumber::parse(&"F".repeat(64), CardRadix::Hex).unwrap();
        let decimal =
            "115792089237316195423570985008687907853269984665640564039457584007913129639935";
        assert_eq!(most.decimal(), decimal);
        assert_eq!(
            CardNumber::parse(decimal, CardRadix::Decimal).unwrap(),
            most
        );
        let more = "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        for (raw, radix) in [
            (more, CardRadix::Decimal),
            (&"9".repeat(79), CardRadix::Decimal),
            (&"1".repeat(65), CardRadix::Hex),
        ] {
            let fault = CardNumber::parse(raw, radix).unwrap_err();
            assert_eq!(fault.detail, "it is longer than 32 bytes");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (raw, radix, wanted) in [
            ("", CardRadix::Hex, "card_id_invalid: there are no digits"),
            (
                "000",
                CardRadix::Decimal,
                "card_id_invalid: a card number cannot be zero",
            ),
            (
                "0x0",
                CardRadix::Hex,
                "card_id_invalid: a card number cannot be zero",
            ),
            (
                "12G",
                CardRadix::Hex,
                "card_id_invalid: `G` is not a hexadecimal digit",
            ),
            (
                "DEAD",
                CardRadix::Decimal,
                "card_id_invalid: `D` is not a decimal digit; is the file in hexadecimal?",
            ),
            (
                "4.12E+15",
                CardRadix::Decimal,
                "value_damaged: a long number in scientific notation, its last digits are lost",
            ),
            (
                "#REF!",
                CardRadix::Hex,
                "value_damaged: the error value of a formula",
            ),
        ] {
            assert_eq!(
                CardNumber::parse(raw, radix).unwrap_err().to_string(),
                wanted,
                "{raw}"
            );
        }
        assert!(CardNumber::parse("4E12", CardRadix::Hex).is_ok());
    }

    proptest! {
        #[test]
        fn never_panics(raw in any::<String>()) {
            let _ = CardNumber::parse(&raw, CardRadix::Hex);
            let _ = CardNumber::parse(&raw, CardRadix::Decimal);
        }

        #[test]
        fn both_forms_read_back(hex in "[1-9A-F][0-9A-F]{0,63}") {
            let card = CardNumber::parse(&hex, CardRadix::Hex).unwrap();
            prop_assert_eq!(card.hex(), &hex);
            prop_assert_eq!(CardNumber::parse(&card.decimal(), CardRadix::Decimal), Ok(card));
        }
    }
}
