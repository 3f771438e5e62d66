//! The end of a run: every row counted, the import recorded, whoever started it told.

use std::fs;

use db::Tx;
use directory::{Ctx, activity, notifications};

use super::Run;
use crate::{
    Import, Refusal, State,
    files::{BlockReader, Folder, Scratch},
    mapping::RememberedMapping,
    measure, options,
    record::json,
    results::Outcome,
    store,
};

impl Run<'_> {
    /// Counts what became of every row, records the import, and tells whoever started it.
    pub(super) fn finish(&mut self, folder: &Folder) -> Result<(), Refusal> {
        let failed_rows = self
            .imports
            .db
            .read_blocking(|tx| store::problems::failed_while_applying(tx, &self.import))?;
        self.mark_failed(folder, &failed_rows)?;
        if self.ended_early.is_some() {
            self.mark_not_started(folder)?;
        }
        self.outcomes.save(&folder.final_outcomes())?;
        folder.drop_scratch(Scratch::Sorted)?;
        let counts = self.counted();
        self.import.counts = counts;
        let is_paused = self.ended_early == Some(State::Paused);
        self.import.finished_at = (!is_paused).then(|| self.ctx.now());
        self.import.state = match self.ended_early {
            // The row equation is asserted here, once for every import.
            _ if !counts.adds_up() => State::Failed,
            Some(state) => state,
            None if counts.failed > 0 => State::DoneWithProblems,
            None => State::Done,
        };
        let Self {
            imports,
            ctx,
            import,
            keep,
            failed,
            ..
        } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            failed.save(tx, import)?;
            import.rev += 1;
            store::save(tx, import)?;
            if is_paused {
                tell_why(tx, ctx, import)
            } else {
                report(tx, ctx, import)
            }
        })?;
        if !is_paused {
            measure::ended(&counts);
        }
        tracing::info!(
            import.id = %import.id, import.rows = counts.rows, import.created = counts.created,
            import.updated = counts.updated, import.failed = counts.failed, "import ended"
        );
        Ok(())
    }

    /// The row equation as it is now.
    pub(super) fn counted(&self) -> crate::Counts {
        let count = |outcome: Outcome| self.outcomes.count(outcome.code());
        crate::Counts {
            rows: self.outcomes.len() as i64,
            created: count(Outcome::Created),
            updated: count(Outcome::Updated),
            unchanged: count(Outcome::Unchanged),
            skipped: count(Outcome::Skipped),
            failed: count(Outcome::Failed),
            not_started: count(Outcome::NotStarted),
        }
    }

    pub(super) fn mark_failed(&mut self, folder: &Folder, rows: &[i64]) -> Result<(), Refusal> {
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let mut cells = BlockReader::open_at(&folder.cells(), *row as u64)?;
            if let Some((_, entry)) = cells.next()?
                && let Some(place) = crate::results::place_of(entry)
            {
                self.outcomes.set(place as usize, Outcome::Failed.code());
            }
        }
        Ok(())
    }

    /// Marks the rows that were not written: of a chunk that was broken off, only some were.
    pub(super) fn mark_not_started(&mut self, folder: &Folder) -> Result<(), Refusal> {
        let written = self.cut.new_people_in(self.import.chunks_done);
        let places = fs::read(folder.places()).unwrap_or_default();
        let (places, _) = places.as_chunks::<4>();
        let not_started = Outcome::NotStarted.code();
        let cards_are_moved = self.import.chunks_done >= self.cut.of_rows();
        for row in 0..self.outcomes.len() {
            if self.outcomes.get(row) != Outcome::Created.code() {
                continue;
            }
            if self.parties.has_row(row as u32) {
                if !cards_are_moved && !self.begun.contains(&(row as u32)) {
                    self.outcomes.set(row, not_started);
                }
                continue;
            }
            let number = places
                .get(row)
                .map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes));
            if i64::from(number) >= written && !self.begun.contains(&(row as u32)) {
                self.outcomes.set(row, not_started);
            }
        }
        let written = self.cut.changes_in(self.import.chunks_done);
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut number = 0;
        while let Some((place, _)) = reader.next()? {
            let is_written = if self.parties.has_row(place as u32) {
                cards_are_moved
            } else {
                number < written
            };
            if !is_written && !self.begun.contains(&(place as u32)) {
                self.outcomes.set(place as usize, not_started);
            }
            number += 1;
        }
        Ok(())
    }
}

/// Tells whoever uploaded the file why it was paused, unless somebody pressed the button.
fn tell_why(tx: &mut Tx<'_>, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
    let Some(reason) = &import.reason else {
        return Ok(());
    };
    let subject = Some(import.id.uuid());
    let sentence = format!(
        "Import {} of {} is paused. {}",
        import.number, import.file.name, reason.message
    );
    activity::record(tx, ctx, "import.paused", subject, &sentence)?;
    if let Some(user) = import.created_by {
        notifications::add(tx, ctx, user, "import.paused", subject, &sentence)?;
    }
    Ok(())
}

/// One entry in the activity log, one notification, and the mapping for the next file like it.
fn report(tx: &mut Tx<'_>, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
    let counts = import.counts;
    let sentence = format!(
        "Import {} of {}: {} new, {} changed, {} unchanged, {} skipped, {} not imported",
        import.number,
        import.file.name,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed + counts.not_started
    );
    activity::record(tx, ctx, "import.apply", Some(import.id.uuid()), &sentence)?;
    if let Some(user) = import.created_by {
        notifications::add(
            tx,
            ctx,
            user,
            "import.finished",
            Some(import.id.uuid()),
            &sentence,
        )?;
    }
    if let Some(mut remembered) = import.mapping.as_ref().and_then(RememberedMapping::of) {
        remembered.joins = options::joins(&import.settings);
        store::remember_mapping(
            tx,
            import.account,
            &remembered.signature,
            &json(&remembered),
            ctx.now(),
        )?;
    }
    Ok(())
}
