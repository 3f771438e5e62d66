//! Codes of an authenticator app: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which every app understands.
//!
//! Not here: that a code is taken once, see [`crate::two_factor`].

use std::fmt::{self, Write as _};

use kernel::Timestamp;
use totp_rs::{Builder, Totp};

/// Bytes of a key: as many as SHA-1 gives, as RFC 4226 recommends.
const KEY_BYTES: usize = 20;
/// Digits of a code.
pub(crate) const DIGITS: usize = 6;
/// What an app shows above the code.
const ISSUER: &str = "Muster";
/// A code of the step before or after is taken as well: clocks differ, and people need a moment.
const SKEW: u16 = 1;

/// What the server and somebody's app share. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(Vec<u8>);

impl Key {
    /// A new key.
    ///
    /// # Panics
    ///
    /// If the operating system has no randomness to give.
    #[expect(clippy::expect_used, reason = "without randomness no key can be made")]
    pub(crate) fn random() -> Self {
        let mut bytes = vec![0; KEY_BYTES];
        getrandom::fill(&mut bytes).expect("the operating system provides randomness");
        Self(bytes)
    }

    pub(crate) fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key as people type it into an app: base32.
    pub fn reveal(&self) -> String {
        self.codes().secret().to_base32()
    }

    /// What an app reads from a QR code; `login` tells this sign-in from others in its list.
    pub fn link(&self, login: &str) -> String {
        format!(
            "otpauth://totp/{ISSUER}:{}?secret={}&issuer={ISSUER}&algorithm=SHA1&digits={DIGITS}&period=30",
            escaped(login),
            self.reveal()
        )
    }

    /// The step a code is of, if it is right at this moment.
    pub(crate) fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let step = self.codes().check(code, seconds(now))?;
        i64::try_from(step).ok()
    }

    /// The code an app shows at this moment.
    pub fn code_at(&self, now: Timestamp) -> String {
        self.codes().generate(seconds(now)).to_string()
    }

    fn codes(&self) -> Totp {
        // Keys are made here and are long enough; the builder's check could only refuse shorter ones.
        Builder::new()
            .with_skew(SKEW)
            .with_secret(self.0.clone())
            .build_noncompliant()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

fn seconds(now: Timestamp) -> u64 {
    now.since(Timestamp::EPOCH).as_secs()
}

/// Everything but plain letters is escaped: a colon would end the label.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn key() -> Key {
        Key::stored(b"12345678901234567890".to_vec())
    }

    #[test]
    fn the_vectors_of_rfc_6238_are_met() {
        // Appendix B, SHA-1; a code of six digits is the end of that of eight.
        for (seconds, code) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(key().code_at(at(seconds)), code[2..], "{seconds}");
            assert_eq!(
                key().step_of(&code[2..], at(seconds)),
                Some(seconds / 30),
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_code_holds_one_step_before_and_after_its_own() {
        let code = key().code_at(at(90));
        for (seconds, right) in [
            (59, false),
            (60, true),
            (90, true),
            (149, true),
            (150, false),
        ] {
            assert_eq!(
                key().step_of(&code, at(seconds)),
                right.then_some(3),
                "{seconds}"
            );
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for typed in [
            "",
            "28708",
            "2870822",
            "28708x",
            "２８７０８２",
            "-28708",
            "+28708",
        ] {
            assert_eq!(key().step_of(typed, at(59)), None, "{typed}");
        }
    }

    #[test]
    fn keys_differ_and_are_never_printed() {
        let (one, other) = (Key::random(), Key::random());
        assert_ne!(one, other);
        assert_eq!(one.reveal().len(), 32);
        assert!(!format!("{one:?}").contains(&one.reveal()));
    }

    #[test]
    fn the_link_escapes_what_would_end_its_label() {
        let link = key().link("ada:b&c+d@example.com");
        assert_eq!(
            link,
            "otpauth://totp/Muster:ada%3Ab%26c%2Bd@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Muster&algorithm=SHA1&digits=6&period=30"
        );
    }
}
