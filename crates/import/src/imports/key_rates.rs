//! How well each key would recognise people, over the first rows of a file.

use std::collections::{HashMap, HashSet};

use directory::{
    Action, Ctx,
    users::{self, KeyKind, StagedKey},
};
use tabular::Record;

use super::{Imports, key_places::KeyPlaces};
use crate::{Import, MatchKey, Refusal, candidate::Candidate, edits::Overlay};

/// Rows that are looked at.
const ROWS: i64 = 1_000;

/// What keys find over the first rows of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRates {
    /// So many rows were looked at.
    pub rows: i64,
    /// They are all the rows of the file.
    pub is_whole_file: bool,
    /// Each key that the file can have.
    pub keys: Vec<KeyRate>,
}

/// What one key finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRate {
    /// The key.
    pub key: MatchKey,
    /// Rows that have a good one.
    pub filled: i64,
    /// Rows whose key is that of somebody in the directory.
    pub known: i64,
    /// Rows that share theirs with another row.
    pub shared: i64,
}

impl Imports {
    /// Reads the first rows as a check would and looks their keys up, all at once.
    pub fn key_rates(&self, ctx: &Ctx, import: &Import) -> Result<KeyRates, Refusal> {
        ctx.require(Action::ViewImports)?;
        let layout = import
            .layout
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        let mut checker = self.checker(ctx, import)?;
        let places = KeyPlaces::of(&checker.shape);
        let mut overlay = Overlay::open(&self.db, import)?;
        let source = self.folder(import.id).source();
        let mut reader = tabular::open(&source, layout, &self.limits)?;
        let (mut record, mut candidate) = (Record::new(), Candidate::default());
        let mut found: Vec<StagedKey> = Vec::new();
        let (mut rows, mut is_whole_file) = (0, true);
        while reader.next(&mut record)? {
            if rows == ROWS {
                is_whole_file = false;
                break;
            }
            rows += 1;
            if let Some(overlay) = &mut overlay
                && let Some(changes) = overlay.of(record.row())?
            {
                changes.amend_record(&mut record);
            }
            checker.read_quietly(&record, &mut candidate);
            found.extend(places.keys(&candidate).map(|(kind, key)| StagedKey {
                kind,
                key: key.into_owned(),
                row: rows,
            }));
        }
        let known = self.known(ctx, &found)?;
        let keys = MatchKey::ALL
            .iter()
            .filter(|key| places.has(key.kind()))
            .map(|key| rate(*key, &found, &known))
            .collect();
        Ok(KeyRates {
            rows,
            is_whole_file,
            keys,
        })
    }

    /// Which rows have a key of somebody in the directory, by kind.
    fn known(&self, ctx: &Ctx, found: &[StagedKey]) -> Result<HashSet<(KeyKind, i64)>, Refusal> {
        let mut known = HashSet::new();
        self.db.read_blocking(|tx| {
            users::match_staged(tx, ctx.account, found, &mut |row, kind, _| {
                known.insert((kind, row));
                Ok(())
            })
        })?;
        Ok(known)
    }
}

fn rate(key: MatchKey, found: &[StagedKey], known: &HashSet<(KeyKind, i64)>) -> KeyRate {
    let ours = || found.iter().filter(|staged| staged.kind == key.kind());
    let mut times: HashMap<&str, i64> = HashMap::new();
    for staged in ours() {
        *times.entry(&staged.key).or_default() += 1;
    }
    let known = known.iter().filter(|(kind, _)| *kind == key.kind()).count();
    KeyRate {
        key,
        filled: ours().count() as i64,
        known: known as i64,
        shared: times.values().filter(|times| **times > 1).sum(),
    }
}
