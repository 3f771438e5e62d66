//! What is probably meant by an address that is broken or looks like a slip.

use super::accept;

/// A valid address made from a broken one by undoing the usual accidents.
pub(super) fn for_broken(address: &str) -> Option<String> {
    const LONGEST: usize = 400;
    if address.len() > LONGEST {
        return None;
    }
    let repairs: [fn(&str) -> String; 5] =
        [unwrapped, with_signs, trimmed, first_of_many, closed_up];
    let mut text = String::from(address);
    for repair in repairs {
        text = repair(&text);
        if accept(&text).is_ok() {
            return Some(for_domain(&text).unwrap_or(text));
        }
    }
    None
}

/// Takes the address out of `Anna <anna@example.com>`, `mailto:` and quotes.
fn unwrapped(text: &str) -> String {
    let inner = text
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(text, |(inner, _)| inner)
        .trim();
    let start = inner
        .get(..7)
        .filter(|start| start.eq_ignore_ascii_case("mailto:"));
    let inner = inner.get(start.map_or(0, str::len)..).unwrap_or(inner);
    let address = inner.split_once('?').map_or(inner, |(address, _)| address);
    String::from(address.trim_matches(['"', '\'', '“', '”', '’', '[', ']', ' ']))
}

/// Puts the signs back that were spelt out or typed in full width.
fn with_signs(text: &str) -> String {
    let mut text = text.replace(['＠', '﹫'], "@").replace(['。', '．'], ".");
    for at in ["(at)", "[at]", "{at}", " at ", "(a)", ".at."] {
        if !text.contains('@') {
            text = text.replacen(at, "@", 1);
        }
    }
    for dot in ["(dot)", "[dot]", "{dot}", " dot "] {
        text = text.replace(dot, ".");
    }
    text.chars()
        .filter(|c| !crate::damage::is_invisible_mark(*c))
        .collect()
}

/// Removes what was left at the ends and typed twice.
fn trimmed(text: &str) -> String {
    let signs = [
        '.', ',', ';', ':', '>', '<', ')', '(', '-', '_', '!', '*', ' ',
    ];
    let mut text = String::from(text.trim_matches(signs));
    for (twice, once) in [("@@", "@"), ("..", "."), ("@.", "@"), (".@", "@")] {
        while text.contains(twice) {
            text = text.replace(twice, once);
        }
    }
    text
}

/// The first of several addresses in one cell.
fn first_of_many(text: &str) -> String {
    let first = text
        .split([';', ',', ' ', '/', '|', '\n'])
        .find(|part| accept(part).is_ok());
    String::from(first.unwrap_or(text))
}

/// Removes spaces, and takes commas for dots.
fn closed_up(text: &str) -> String {
    let closed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    trimmed(&closed.replace([',', ';'], "."))
}

/// The address with a well-known domain in place of a frequent misspelling of it.
pub(super) fn for_domain(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    if domain.len() > LONGEST_SLIP {
        return None;
    }
    let meant = if domain.bytes().any(|b| b.is_ascii_uppercase()) {
        known_slip(&domain.to_ascii_lowercase())?
    } else {
        known_slip(domain)?
    };
    Some(format!("{local}@{meant}"))
}

/// No listed misspelling is longer.
const LONGEST_SLIP: usize = 14;

fn known_slip(domain: &str) -> Option<&'static str> {
    Some(match domain {
        "gmial.com" | "gmai.com" | "gamil.com" | "gmaill.com" | "gnail.com" | "gmal.com"
        | "gmil.com" | "gmali.com" | "gmail.con" | "gmail.co" | "gmail.cm" | "gmail.om"
        | "gmail.comm" | "gmail.cmo" | "gmaul.com" | "gimail.com" | "ggmail.com" => "gmail.com",
        "hotmial.com" | "hotmai.com" | "hotmal.com" | "hotmil.com" | "hotnail.com"
        | "hotmaill.com" | "hotmail.con" | "hotmail.co" | "hotmail.cm" | "hormail.com" => {
            "hotmail.com"
        }
        "yaho.com" | "yahooo.com" | "yhoo.com" | "yahoo.con" | "yahoo.cm" | "yaoo.com" => {
            "yahoo.com"
        }
        "outlok.com" | "outloo.com" | "outlook.con" | "outlook.co" | "outllok.com"
        | "oulook.com" => "outlook.com",
        "iclou.com" | "icloud.con" | "icloud.co" | "iclud.com" | "icoud.com" => "icloud.com",
        "googlemail.con" | "googlmail.com" | "goglemail.com" => "googlemail.com",
        "gmx.ent" | "gmx.ne" => "gmx.net",
        "gmx.dee" => "gmx.de",
        "wbe.de" | "we.de" => "web.de",
        "protonmail.con" => "protonmail.com",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Email;

    #[test]
    fn suggests_what_is_probably_meant() {
        for (raw, meant) in [
            ("anna.at.example.com", "anna@example.com"),
            ("anna(at)example.com", "anna@example.com"),
            ("anna [at] example [dot] com", "anna@example.com"),
            ("anna@example,com", "anna@example.com"),
            ("anna @ example.com", "anna@example.com"),
            ("mailto:anna@example.com", "anna@example.com"),
            ("MAILTO:anna@example.com?subject=x", "anna@example.com"),
            ("Anna Berg <anna@example.com>", "anna@example.com"),
            ("<anna@example.com>", "anna@example.com"),
            ("anna@example.com;", "anna@example.com"),
            ("anna@example.com.", "anna@example.com"),
            ("anna@example..com", "anna@example.com"),
            ("anna@@example.com", "anna@example.com"),
            ("anna＠example.com", "anna@example.com"),
            ("anna@example.com; ben@example.com", "anna@example.com"),
            ("anna@gmial,com", "anna@gmail.com"),
            ("an\u{200B}na@example.com", "anna@example.com"),
        ] {
            let fault = Email::parse(raw).unwrap_err();
            assert_eq!(fault.suggestion.as_deref(), Some(meant), "{raw}");
        }
        for hopeless in ["anna", "", "@", "anna@", "none", "anna@localhost"] {
            assert_eq!(for_broken(hopeless), None, "{hopeless}");
        }
    }

    #[test]
    fn sees_slips_in_valid_addresses() {
        let meant = |raw| Email::parse(raw).unwrap().likely_meant();
        assert_eq!(meant("Anna@Gmial.com").as_deref(), Some("Anna@gmail.com"));
        assert_eq!(meant("anna@gmail.com"), None);
    }

    proptest! {
        #[test]
        fn every_suggestion_is_accepted(raw in "[a-z .,;@<>()\"@]{0,20}") {
            if let Some(suggestion) = for_broken(&raw) {
                prop_assert!(Email::parse(&suggestion).is_ok());
            }
        }
    }
}
