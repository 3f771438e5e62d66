//! E-mail addresses: which ones we accept, and what is probably meant by the others.
//!
//! Not here: whether an address exists or belongs to somebody already.

use std::{borrow::Cow, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::{Code, Fault, damage};

mod suggestion;

const MAX: usize = 254;
const MAX_LOCAL: usize = 64;
const MAX_LABEL: usize = 63;

/// An address as it was given, in composed Unicode.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@`, a domain with a dot, no spaces, at most 254 bytes.
    pub fn parse(raw: &str) -> Result<Self, Fault> {
        let address = raw.trim();
        match accept(address) {
            Ok(Cow::Borrowed(accepted)) => Ok(Self(String::from(accepted))),
            Ok(Cow::Owned(composed)) => Ok(Self(composed)),
            Err(detail) => Err(refuse(address, detail)),
        }
    }

    /// The address as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as an owned string.
    pub fn into_string(self) -> String {
        self.0
    }

    /// What addresses are compared by: lower case, and the domain in its ASCII form.
    pub fn key(&self) -> Cow<'_, str> {
        if !self.0.is_ascii() {
            return Cow::Owned(self.unicode_key());
        }
        if self.0.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(self.0.to_ascii_lowercase())
        } else {
            Cow::Borrowed(&self.0)
        }
    }

    /// The part after the `@`, as given.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address that is probably meant, if the domain looks like a slip: `gmial.com`.
    pub fn likely_meant(&self) -> Option<String> {
        suggestion::for_domain(&self.0)
    }

    fn unicode_key(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let mut key: String = local.chars().flat_map(char::to_lowercase).nfc().collect();
        key.push('@');
        key.push_str(&idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase()));
        key
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = Fault;

    fn from_str(raw: &str) -> Result<Self, Fault> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Email {
    type Error = Fault;

    fn try_from(raw: String) -> Result<Self, Fault> {
        Self::parse(&raw)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

fn refuse(address: &str, detail: &'static str) -> Fault {
    if let Some(fault) = damage::certain_fault(address) {
        return fault;
    }
    let mut fault = Fault::new(Code::EmailInvalid, detail);
    fault.suggestion = suggestion::for_broken(address);
    fault
}

/// The address in the form to keep, or what is wrong with it.
fn accept(address: &str) -> Result<Cow<'_, str>, &'static str> {
    if address.is_ascii() {
        return accept_ascii(address).map(|()| Cow::Borrowed(address));
    }
    let composed = if is_nfc(address) {
        Cow::Borrowed(address)
    } else {
        Cow::Owned(address.nfc().collect())
    };
    accept_unicode(&composed)?;
    Ok(composed)
}

fn accept_ascii(address: &str) -> Result<(), &'static str> {
    if address.is_empty() {
        return Err("it is empty");
    }
    let (local, domain) = split(address)?;
    check_local(local.as_bytes())?;
    check_domain(domain.as_bytes())?;
    if address.len() > MAX {
        return Err("it is longer than 254 characters");
    }
    if domain.len() > 4 && has_punycode(domain) && idna::domain_to_ascii(domain).is_err() {
        return Err("the domain is not a valid international domain");
    }
    Ok(())
}

fn accept_unicode(address: &str) -> Result<(), &'static str> {
    let (local, domain) = split(address)?;
    if local.chars().any(|c| !c.is_ascii() && !is_letter(c)) {
        return Err("there is a character before the @ that is not allowed");
    }
    if domain.chars().any(|c| !c.is_ascii() && !is_letter(c)) {
        return Err("there is a character after the @ that is not allowed");
    }
    check_local(local.as_bytes())?;
    let ascii = idna::domain_to_ascii(domain)
        .map_err(|_| "the domain is not a valid international domain")?;
    check_domain(ascii.as_bytes())?;
    if local.len() + 1 + ascii.len().max(domain.len()) > MAX {
        return Err("it is longer than 254 characters");
    }
    Ok(())
}

