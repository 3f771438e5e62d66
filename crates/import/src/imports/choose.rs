//! What a person changes before an import runs: settings, format, columns, ticked rows.

use directory::Ctx;
use kernel::ImportId;

use super::{Imports, understand::mapping_refusal};
use crate::{
    Import, Picks, Refusal, Settings, State, edits,
    fields::Field,
    mapping::{Mapping, Split},
    options,
    settings::Preset,
    store,
};

impl Imports {
    /// Changes the settings; the file is looked at again, and columns mapped by hand are kept.
    pub fn configure(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        settings: Settings,
    ) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        options::compile(&settings, &self.catalogue(ctx)?)?;
        if settings.preset == Preset::Roles {
            ctx.require(directory::Action::ImportRoles)?;
        }
        settings.require_rights(ctx)?;
        let same_file =
            settings.file == import.settings.file && settings.preset == import.settings.preset;
        let mapping = import.mapping.take();
        let layout = import.layout.take();
        import.settings = settings;
        self.look(ctx, &mut import)?;
        if import.layout != layout {
            // Rows and columns are others now, so that changes of cells mean nothing any more.
            // Their numbers are given again, so that nothing known of them may be taken over.
            self.folder(id).forget_check()?;
            self.db.write_blocking(|tx| edits::clear(tx, &import))?;
        }
        if same_file {
            // The columns are the same ones, so that what was chosen for them still holds.
            import.mapping = mapping;
        }
        // Whoever changes the format by hand has confirmed it.
        import.state = State::Mapping;
        import.changed_by(ctx, "settings");
        self.save_change(ctx, &mut import)?;
        Ok(import)
    }

    /// Sets what columns are: the column's place and its field, or none to leave it out.
    pub fn map(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        columns: &[(usize, Option<Field>)],
    ) -> Result<Import, Refusal> {
        let columns: Vec<_> = columns
            .iter()
            .map(|(column, field)| (*column, field.clone(), None))
            .collect();
        self.map_or_split(ctx, id, rev, &columns)
    }

    /// The same for columns that may fill a second field with a part of their cells.
    pub fn map_or_split(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        columns: &[(usize, Option<Field>, Option<Split>)],
    ) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        let catalogue = self.catalogue(ctx)?;
        let mut mapping: Mapping = import
            .mapping
            .take()
            .ok_or(Refusal::WrongState(import.state))?;
        for (column, field, split) in columns {
            mapping.choose(*column, field.clone(), split.clone());
        }
        let given: Vec<Field> = import
            .settings
            .defaults
            .iter()
            .filter_map(|(name, _)| catalogue.find(name))
            .collect();
        mapping
            .check(
                import.settings.preset,
                &catalogue,
                &given,
                &options::joined(&import.settings, &catalogue),
            )
            .map_err(|error| mapping_refusal(&error))?;
        import.mapping = Some(mapping);
        import.plan = None;
        import.state = State::Mapping;
        import.changed_by(ctx, "columns");
        self.save_change(ctx, &mut import)?;
        Ok(import)
    }

    /// Ticks or unticks rows by their numbers; the plan has to be made again.
    pub fn pick(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        picks: Picks,
        rows: &[i64],
        picked: bool,
    ) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        let changed_meaning = import.settings.picks != picks;
        import.settings.picks = picks;
        // What was shown is not what would happen any more.
        import.plan = None;
        if import.state != State::ChooseFormat {
            import.state = State::Mapping;
        }
        import.changed_by(ctx, "picks");
        self.save_change(ctx, &mut import)?;
        self.db.write_blocking(|tx| {
            if changed_meaning {
                store::clear_picks(tx, &import)?;
            }
            store::set_picks(tx, &import, rows, picked)
        })?;
        Ok(import)
    }

    /// Says after how many written rows the run of a draft halts to be looked at, if it does.
    pub fn pause_after(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        rows: Option<i64>,
    ) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        if import.settings.pause_after != rows {
            import.settings.pause_after = rows;
            self.save_change(ctx, &mut import)?;
        }
        Ok(import)
    }

    /// Gives up a draft and removes its files.
    pub fn discard(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<Import, Refusal> {
        let mut import = self.draft(ctx, id, rev)?;
        import.state = State::Discarded;
        import.plan = None;
        import.changed_by(ctx, "discard");
        self.save_change(ctx, &mut import)?;
        self.db.write_blocking(|tx| {
            edits::clear(tx, &import)?;
            store::clear_rows(tx, &import)
        })?;
        self.folder(id).remove()?;
        Ok(import)
    }

    /// Ends an import for good (S4.25, S4.26): row details and files go, the counts stay.
    pub fn complete(&self, ctx: &Ctx, id: ImportId, rev: Option<i64>) -> Result<Import, Refusal> {
        let mut import = self.load_for_change(ctx, id, rev)?;
        if !import.state.has_results() || import.completed_at.is_some() {
            return Err(Refusal::WrongState(import.state));
        }
        import.completed_at = Some(ctx.now());
        import.forget_people();
        import.changed_by(ctx, "complete");
        self.save_change(ctx, &mut import)?;
        self.db.write_blocking(|tx| {
            directory::activity::record(
                tx,
                ctx,
                "import.complete",
                Some(id.uuid()),
                &format!("import {} completed, row details removed", import.number),
            )?;
            edits::clear(tx, &import)?;
            store::clear_rows(tx, &import)
        })?;
        self.folder(id).remove()?;
        Ok(import)
    }

    pub(super) fn draft(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
    ) -> Result<Import, Refusal> {
        let import = self.load_for_change(ctx, id, rev)?;
        if import.state.is_draft() {
            Ok(import)
        } else {
            Err(Refusal::WrongState(import.state))
        }
    }
}
