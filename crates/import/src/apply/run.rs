//! One run of an import: from its plan to its results, going on where an earlier run ended.

use std::{fs, io, sync::mpsc, thread, time::Instant};

use db::Tx;
use directory::{
    Ctx, activity, groups,
    groups::{Group, GroupKind},
    modules, notifications,
    users::{self, KeyKind, StagedKey},
};
use kernel::{Code, GroupId, Problem, fold};

use super::{
    CHUNK,
    batches::{Batches, sort},
    chunks_of, write_changes,
};
use crate::{
    Import, Refusal, State,
    candidate::{Candidate, Links},
    changes::Change,
    files::{BlockReader, Codes, Folder, Numbers},
    imports::{Imports, survey::StoredReferences, survey::damaged},
    mapping::RememberedMapping,
    person::{Batch, Maker},
    progress::{Stage, Watch},
    record::{Reason, json},
    references::References,
    results::Outcome,
    settings::BadRows,
    store::{self, NewProblem, ProblemCounts},
};

/// Proof, asked for in each transaction, that this run may still write.
pub(crate) type Keep<'a> = &'a (dyn Fn(&mut Tx<'_>) -> db::Result<()> + Sync);

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The import has ended, well or not.
    Ended,
    /// The process is stopping; another run goes on.
    Interrupted,
}

/// One run.
pub(crate) struct Run<'a> {
    pub(crate) imports: &'a Imports,
    pub(crate) ctx: &'a Ctx,
    pub(crate) import: Import,
    pub(crate) keep: Keep<'a>,
    /// Whether the process wants to stop.
    pub(crate) is_stopping: &'a (dyn Fn() -> bool + Sync),
    outcomes: Codes,
    failed: ProblemCounts,
    ended_early: Option<State>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        imports: &'a Imports,
        ctx: &'a Ctx,
        import: Import,
        keep: Keep<'a>,
        is_stopping: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        Self {
            imports,
            ctx,
            import,
            keep,
            is_stopping,
            outcomes: Codes::default(),
            failed: ProblemCounts::default(),
            ended_early: None,
        }
    }

    /// Writes everything that is not written yet.
    pub(crate) fn apply(&mut self, watch: &Watch<'_>) -> Result<End, Refusal> {
        let started = Instant::now();
        let folder = self.imports.folder(self.import.id);
        let spent_before = self.import.timings.apply;
        let stored: StoredReferences =
            serde_json::from_slice(&fs::read(folder.references())?).map_err(|_| damaged())?;
        self.outcomes = Codes::load(&folder.outcomes())?;
        self.begin(&stored)?;
        let references = References::from_entries(stored.entries);
        let mut sorting = watch.stage("sorting", self.outcomes.count(Outcome::Created.code()));
        let sorted = sort(&folder, &stored.shape, &self.outcomes, &mut sorting)?;
        sorting.finish();
        let rows = self.outcomes.len();
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
            places: Numbers::new(rows),
            next: 0,
            candidate: Candidate::default(),
        };
        let to_write = self.outcomes.count(Outcome::Created.code())
            + self.outcomes.count(Outcome::Updated.code());
        let mut stage = watch.stage("writing", to_write);
        let written = if self.import.settings.bad_rows == BadRows::Stop {
            self.all_or_nothing(&folder, &mut batches, &mut stage)
        } else {
            self.in_chunks(&folder, &mut batches, &mut stage)
        };
        stage.finish();
        batches.places.save(&folder.places())?;
        self.import.timings.apply = spent_before + started.elapsed().as_secs_f64();
        match written {
            Ok(End::Ended) => {
                self.finish(&folder)?;
                Ok(End::Ended)
            }
            Ok(End::Interrupted) => {
                self.save()?;
                Ok(End::Interrupted)
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Marks the import as running, creates its groups, and sees that the licences are still there.
    fn begin(&mut self, stored: &StoredReferences) -> Result<(), Refusal> {
        let now = self.ctx.now();
        self.import.started_at = self.import.started_at.or(Some(now));
        self.import.stage = "writing".to_owned();
        if self.import.state == State::Queued {
            self.import.state = State::Running;
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
            if import.chunks_done == 0 {
                create_groups(tx, ctx, import, stored)?;
                check_seats(tx, import)?;
            }
            store::save(tx, import)?;
            Ok(())
        })
    }

    /// Every chunk in a transaction of its own.
    fn in_chunks(
        &mut self,
        folder: &Folder,
        batches: &mut Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        let done_before = self.import.chunks_done;
        thread::scope(|scope| {
            // A channel without room: one batch is made while another is written.
            let (send, receive) = mpsc::sync_channel::<io::Result<Batch>>(0);
            let maker = scope.spawn(move || {
                let mut chunk = 0;
                loop {
                    let made = batches.next(CHUNK, chunk < done_before);
                    chunk += 1;
                    let sent = match made.transpose() {
                        None => return,
                        Some(Ok(_)) if chunk <= done_before => Ok(()),
                        Some(made) => send.send(made),
                    };
                    // Nobody listens any more: the import was stopped.
                    if sent.is_err() {
                        return;
                    }
                }
            });
            let mut end = Ok(());
            for batch in &receive {
                end = batch.map_err(Refusal::Io).and_then(|batch| {
                    stage.add(batch.users.len() as i64);
                    self.write_batch(batch)
                });
                if end.is_err() || self.should_end()? {
                    break;
                }
            }
            drop(receive);
            // A panic of the maker has been reported by the runtime; the merge is simply shorter.
            let made = maker.join();
            end?;
            made.map_err(|_| damaged())
        })?;
        if self.ended_early.is_some() {
            return Ok(End::Ended);
        }
        if (self.is_stopping)() {
            return Ok(End::Interrupted);
        }
        self.change_in_chunks(folder, stage)
    }

    /// Whether to end after the present chunk, because somebody asked or the process stops.
    fn should_end(&mut self) -> Result<bool, Refusal> {
        let state = self
            .imports
            .db
            .read_blocking(|tx| store::state(tx, self.import.account, self.import.id))?;
        match state {
            State::Pausing => self.ended_early = Some(State::Paused),
            State::Stopping => self.ended_early = Some(State::Stopped),
            _ => {}
        }
        self.import.state = state;
        Ok(self.ended_early.is_some() || (self.is_stopping)())
    }

    /// Writes a batch; rows that cannot be written become problems and never sink the others.
    fn write_batch(&mut self, mut batch: Batch) -> Result<(), Refusal> {
        let first_try = self.try_batch(&batch);
        let Err(error) = first_try else { return Ok(()) };
        if matches!(
            error,
            db::Error::Busy | db::Error::Unavailable(_) | db::Error::NotFound
        ) {
            return Err(error.into());
        }
        self.drop_taken(&mut batch)?;
        let mut waiting = vec![batch];
        while let Some(batch) = waiting.pop() {
            if batch.users.is_empty() {
                continue;
            }
            match self.try_part(&batch) {
                Ok(()) => {}
                // An earlier try of the chunk has written this person.
                Err(error) if error.is_unique("users_pkey") && batch.users.len() == 1 => {}
                Err(error) if batch.users.len() == 1 => self.fail_rows(&batch, &error)?,
                Err(_) => {
                    let (first, second) = batch.halves();
                    waiting.extend([second, first]);
                }
            }
        }
        self.mark_chunk()
    }

    /// Writes a whole batch and marks its chunk as done.
    fn try_batch(&mut self, batch: &Batch) -> db::Result<()> {
        let next = self.import.chunks_done + 1;
        let rows = self.import.rows_done + batch.users.len() as i64;
        let Self {
            imports,
            ctx,
            import,
            keep,
            ..
        } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            write(tx, batch)?;
            store::save_chunk(tx, import, next, rows, ctx.now())
        })?;
        self.import.chunks_done = next;
        self.import.rows_done = rows;
        Ok(())
    }

    fn try_part(&mut self, batch: &Batch) -> db::Result<()> {
        self.import.rows_done += batch.users.len() as i64;
        let Self { imports, keep, .. } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            write(tx, batch)
        })
    }

    fn mark_chunk(&mut self) -> Result<(), Refusal> {
        self.import.chunks_done += 1;
        let Self {
            imports,
            ctx,
            import,
            keep,
            ..
        } = self;
        imports
            .db
            .write_blocking(|tx| {
                keep(tx)?;
                store::save_chunk(tx, import, import.chunks_done, import.rows_done, ctx.now())
            })
            .map_err(Refusal::Db)
    }

    /// Takes out the people whose keys somebody else has by now.
    fn drop_taken(&mut self, batch: &mut Batch) -> Result<(), Refusal> {
        let keys = keys_of(batch);
        let mut taken = vec![false; batch.users.len()];
        let mut keep = vec![true; batch.users.len()];
        let account = self.import.account;
        let ids = self.import.ids;
        self.imports.db.write_blocking(|tx| {
            users::match_staged(tx, account, &keys, &mut |place, _, user| {
                // A person of this very import was written by an earlier try of the chunk.
                let own = ids.counter_of(user.uuid()).is_some();
                if let Some(kept) = keep.get_mut(place as usize) {
                    *kept = false;
                }
                if let (false, Some(taken)) = (own, taken.get_mut(place as usize)) {
                    *taken = true;
                }
                Ok(())
            })
        })?;
        let failed: Vec<(u32, u64, u64)> = batch
            .rows
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| **taken)
            .map(|(row, _)| *row)
            .collect();
        batch.retain(&keep);
        self.fail(&failed, "somebody else has one of its keys since the check")
    }

    fn fail_rows(&mut self, batch: &Batch, error: &db::Error) -> Result<(), Refusal> {
        tracing::warn!(import.id = %self.import.id, error = %error, "a row could not be written");
        self.fail(&batch.rows, "the directory refused the row")
    }

    /// Records rows that could not be written.
    fn fail(&mut self, rows: &[(u32, u64, u64)], why: &str) -> Result<(), Refusal> {
        let problems: Vec<NewProblem> = rows
            .iter()
            .map(|(_, row, line)| NewProblem {
                account: self.import.account,
                import: self.import.id,
                row: *row as i64,
                position: 200,
                line: *line as i64,
                problem: Problem::new(Code::ChangedSincePlan).detail(why),
                while_applying: true,
            })
            .collect();
        for problem in &problems {
            self.failed
                .add(problem.problem.code, problem.problem.severity, None);
        }
        for (place, _, _) in rows {
            self.outcomes.set(*place as usize, Outcome::Failed.code());
        }
        let Self { imports, keep, .. } = self;
        imports
            .db
            .write_blocking(|tx| {
                keep(tx)?;
                for problem in &problems {
                    // A restarted chunk may find that it has said so already.
                    store::replace_problem(tx, problem)?;
                }
                Ok(())
            })
            .map_err(Refusal::Db)
    }

    /// The second half: known people, a chunk of changes at a time.
    fn change_in_chunks(&mut self, folder: &Folder, stage: &mut Stage<'_>) -> Result<End, Refusal> {
        let created = self.outcomes_planned_created();
        let first_change_chunk = chunks_of(created);
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut chunk = first_change_chunk;
        loop {
            let changes = read_changes(&mut reader, CHUNK)?;
            if changes.is_empty() {
                return Ok(End::Ended);
            }
            chunk += 1;
            if chunk <= self.import.chunks_done {
                continue;
            }
            self.write_change_chunk(&changes, chunk)?;
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

    /// How many people the plan creates, whatever became of them.
    fn outcomes_planned_created(&self) -> i64 {
        self.import
            .plan
            .as_ref()
            .map_or(0, |plan| plan.counts.created)
    }

    fn write_change_chunk(&mut self, changes: &[Change], chunk: i64) -> Result<(), Refusal> {
        let now = self.ctx.now();
        let rows = self.import.rows_done + changes.len() as i64;
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        let id = import.id;
        let written = imports.db.write_blocking(|tx| {
            keep(tx)?;
            let written = write_changes(tx, import.account, now, changes, |_| Some(id))?;
            store::save_chunk(tx, import, chunk, rows, now)?;
            Ok::<_, db::Error>(written)
        });
        let left: Vec<(u32, u64, u64)> = match written {
            Ok(written) => changes
                .iter()
                .filter(|change| !written.contains(&change.user_id()))
                .map(|change| (change.place, change.row, 0))
                .collect(),
            Err(error @ (db::Error::Busy | db::Error::Unavailable(_) | db::Error::NotFound)) => {
                return Err(error.into());
            }
            Err(_) => self.change_in_parts(changes, chunk, rows)?,
        };
        self.import.chunks_done = chunk;
        self.import.rows_done = rows;
        self.fail(&left, "the person was changed since the check")
    }

    /// Writes a refused chunk in ever smaller parts; returns the rows that cannot be written.
    fn change_in_parts(
        &mut self,
        changes: &[Change],
        chunk: i64,
        rows: i64,
    ) -> Result<Vec<(u32, u64, u64)>, Refusal> {
        let now = self.ctx.now();
        let mut left = Vec::new();
        let mut waiting = vec![changes];
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        let id = import.id;
        while let Some(part) = waiting.pop() {
            let written = imports.db.write_blocking(|tx| {
                keep(tx)?;
                write_changes(tx, import.account, now, part, |_| Some(id))
            });
            match written {
                Ok(written) => left.extend(
                    part.iter()
                        .filter(|change| !written.contains(&change.user_id()))
                        .map(|change| (change.place, change.row, 0)),
                ),
                Err(_) if part.len() == 1 => {
                    left.extend(part.iter().map(|change| (change.place, change.row, 0)));
                }
                Err(_) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    waiting.extend([second, first]);
                }
            }
        }
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            store::save_chunk(tx, import, chunk, rows, now)
        })?;
        Ok(left)
    }

    /// Everything in one transaction: nothing is visible until all of it is.
    fn all_or_nothing(
        &mut self,
        folder: &Folder,
        batches: &mut Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        let now = self.ctx.now();
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        if import.chunks_done > 0 {
            return Ok(End::Ended);
        }
        let id = import.id;
        let done = imports.db.write_blocking(|tx| {
            keep(tx)?;
            while let Some(batch) = batches.next(CHUNK, false)? {
                write(tx, &batch)?;
                stage.add(batch.users.len() as i64);
            }
            let mut reader = BlockReader::open(&folder.changes())?;
            loop {
                let changes = read_changes(&mut reader, CHUNK)?;
                if changes.is_empty() {
                    break;
                }
                let written = write_changes(tx, import.account, now, &changes, |_| Some(id))?;
                if written.len() < changes.len() {
                    return Err(Refusal::new(Code::ChangedSincePlan, "nothing was imported"));
                }
                stage.add(changes.len() as i64);
            }
            store::save_chunk(tx, import, 1, import.counts.rows, now)?;
            Ok(())
        });
        match done {
            Ok(()) => {
                self.import.chunks_done = 1;
                Ok(End::Ended)
            }
            Err(Refusal::Db(db::Error::UniqueViolation { .. })) => {
                Err(Refusal::new(Code::ChangedSincePlan, "nothing was imported"))
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Counts what became of every row, records the import, and tells whoever started it.
    fn finish(&mut self, folder: &Folder) -> Result<(), Refusal> {
        let failed_rows = self
            .imports
            .db
            .read_blocking(|tx| store::failed_while_applying(tx, &self.import))?;
        self.mark_failed(folder, &failed_rows)?;
        if self.ended_early.is_some() {
            self.mark_not_started(folder)?;
        }
        self.outcomes.save(&folder.final_outcomes())?;
        folder.drop_scratch("sorted")?;
        let count = |outcome: Outcome| self.outcomes.count(outcome.code());
        let counts = crate::Counts {
            rows: self.outcomes.len() as i64,
            created: count(Outcome::Created),
            updated: count(Outcome::Updated),
            unchanged: count(Outcome::Unchanged),
            skipped: count(Outcome::Skipped),
            failed: count(Outcome::Failed),
            not_started: count(Outcome::NotStarted),
        };
        self.import.counts = counts;
        let is_paused = self.ended_early == Some(State::Paused);
        self.import.finished_at = (!is_paused).then(|| self.ctx.now());
        self.import.state = match self.ended_early {
            // The row equation is asserted here, once for every import.
            _ if !counts.adds_up() => State::Failed,
            Some(state) => state,
            None if counts.failed > 0 => State::DoneWithProblems,
            None => State::Done,
        };
        let Self {
            imports,
            ctx,
            import,
            keep,
            failed,
            ..
        } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            failed.save(tx, import)?;
            import.rev += 1;
            store::save(tx, import)?;
            if is_paused {
                Ok(())
            } else {
                report(tx, ctx, import)
            }
        })?;
        tracing::info!(
            import.id = %import.id, import.rows = counts.rows, import.created = counts.created,
            import.updated = counts.updated, import.failed = counts.failed, "import ended"
        );
        Ok(())
    }

    fn mark_failed(&mut self, folder: &Folder, rows: &[i64]) -> Result<(), Refusal> {
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let mut cells = BlockReader::open_at(&folder.cells(), *row as u64)?;
            if let Some((_, entry)) = cells.next()?
                && let Some(place) = crate::results::place_of(entry)
            {
                self.outcomes.set(place as usize, Outcome::Failed.code());
            }
        }
        Ok(())
    }

    /// Marks the rows that no written chunk had.
    fn mark_not_started(&mut self, folder: &Folder) -> Result<(), Refusal> {
        let written = self.import.chunks_done * CHUNK as i64;
        let created = self.outcomes_planned_created();
        let places = fs::read(folder.places()).unwrap_or_default();
        let (places, _) = places.as_chunks::<4>();
        let not_started = Outcome::NotStarted.code();
        for row in 0..self.outcomes.len() {
            if self.outcomes.get(row) != Outcome::Created.code() {
                continue;
            }
            let number = places
                .get(row)
                .map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes));
            if i64::from(number) >= written {
                self.outcomes.set(row, not_started);
            }
        }
        let change_chunks = self.import.chunks_done - chunks_of(created);
        let mut reader = BlockReader::open(&folder.changes())?;
        let mut number = 0;
        while let Some((place, _)) = reader.next()? {
            if number >= change_chunks.max(0) * CHUNK as i64 {
                self.outcomes.set(place as usize, not_started);
            }
            number += 1;
        }
        Ok(())
    }

    fn save(&mut self) -> Result<(), Refusal> {
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        imports
            .db
            .write_blocking(|tx| {
                keep(tx)?;
                store::save(tx, import)
            })
            .map_err(Refusal::Db)
    }

    /// Ends the import without results, saying why.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) -> Result<(), Refusal> {
        let nothing_written = self.import.chunks_done == 0;
        self.import.state = if nothing_written {
            State::Refused
        } else {
            State::Failed
        };
        self.import.reason = Some(Reason {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
        });
        self.import.finished_at = Some(self.ctx.now());
        self.import.rev += 1;
        self.save()
    }
}

