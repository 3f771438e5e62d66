//! Doing an import again that was taken back: once, for those the undo removed or restored.
//!
//! New people get the ids they had; whoever was changed between the undo and now is left alone, and
//! the row fails. Whom the undo kept is not touched. Writing is in `apply/again.rs`.

use std::collections::HashMap;

use directory::{Action, Ctx, activity, notifications, users};
use kernel::{Code, ImportId};
use serde::{Deserialize, Serialize};

use crate::{
    Import, Reason, Refusal, State,
    apply::{CHUNK, Run},
    changes::Change,
    files::{BlockReader, Codes},
    imports::{Imports, window::damaged},
    moves::Parties,
    progress::Watch,
    results::Outcome,
    store,
};

/// What doing an import again would do, before it is done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedoPreview {
    /// People who are created again.
    pub created: i64,
    /// People who are changed again.
    pub updated: i64,
    /// People who are deactivated again.
    pub deactivated: i64,
    /// People who are left alone, because they were changed since the undo.
    pub left: i64,
}

/// What doing an import again did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redone {
    /// People who were created again.
    pub created: i64,
    /// People who were changed again.
    pub updated: i64,
    /// People who were deactivated again.
    pub deactivated: i64,
    /// Rows that could not be written again.
    pub left: i64,
    /// Chunks the run had written, by which results go.
    pub(crate) chunks: i64,
}

impl Redone {
    /// What is known when it begins.
    pub(crate) fn after(chunks: i64) -> Self {
        Self {
            chunks,
            ..Self::default()
        }
    }
}

impl Imports {
    /// What doing an import again would do now.
    pub fn redo_preview(&self, ctx: &Ctx, id: ImportId) -> Result<RedoPreview, Refusal> {
        ctx.require(Action::ViewImports)?;
        let import = self.find(ctx, id)?;
        self.may_redo(ctx, &import)?;
        let present = self
            .db
            .read_blocking(|tx| users::count_in(tx, import.account, import.ids))?;
        let mut preview = RedoPreview {
            created: (import.counts.created - present).max(0),
            ..RedoPreview::default()
        };
        self.for_each_restored(&import, |changes| {
            let wanted: HashMap<_, _> = changes
                .iter()
                .map(|change| (change.user_id(), change.version))
                .collect();
            let present = self.db.read_blocking(|tx| {
                users::stage_ids(tx, wanted.keys().copied())?;
                users::rows_of_staged(tx, import.account)
            })?;
            let same = present
                .iter()
                .filter(|user| wanted.get(&user.id) == Some(&user.version));
            preview.updated += same.count() as i64;
            preview.left += changes.len() as i64;
            Ok(())
        })?;
        self.preview_moves(&import, &mut preview)?;
        preview.left -= preview.updated;
        preview.deactivated = import.undo.as_ref().map_or(0, |undo| undo.reinstated);
        Ok(preview)
    }

    pub(crate) fn may_redo(&self, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
        if !import.state.can_redo() {
            return Err(Refusal::WrongState(import.state));
        }
        if import.redo.is_some() {
            let why = "it was done again before, which can be done once";
            return Err(Refusal::new(Code::NotPermitted, why));
        }
        self.still_has_files(ctx, import)?;
        match self.basis_changed(import)? {
            Some(why) => Err(Refusal::new(Code::ChangedSincePlan, why)),
            None => Ok(()),
        }
    }

