//! What spreadsheet programs and the web do to values: lost digits, error values, invisible marks.
//!
//! Not here: the fault each value type makes of it.

use std::borrow::Cow;

use crate::{Code, Fault};

pub(crate) const ZWNJ: char = '\u{200C}';
pub(crate) const ZWJ: char = '\u{200D}';

/// How a spreadsheet program has damaged a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Damage {
    /// A long number shown as `2.78E+10`: its last digits are gone.
    Scientific,
    /// The error value of a formula, such as `#REF!`.
    FormulaError,
    /// Sixteen digits or more that end in zeros: only fifteen survive in such a program.
    LastDigitsZeroed,
}

impl Damage {
    /// Recognises damage in a cell that is meant to hold digits, an id or a text.
    pub fn of(cell: &str) -> Option<Self> {
        let cell = cell.trim();
        let first = *cell.as_bytes().first()?;
        if first == b'#' {
            return is_formula_error(cell).then_some(Self::FormulaError);
        }
        if !(first.is_ascii_digit() || first == b'-' || first == b'+') {
            return None;
        }
        if is_scientific(cell) {
            Some(Self::Scientific)
        } else if has_zeroed_digits(cell) {
            Some(Self::LastDigitsZeroed)
        } else {
            None
        }
    }

    /// What happened, as a fragment.
    pub const fn detail(self) -> &'static str {
        match self {
            Self::Scientific => "a long number in scientific notation, its last digits are lost",
            Self::FormulaError => "the error value of a formula",
            Self::LastDigitsZeroed => {
                "all digits after the fifteenth are 0, as when a long number is cut"
            }
        }
    }

    pub(crate) fn fault(self) -> Fault {
        Fault::new(Code::ValueDamaged, self.detail())
    }
}

/// The fault of a cell that certainly is damaged; a guess such as zeroed digits is not one.
pub(crate) fn certain_fault(cell: &str) -> Option<Fault> {
    match Damage::of(cell)? {
        damage @ (Damage::Scientific | Damage::FormulaError) => Some(damage.fault()),
        Damage::LastDigitsZeroed => None,
    }
}

fn is_formula_error(cell: &str) -> bool {
    const ERRORS: [&str; 9] = [
        "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    ];
    ERRORS.iter().any(|error| cell.eq_ignore_ascii_case(error))
        // A column that was too narrow when it was printed or copied.
        || (cell.len() >= 3 && cell.bytes().all(|b| b == b'#'))
}

/// `2.78E+10`, `2,78E+10` or `3E+15`: digits, at most one separator, E, a sign, digits.
fn is_scientific(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.split_once(['E', 'e']) else {
        return false;
    };
    let mantissa = mantissa.trim_start_matches(['-', '+']);
    let exponent_digits = exponent.trim_start_matches(['-', '+']);
    let separators = mantissa
        .bytes()
        .filter(|b| matches!(b, b'.' | b','))
        .count();
    !mantissa.is_empty()
        && !exponent_digits.is_empty()
        && exponent_digits.len() <= 3
        && exponent_digits.bytes().all(|b| b.is_ascii_digit())
        && mantissa
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','))
        && separators <= 1
        && (separators == 1 || exponent_digits.len() < exponent.len())
}

fn has_zeroed_digits(cell: &str) -> bool {
    const SURVIVING: usize = 15;
    let digits = cell.strip_prefix('+').unwrap_or(cell).as_bytes();
    digits.len() > SURVIVING
        && digits.iter().all(u8::is_ascii_digit)
        && digits.iter().skip(SURVIVING).all(|digit| *digit == b'0')
}

/// The invisible characters of a cell and the cell without them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invisible {
    /// What was found, each kind once, in the order of the text.
    pub found: Vec<char>,
    /// The text without them; fixed spaces have become plain ones.
    pub cleaned: String,
}

impl Invisible {
    /// Names what was found, as a fragment: "U+200B zero width space".
    pub fn detail(&self) -> String {
        let names: Vec<_> = self
            .found
            .iter()
            .map(|c| format!("U+{:04X} {}", u32::from(*c), invisible_name(*c)))
            .collect();
        names.join(", ")
    }
}

/// Finds zero-width characters, direction marks, fixed spaces and the like.
///
/// The joiners that spell names in Persian, Arabic and the scripts of India are left alone between
/// letters of these scripts.
pub fn invisible(text: &str) -> Option<Invisible> {
    if text.is_ascii() {
        return None;
    }
    let suspicious = |c: char| is_invisible_mark(c) || is_odd_space(c) || c == ZWJ || c == ZWNJ;
    if !text.chars().any(suspicious) {
        return None;
    }
    let mut found = Vec::new();
    let mut cleaned = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let joins = (c == ZWJ || c == ZWNJ)
            && cleaned.chars().next_back().is_some_and(uses_joiners)
            && rest.clone().next().is_none_or(uses_joiners);
        if !suspicious(c) || joins {
            cleaned.push(c);
            continue;
        }
        if is_odd_space(c) {
            cleaned.push(' ');
        }
        if !found.contains(&c) {
            found.push(c);
        }
    }
    (!found.is_empty()).then_some(Invisible { found, cleaned })
}