/// Writes new people with everything that hangs on them.
fn write(tx: &mut Tx<'_>, batch: &Batch) -> db::Result<()> {
    users::insert(tx, &batch.users)?;
    tx.bulk(&batch.memberships)?;
    tx.bulk(&batch.seats)?;
    tx.bulk(&batch.participations)?;
    tx.bulk(&batch.grants)?;
    tx.bulk(&batch.cards)?;
    Ok(())
}

fn read_changes(reader: &mut BlockReader, most: usize) -> Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    while changes.len() < most {
        let Some((_, entry)) = reader.next()? else {
            break;
        };
        changes.push(Change::decode(entry).ok_or_else(damaged)?);
    }
    Ok(changes)
}

fn keys_of(batch: &Batch) -> Vec<StagedKey> {
    let mut keys = Vec::new();
    for (user, row) in batch.users.iter().zip(0_i64..) {
        let external = user.external_id.as_ref().map(|id| id.to_ascii_lowercase());
        for (kind, key) in [
            (KeyKind::ExternalId, external),
            (KeyKind::Email, user.email_key.clone()),
            (KeyKind::Phone, user.phone.clone()),
        ] {
            keys.extend(key.map(|key| StagedKey { kind, key, row }));
        }
    }
    let place_of = |id| batch.users.iter().position(|user| user.id == id);
    for card in &batch.cards {
        keys.extend(place_of(card.user).map(|row| StagedKey {
            kind: KeyKind::Card,
            key: card.number.clone(),
            row: row as i64,
        }));
    }
    keys
}

