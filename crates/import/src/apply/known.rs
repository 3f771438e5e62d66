//! The second half of a run: known people, a chunk of changes at a time.

use std::collections::{HashMap, HashSet};

use db::Tx;
use directory::users;
use kernel::{Timestamp, UserId};

use super::{End, Run, brake::Brake, people::is_about_rows, write_changes};
use crate::{
    Import, Refusal,
    changes::Change,
    files::{BlockReader, Folder},
    imports::window::damaged,
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
        let reader = BlockReader::open(&folder.changes())?;
        let first = self.cut.of_new_people();
        let size = |run: &Self, chunk| run.cut.size(chunk);
        if self.parties.is_empty() {
            return self.each_chunk(reader, first, size, Self::write_change_chunk, stage);
        }
        let write = |run: &mut Self, changes: &[Change], chunk| {
            let changes = run.parties.unconnected(changes.to_vec());
            run.write_change_chunk(&changes, chunk)
        };
        self.each_chunk(reader, first, size, write, stage)
    }

    /// Writes the changes of a file that are not written yet, until somebody wants it to end.
    /// `chunk` is the number of chunks before the first of them.
    pub(super) fn each_chunk(
        &mut self,
        mut reader: BlockReader,
        mut chunk: i64,
        size: impl Fn(&Self, i64) -> usize,
        write: impl Fn(&mut Self, &[Change], i64) -> Result<(), Refusal>,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        loop {
            let changes = read_changes(&mut reader, size(self, chunk))?;
            if changes.is_empty() {
                return Ok(End::Ended);
            }
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            write(self, &changes, chunk)?;
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

    /// Writes a chunk; people who were changed since the plan are left alone, and their rows fail.
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
        let written = imports.db.write_blocking(|tx| {
            keep(tx)?;
            let written = write_once(tx, import, now, changes)?;
            store::save_chunk(tx, import, chunk, rows, now)?;
            Ok::<_, db::Error>(written)
        });
        let mut halts = Ok(());
        let (written, refused) = match written {
            Ok(written) => {
                halts = judge(&mut self.brake, changes, &written);
                (written, HashSet::new())
            }
            Err(error) if !is_about_rows(&error) => return Err(error.into()),
            Err(_) => self.change_in_parts(changes, chunk, rows)?,
        };
        self.import.chunks_done = chunk;
        self.import.rows_done = rows;
        self.begun.clear();
        self.record_left(changes, &written, &refused)?;
        halts
    }

    /// Records the rows of a chunk that were not written.
    fn record_left(
        &mut self,
        changes: &[Change],
        written: &HashSet<UserId>,
        refused: &HashSet<UserId>,
    ) -> Result<(), Refusal> {
        let left = changes
            .iter()
            .filter(|change| !written.contains(&change.user_id()));
        let (other, changed): (Vec<_>, Vec<_>) =
            left.partition(|change| refused.contains(&change.user_id()));
        let rows = |changes: Vec<&Change>| -> Vec<(u32, u64, u64)> {
            let rows = changes.iter().map(|change| (change.place, change.row, 0));
            rows.collect()
        };
        self.fail(&rows(changed), CHANGED_SINCE)?;
        self.fail(&rows(other), REFUSED)
    }

    /// Writes a refused chunk in ever smaller parts; returns who was written, and who the database
    /// would not have.
    fn change_in_parts(
        &mut self,
        changes: &[Change],
        chunk: i64,
        rows: i64,
    ) -> Result<(HashSet<UserId>, HashSet<UserId>), Refusal> {
        let now = self.ctx.now();
        let (mut all, mut refused) = (HashSet::new(), HashSet::new());
        let mut waiting = vec![changes];
        let Self {
            imports,
            import,
            keep,
            begun,
            brake,
            ..
        } = self;
        while let Some(part) = waiting.pop() {
            let written = imports.db.write_blocking(|tx| {
                keep(tx)?;
                write_once(tx, import, now, part)
            });
            match written {
                Ok(written) => {
                    let done = part.iter().filter(|one| written.contains(&one.user_id()));
                    begun.extend(done.map(|change| change.place));
                    judge(brake, part, &written)?;
                    all.extend(written);
                }
                Err(error) if !is_about_rows(&error) => return Err(error.into()),
                Err(error) if part.len() == 1 => {
                    tracing::warn!(import.id = %import.id, %error, "a row could not be written");
                    refused.extend(part.iter().map(Change::user_id));
                    brake.failed(REFUSED)?;
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
        Ok((all, refused))
    }
}

/// Counts who was written and who was not; refuses to go on when there are too many of these.
fn judge(brake: &mut Brake, changes: &[Change], written: &HashSet<UserId>) -> Result<(), Refusal> {
    let mut halts = Ok(());
    for change in changes {
        if written.contains(&change.user_id()) {
            brake.wrote(1);
        } else {
            halts = halts.and(brake.failed(CHANGED_SINCE));
        }
    }
    halts
}

/// Why a row fails whose person is at another version than the plan saw.
const CHANGED_SINCE: &str = "the person was changed since the check";
/// Why a row fails that the database does not take.
pub(super) const REFUSED: &str = "the directory refused the row";

/// Writes changes but those of a field that somebody has marked since the check to be kept.
pub(super) fn write_unkept(
    tx: &mut Tx<'_>,
    import: &Import,
    now: Timestamp,
    changes: &[Change],
) -> db::Result<HashSet<UserId>> {
    let id = import.id;
    users::stage_ids(tx, changes.iter().map(Change::user_id))?;
    let kept = users::kept_of_staged(tx, import.account)?;
    if kept.is_empty() {
        return write_changes(tx, import.account, now, changes, |_| Some(id));
    }
    let is_free = |change: &&Change| {
        kept.get(&change.user_id()).is_none_or(|fields| {
            let mut edits = change.fields.iter();
            edits.all(|edit| !fields.contains(&edit.field.key()))
        })
    };
    let free: Vec<Change> = changes.iter().filter(is_free).cloned().collect();
    write_changes(tx, import.account, now, &free, |_| Some(id))
}

/// Writes changes of which an earlier try of the chunk may have written some; returns everybody who
/// is now as the import wants them.
fn write_once(
    tx: &mut Tx<'_>,
    import: &Import,
    now: Timestamp,
    changes: &[Change],
) -> db::Result<HashSet<UserId>> {
    let id = import.id;
    let mut written = write_unkept(tx, import, now, changes)?;
    let left: HashMap<UserId, i64> = changes
        .iter()
        .map(|change| (change.user_id(), change.version))
        .filter(|(user, _)| !written.contains(user))
        .collect();
    if !left.is_empty() {
        users::stage_ids(tx, left.keys().copied())?;
        let present = users::rows_of_staged(tx, import.account)?;
        let done = present.into_iter().filter(|user| {
            user.import == Some(id)
                && left
                    .get(&user.id)
                    .is_some_and(|seen| seen + 1 == user.version)
        });
        written.extend(done.map(|user| user.id));
    }
    Ok(written)
}

pub(crate) fn read_changes(reader: &mut BlockReader, most: usize) -> Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    while changes.len() < most {
        let Some((_, entry)) = reader.next()? else {
            break;
        };
        changes.push(Change::decode(entry).ok_or_else(damaged)?);
    }
    Ok(changes)
}