/// Letters, digits and the marks that go with them.
fn is_letter(c: char) -> bool {
    !c.is_control()
        && !c.is_whitespace()
        && !damage::is_invisible_mark(c)
        && c != char::REPLACEMENT_CHARACTER
        && (c.is_alphanumeric()
            || unicode_normalization::char::is_combining_mark(c)
            || matches!(c, damage::ZWJ | damage::ZWNJ | '·'))
}

fn split(address: &str) -> Result<(&str, &str), &'static str> {
    let Some((local, domain)) = address.split_once('@') else {
        return Err("there is no @");
    };
    if domain.contains('@') {
        return Err("there is more than one @");
    }
    Ok((local, domain))
}

fn check_local(local: &[u8]) -> Result<(), &'static str> {
    if local.is_empty() {
        return Err("nothing stands before the @");
    }
    if local.len() > MAX_LOCAL {
        return Err("the part before the @ is longer than 64 characters");
    }
    let mut before = b'.';
    for &byte in local {
        if !(byte.is_ascii_alphanumeric() || byte >= 0x80 || is_local_sign(byte)) {
            return Err(match byte {
                b' ' | b'\t' => "there is a space",
                b',' => "there is a comma",
                _ => "there is a character before the @ that is not allowed",
            });
        }
        if byte == b'.' && before == b'.' {
            return Err("a dot stands at the start or twice in a row");
        }
        before = byte;
    }
    if before == b'.' {
        Err("a dot stands right before the @")
    } else {
        Ok(())
    }
}

const fn is_local_sign(byte: u8) -> bool {
    matches!(
        byte,
        b'.' | b'_'
            | b'-'
            | b'+'
            | b'!'
            | b'#'
            | b'$'
            | b'%'
            | b'&'
            | b'\''
            | b'*'
            | b'/'
            | b'='
            | b'?'
            | b'^'
            | b'`'
            | b'{'
            | b'|'
            | b'}'
            | b'~'
    )
}

fn check_domain(domain: &[u8]) -> Result<(), &'static str> {
    if domain.is_empty() {
        return Err("nothing stands after the @");
    }
    let mut labels = 0;
    let mut last: &[u8] = b"";
    for label in domain.split(|b| *b == b'.') {
        check_label(label)?;
        labels += 1;
        last = label;
    }
    if labels < 2 {
        return Err("there is no dot after the @");
    }
    let letters = last.len() >= 2 && last.iter().all(u8::is_ascii_alphabetic);
    if letters || is_punycode(last) {
        Ok(())
    } else {
        Err("the ending of the domain is not one")
    }
}

fn check_label(label: &[u8]) -> Result<(), &'static str> {
    if let Some(byte) = label
        .iter()
        .find(|b| !(b.is_ascii_alphanumeric() || **b == b'-'))
    {
        return Err(match byte {
            b' ' | b'\t' => "there is a space",
            b',' => "there is a comma",
            b';' => "there is a semicolon",
            b'_' => "there is an underscore after the @",
            _ => "there is a character after the @ that is not allowed",
        });
    }
    match label {
        [] => Err("a dot stands at the start, at the end or twice in a row after the @"),
        [b'-', ..] | [.., b'-'] => Err("a part of the domain begins or ends with a hyphen"),
        label if label.len() > MAX_LABEL => {
            Err("a part of the domain is longer than 63 characters")
        }
        _ => Ok(()),
    }
}

fn is_punycode(label: &[u8]) -> bool {
    label.len() > 4
        && label
            .get(..4)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"xn--"))
}

