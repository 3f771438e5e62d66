//! The second half of a run: known people, a chunk of changes at a time.

use super::{CHUNK, End, Run, chunks_of, write_changes};
use crate::{
    Refusal,
    changes::Change,
    files::{BlockReader, Folder},
    imports::survey::damaged,
    progress::Stage,
    store,
};

impl Run<'_> {
    /// The second half: known people, a chunk of changes at a time.
    pub(super) fn change_in_chunks(
        &mut self,
        folder: &Folder,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        let created = self.outcomes_planned_created();
        let first_change_chunk = chunks_of(created);
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut chunk = first_change_chunk;
        loop {
            let changes = read_changes(&mut reader, CHUNK)?;
            if changes.is_empty() {
                return Ok(End::Ended);
            }
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            self.write_change_chunk(&changes, chunk)?;
            stage.add(changes.len() as i64);
            if self.should_end()? {
                let stopped = self.ended_early.is_some();
                return Ok(if stopped {
                    End::Ended
                } else {
                    End::Interrupted
                });
            }
        }
    }

    /// How many people the plan creates, whatever became of them.
    pub(super) fn outcomes_planned_created(&self) -> i64 {
        self.import
            .plan
            .as_ref()
            .map_or(0, |plan| plan.counts.created)
    }

    pub(super) fn write_change_chunk(
        &mut self,
        changes: &[Change],
        chunk: i64,
    ) -> Result<(), Refusal> {
        let now = self.ctx.now();
        let rows = self.import.rows_done + changes.len() as i64;
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        let id = import.id;
        let written = imports.db.write_blocking(|tx| {
            keep(tx)?;
            let written = write_changes(tx, import.account, now, changes, |_| Some(id))?;
            store::save_chunk(tx, import, chunk, rows, now)?;
            Ok::<_, db::Error>(written)
        });
        let left: Vec<(u32, u64, u64)> = match written {
            Ok(written) => changes
                .iter()
                .filter(|change| !written.contains(&change.user_id()))
                .map(|change| (change.place, change.row, 0))
                .collect(),
            Err(error @ (db::Error::Busy | db::Error::Unavailable(_) | db::Error::NotFound)) => {
                return Err(error.into());
            }
            Err(_) => self.change_in_parts(changes, chunk, rows)?,
        };
        self.import.chunks_done = chunk;
        self.import.rows_done = rows;
        self.fail(&left, "the person was changed since the check")
    }

    /// Writes a refused chunk in ever smaller parts; returns the rows that cannot be written.
    pub(super) fn change_in_parts(
        &mut self,
        changes: &[Change],
        chunk: i64,
        rows: i64,
    ) -> Result<Vec<(u32, u64, u64)>, Refusal> {
        let now = self.ctx.now();
        let mut left = Vec::new();
        let mut waiting = vec![changes];
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        let id = import.id;
        while let Some(part) = waiting.pop() {
            let written = imports.db.write_blocking(|tx| {
                keep(tx)?;
                write_changes(tx, import.account, now, part, |_| Some(id))
            });
            match written {
                Ok(written) => left.extend(
                    part.iter()
                        .filter(|change| !written.contains(&change.user_id()))
                        .map(|change| (change.place, change.row, 0)),
                ),
                Err(_) if part.len() == 1 => {
                    left.extend(part.iter().map(|change| (change.place, change.row, 0)));
                }
                Err(_) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    waiting.extend([second, first]);
                }
            }
        }
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            store::save_chunk(tx, import, chunk, rows, now)
        })?;
        Ok(left)
    }
}

pub(super) fn read_changes(reader: &mut BlockReader, most: usize) -> Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    while changes.len() < most {
        let Some((_, entry)) = reader.next()? else {
            break;
        };
        changes.push(Change::decode(entry).ok_or_else(damaged)?);
    }
    Ok(changes)
}
