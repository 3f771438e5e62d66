//! Selected rows as a whole: taken away as a file, or wanted alone. Not here: what is done to their cells.

use std::{io::Write, ops::ControlFlow};

use db::{Bulk, Cells};
use directory::{Action, Ctx};
use kernel::{AccountId, Code, ImportId};

use super::{Edit, Fix, Rows};
use crate::{
    Import, Picks, Refusal, State,
    imports::Imports,
    results::{RowFile, SelectedRow},
    store,
};

/// Rows written together.
const WINDOW: usize = 2_000;
/// Row numbers whose problems are read together.
const SPAN: u64 = 20_000;

impl Imports {
    /// Writes rows as they are now, with keys and problems, so that they can be corrected and come
    /// back ([`Imports::correct`]).
    pub fn download_rows(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rows: &Rows,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        require_any(rows)?;
        let mut file = RowFile::open(&import, as_workbook, out)?;
        let mut window: Vec<SelectedRow> = Vec::new();
        self.walk(&import, &looking_at(rows), &mut |visit| {
            let is_far = window
                .first()
                .is_some_and(|first| visit.row - first.row > SPAN);
            if window.len() == WINDOW || is_far {
                file.write(&self.db, &window)?;
                window.clear();
            }
            window.push(SelectedRow {
                row: visit.row,
                cells: visit.cells.to_vec(),
            });
            Ok(ControlFlow::Continue(()))
        })?;
        file.write(&self.db, &window)?;
        file.finish()
    }

    /// Has nothing but these rows imported, and those that were wanted alone before.
    pub fn pick_only(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        rows: &Rows,
    ) -> Result<Import, Refusal> {
        let mut import = self.editable(ctx, id, rev)?;
        require_any(rows)?;
        let mut wanted: Vec<i64> = Vec::new();
        self.walk(&import, &looking_at(rows), &mut |visit| {
            wanted.push(visit.row as i64);
            Ok(ControlFlow::Continue(()))
        })?;
        if import.settings.picks == Picks::Only {
            wanted.extend(self.db.read_blocking(|tx| store::picks(tx, &import))?);
        }
        wanted.sort_unstable();
        wanted.dedup();
        self.replace_picks(ctx, &mut import, Picks::Only, &wanted)?;
        Ok(import)
    }

    /// Has every row imported, whatever was ticked or unticked before.
    pub fn pick_all(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<Import, Refusal> {
        let mut import = self.editable(ctx, id, rev)?;
        self.replace_picks(ctx, &mut import, Picks::AllExcept, &[])?;
        Ok(import)
    }

    fn replace_picks(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        picks: Picks,
        rows: &[i64],
    ) -> Result<(), Refusal> {
        import.settings.picks = picks;
        // What was shown is not what would happen any more.
        import.plan = None;
        import.state = State::Mapping;
        import.changed_by(ctx, "picks");
        self.save_change(ctx, import)?;
        let picked: Vec<Pick> = rows
            .iter()
            .map(|row| Pick {
                account: import.account,
                import: import.id,
                row: *row,
            })
            .collect();
        self.db.write_blocking(|tx| {
            store::clear_picks(tx, import)?;
            tx.bulk(&picked)?;
            Ok::<_, db::Error>(())
        })?;
        Ok(())
    }
}

/// Nobody means no row at all.
fn require_any(rows: &Rows) -> Result<(), Refusal> {
    match rows {
        Rows::Numbers { rows } if rows.is_empty() => {
            Err(Refusal::new(Code::RowUnknown, "no row is selected"))
        }
        _ => Ok(()),
    }
}

/// An action that changes nothing.
fn looking_at(rows: &Rows) -> Edit {
    Edit {
        fix: Fix::Cells { cells: Vec::new() },
        rows: rows.clone(),
        columns: Vec::new(),
    }
}

/// A row that is wanted alone.
struct Pick {
    account: AccountId,
    import: ImportId,
    row: i64,
}

impl Bulk for Pick {
    const TABLE: &'static str = "import_picks";
    const COLUMNS: &'static [&'static str] = &["account_id", "import_id", "row_no"];

    fn write(&self, row: &mut Cells<'_, '_>) {
        row.put(&self.account).put(&self.import).put(&self.row);
    }
}
