//! Recovery codes: what stands in for a lost phone. Ten at a time, shown once, each works once.
//!
//! A code has 80 random bits, so that a plain hash of it cannot be guessed from a copy of the database.

use db::{Tx, params, sql};
use kernel::{IdentityId, Timestamp};

/// So many are given at once.
const GIVEN: usize = 10;
/// Letters of a code, each worth five bits.
const LETTERS: usize = 16;
/// Crockford's base32: none of its letters is taken for another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What is stored of a code that was typed, if it has the form of one.
pub(crate) fn hash_of(typed: &str) -> Option<[u8; 32]> {
    let mut letters = String::with_capacity(LETTERS);
    for letter in typed.chars().filter(|c| !c.is_whitespace() && *c != '-') {
        let letter = match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            letter => letter,
        };
        if letters.len() == LETTERS || !ALPHABET.contains(&u8::try_from(letter).ok()?) {
            return None;
        }
        letters.push(letter);
    }
    (letters.len() == LETTERS).then(|| *blake3::hash(letters.as_bytes()).as_bytes())
}

/// Gives an identity new codes; those it had work no longer.
pub(crate) fn renew(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<Vec<String>> {
    tx.execute(sql!("recovery/delete"), params![identity])?;
    let codes: Vec<String> = std::iter::repeat_with(random).take(GIVEN).collect();
    for code in &codes {
        tx.execute(sql!("recovery/insert"), params![identity, hash_of(code)])?;
    }
    Ok(codes)
}

/// Uses a code up; `false` if it is none of the identity's, or was used before.
pub(crate) fn spend(
    tx: &mut Tx<'_>,
    identity: IdentityId,
    hash: [u8; 32],
    now: Timestamp,
) -> db::Result<bool> {
    let used = tx.execute(sql!("recovery/use"), params![identity, hash, now])?;
    Ok(used > 0)
}

/// How many an identity has left.
pub(crate) fn left(tx: &mut Tx<'_>, identity: IdentityId) -> db::Result<i64> {
    let (left,): (i64,) = tx.fetch_one(sql!("recovery/left"), params![identity])?;
    Ok(left)
}

/// A new code, in groups of four: "7k2m-9x4c-…".
#[expect(clippy::expect_used, reason = "without randomness no code can be made")]
fn random() -> String {
    let mut bytes = [0; LETTERS];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    let mut code = String::with_capacity(LETTERS + LETTERS / 4);
    for (position, byte) in bytes.into_iter().enumerate() {
        if position > 0 && position % 4 == 0 {
            code.push('-');
        }
        let letter = ALPHABET.get(usize::from(byte & 31)).copied();
        code.push(char::from(letter.unwrap_or_default()));
    }
    code
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let hash = hash_of("0123-4567-89ab-cdef").unwrap();
        for typed in [
            "0123456789abcdef",
            " O1i3 ".trim(),
            "oL23-4567-89AB-CDEF",
            "0 1 2 3 4 5 6 7 8 9 a b c d e f",
        ] {
            let same = hash_of(typed) == Some(hash);
            assert_eq!(same, typed.len() > 8, "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in [
            "",
            "123456",
            "0123-4567-89ab-cde",
            "0123-4567-89ab-cdefg",
            "0123-4567-89ab-cdeu",
            "0123-4567-89ab-cdeé",
        ] {
            assert_eq!(hash_of(typed), None, "{typed}");
        }
    }

    #[test]
    fn codes_differ_and_can_be_typed() {
        let codes: HashSet<_> = (0..1000).map(|_| random()).collect();
        assert_eq!(codes.len(), 1000);
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 19 && hash_of(code).is_some())
        );
    }
}
