//! The shared strings of a workbook, one after the other in one text.

/// Many strings in one buffer, found by their number.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// Adds a string at the end.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    /// String `index`, counted from 0.
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let before = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before));
        self.text
            .get(before.map_or(0, |&before| before as usize)..end)
    }

    /// Memory in use.
    pub(crate) fn size_bytes(&self) -> usize {
        self.text.len() + self.ends.len() * 4
    }
}
