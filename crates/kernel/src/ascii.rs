//! A short ASCII text kept in place, without an allocation.

use std::fmt;

/// At most `N` ASCII characters; the unused rest is zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct InlineAscii<const N: usize> {
    bytes: [u8; N],
}

impl<const N: usize> InlineAscii<N> {
    pub(crate) const EMPTY: Self = Self { bytes: [0; N] };

    /// Takes a text; `None` if it is too long, not ASCII or contains a zero.
    pub(crate) fn new(text: &[u8]) -> Option<Self> {
        if !text.iter().all(|b| b.is_ascii() && *b != 0) {
            return None;
        }
        let mut inline = Self::EMPTY;
        inline.bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(inline)
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        let length = self.bytes.iter().position(|b| *b == 0).unwrap_or(N);
        let text = self.bytes.get(..length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Debug for InlineAscii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