/// Characters that are not seen and mean nothing in a name, address or number.
pub(crate) const fn is_invisible_mark(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// White space other than the plain space and line breaks.
const fn is_odd_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Letters and signs of the scripts whose spelling needs the zero-width joiners.
const fn uses_joiners(c: char) -> bool {
    matches!(
        c,
        '\u{600}'..='\u{8FF}' | '\u{900}'..='\u{DFF}' | '\u{1000}'..='\u{109F}'
            | '\u{1780}'..='\u{17FF}' | '\u{1800}'..='\u{18AF}' | '\u{FB50}'..='\u{FDFF}'
            | '\u{FE70}'..='\u{FEFC}'
    )
}

const fn invisible_name(c: char) -> &'static str {
    match c {
        '\u{AD}' => "soft hyphen",
        '\u{A0}' => "no-break space",
        '\u{202F}' => "narrow no-break space",
        '\u{3000}' => "wide space",
        '\u{200B}' => "zero width space",
        ZWNJ | ZWJ => "zero width joiner",
        '\u{2060}' => "word joiner",
        '\u{FEFF}' => "byte order mark",
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
            "text direction mark"
        }
        _ if is_odd_space(c) => "unusual space",
        _ => "invisible character",
    }
}

/// Whether a spreadsheet program would take the text for a formula.
///
/// An international phone number is not one, although it begins with a plus sign.
pub fn is_formula_like(text: &str) -> bool {
    match text.as_bytes().split_first() {
        Some((b'=' | b'@' | b'\t' | b'\r', _)) => true,
        Some((b'+' | b'-', rest)) => rest.iter().any(|b| {
            !matches!(
                b,
                b'0'..=b'9' | b' ' | b'-' | b'.' | b',' | b'(' | b')' | b'/'
            )
        }),
        _ => false,
    }
}

/// The text without the apostrophe that exports put before what looks like a formula.
pub fn without_formula_guard(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula_like(rest) || rest.starts_with(['+', '-']) => Cow::Borrowed(rest),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn recognises_what_spreadsheets_do() {
        for cell in ["2.78E+10", "2,78E+10", "4E+15", " 4.12e+15 ", "-1.5E-3"] {
            assert_eq!(Damage::of(cell), Some(Damage::Scientific), "{cell}");
        }
        for cell in ["#REF!", "#N/A", "#value!", "#NAME?", "########"] {
            assert_eq!(Damage::of(cell), Some(Damage::FormulaError), "{cell}");
        }
        assert_eq!(
            Damage::of("4123456789012340000"),
            Some(Damage::LastDigitsZeroed)
        );
        for cell in [
            "",
            "12",
            "4E12",
            "E12",
            "#1 Main",
            "+27821234567",
            "4123456789012345678",
        ] {
            assert_eq!(Damage::of(cell), None, "{cell}");
        }
    }

    #[test]
    fn finds_and_removes_invisible_characters() {
        let found = invisible("An\u{200B}na\u{A0}Mül\u{AD}ler\u{200B}").unwrap();
        assert_eq!(found.cleaned, "Anna Müller");
        assert_eq!(found.found, ['\u{200B}', '\u{A0}', '\u{AD}']);
        assert_eq!(
            found.detail(),
            "U+200B zero width space, U+00A0 no-break space, U+00AD soft hyphen"
        );
        assert_eq!(invisible("Anna Müller"), None);
        assert_eq!(invisible("\u{202E}gnp.exe").unwrap().cleaned, "gnp.exe");
    }

    #[test]
    fn keeps_the_joiners_that_spell_names() {
        assert_eq!(invisible("علی\u{200C}رضا"), None);
        assert_eq!(invisible("क्\u{200D}ष"), None);
        assert_eq!(invisible("An\u{200D}na").unwrap().cleaned, "Anna");
    }

    #[test]
    fn knows_formulas_from_phone_numbers() {
        for text in ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd"] {
            assert!(is_formula_like(text), "{text}");
        }
        for text in ["+27 82 123-4567", "-5", "a=b", "", "-", "'=1"] {
            assert!(!is_formula_like(text), "{text}");
        }
        assert_eq!(without_formula_guard("'=1+1"), "=1+1");
        assert_eq!(without_formula_guard("'+27821234567"), "+27821234567");
        assert_eq!(
            without_formula_guard("'s Hertogenbosch"),
            "'s Hertogenbosch"
        );
    }

    proptest! {
        #[test]
        fn cleaning_leaves_nothing_to_clean(text in any::<String>()) {
            let _ = Damage::of(&text);
            if let Some(found) = invisible(&text) {
                prop_assert_eq!(invisible(&found.cleaned), None);
            }
        }
    }
}
