//! Passwords: which are good enough, and how they are stored.
//!
//! Any characters are welcome, spaces and every script included, and nothing is cut off. There are
//! no composition rules; instead a password must be hard to guess, which an estimate of the number
//! of guesses decides. Stored is an argon2id hash with the settings OWASP recommends.

use std::{fmt, sync::LazyLock};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::rules::Rules;

/// A bound on the work a sign-in can cause; far above any passphrase.
const LONGEST_BYTES: usize = 1024;

/// A password as typed, brought into one Unicode form. Never printed.
#[derive(Clone)]
pub struct Password(String);

/// Why a password was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer characters than the accounts of its owner ask for.
    #[error("use at least {0} characters")]
    Short(i64),
    /// More than a kilobyte.
    #[error("use at most {LONGEST_BYTES} bytes")]
    Long,
    /// Among the first that somebody would guess.
    #[error("this one is easy to guess; add another word or two")]
    Guessable,
}

impl Password {
    /// The password somebody typed to sign in.
    pub fn typed(text: &str) -> Self {
        // The same letters may arrive composed or decomposed, depending on the keyboard.
        Self(text.nfc().collect())
    }

    /// A new password, if it is good enough for `rules`; `about` is what a stranger may know of its owner.
    pub fn choose(text: &str, rules: &Rules, about: &[&str]) -> Result<Self, WeakPassword> {
        let password = Self::typed(text);
        if password.0.len() > LONGEST_BYTES {
            return Err(WeakPassword::Long);
        }
        let chars = i64::try_from(password.0.chars().count()).unwrap_or(i64::MAX);
        if chars < rules.password_chars {
            return Err(WeakPassword::Short(rules.password_chars));
        }
        if zxcvbn(&password.0, about).score() < Score::Two {
            return Err(WeakPassword::Guessable);
        }
        Ok(password)
    }

    /// Hashes the password with a new salt. Slow on purpose.
    pub fn hash(&self) -> PasswordHash {
        PasswordHash(hashed(self.0.as_bytes()))
    }

    /// Whether this is the password behind a hash. Slow on purpose.
    pub fn matches(&self, hash: &PasswordHash) -> bool {
        self.0.len() <= LONGEST_BYTES
            && hasher()
                .verify_password(self.0.as_bytes(), hash.0.as_str())
                .is_ok()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([redacted])")
    }
}

/// An argon2id hash in the PHC text form, with its salt and settings. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash as stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash that is compared with when there is no identity, so that this takes as long.
    pub(crate) fn of_nobody() -> Self {
        static NOBODY: LazyLock<PasswordHash> =
            LazyLock::new(|| Password::typed("nobody has this password").hash());
        NOBODY.clone()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash([redacted])")
    }
}

#[expect(
    clippy::expect_used,
    reason = "the settings are constants that a test has tried"
)]
fn hashed(password: &[u8]) -> String {
    let hash = hasher().hash_password(password);
    hash.expect("argon2 accepts its settings and any password")
        .to_string()
}

/// argon2id with 19 MiB, two passes and one lane: OWASP's first recommendation.
fn hasher() -> Argon2<'static> {
    const MEMORY_KIB: u32 = 19 * 1024;
    #[expect(
        clippy::expect_used,
        reason = "the settings are constants that a test has tried"
    )]
    let params = Params::new(MEMORY_KIB, 2, 1, None).expect("the settings are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> Option<WeakPassword> {
        let about = ["maria@example.com", "Maria", "Keller"];
        Password::choose(text, &Rules::default(), &about).err()
    }

    #[test]
    fn refuses_short_long_and_common_passwords() {
        assert_eq!(refused("k7#Qz!x"), Some(WeakPassword::Short(8)));
        assert_eq!(refused(&"ab c".repeat(300)), Some(WeakPassword::Long));
        for common in [
            "password",
            "12345678",
            "qwertyuiop",
            "iloveyou",
            "sunshine1",
            "passw0rd",
        ] {
            assert_eq!(refused(common), Some(WeakPassword::Guessable), "{common}");
        }
        assert_eq!(refused("maria@example.com"), Some(WeakPassword::Guessable));
    }

    #[test]
    fn accepts_phrases_in_any_script_without_composition_rules() {
        for good in [
            "correct horse battery",
            "море лето тишина",
            "砂漠の青い鯨が歌う",
            "tqmvzkwpbd",
        ] {
            assert_eq!(refused(good), None, "{good}");
        }
        assert_eq!(refused(&"several words in a row ".repeat(20)), None);
    }

    #[test]
    fn nothing_is_cut_off() {
        let long = "0123456789 ".repeat(9);
        let hash = Password::typed(&format!("{long}a")).hash();
        assert!(Password::typed(&format!("{long}a")).matches(&hash));
        assert!(!Password::typed(&format!("{long}b")).matches(&hash));
        assert!(!Password::typed(&long).matches(&hash));
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_password() {
        let hash = Password::typed("u\u{308}bergrößen").hash();
        assert!(Password::typed("übergrößen").matches(&hash));
    }

    #[test]
    fn hashes_are_salted_argon2id_and_never_printed() {
        let password = Password::typed("correct horse battery");
        let (one, other) = (password.hash(), password.hash());
        assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_ne!(one, other);
        assert_eq!(
            format!("{password:?} {one:?}"),
            "Password([redacted]) PasswordHash([redacted])"
        );
    }

    #[test]
    fn a_damaged_hash_matches_nothing() {
        assert!(!Password::typed("").matches(&PasswordHash::stored(String::new())));
    }
}
