//! Cells that a spreadsheet program would run as formulas, made harmless on the way out and restored on
//! the way in.

use std::borrow::Cow;

/// Puts an apostrophe before a cell that begins like a formula, except a phone number in E.164.
///
/// A cell that already begins with apostrophes before such a character gets one more, so that
/// [`restore`] is the exact inverse.
pub fn neutralise(cell: &str) -> Cow<'_, str> {
    if is_risky(cell.trim_start_matches('\'')) && !is_international_phone(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// Takes back the apostrophe that [`neutralise`] or a spreadsheet user put there.
pub fn restore(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_risky(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// Whether the cell is a plus sign and 8 to 15 digits, the first not zero.
pub fn is_international_phone(cell: &str) -> bool {
    cell.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_risky(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn neutralises_what_begins_like_a_formula() {
        for cell in ["=1+1", "+cmd", "-2", "@sum", "\tx", "\r=1"] {
            assert_eq!(neutralise(cell), format!("'{cell}"));
        }
        assert_eq!(neutralise("plain"), "plain");
        assert_eq!(neutralise("'quoted"), "'quoted");
    }

    #[test]
    fn leaves_international_phones_alone() {
        assert_eq!(neutralise("+27821234567"), "+27821234567");
        assert_eq!(neutralise("+27 82 123"), "'+27 82 123");
        assert_eq!(neutralise("+0821234567"), "'+0821234567");
    }

    #[test]
    fn restores_a_phone_typed_with_an_apostrophe() {
        assert_eq!(restore("'+27821234567"), "+27821234567");
        assert_eq!(restore("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn restore_is_the_inverse(cell in "['=+@\t\r-]{0,4}\\PC{0,12}") {
            let written = neutralise(&cell).into_owned();
            prop_assert_eq!(restore(&written), cell);
        }
    }
}
