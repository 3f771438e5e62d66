//! One run of an import: from its plan to its results, going on where an earlier run ended.

use std::{
    collections::HashSet,
    fs, io,
    sync::{Arc, mpsc},
    thread,
    time::Instant,
};

use db::Tx;
use directory::{
    Ctx, groups,
    groups::{Group, GroupKind},
    modules,
};
use kernel::{Code, GroupId, fold};

use super::{
    CHUNK,
    batches::{Batches, sort},
    brake::Brake,
    cut::Cut,
    known::{read_changes, write_unkept},
    moving::move_all,
    people::write,
};
use crate::{
    Import, Refusal, State,
    candidate::{Candidate, Links},
    files::{BlockReader, Codes, Folder, Numbers},
    imports::{Imports, outputs::StoredReferences, window::damaged},
    moves::{self, Parties},
    person::{Batch, Maker},
    progress::{Stage, Watch},
    record::Reason,
    references::{Reference, References},
    results::Outcome,
    settings::BadRows,
    store::{self, problem_counts::ProblemCounts},
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
    pub(super) outcomes: Codes,
    pub(crate) failed: ProblemCounts,
    pub(super) ended_early: Option<State>,
    pub(super) cut: Cut,
    pub(super) brake: Brake,
    /// Rows of a chunk that is not done which are written all the same.
    pub(super) begun: HashSet<u32>,
    /// Whom the moving cards concern.
    pub(super) parties: Arc<Parties>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        imports: &'a Imports,
        ctx: &'a Ctx,
        import: Import,
        keep: Keep<'a>,
        is_stopping: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let cut = Cut::of(&import);
        let brake = Brake::new(import.settings.past_failures);
        Self {
            imports,
            ctx,
            import,
            keep,
            is_stopping,
            outcomes: Codes::default(),
            failed: ProblemCounts::default(),
            ended_early: None,
            cut,
            brake,
            begun: HashSet::new(),
            parties: Arc::default(),
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
        self.parties = Arc::new(Parties::load(&folder, &self.import)?);
        // Whoever resumes a paused import has looked at it; a process that died has not.
        let was_looked_at = self.import.state == State::Queued;
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
            held: moves::held(&folder)?,
        };
        let to_write = self.outcomes.count(Outcome::Created.code())
            + self.outcomes.count(Outcome::Updated.code())
            + self.import.planned_departures();
        let mut stage = watch.stage("writing", to_write);
        let written = if self.import.settings.bad_rows == BadRows::Stop {
            self.all_or_nothing(&folder, references.entries(), &mut batches, &mut stage)
        } else if !was_looked_at && self.is_to_be_looked_at() {
            self.number_what_is_done(&mut batches)
        } else {
            self.in_chunks(&folder, &mut batches, &mut stage)
        };
        stage.finish();
        batches.places.save(&folder.places())?;
        self.import.timings.apply = spent_before + started.elapsed().as_secs_f64();
        match written {
            Ok(End::Ended) => {
                self.imports
                    .remember_series_people(&self.import, self.keep)?;
                self.finish(&folder)?;
                Ok(End::Ended)
            }
            Ok(End::Interrupted) => {
                self.save()?;
                Ok(End::Interrupted)
            }
            Err(refusal) => match refusal.halts_a_run() {
                Some(code) => {
                    self.halt(code, &refusal)?;
                    Ok(End::Ended)
                }
                None => Err(refusal),
            },
        }
    }

    /// Whether the rows are written that somebody wants to look at before the others.
    fn is_to_be_looked_at(&self) -> bool {
        Some(self.import.chunks_done) == self.cut.halts_after()
    }

    /// Pauses the import without writing anything, because it was about to be looked at.
    fn number_what_is_done(&mut self, batches: &mut Batches<'_>) -> Result<End, Refusal> {
        for chunk in 0..self.import.chunks_done.min(self.cut.of_new_people()) {
            batches.next(self.cut.size(chunk), true)?;
        }
        self.pause_for_a_look();
        Ok(End::Ended)
    }

    fn pause_for_a_look(&mut self) {
        self.ended_early = Some(State::Paused);
        let rows = self.cut.new_people_in(self.import.chunks_done)
            + self.cut.changes_in(self.import.chunks_done);
        let why = Refusal::new(Code::PausedForALook, format!("{rows} as asked for"));
        self.import.reason = Some(Reason {
            code: why.code().to_owned(),
            message: why.to_string(),
        });
    }

    /// Pauses the import because something is wrong that a person has to put right.
    pub(crate) fn halt(&mut self, code: Code, refusal: &Refusal) -> Result<(), Refusal> {
        let message = match refusal {
            Refusal::File { message, .. } => message.clone(),
            _ => Refusal::new(code, "").to_string(),
        };
        self.import.reason = Some(Reason {
            code: code.as_str().to_owned(),
            message,
        });
        self.ended_early = Some(State::Paused);
        self.finish(&self.imports.folder(self.import.id))
    }

    /// Marks the import as running, creates its groups, and sees that the licences are still there.
    ///
    /// Groups of an import that is all or nothing are written with everything else.
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
                if import.settings.bad_rows == BadRows::Skip {
                    create_groups(tx, ctx, import, &stored.entries)?;
                }
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
        let (done_before, cut) = (self.import.chunks_done, self.cut);
        let making = &mut *batches;
        thread::scope(|scope| {
            // A channel without room: one batch is made while another is written.
            let (send, receive) = mpsc::sync_channel::<io::Result<Batch>>(0);
            let maker = scope.spawn(move || {
                let mut chunk = 0;
                loop {
                    let made = making.next(cut.size(chunk), chunk < done_before);
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
        match self.change_in_chunks(folder, stage)? {
            End::Ended if self.ended_early.is_none() => {}
            end => return Ok(end),
        }
        match self.move_cards(folder, batches, stage)? {
            End::Ended if self.ended_early.is_none() => self.depart_in_chunks(folder, stage),
            end => Ok(end),
        }
    }

    /// Whether to end after the present chunk, because somebody asked or the process stops.
    pub(super) fn should_end(&mut self) -> Result<bool, Refusal> {
        let state = self
            .imports
            .db
            .read_blocking(|tx| store::state(tx, self.import.account, self.import.id))?;
        match state {
            State::Pausing => self.ended_early = Some(State::Paused),
            State::Stopping => self.ended_early = Some(State::Stopped),
            _ if self.is_to_be_looked_at() => self.pause_for_a_look(),
            _ => {}
        }
        self.import.state = state;
        Ok(self.ended_early.is_some() || (self.is_stopping)())
    }

    /// Everything in one transaction: nothing is visible until all of it is.
    fn all_or_nothing(
        &mut self,
        folder: &Folder,
        references: &[Reference],
        batches: &mut Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        let now = self.ctx.now();
        let Self {
            imports,
            ctx,
            import,
            keep,
            parties,
            ..
        } = self;
        if import.chunks_done > 0 {
            // Everything was written by an earlier run; only the places are found again.
            while batches.next(CHUNK, true)?.is_some() {}
            return Ok(End::Ended);
        }
        let done = imports.db.write_blocking(|tx| {
            keep(tx)?;
            create_groups(tx, ctx, import, references)?;
            while let Some(batch) = batches.next(CHUNK, false)? {
                write(tx, &batch)?;
                stage.add(batch.users.len() as i64);
            }
            let departures = (import.planned_departures() > 0).then(|| folder.departures());
            for path in [folder.changes()].into_iter().chain(departures) {
                let mut reader = BlockReader::open(&path)?;
                loop {
                    let changes = read_changes(&mut reader, CHUNK)?;
                    if changes.is_empty() {
                        break;
                    }
                    let changes = parties.unconnected(changes);
                    let written = write_unkept(tx, import, now, &changes)?;
                    if written.len() < changes.len() {
                        return Err(Refusal::new(Code::ChangedSincePlan, "nothing was imported"));
                    }
                    stage.add(changes.len() as i64);
                }
            }
            move_all(
                tx,
                import,
                now,
                &parties.in_one_portion(),
                (folder, batches),
                0,
            )?;
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

    /// Ends the import, saying why. What was written before stays, with results, and can be undone.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) -> Result<(), Refusal> {
        self.import.reason = Some(Reason {
            code: refusal.code().to_owned(),
            message: refusal.to_string(),
        });
        if self.import.chunks_done > 0 || !self.begun.is_empty() {
            self.ended_early = Some(State::Failed);
            return self.finish(&self.imports.folder(self.import.id));
        }
        self.import.state = State::Refused;
        self.import.counts = self.import.counts.nothing_written();
        self.import.finished_at = Some(self.ctx.now());
        self.import.rev += 1;
        self.save()
    }
}

pub(super) fn create_groups(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    import: &Import,
    references: &[Reference],
) -> Result<(), Refusal> {
    for entry in references
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
        if seat.needed > free + seat.freed {
            let detail = format!("{} licences of {} are left", free, seat.label);
            return Err(Refusal::new(Code::LicenceExhausted, detail));
        }
    }
    Ok(())
}
