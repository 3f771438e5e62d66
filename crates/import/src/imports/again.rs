//! Checking again only the rows that were changed since the last check.
//!
//! BE ADVISED: a check leaves what it rested on, and how often it found which problem. The next one on
//! the same grounds takes over the candidates, sorted keys and problems of every row that no action
//! touched in between, and compares all rows with the directory as ever. What is kept is given up before
//! anything is changed and renewed when all of it is stored, so that a check after a crash is a whole one.

use std::collections::{HashMap, HashSet};

use directory::{Ctx, users};
use kernel::{Code, Problem, Severity};
use tabular::Record;

use super::{
    Imports,
    checked::Checked,
    key_places::KeyPlaces,
    one_row::{add_keys, check_row},
    row_source::record_of,
    survey::AFTER_CHECK,
};
use crate::{
    Import, Refusal,
    candidate::{Candidate, Links},
    check::{LISTED_FIXES, RowChecker},
    edits::{self, Overlay, RowChanges},
    files::{BlockReader, BlockWriter, Folder},
    matching::{FEW_KEYS, Keys, Secrets, kept_keys},
    store::{self, problem_counts::ProblemCounts},
};

/// More changed rows than this are checked with all others.
const MOST_ROWS: usize = 10_000;
/// More actions than this since the last check are as many as new rows.
const MOST_EDITS: usize = 50;

/// The changed rows as they are now.
pub(super) struct Again {
    pub(super) kept: Checked,
    /// Actions that count now and did not, or the other way round.
    edits: Vec<i64>,
    candidates: HashMap<u32, Vec<u8>>,
    problems: Vec<(u64, u64, Vec<Problem>)>,
    named: Vec<(u32, Record, Candidate)>,
}

impl Imports {
    /// The rows that were changed since the last check, if all others can be taken over.
    pub(super) fn again(
        &self,
        ctx: &Ctx,
        import: &Import,
        checker: &mut RowChecker,
        notes_present: bool,
    ) -> Result<Option<Again>, Refusal> {
        let folder = self.folder(import.id);
        let Some(kept) = Checked::take(&folder)? else {
            return Ok(None);
        };
        if !kept.holds(ctx, import, &folder, checker) || self.is_looked_up(ctx, &folder)? {
            return Ok(None);
        }
        let (live, problems) = self.db.read_blocking(|tx| {
            Ok::<_, db::Error>((
                edits::live(tx, import)?,
                store::problems::count(tx, import)?,
            ))
        })?;
        let (then, now): (HashSet<i64>, HashSet<i64>) = (
            kept.edits.iter().copied().collect(),
            live.into_iter().collect(),
        );
        let edits: Vec<i64> = then.symmetric_difference(&now).copied().collect();
        if problems != kept.problems || edits.len() > MOST_EDITS {
            return Ok(None);
        }
        let mut rows: Vec<u64> = Vec::new();
        for edit in &edits {
            let most = MOST_ROWS as i64 + 1;
            rows.extend(
                self.db
                    .read_blocking(|tx| edits::rows_of(tx, import, *edit, most))?,
            );
        }
        rows.sort_unstable();
        rows.dedup();
        if rows.len() > MOST_ROWS {
            return Ok(None);
        }
        checker.references.adopt(&kept.new, &kept.named);
        let mut again = Again {
            kept,
            edits,
            candidates: HashMap::new(),
            problems: Vec::new(),
            named: Vec::new(),
        };
        let is_good =
            self.check_changed(import, &folder, checker, &rows, &mut again, notes_present)?;
        Ok(is_good.then_some(again))
    }

    /// Whether the directory is so large and the file so small that its keys are looked up.
    fn is_looked_up(&self, ctx: &Ctx, folder: &Folder) -> Result<bool, Refusal> {
        let keys = kept_keys(folder)?;
        if keys == 0 || keys > FEW_KEYS as i64 {
            return Ok(false);
        }
        let most = keys * 2;
        let people = self
            .db
            .read_blocking(|tx| users::count(tx, ctx.account, most))?;
        Ok(people >= most)
    }

