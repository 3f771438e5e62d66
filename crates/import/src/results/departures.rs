//! The file of the people whom an import deactivates because they are not in its file.

use std::io::Write;

use directory::{Action, Ctx};
use kernel::ImportId;

use super::download::open;
use crate::{Refusal, imports::Imports};

/// People read together.
const PAGE: usize = 500;
/// The file's columns; the first is the one by which it can be imported again.
const COLUMNS: [&str; 5] = ["user_id", "outcome", "name", "external_id", "email"];

impl Imports {
    /// The name of the file, without its ending.
    pub const DEPARTURES_FILE: &'static str = "deactivated_users";

    /// Writes them as CSV, or as a workbook.
    pub fn download_departures(
        &self,
        ctx: &Ctx,
        id: ImportId,
        as_workbook: bool,
        out: &mut (dyn Write + Send),
    ) -> Result<(), Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        let mut sink = open(&import, as_workbook, &COLUMNS.map(str::to_owned), out)?;
        let mut after = 0;
        loop {
            let page = self.departures(ctx, id, after, PAGE)?;
            let Some(last) = page.last() else {
                return sink.finish();
            };
            after = last.number;
            for departure in page {
                sink.write(
                    &[
                        departure.user.to_string(),
                        departure.fate.as_str().to_owned(),
                        departure.name,
                        departure.external_id.unwrap_or_default(),
                        departure.email.unwrap_or_default(),
                    ],
                    &[],
                )?;
            }
        }
    }
}
