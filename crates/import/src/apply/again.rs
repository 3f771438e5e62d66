//! Writing an import again after its undo, by the same chunks and with the same ids.

use std::{
    collections::{HashMap, HashSet},
    fs,
    sync::Arc,
};

use db::Tx;
use directory::{Ctx, groups, modules, users};
use kernel::{Code, ImportId, Timestamp, UserId};
use uuid::Uuid;

use super::{
    CHUNK, Run,
    batches::{Batches, sort},
    brake::Brake,
    known::{read_changes, write_unkept},
    moving::move_all,
    run::create_groups,
};
use crate::{
    Import, Refusal,
    candidate::Candidate,
    changes::Change,
    files::{BlockReader, Codes, Folder, Numbers, Scratch},
    imports::{outputs::StoredReferences, window::damaged},
    moves::{self, Parties, Party},
    person::{Batch, Maker},
    progress::{Stage, Watch},
    redo::{after_undo, is_wanted_again},
    references::References,
    results::Outcome,
    settings::BadRows,
    store,
};

impl Run<'_> {
    /// Writes what the undo took away, and counts what every row has become.
    pub(crate) fn again(&mut self, watch: &Watch<'_>) -> Result<(), Refusal> {
        let folder = self.imports.folder(self.import.id);
        let stored: StoredReferences =
            serde_json::from_slice(&fs::read(folder.references())?).map_err(|_| damaged())?;
        let planned = Codes::load(&folder.outcomes())?;
        self.outcomes = Codes::load(&folder.final_outcomes())?;
        self.brake = Brake::new(true);
        self.parties = Arc::new(Parties::load(&folder, &self.import)?);
        let references = References::from_entries(stored.entries.clone());
        // Ids are counted in the order of the first run, whatever became of its rows.
        let mut sorting = watch.stage("sorting", planned.count(Outcome::Created.code()));
        let sorted = sort(&folder, &stored.shape, &planned, &mut sorting)?;
        sorting.finish();
        let mut batches = Batches {
            merge: sorted.merge()?,
            maker: Maker {
                shape: &stored.shape,
                references: &references,
                account: self.import.account,
                import: self.import.id,
                now: self.ctx.now(),
            },
            ids: self.import.ids,
            places: Numbers::new(planned.len()),
            next: 0,
            candidate: Candidate::default(),
            held: moves::held(&folder)?,
        };
        let mut stage = watch.stage("redoing", 0);
        if self.import.settings.bad_rows == BadRows::Stop {
            self.all_again(&folder, &stored, &mut batches, &mut stage)?;
        } else {
            self.begin_again(&stored)?;
            self.create_again(&mut batches, &mut stage)?;
            self.change_again(&folder, &mut stage)?;
            self.move_again(&folder, &batches, &mut stage)?;
            self.depart_again(&folder, &mut stage)?;
        }
        stage.finish();
        folder.drop_scratch(Scratch::Sorted)?;
        let failed = self
            .imports
            .db
            .read_blocking(|tx| store::problems::failed_while_applying(tx, &self.import))?;
        self.mark_failed(&folder, &failed)?;
        self.outcomes.save(&folder.final_outcomes())?;
        self.import.counts = self.counted();
        Ok(())
    }

    fn begin_again(&mut self, stored: &StoredReferences) -> Result<(), Refusal> {
        if self.import.chunks_done > 0 {
            return Ok(());
        }
        let Self {
            imports,
            ctx,
            import,
            keep,
            ..
        } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            furnish(tx, ctx, import, stored)
        })
    }

    fn create_again(
        &mut self,
        batches: &mut Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<(), Refusal> {
        let done = self.import.chunks_done;
        let mut chunk = 0;
        while let Some(mut batch) = batches.next(self.cut.size(chunk), chunk < done)? {
            chunk += 1;
            if chunk <= done {
                continue;
            }
            let (account, outcomes) = (self.import.account, &self.outcomes);
            let db = &self.imports.db;
            db.read_blocking(|tx| retain_removed(tx, account, outcomes, &mut batch))?;
            stage.add(batch.users.len() as i64);
            self.write_batch(batch)?;
        }
        Ok(())
    }

    fn change_again(&mut self, folder: &Folder, stage: &mut Stage<'_>) -> Result<(), Refusal> {
        let restored = Codes::load(&folder.restored())?;
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut chunk = self.cut.of_new_people();
        loop {
            let mut changes = read_changes(&mut reader, self.cut.size(chunk))?;
            if changes.is_empty() {
                return Ok(());
            }
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            changes
                .retain(|change| is_wanted_again(&self.outcomes, &restored, change.place as usize));
            let changes = self.parties.unconnected(changes);
            let changes: Vec<_> = changes.into_iter().map(after_undo).collect();
            self.write_change_chunk(&changes, chunk)?;
            stage.add(changes.len() as i64);
        }
    }

    /// Moves the cards again that the undo gave back.
    fn move_again(
        &mut self,
        folder: &Folder,
        batches: &Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<(), Refusal> {
        let parties = Arc::clone(&self.parties);
        if parties.is_empty() || self.import.chunks_done >= self.cut.of_rows() {
            return Ok(());
        }
        let restored = Codes::load(&folder.restored())?;
        let again = parties.to_move_again(&self.outcomes, &restored);
        let (account, db) = (self.import.account, &self.imports.db);
        let kept = parties.kept_by_undo(&self.outcomes, &restored);
        let gone = db.read_blocking(|tx| gone(tx, account, &kept, (folder, batches)))?;
        self.move_parties(folder, batches, &[&again], 2, stage)?;
        self.fail(&gone, "its card was not given back by the undo")
    }

    /// Deactivates again whom the undo had made active.
    fn depart_again(&mut self, folder: &Folder, stage: &mut Stage<'_>) -> Result<(), Refusal> {
        let mut left = self.departed_by_the_run();
        if left == 0 {
            return Ok(());
        }
        let now = self.ctx.now();
        let mut reader = BlockReader::open(&folder.departures())?;
        let mut chunk = self.cut.of_rows();
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(CHUNK).min(CHUNK);
            let changes = read_changes(&mut reader, most)?;
            if changes.is_empty() {
                break;
            }
            left -= changes.len() as i64;
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            let Self {
                imports,
                import,
                keep,
                ..
            } = self;
            imports.db.write_blocking(|tx| {
                keep(tx)?;
                depart(tx, import, now, &changes)?;
                store::save_chunk(tx, import, chunk, import.rows_done, now)
            })?;
            self.import.chunks_done = chunk;
            stage.add(changes.len() as i64);
        }
        Ok(())
    }

    /// How many departures the first run had come to.
    fn departed_by_the_run(&self) -> i64 {
        let chunks_done = self.import.redo.map_or(0, |redo| redo.chunks);
        let first_run = Import {
            chunks_done,
            ..self.import.clone()
        };
        first_run.departures_written()
    }

    /// Everything in one transaction, as it was written the first time.
    fn all_again(
        &mut self,
        folder: &Folder,
        stored: &StoredReferences,
        batches: &mut Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<(), Refusal> {
        if self.import.chunks_done > 0 {
            return Ok(());
        }
        let restored = Codes::load(&folder.restored())?;
        let departs = self.departed_by_the_run() > 0;
        let now = self.ctx.now();
        let Self {
            imports,
            ctx,
            import,
            keep,
            outcomes,
            parties,
            ..
        } = self;
        let since = || Refusal::new(Code::ChangedSincePlan, "nothing was imported");
        let done = imports.db.write_blocking(|tx| {
            keep(tx)?;
            furnish(tx, ctx, import, stored)?;
            while let Some(mut batch) = batches.next(CHUNK, false)? {
                retain_removed(tx, import.account, outcomes, &mut batch)?;
                super::people::write(tx, &batch)?;
                stage.add(batch.users.len() as i64);
            }
            let mut reader = BlockReader::open(&folder.changes())?;
            loop {
                let changes = read_changes(&mut reader, CHUNK)?;
                if changes.is_empty() {
                    break;
                }
                let changes: Vec<_> = changes
                    .into_iter()
                    .filter(|one| is_wanted_again(outcomes, &restored, one.place as usize))
                    .filter(|one| !parties.has(one))
                    .map(after_undo)
                    .collect();
                let written = write_unkept(tx, import, now, &changes)?;
                if written.len() < changes.len() {
                    return Err(since());
                }
            }
            let kept = parties.kept_by_undo(outcomes, &restored);
            if !gone(tx, import.account, &kept, (folder, batches))?.is_empty() {
                return Err(since());
            }
            let again = parties.to_move_again(outcomes, &restored);
            move_all(tx, import, now, &[&again], (folder, batches), 2)?;
            if departs {
                depart(
                    tx,
                    import,
                    now,
                    &read_changes(&mut BlockReader::open(&folder.departures())?, usize::MAX)?,
                )?;
            }
            store::save_chunk(tx, import, 1, import.counts.rows, now)?;
            Ok(())
        });
        match done {
            Ok(()) => {
                self.import.chunks_done = 1;
                Ok(())
            }
            Err(Refusal::Db(db::Error::UniqueViolation { .. })) => Err(since()),
            Err(refusal) => Err(refusal),
        }
    }
}

/// Deactivates those who are as the undo left them; the others count as kept from now on, so that
/// another undo leaves them alone.
fn depart(tx: &mut Tx<'_>, import: &Import, now: Timestamp, changes: &[Change]) -> db::Result<()> {
    users::stage_ids(tx, changes.iter().map(Change::user_id))?;
    let kept = store::departures::kept_of_staged(tx, import)?;
    let present: HashMap<UserId, Option<Uuid>> = users::rows_of_staged(tx, import.account)?
        .into_iter()
        .map(|user| (user.id, user.import.map(ImportId::uuid)))
        .collect();
    let wanted: Vec<Change> = changes
        .iter()
        .filter(|change| !kept.contains(&change.user_id()))
        // Whom the undo kept still names this import.
        .filter(|change| present.get(&change.user_id()) == Some(&change.import_before))
        .cloned()
        .map(after_undo)
        .collect();
    let id = import.id;
    let written = super::write_changes(tx, import.account, now, &wanted, |_| Some(id))?;
    let left = changes
        .iter()
        .map(Change::user_id)
        .filter(|user| !written.contains(user) && !kept.contains(user));
    store::departures::keep(tx, import, left.collect())
}

/// Creates the groups the undo removed, and sees that the licences are still there.
fn furnish(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    import: &Import,
    stored: &StoredReferences,
) -> Result<(), Refusal> {
    let present: HashSet<_> = groups::names(tx, import.account)?
        .into_iter()
        .map(|group| group.id.uuid())
        .collect();
    let mut missing = stored.entries.clone();
    missing.retain(|entry| !present.contains(&entry.id));
    create_groups(tx, ctx, import, &missing)?;
    let Some(plan) = &import.plan else {
        return Ok(());
    };
    let modules = modules::list(tx, import.account)?;
    for seat in &plan.seats {
        let module = modules.iter().find(|module| module.key == seat.module);
        let free = module.map_or(0, modules::Module::free);
        let held = modules::held_in(tx, import.account, &seat.module, import.ids)?;
        if seat.needed - held > free + seat.freed {
            let detail = format!("{free} licences of {} are left", seat.label);
            return Err(Refusal::new(Code::LicenceExhausted, detail));
        }
    }
    Ok(())
}

/// New people whom an undo removed without giving their cards back to the holders.
fn gone(
    tx: &mut Tx<'_>,
    account: kernel::AccountId,
    kept: &[&Party],
    (folder, batches): (&Folder, &Batches<'_>),
) -> Result<Vec<(u32, u64, u64)>, Refusal> {
    let rows: Vec<_> = kept.iter().flat_map(|party| &party.new).copied().collect();
    let batch = batches.at(folder, rows.iter().map(|row| row.0))?;
    users::stage_ids(tx, batch.users.iter().map(|user| user.id))?;
    let present: HashSet<UserId> = users::rows_of_staged(tx, account)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let people = batch.users.iter().zip(rows);
    let gone = people.filter(|(user, _)| !present.contains(&user.id));
    Ok(gone.map(|(_, row)| row).collect())
}

/// Keeps the people whom the import had created and who are not there any more.
fn retain_removed(
    tx: &mut Tx<'_>,
    account: kernel::AccountId,
    outcomes: &Codes,
    batch: &mut Batch,
) -> db::Result<()> {
    users::stage_ids(tx, batch.users.iter().map(|user| user.id))?;
    let present: HashSet<UserId> = users::rows_of_staged(tx, account)?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let keep: Vec<bool> = batch
        .users
        .iter()
        .zip(&batch.rows)
        .map(|(user, row)| {
            outcomes.get(row.0 as usize) == Outcome::Created.code() && !present.contains(&user.id)
        })
        .collect();
    batch.retain(&keep);
    Ok(())
}
