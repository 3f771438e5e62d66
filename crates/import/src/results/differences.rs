//! The file of everything an import changes of known people: field by field, before and after.

use std::io::Write;

use directory::{Action, Ctx};
use kernel::ImportId;
use uuid::Uuid;

use super::download::open;
use crate::{
    Refusal,
    candidate::Candidate,
    changes::Change,
    files::BlockReader,
    imports::{
        Imports,
        window::{damaged, decode_row},
    },
    moves,
};

/// The file's columns.
const COLUMNS: [&str; 5] = ["row", "user_id", "field", "before", "after"];

impl Imports {
    /// The name of the file, without its ending.
    pub const DIFFERENCES_FILE: &'static str = "changes";

    /// Writes them as CSV, or as a workbook: what the plan says, whether it was carried out or not.
    pub fn download_differences(
        &self,
        ctx: &Ctx,
        id: ImportId,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        let folder = self.folder(id);
        if import.plan.is_none() || !folder.has_cells() {
            return Err(Refusal::WrongState(import.state));
        }
        let mut sink = open(&import, as_workbook, &COLUMNS.map(str::to_owned), out)?;
        let mut candidates = BlockReader::open(&folder.candidates())?;
        let mut changes = BlockReader::open(&folder.changes())?;
        let mut candidate = Candidate::default();
        while let Some((place, entry)) = changes.next()? {
            let change = Change::decode(entry).ok_or_else(damaged)?;
            // Both files are in the order of the rows.
            let row = loop {
                let (other, entry) = candidates.next()?.ok_or_else(damaged)?;
                if other == place {
                    decode_row(entry, &mut candidate)?;
                    break candidate.row;
                }
            };
            let person: Uuid = change.user_id().uuid();
            for (field, before, after) in change.described() {
                sink.write(
                    &[row.to_string(), person.to_string(), field, before, after],
                    &[],
                )?;
            }
        }
        // Whoever loses a card need not have a row of their own.
        for one in moves::load(&folder)? {
            let (row, holder) = (one.row.to_string(), one.holder.to_string());
            let field = "card_id".to_owned();
            sink.write(&[row, holder, field, one.card.number, String::new()], &[])?;
        }
        sink.finish()
    }
}
