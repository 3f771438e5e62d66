//! The rows that an import left, as an import of their own with the same settings.

use std::fs::File;

use directory::{Action, Ctx};
use kernel::ImportId;

use super::{Imports, NewImport};
use crate::{
    Download, FileChoices, Import, Mode, Picks, Refusal, Settings, fields::Field, files::Scratch,
};

impl Imports {
    /// Begins an import of the rows that were not imported: those that failed, and those an early
    /// stop left. Columns and settings are those of the first import.
    pub fn begin_rest(&self, ctx: &Ctx, id: ImportId) -> Result<Import, Refusal> {
        ctx.require(Action::RunImports)?;
        let first = self.find(ctx, id)?;
        let left = first.counts.failed + first.counts.not_started;
        if !first.state.has_results() || first.completed_at.is_some() || left == 0 {
            return Err(Refusal::WrongState(first.state));
        }
        let folder = self.folder(id);
        let path = folder.scratch(Scratch::Rest)?.join("rows.csv");
        let mut rows = File::create(&path)?;
        let new = self
            .download(ctx, id, Download::Errors, false, &mut rows)
            .and_then(|()| {
                let new = NewImport {
                    file_name: first.file.name.clone(),
                    name: Some(format!("{} (the rest)", first.name)),
                    settings: settings_of_rest(&first.settings),
                };
                self.receive(ctx, new, &mut File::open(&path)?)
            });
        folder.drop_scratch(Scratch::Rest)?;
        let new = new?;
        let columns: Vec<(usize, Option<Field>)> = first
            .mapping
            .iter()
            .flat_map(|mapping| &mapping.columns)
            .map(|column| (column.column, column.field.clone()))
            .collect();
        self.map(ctx, new.id, None, &columns)
    }
}

/// The same choices, but for those about the first file itself. Whoever is not among the rest has
/// been seen in the first file, so that nobody departs.
fn settings_of_rest(first: &Settings) -> Settings {
    let mode = match first.mode {
        Mode::Match => Mode::AddUpdate,
        mode => mode,
    };
    Settings {
        mode,
        scope: None,
        map: Vec::new(),
        ignore: Vec::new(),
        file: FileChoices::default(),
        picks: Picks::AllExcept,
        ..first.clone()
    }
}
