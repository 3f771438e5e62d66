//! The last part of a run: people of the scope who are not in the file, a chunk at a time.

use kernel::UserId;

use super::{CHUNK, End, Run, known::read_changes, write_changes};
use crate::{
    Refusal,
    changes::Change,
    files::{BlockReader, Folder},
    progress::Stage,
    store,
};

impl Run<'_> {
    /// Deactivates them, unless they were changed since the check.
    pub(super) fn depart_in_chunks(
        &mut self,
        folder: &Folder,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        if self.import.planned_departures() == 0 {
            return Ok(End::Ended);
        }
        let mut reader = BlockReader::open(&folder.departures())?;
        let mut chunk = self.cut.of_rows();
        loop {
            let changes = read_changes(&mut reader, CHUNK)?;
            if changes.is_empty() {
                return Ok(End::Ended);
            }
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            self.write_departures(&changes, chunk)?;
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

    /// Who is kept is stored in the transaction that writes the others, so that a restart and an
    /// undo know it.
    fn write_departures(&mut self, changes: &[Change], chunk: i64) -> Result<(), Refusal> {
        let now = self.ctx.now();
        let rows = self.import.rows_done + changes.len() as i64;
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        let id = import.id;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            let written = write_changes(tx, import.account, now, changes, |_| Some(id))?;
            let kept: Vec<UserId> = changes
                .iter()
                .map(Change::user_id)
                .filter(|user| !written.contains(user))
                .collect();
            store::departures::keep(tx, import, kept)?;
            store::save_chunk(tx, import, chunk, rows, now)
        })?;
        import.chunks_done = chunk;
        import.rows_done = rows;
        Ok(())
    }
}