fn create_groups(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    import: &Import,
    stored: &StoredReferences,
) -> Result<(), Refusal> {
    for entry in stored
        .entries
        .iter()
        .filter(|entry| entry.new && entry.kind == Links::Groups)
    {
        let group = Group {
            id: GroupId::from_uuid(entry.id),
            kind: GroupKind::Group,
            name: entry.name.clone(),
            name_key: fold(&entry.name).into_owned(),
            members: 0,
        };
        if groups::insert_if_missing(tx, ctx, &group, Some(import.id))? == 0 {
            let detail = format!("somebody has created the group {:?}", entry.name);
            return Err(Refusal::new(Code::ChangedSincePlan, detail));
        }
    }
    Ok(())
}

fn check_seats(tx: &mut Tx<'_>, import: &Import) -> Result<(), Refusal> {
    let Some(plan) = &import.plan else {
        return Ok(());
    };
    if plan.seats.is_empty() {
        return Ok(());
    }
    let modules = modules::list(tx, import.account)?;
    for seat in &plan.seats {
        let free = modules
            .iter()
            .find(|module| module.key == seat.module)
            .map_or(0, modules::Module::free);
        if seat.needed > free {
            let detail = format!("{} licences of {} are left", free, seat.label);
            return Err(Refusal::new(Code::LicenceExhausted, detail));
        }
    }
    Ok(())
}

/// One entry in the activity log, one notification, and the mapping for the next file like it.
fn report(tx: &mut Tx<'_>, ctx: &Ctx, import: &Import) -> Result<(), Refusal> {
    let counts = import.counts;
    let sentence = format!(
        "Import {} of {}: {} new, {} changed, {} unchanged, {} skipped, {} not imported",
        import.number,
        import.file.name,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed + counts.not_started
    );
    activity::record(tx, ctx, "import.apply", Some(import.id.uuid()), &sentence)?;
    if let Some(user) = import.created_by {
        notifications::add(
            tx,
            ctx,
            user,
            "import.finished",
            Some(import.id.uuid()),
            &sentence,
        )?;
    }
    if let Some(remembered) = import.mapping.as_ref().and_then(RememberedMapping::of) {
        store::remember_mapping(
            tx,
            import.account,
            &remembered.signature,
            &json(&remembered),
            ctx.now(),
        )?;
    }
    Ok(())
}
