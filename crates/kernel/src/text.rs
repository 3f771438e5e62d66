//! Text as people type it: folding for comparison, white space, and plain text fields.
//!
//! Not here: what makes a text a name, an address or an id; each of these has its own module.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::{Code, Fault, damage};

/// The comparison key of a text: two texts that people take for the same have the same key.
///
/// Compatibility forms (ligatures, full width), case, runs of white space and invisible characters
/// make no difference. Nor do the dotted and dotless i of Turkish, which upper and lower case mix
/// up. Letters of different scripts that merely look alike stay different.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return fold_ascii(text);
    }
    let upper_then_lower = text
        .nfkc()
        .filter(|c| !damage::is_invisible_mark(*c) && *c != damage::ZWJ && *c != damage::ZWNJ)
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfd()
        .scan(' ', |before, c| {
            // What is left of a capital dotted I.
            let dot_of_i = c == '\u{307}' && *before == 'i';
            *before = c;
            Some(if dot_of_i { None } else { Some(c) })
        })
        .flatten();
    Cow::Owned(collapse_chars(upper_then_lower.nfc(), text.len()))
}

fn fold_ascii(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if !bytes.iter().any(u8::is_ascii_uppercase) && is_collapsed_ascii(bytes) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(collapse_chars(
        text.chars().map(|c| c.to_ascii_lowercase()),
        text.len(),
    ))
}

