//! Saving an import's mapping under a name, and using one that was saved.

use directory::{Action, Ctx, activity};
use kernel::{Code, ImportId, Text};

use super::{Imports, understand::mapping_refusal};
use crate::{
    Import, Refusal, State, options,
    shared::{self, Fit, NamedMapping, SharedMapping},
};

/// The longest name of a mapping, in characters.
const LONGEST_NAME: usize = 100;

impl Imports {
    /// The account's mappings with a name, by name.
    pub fn shared_mappings(&self, ctx: &Ctx) -> Result<Vec<NamedMapping>, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| shared::list(tx, ctx.account))
            .map_err(Refusal::Db)
    }

    /// The mapping of this name.
    pub fn shared_mapping(&self, ctx: &Ctx, name: &str) -> Result<NamedMapping, Refusal> {
        ctx.require(Action::ViewImports)?;
        self.db
            .read_blocking(|tx| shared::find(tx, ctx.account, name))?
            .ok_or_else(|| Refusal::new(Code::MappingUnknown, format!("{name:?}")))
    }

    /// Keeps an import's columns, options, meanings of values and values for all rows under a
    /// name; another mapping of that name is replaced.
    pub fn save_mapping(&self, ctx: &Ctx, id: ImportId, name: &str) -> Result<(), Refusal> {
        ctx.require(Action::RunImports)?;
        let import = self.find(ctx, id)?;
        if import.mapping.is_none() {
            return Err(Refusal::WrongState(import.state));
        }
        let name = Text::parse(name, LONGEST_NAME)
            .ok()
            .filter(|name| !name.as_str().is_empty())
            .ok_or_else(|| {
                let detail = format!("a mapping needs a name of up to {LONGEST_NAME} characters");
                Refusal::new(Code::ValueMissing, detail)
            })?;
        self.db.write_blocking(|tx| {
            shared::save(tx, ctx, name.as_str(), &SharedMapping::of(&import))?;
            activity::record(
                tx,
                ctx,
                "mapping.save",
                Some(id.uuid()),
                &format!("mapping {:?} saved", name.as_str()),
            )
        })?;
        Ok(())
    }

    /// Uses a mapping for an import. Where `keep`, what was chosen for the import goes before it.
    pub fn use_mapping(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
        name: &str,
        keep: bool,
    ) -> Result<(Import, Fit), Refusal> {
        let named = self.shared_mapping(ctx, name)?;
        let mut import = self.draft(ctx, id, rev)?;
        let catalogue = self.catalogue(ctx)?;
        let wrong = Refusal::WrongState(import.state);
        let mut mapping = import.mapping.take().ok_or(wrong)?;
        let fit = named.mapping.fit(&mapping, &catalogue);
        named
            .mapping
            .apply(&mut import.settings, &mut mapping, &catalogue, keep);
        options::compile(&import.settings, &catalogue)?;
        mapping
            .check_fields(&catalogue, &options::joined(&import.settings, &catalogue))
            .map_err(|error| mapping_refusal(&error))?;
        import.mapping = Some(mapping);
        import.plan = None;
        if import.state != State::ChooseFormat {
            import.state = State::Mapping;
        }
        self.save_change(ctx, &mut import)?;
        Ok((import, fit))
    }

    /// How a mapping fits an import's file.
    pub fn mapping_fit(&self, ctx: &Ctx, import: &Import, name: &str) -> Result<Fit, Refusal> {
        let named = self.shared_mapping(ctx, name)?;
        let mapping = import
            .mapping
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        Ok(named.mapping.fit(mapping, &self.catalogue(ctx)?))
    }

    /// Removes a mapping; imports that used it are as they are.
    pub fn remove_mapping(&self, ctx: &Ctx, name: &str) -> Result<(), Refusal> {
        ctx.require(Action::RunImports)?;
        self.db.write_blocking(|tx| {
            if !shared::remove(tx, ctx.account, name)? {
                return Err(Refusal::new(Code::MappingUnknown, format!("{name:?}")));
            }
            activity::record(
                tx,
                ctx,
                "mapping.remove",
                None,
                &format!("mapping {name:?} removed"),
            )
            .map_err(Refusal::Db)
        })
    }
}
