//! What a check leaves for the run: an outcome per row, whom rows are about, changes, references.

use std::{collections::HashSet, fs};

use kernel::Code;
use serde::{Deserialize, Serialize};

use crate::{
    Refusal,
    candidate::Shape,
    decide::{Decision, Held},
    files::{BlockWriter, Codes, Folder},
    moves::{self, MOST_MOVES, Move},
    references::{Reference, References},
    results::Outcome,
};

/// What the decisions are written to.
pub(super) struct Outputs {
    outcomes: Codes,
    matches: BlockWriter,
    changes: BlockWriter,
    held: Codes,
    moves: Vec<Move>,
}

impl Outputs {
    pub(super) fn create(folder: &Folder) -> Result<Self, Refusal> {
        Ok(Self {
            outcomes: Codes::default(),
            matches: BlockWriter::create(&folder.matches())?,
            changes: BlockWriter::create(&folder.changes())?,
            held: Codes::default(),
            moves: Vec::new(),
        })
    }

    pub(super) fn push(&mut self, place: u32, decision: &Decision) -> Result<(), Refusal> {
        self.outcomes.push(decision.outcome.code());
        if decision.outcome != Outcome::Created
            && let Some(user) = decision.target
        {
            self.matches.push(place.into(), user.uuid().as_bytes())?;
        }
        if let Some(change) = &decision.change {
            self.changes.push(place.into(), &change.encode())?;
        }
        self.held.push(decision.held.code());
        if let Held::Moved(one) = &decision.held {
            if self.moves.len() == MOST_MOVES {
                let detail = format!("at most {MOST_MOVES} cards can be moved at once");
                return Err(Refusal::new(Code::TooLarge, detail));
            }
            self.moves.push(Move::clone(one));
        }
        Ok(())
    }

    pub(super) fn finish(self, folder: &Folder) -> Result<(), Refusal> {
        self.outcomes.save(&folder.outcomes())?;
        self.matches.finish()?;
        self.changes.finish()?;
        moves::save(folder, &self.held, &self.moves)
    }
}

/// What applying needs of the references: shape, entries, and which groups are to be created.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredReferences {
    pub(crate) shape: Shape,
    pub(crate) entries: Vec<Reference>,
}

pub(super) fn save_references(
    folder: &Folder,
    shape: &Shape,
    references: &References,
    used: &HashSet<u32>,
) -> Result<(), Refusal> {
    let mut entries = references.entries().to_vec();
    for (entry, place) in entries.iter_mut().zip(0_u32..) {
        entry.new &= used.contains(&place);
    }
    let stored = StoredReferences {
        shape: shape.clone(),
        entries,
    };
    fs::write(
        folder.references(),
        serde_json::to_vec(&stored).unwrap_or_default(),
    )?;
    Ok(())
}
