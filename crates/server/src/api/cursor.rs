//! Where the next page of a list begins, as a text that nobody has to understand.
//!
//! It holds for the list it was made for: the same account, address, filter and order.

use std::fmt::Write as _;

use super::Problem;
use axum::http::StatusCode;
use kernel::AccountId;

/// So much of the list's hash is enough to tell that a cursor is of another one.
const HASH_BYTES: usize = 8;
/// What does not change which list it is.
const ASIDE: [&str; 3] = ["limit", "cursor", "fields"];

/// A list that has pages.
#[derive(Clone, Copy, Debug)]
pub(super) struct List([u8; HASH_BYTES]);

impl List {
    pub(super) fn new(account: AccountId, path: &str, query: &[(String, String)]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher
            .update(account.uuid().as_bytes())
            .update(path.as_bytes());
        let mut parts: Vec<_> = query
            .iter()
            .filter(|(name, _)| !ASIDE.contains(&name.as_str()))
            .collect();
        parts.sort_unstable();
        for (name, value) in parts {
            for part in [name, value] {
                hasher
                    .update(&part.len().to_le_bytes())
                    .update(part.as_bytes());
            }
        }
        let mut hash = [0; HASH_BYTES];
        hasher.finalize_xof().fill(&mut hash);
        Self(hash)
    }

    /// The cursor of the page after this place.
    pub(super) fn write(self, place: &str) -> String {
        let bytes = self.0.iter().chain(place.as_bytes());
        bytes.fold(String::new(), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// The place a cursor of this list means.
    pub(super) fn read(self, cursor: &str) -> Result<String, Problem> {
        self.place(cursor).ok_or_else(|| {
            Problem::new(
                StatusCode::CONFLICT,
                "cursor_invalid",
                "The cursor is not one of this list. Begin at the first page, and change neither filter nor order on \
                 the way.",
            )
            .parameter("cursor")
        })
    }

    fn place(self, cursor: &str) -> Option<String> {
        if !cursor.is_ascii() || !cursor.len().is_multiple_of(2) {
            return None;
        }
        let bytes: Option<Vec<u8>> = (0..cursor.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(cursor.get(at..at + 2)?, 16).ok())
            .collect();
        let bytes = bytes?;
        let place = bytes.strip_prefix(&self.0)?;
        String::from_utf8(place.to_vec()).ok()
    }
}

/// What a page begins after is not there any more.
pub(super) fn gone() -> Problem {
    Problem::conflict(
        "cursor_gone",
        "The entry that the page begins after is gone. Begin at the first page.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(parts: &[(&str, &str)]) -> Vec<(String, String)> {
        let own = |part: &(&str, &str)| (part.0.to_owned(), part.1.to_owned());
        parts.iter().map(own).collect()
    }

    #[test]
    fn a_cursor_holds_for_its_list_only() {
        let account: AccountId = "01971f00-0000-7000-8000-000000000000".parse().unwrap();
        let list = |parts: &[(&str, &str)]| List::new(account, "/users", &query(parts));
        let cursor = list(&[("role", "admin"), ("limit", "2")]).write("place");
        let same = list(&[("limit", "3"), ("cursor", "x"), ("role", "admin")]);
        assert_eq!(same.read(&cursor).unwrap(), "place");
        assert!(list(&[]).read(&cursor).is_err());
        for odd in ["", "x", "zz", "é", &cursor[1..], &cursor[..10]] {
            assert!(same.read(odd).is_err(), "{odd}");
        }
    }
}
