//! The last part of a run: people of the scope who are not in the file, a chunk at a time.

use kernel::UserId;

use super::{CHUNK, End, Run, write_changes};
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
        let reader = BlockReader::open(&folder.departures())?;
        let first = self.cut.of_rows();
        self.each_chunk(reader, first, |_, _| CHUNK, Self::write_departures, stage)
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