fn has_punycode(domain: &str) -> bool {
    domain.contains("--") && domain.as_bytes().split(|b| *b == b'.').any(is_punycode)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_addresses_as_given() {
        for raw in [
            "e.wilson@example.com",
            "O'Brien+tag@sub.example.co.uk",
            "a@b.io",
            "1@2.de",
            "müller@münchen.de",
            "x@xn--mnchen-3ya.de",
            "用户@例え.jp",
            "a@例え.テスト",
        ] {
            assert_eq!(Email::parse(raw).unwrap().as_str(), raw);
        }
        assert_eq!(
            Email::parse(" A@Example.COM\u{A0}").unwrap().as_str(),
            "A@Example.COM"
        );
        assert_eq!(
            Email::parse("Zoe\u{308}@a.de").unwrap().as_str(),
            "Zoë@a.de"
        );
    }

    #[test]
    fn compares_by_lower_case_and_ascii_domain() {
        let key = |raw| Email::parse(raw).unwrap().key().into_owned();
        assert_eq!(key("A.B@Example.COM"), "a.b@example.com");
        assert_eq!(key("a@MÜNCHEN.de"), key("A@xn--mnchen-3ya.DE"));
        assert_eq!(key("MÜLLER@a.de"), key("müller@a.de"));
        // Mail for the dotless i goes to somebody else.
        assert_ne!(key("mıke@a.de"), key("mike@a.de"));
        assert!(matches!(
            Email::parse("a@b.de").unwrap().key(),
            Cow::Borrowed(_)
        ));
    }

    #[test]
    fn says_what_is_wrong() {
        for (raw, detail) in [
            ("", "it is empty"),
            ("anna.at.example.com", "there is no @"),
            ("a@b@c.de", "there is more than one @"),
            ("@b.de", "nothing stands before the @"),
            ("a@", "nothing stands after the @"),
            ("a b@c.de", "there is a space"),
            ("a@b", "there is no dot after the @"),
            ("a@b_c.de", "there is an underscore after the @"),
            (".a@b.de", "a dot stands at the start or twice in a row"),
            ("a..b@c.de", "a dot stands at the start or twice in a row"),
            ("a.@b.de", "a dot stands right before the @"),
            (
                "a@b..de",
                "a dot stands at the start, at the end or twice in a row after the @",
            ),
            (
                "a@-b.de",
                "a part of the domain begins or ends with a hyphen",
            ),
            ("a@1.2.3.4", "the ending of the domain is not one"),
            ("a@b.c", "the ending of the domain is not one"),
            ("a@b.c0m", "the ending of the domain is not one"),
            (
                "\"a b\"@c.de",
                "there is a character before the @ that is not allowed",
            ),
            (
                "a\u{200B}b@c.de",
                "there is a character before the @ that is not allowed",
            ),
            (
                "a@xn--0.de",
                "the domain is not a valid international domain",
            ),
        ] {
            let fault = Email::parse(raw).unwrap_err();
            assert_eq!(
                (fault.code, &*fault.detail),
                (Code::EmailInvalid, detail),
                "{raw}"
            );
        }
        assert_eq!(Email::parse("#N/A").unwrap_err().code, Code::ValueDamaged);
    }

    #[test]
    fn limits_lengths() {
        let local = |n| format!("{}@example.com", "a".repeat(n));
        assert!(Email::parse(&local(64)).is_ok() && Email::parse(&local(65)).is_err());
        let label = "b".repeat(63);
        let long = |n| format!("{}@{label}.{label}.{label}.com", "a".repeat(n));
        assert_eq!(long(58).len(), 254);
        assert!(Email::parse(&long(58)).is_ok() && Email::parse(&long(59)).is_err());
        assert!(Email::parse(&format!("a@{label}b.com")).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(raw in any::<String>()) {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email));
            }
        }

        #[test]
        fn an_address_and_its_key_parse_to_themselves(
            raw in "[a-zA-Z0-9.+äöß-]{1,12}@[a-zA-Z0-9äöλ-]{1,12}\\.(com|de|io|рф)",
        ) {
            if let Ok(email) = Email::parse(&raw) {
                prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                let key = Email::parse(&email.key()).unwrap();
                prop_assert_eq!(key.key(), email.key());
            }
        }
    }
}
