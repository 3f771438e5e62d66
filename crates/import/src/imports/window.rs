//! Checked rows read again a window at a time, which bounds how many people are read at once.

use crate::{
    Refusal,
    candidate::Candidate,
    check::Verdict,
    decide::Row,
    files::BlockReader,
    matching::{Fact, Facts},
};

/// Rows decided together, which bounds how many people are read at once.
pub(super) const WINDOW: usize = 10_000;
/// A row that waits for the people of its window to be read.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) place: u32,
    pub(super) verdict: Verdict,
    pub(super) candidate: Candidate,
    pub(super) facts: Vec<Fact>,
}

impl Waiting {
    pub(super) fn row(&self) -> Row<'_> {
        Row {
            place: self.place,
            candidate: &self.candidate,
            verdict: self.verdict,
            facts: &self.facts,
        }
    }
}

/// Reads the next window, reusing its memory; says whether there is any row.
pub(super) fn fill(
    reader: &mut BlockReader,
    facts: &mut Facts,
    window: &mut Vec<Waiting>,
) -> Result<bool, Refusal> {
    let mut filled = 0;
    while filled < WINDOW {
        let Some((place, entry)) = reader.next()? else {
            break;
        };
        if window.len() == filled {
            window.push(Waiting::default());
        }
        let Some(waiting) = window.get_mut(filled) else {
            break;
        };
        waiting.place = place as u32;
        waiting.verdict = decode_row(entry, &mut waiting.candidate)?;
        facts.of(waiting.place, &mut waiting.facts)?;
        filled += 1;
    }
    window.truncate(filled);
    Ok(filled > 0)
}

/// The rows of a window whose keys belong to nobody.
pub(super) fn unknown(window: &[Waiting]) -> impl Iterator<Item = (u32, &Candidate)> {
    let rows = window.iter();
    rows.filter(|waiting| !names_somebody(&waiting.facts))
        .map(|waiting| (waiting.place, &waiting.candidate))
}

/// Whether any key of a row belongs to somebody.
pub(super) fn names_somebody(facts: &[Fact]) -> bool {
    facts.iter().any(|fact| matches!(fact, Fact::Match { .. }))
}

/// Reads one entry of the candidates file.
pub(crate) fn decode_row(entry: &[u8], candidate: &mut Candidate) -> Result<Verdict, Refusal> {
    entry
        .split_first()
        .and_then(|(flags, body)| {
            candidate.decode(body)?;
            Some(Verdict::of_bits(*flags))
        })
        .ok_or_else(damaged)
}

pub(crate) fn damaged() -> Refusal {
    Refusal::Io(std::io::Error::new(
        std::io::ErrorKind::InvalidData,
        "the import's files are damaged",
    ))
}