    /// Checks the changed rows as they were and as they are; says whether nothing of other rows
    /// depends on the difference.
    fn check_changed(
        &self,
        import: &Import,
        folder: &Folder,
        checker: &mut RowChecker,
        rows: &[u64],
        again: &mut Again,
        notes_present: bool,
    ) -> Result<bool, Refusal> {
        let then: HashSet<i64> = again.kept.edits.iter().copied().collect();
        let mut counts = ProblemCounts::of(&again.kept.counts);
        let mut first: HashMap<(Code, Option<String>), u64> = HashMap::new();
        let mut waiting = Vec::with_capacity(rows.len());
        for near in rows.chunk_by(|one, other| one / 10_000 == other / 10_000) {
            let (Some(from), Some(to)) = (near.first(), near.last()) else {
                continue;
            };
            let (before, after) = self.db.read_blocking(|tx| {
                Ok::<_, db::Error>((
                    Overlay::as_it_was(tx, import, *from, *to, &then)?,
                    Overlay::between(tx, import, *from, *to)?,
                ))
            })?;
            for row in near {
                let mut record = Record::new();
                let Some(place) = record_of(folder, *row, &mut record)? else {
                    return Ok(false);
                };
                let old = count_row(checker, record.clone(), before.get(row), notes_present)?;
                let new = count_row(checker, record.clone(), after.get(row), notes_present)?;
                let (Some(old), Some(new)) = (old, new) else {
                    return Ok(false);
                };
                for (code, field, severity, _) in old.entries().iter().chain(&new.entries()) {
                    first.entry((*code, field.clone())).or_insert(*row);
                    if counts
                        .severity(*code, field.as_deref())
                        .is_some_and(|of| of != *severity)
                    {
                        return Ok(false);
                    }
                }
                counts.subtract(&old);
                waiting.push((place, record, after.get(row).cloned()));
            }
        }
        let were = ProblemCounts::of(&again.kept.counts);
        checker.counts = counts;
        for (place, mut record, changes) in waiting {
            let (mut candidate, mut told) = (Candidate::default(), Vec::new());
            let mut named = None;
            let verdict = check_row(
                checker,
                &mut record,
                changes.as_ref(),
                (&mut candidate, &mut told),
                notes_present,
                &mut |record, candidate| {
                    named = Some((record.clone(), candidate.clone()));
                    Ok(())
                },
            )?;
            let mut entry = vec![verdict.bits()];
            candidate.encode(&mut entry);
            again.candidates.insert(place, entry);
            if !told.is_empty() {
                again.problems.push((record.row(), record.line(), told));
            }
            again
                .named
                .extend(named.map(|(record, named)| (place, record, named)));
        }
        // Of very many alike, only the first are listed: these must be the same ones.
        for (code, field, severity, now) in checker.counts.entries() {
            let before = were.rows(code, field.as_deref());
            if severity != Severity::Fixed || now.max(before) <= LISTED_FIXES {
                continue;
            }
            let Some(row) = first.get(&(code, field.clone())) else {
                continue;
            };
            let last = self.db.read_blocking(|tx| {
                store::problems::last_listed(tx, import, code, field.as_deref().unwrap_or_default())
            })?;
            if now.min(before) < LISTED_FIXES || last.is_none_or(|last| *row as i64 <= last) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Counts what is wrong with a row; nothing if it names a group that does not exist yet, of which the
/// first row in the file says how it is written.
fn count_row(
    checker: &mut RowChecker,
    mut record: Record,
    changes: Option<&RowChanges>,
    notes_present: bool,
) -> Result<Option<ProblemCounts>, Refusal> {
    let counts = std::mem::take(&mut checker.counts);
    let (mut candidate, mut told) = (Candidate::default(), Vec::new());
    let mut places = Vec::new();
    check_row(
        checker,
        &mut record,
        changes,
        (&mut candidate, &mut told),
        notes_present,
        &mut |_, candidate| {
            places.extend(candidate.links(Links::Groups));
            Ok(())
        },
    )?;
    let of_row = std::mem::replace(&mut checker.counts, counts);
    let is_new = |place: &u32| checker.references.get(*place).is_none_or(|entry| entry.new);
    Ok((!places.iter().any(is_new)).then_some(of_row))
}

impl Again {
    pub(super) fn secrets(&self) -> Secrets {
        self.kept.secrets.clone()
    }

    /// The keys of all rows.
    pub(super) fn keys(&self, folder: &Folder, secrets: Secrets) -> Result<Keys, Refusal> {
        let places = self.candidates.keys().copied().collect();
        Ok(Keys::with_kept(folder, secrets, places)?)
    }

    /// Puts the changed rows in the place of what they were; returns the number of all rows.
    pub(super) fn put_in_place(
        &mut self,
        imports: &Imports,
        import: &Import,
        (secrets, places, keys): (&Secrets, &KeyPlaces, &mut Keys),
        add: &mut dyn FnMut(u64, u64, Vec<Problem>) -> Result<(), Refusal>,
    ) -> Result<u32, Refusal> {
        let folder = imports.folder(import.id);
        imports.db.write_blocking(|tx| {
            store::problems::clear_decisions(tx, import, AFTER_CHECK)?;
            for edit in &self.edits {
                store::problems::clear_rows_of_edit(tx, import, *edit, AFTER_CHECK)?;
            }
            Ok::<_, db::Error>(())
        })?;
        if !self.candidates.is_empty() {
            let mut reader = BlockReader::open(&folder.candidates())?;
            let mut writer = BlockWriter::create(&folder.next_candidates())?;
            while let Some((place, entry)) = reader.next()? {
                let changed = self.candidates.get(&(place as u32));
                writer.push(place, changed.map_or(entry, Vec::as_slice))?;
            }
            writer.finish_into(&folder.next_candidates(), &folder.candidates())?;
        }
        for (place, record, candidate) in &self.named {
            let print = secrets.fingerprint(record.iter());
            add_keys(keys, places, (*place, print), candidate)?;
        }
        for (row, line, problems) in std::mem::take(&mut self.problems) {
            add(row, line, problems)?;
        }
        Ok(self.kept.rows)
    }
}
