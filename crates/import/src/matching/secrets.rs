//! Hashing keys and rows with secrets that are kept.

#![expect(
    deprecated,
    reason = "SipHasher is the one hasher of the standard library whose secret can be kept"
)]

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher, Hasher, SipHasher},
};

use directory::users::KeyKind;
use serde::{Deserialize, Serialize};

use super::tag;

/// Hashes with secrets of this import, so that nobody can prepare a file of colliding keys. They are
/// kept with the hashes, for the next check.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Secrets([u64; 4]);

impl Secrets {
    pub(crate) fn new() -> Self {
        Self([(); 4].map(|()| RandomState::new().build_hasher().finish()))
    }

    fn halves(&self) -> [SipHasher; 2] {
        let Self([a, b, c, d]) = *self;
        [
            SipHasher::new_with_keys(a, b),
            SipHasher::new_with_keys(c, d),
        ]
    }

    pub(super) fn key(&self, kind: KeyKind, key: &str) -> [u8; 16] {
        let [first, second] = self.halves();
        let half = |mut hasher: SipHasher| {
            hasher.write_u8(tag(kind));
            hasher.write(key.as_bytes());
            hasher.finish()
        };
        (u128::from(half(first)) << 64 | u128::from(half(second))).to_be_bytes()
    }

    /// A hash of a row's cells.
    pub(crate) fn fingerprint<'a>(&self, cells: impl Iterator<Item = &'a str>) -> u64 {
        let [mut hasher, _] = self.halves();
        for cell in cells {
            hasher.write(cell.as_bytes());
            hasher.write_u8(0xFF);
        }
        hasher.finish()
    }
}