    pub(crate) fn redo(
        &self,
        ctx: &Ctx,
        import: &Import,
        keep_job: &(dyn Fn(&mut db::Tx<'_>) -> db::Result<()> + Sync),
        watch: &Watch<'_>,
    ) -> Result<(), Refusal> {
        let mut run = Run::new(self, ctx, import.clone(), keep_job, &|| false);
        match run.again(watch) {
            Ok(()) => {}
            // Nothing was written: it can be tried again when the reason is gone.
            Err(refusal) if !refusal.is_internal() && run.import.chunks_done == 0 => {
                return self.give_up_redo(ctx, import.id, &refusal);
            }
            Err(refusal) => return Err(refusal),
        }
        let mut import = run.import;
        let before = import.undo.take().unwrap_or_default();
        import.chunks_done = import.redo.map_or(0, |redo| redo.chunks);
        let redone = Redone {
            chunks: import.chunks_done,
            deactivated: self.departed(ctx, &import)?.deactivated,
            created: (import.counts.created - before.kept_created).max(0),
            updated: (import.counts.updated - before.kept_updated).max(0),
            left: (before.removed + before.restored + before.kept_created + before.kept_updated
                - import.counts.created
                - import.counts.updated)
                .max(0),
        };
        import.redo = Some(redone);
        import.state = if import.counts.not_started > 0 {
            State::Stopped
        } else if import.counts.failed > 0 {
            State::DoneWithProblems
        } else {
            State::Done
        };
        import.finished_at = Some(ctx.now());
        import.updated_at = ctx.now();
        import.rev += 1;
        let sentence = format!(
            "Import {} done again: {} people created, {} changed, {} deactivated, {} left alone",
            import.number, redone.created, redone.updated, redone.deactivated, redone.left
        );
        self.remember_series_people(&import, keep_job)?;
        self.db.write_blocking(|tx| {
            keep_job(tx)?;
            run.failed.save(tx, &import)?;
            store::save(tx, &import)?;
            let subject = Some(import.id.uuid());
            activity::record(tx, ctx, "import.redone", subject, &sentence)?;
            if let Some(user) = ctx.actor.user {
                notifications::add(tx, ctx, user, "import.redone", subject, &sentence)?;
            }
            Ok(())
        })
    }

    /// A redo that wrote nothing leaves the import as the undo left it, and says why.
    fn give_up_redo(&self, ctx: &Ctx, id: ImportId, refusal: &Refusal) -> Result<(), Refusal> {
        let mut import = self.find(ctx, id)?;
        import.chunks_done = import.redo.take().map_or(0, |redo| redo.chunks);
        import.state = match import.undo.as_ref().map(crate::UndoPreview::kept) {
            Some(0) => State::Undone,
            _ => State::PartlyUndone,
        };
        import.reason = Some(Reason {
            code: refusal.code().to_owned(),
            message: format!("It was not done again. {refusal}"),
        });
        self.save_change(ctx, &mut import)
    }

    /// Adds those whom moved cards concern.
    fn preview_moves(&self, import: &Import, preview: &mut RedoPreview) -> Result<(), Refusal> {
        let folder = self.folder(import.id);
        let parties = Parties::load(&folder, import)?;
        if parties.is_empty() {
            return Ok(());
        }
        let results = Codes::load(&folder.final_outcomes())?;
        let restored = Codes::load(&folder.restored())?;
        for parties in parties.to_move_again(&results, &restored).chunks(CHUNK) {
            let changes = || parties.iter().flat_map(|party| &party.changes);
            let present = self.db.read_blocking(|tx| {
                users::stage_ids(tx, changes().map(Change::user_id))?;
                users::rows_of_staged(tx, import.account)
            })?;
            let versions: HashMap<_, _> =
                present.iter().map(|user| (user.id, user.version)).collect();
            for party in parties {
                let is_as_left = party
                    .changes
                    .iter()
                    .all(|change| versions.get(&change.user_id()) == Some(&(change.version + 2)));
                preview.left += party.rows.len() as i64;
                if is_as_left {
                    preview.updated += party.rows.len() as i64;
                } else {
                    preview.created -= party.new.len() as i64;
                    preview.left += party.new.len() as i64;
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with chunks of the changes an undo has taken back, as they are written again.
    fn for_each_restored(
        &self,
        import: &Import,
        mut each: impl FnMut(Vec<Change>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let folder = self.folder(import.id);
        let results = Codes::load(&folder.final_outcomes())?;
        let restored = Codes::load(&folder.restored())?;
        let parties = Parties::load(&folder, import)?;
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut chunk = Vec::new();
        while let Some((place, entry)) = reader.next()? {
            let change = Change::decode(entry).ok_or_else(damaged)?;
            if is_wanted_again(&results, &restored, place as usize) && !parties.has(&change) {
                chunk.push(after_undo(change));
            }
            if chunk.len() == CHUNK {
                each(std::mem::take(&mut chunk))?;
            }
        }
        if chunk.is_empty() {
            Ok(())
        } else {
            each(chunk)
        }
    }
}

/// Whether a row changed somebody to whom the undo gave their old values back.
pub(crate) fn is_wanted_again(results: &Codes, restored: &Codes, place: usize) -> bool {
    results.get(place) == Outcome::Updated.code() && restored.get(place) == 1
}

/// A change of somebody whom the import changed and the undo changed back.
pub(crate) fn after_undo(mut change: Change) -> Change {
    change.version += 2;
    change
}
