//! Texts looked for in files of any kind, many at once and without regard to ASCII case.

use std::{collections::HashMap, fs::File, io, io::Read, path::Path};

/// Bytes by which a text is found first; shorter ones are not looked for.
const HEAD: usize = 4;
/// Bytes read at a time.
const CHUNK: usize = 1 << 20;

/// Texts to be looked for.
pub(crate) struct Needles {
    by_head: HashMap<[u8; HEAD], Vec<Vec<u8>>>,
    /// Whether some text begins with these two bytes: what most places fail at.
    begins: Vec<bool>,
    longest: usize,
}

impl Needles {
    pub(crate) fn new(texts: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut needles = Self {
            by_head: HashMap::new(),
            begins: vec![false; 1 << 16],
            longest: 0,
        };
        for text in texts {
            let text = text.to_ascii_lowercase();
            let Some(head) = text.first_chunk::<HEAD>() else {
                continue;
            };
            needles.longest = needles.longest.max(text.len());
            if let Some(slot) = needles.begins.get_mut(place(*head)) {
                *slot = true;
            }
            needles.by_head.entry(*head).or_default().push(text);
        }
        needles
    }

    /// Whether a file has one of them.
    pub(crate) fn are_in(&self, path: &Path) -> io::Result<bool> {
        if self.longest == 0 {
            return Ok(false);
        }
        let mut file = File::open(path)?;
        let mut window: Vec<u8> = Vec::with_capacity(CHUNK + self.longest);
        let mut chunk = vec![0; CHUNK];
        loop {
            let read = file.read(&mut chunk)?;
            if read == 0 {
                return Ok(false);
            }
            let new = chunk.get(..read).unwrap_or_default();
            window.extend(new.iter().map(u8::to_ascii_lowercase));
            if self.meet(&window) {
                return Ok(true);
            }
            // A text may lie across two reads.
            let kept = window.len().min(self.longest - 1);
            window.drain(..window.len() - kept);
        }
    }

    fn meet(&self, window: &[u8]) -> bool {
        window.windows(HEAD).enumerate().any(|(at, bytes)| {
            let Some(head) = bytes.first_chunk::<HEAD>() else {
                return false;
            };
            if !self.begins.get(place(*head)).copied().unwrap_or(false) {
                return false;
            }
            let rest = window.get(at..).unwrap_or_default();
            self.by_head
                .get(head)
                .is_some_and(|texts| texts.iter().any(|text| rest.starts_with(text)))
        })
    }
}

/// The place of the first two bytes.
fn place(head: [u8; HEAD]) -> usize {
    let [first, second, ..] = head;
    usize::from(first) << 8 | usize::from(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &[u8], texts: &[&str]) -> bool {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        let texts = texts.iter().map(|text| text.as_bytes().to_vec());
        Needles::new(texts).are_in(file.path()).unwrap()
    }

    #[test]
    fn texts_are_found_anywhere_in_a_file() {
        assert!(found(
            b"first,ANNA@example.com\n",
            &["zzzz", "anna@example.com"]
        ));
        assert!(!found(b"first,ann@example.com\n", &["anna@example.com"]));
        let mut long = vec![b'x'; CHUNK - 3];
        long.extend(b"anna@example.com");
        assert!(found(&long, &["anna@example.com"]));
        assert!(!found(b"anything", &["an"]));
        assert!(!found(b"", &["anna"]));
    }
}