/// The text without outer white space, and with every inner run of it as one space.
pub(crate) fn collapse(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() && is_collapsed_ascii(text.as_bytes()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(collapse_chars(text.chars(), text.len()))
}

fn collapse_chars(chars: impl Iterator<Item = char>, bytes: usize) -> String {
    let mut collapsed = String::with_capacity(bytes);
    let mut space = false;
    for c in chars {
        if c.is_whitespace() {
            space = !collapsed.is_empty();
        } else {
            if space {
                collapsed.push(' ');
                space = false;
            }
            collapsed.push(c);
        }
    }
    collapsed
}

/// Whether the only white space is single spaces between other characters.
fn is_collapsed_ascii(bytes: &[u8]) -> bool {
    let mut before = b' ';
    for &byte in bytes {
        if byte <= b' ' && (byte != b' ' || before == b' ') && (byte as char).is_whitespace() {
            return false;
        }
        before = byte;
    }
    before != b' ' || bytes.is_empty()
}

/// One line of text in its stored form: collapsed, composed, without control characters.
pub(crate) fn line(raw: &str, max_chars: usize) -> Result<String, Fault> {
    let text = composed(collapse(raw));
    check(&text, max_chars, false)?;
    Ok(text)
}

fn composed(text: Cow<'_, str>) -> String {
    if text.is_ascii() || is_nfc(&text) {
        text.into_owned()
    } else {
        text.nfc().collect()
    }
}

fn check(text: &str, max_chars: usize, newlines: bool) -> Result<(), Fault> {
    let plain = |b: &u8| (b' '..0x7F).contains(b);
    if text.len() <= max_chars && text.as_bytes().iter().all(plain) {
        return Ok(());
    }
    let mut length = 0;
    for c in text.chars() {
        length += 1;
        if is_bad(c) && !(newlines && c == '\n') {
            return Err(bad_character(c, text));
        }
    }
    if length > max_chars {
        let detail = format!("{length} characters, at most {max_chars} are allowed");
        return Err(Fault::new(Code::ValueTooLong, detail));
    }
    Ok(())
}

fn is_bad(c: char) -> bool {
    c.is_control() || c == char::REPLACEMENT_CHARACTER || matches!(c, '\u{2028}' | '\u{2029}')
}

fn bad_character(bad: char, text: &str) -> Fault {
    let fault = if bad == char::REPLACEMENT_CHARACTER {
        Fault::new(
            Code::BadCharacter,
            "a character was lost when the file was saved or decoded",
        )
    } else {
        Fault::new(
            Code::BadCharacter,
            format!("the control character U+{:04X}", u32::from(bad)),
        )
    };
    let cleaned = collapse_chars(text.chars().filter(|c| !is_bad(*c)), text.len());
    if bad == char::REPLACEMENT_CHARACTER || cleaned.is_empty() {
        fault
    } else {
        fault.suggest(cleaned)
    }
}

/// A plain text field: notes, title, department. May be empty.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(String);

impl Text {
    /// The most characters of a title or department.
    pub const MAX_TITLE: usize = 100;
    /// The most characters of notes.
    pub const MAX_NOTES: usize = 500;

    /// One line of at most this many characters; line breaks become spaces.
    pub fn parse(raw: &str, max_chars: usize) -> Result<Self, Fault> {
        line(raw, max_chars).map(Self)
    }

    /// Lines of at most this many characters in all.
    pub fn parse_lines(raw: &str, max_chars: usize) -> Result<Self, Fault> {
        let raw = raw.trim();
        let text = if raw.bytes().any(|b| b == b'\r' || b == b'\t') {
            Cow::Owned(
                raw.replace("\r\n", "\n")
                    .replace('\r', "\n")
                    .replace('\t', " "),
            )
        } else {
            Cow::Borrowed(raw)
        };
        let text = composed(text);
        check(&text, max_chars, true)?;
        Ok(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text as an owned string.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folds_what_people_take_for_the_same() {
        for (left, right) in [
            ("Field  Office", " field office\t"),
            ("Straße", "STRASSE"),
            ("ﬁeld", "FIELD"),
            ("Ｆｉｅｌｄ", "field"),
            ("Café", "Cafe\u{301}"),
            ("Field\u{200B}", "field"),
            ("İstanbul", "ISTANBUL"),
            ("ışık", "IŞIK"),
            ("ΌΣΟΣ", "όσος"),
            ("a\u{A0}b", "A b"),
        ] {
            assert_eq!(fold(left), fold(right), "{left} and {right}");
        }
        assert_ne!(fold("Саше"), fold("Cawe"));
        assert_ne!(fold("résumé"), fold("resume"));
        assert!(matches!(fold("field office"), Cow::Borrowed(_)));
    }

    #[test]
    fn keeps_line_breaks_only_in_lines() {
        assert_eq!(Text::parse(" a\r\n b ", 10).unwrap().as_str(), "a b");
        assert_eq!(
            Text::parse_lines(" a\r\nb\tc ", 10).unwrap().as_str(),
            "a\nb c"
        );
        assert_eq!(Text::parse("", 10).unwrap().as_str(), "");
    }

    #[test]
    fn refuses_control_characters_and_excess() {
        let fault = Text::parse("a\u{7}b", 10).unwrap_err();
        assert_eq!(
            (fault.code, fault.suggestion.as_deref()),
            (Code::BadCharacter, Some("ab"))
        );
        assert!(fault.detail.contains("U+0007"));
        assert_eq!(
            Text::parse("a\u{FFFD}", 10).unwrap_err().code,
            Code::BadCharacter
        );
        let fault = Text::parse("ééééé", 4).unwrap_err();
        assert_eq!(fault.code, Code::ValueTooLong);
        assert_eq!(fault.detail, "5 characters, at most 4 are allowed");
        assert_eq!(Text::parse("e\u{301}e\u{301}", 2).unwrap().as_str(), "éé");
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC*") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }

        #[test]
        fn a_parsed_text_parses_to_itself(raw in any::<String>()) {
            if let Ok(text) = Text::parse(&raw, 100) {
                prop_assert_eq!(Text::parse(text.as_str(), 100), Ok(text));
            }
            if let Ok(text) = Text::parse_lines(&raw, 100) {
                prop_assert_eq!(Text::parse_lines(text.as_str(), 100), Ok(text));
            }
        }
    }
}
