//! Line ends: LF, CR LF and CR alone, mixed as they come.

use memchr::memchr2;

/// The end of a line, and the beginning of the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub(crate) end: usize,
    pub(crate) next: usize,
}

impl Line {
    /// The line end at or after `from`; `None` when the text must grow to tell.
    pub(crate) fn find(bytes: &[u8], from: usize, ended: bool) -> Option<Self> {
        let rest = bytes.get(from..)?;
        let Some(place) = memchr2(b'\n', b'\r', rest) else {
            return ended.then_some(Self {
                end: bytes.len(),
                next: bytes.len(),
            });
        };
        let end = from + place;
        if bytes.get(end) == Some(&b'\n') {
            return Some(Self { end, next: end + 1 });
        }
        match bytes.get(end + 1) {
            Some(b'\n') => Some(Self { end, next: end + 2 }),
            None if !ended => None,
            Some(_) | None => Some(Self { end, next: end + 1 }),
        }
    }
}

/// Number of line ends in `bytes`, a CR LF counted once.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    let mut count = 0;
    let mut previous = 0;
    for &byte in bytes {
        if byte == b'\r' || (byte == b'\n' && previous != b'\r') {
            count += 1;
        }
        previous = byte;
    }
    count
}
