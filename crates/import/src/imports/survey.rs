//! Checking a whole file against the live directory: one pass over the rows, one over the keys,
//! one to decide. Nothing of the directory is changed.

use std::{
    collections::{HashMap, HashSet},
    time::Instant,
};

use directory::{
    Ctx, accounts, cards, fields as own_fields, modules,
    roles::Reach,
    users::{self, KeyKind, UserRecord},
};
use kernel::{Code, ImportId, Problem, UserId};
use tabular::Record;

use super::{
    Imports,
    checked::{Checked, grounds},
    key_places::KeyPlaces,
    one_row::{add_keys, check_row},
    outputs::{Outputs, save_references},
    problem_sink::ProblemSink,
    row_source::RowSource,
    understand::catalogue_of,
    window::{WINDOW, Waiting, fill, names_somebody, unknown},
};
use crate::{
    Import, ImportSettings, Refusal, State,
    candidate::Candidate,
    check::{self, CheckContext, RowChecker},
    decide::{Decider, record_of},
    edits::Overlay,
    fields::Field,
    files::{BlockReader, BlockWriter, Folder, Scratch},
    guard,
    matching::{Facts, Keys, Secrets},
    person::Maker,
    plan::{Plan, SeatUse, Tally},
    progress::Watch,
    references::References,
    results::Outcome,
    store,
};

/// Where the positions of problems begin that comparing finds; a row has fewer of its own.
pub(super) const AFTER_CHECK: i64 = 1 << 40;
/// The most rows of one import: their places are 32-bit numbers.
const MOST_ROWS: u32 = 100_000_000;

impl Imports {
    /// Reads every row, compares it with the directory and makes the plan.
    pub fn check(&self, ctx: &Ctx, id: ImportId, watch: &Watch<'_>) -> Result<Import, Refusal> {
        let mut import = self.load_for_change(ctx, id, None)?;
        if !import.state.is_draft() && import.state != State::Checking {
            return Err(Refusal::WrongState(import.state));
        }
        import.state = State::Checking;
        import.stage = "reading".to_owned();
        import.rows_done = 0;
        self.db.write_blocking(|tx| {
            if store::find(tx, import.account, import.id)?.rev != import.rev {
                return Err(Refusal::Stale);
            }
            store::save(tx, &import).map_err(Refusal::Db)
        })?;
        // The number of a card that is over is free.
        while self.db.write_blocking(|tx| cards::settle_all(tx, ctx))? > 0 {}
        match self.survey(ctx, &mut import, watch) {
            Ok((plan, checked)) => {
                import.counts = plan.counts;
                import.plan = Some(plan);
                import.state = State::Planned;
                import.reason = None;
                checked.keep(self, &import)?;
                if let Err(refusal) = self.save_change(ctx, &mut import) {
                    // Somebody else was at it in the meantime.
                    self.folder(id).forget_check()?;
                    return Err(refusal);
                }
                Ok(import)
            }
            Err(refusal) => {
                import.state = State::Mapping;
                import.reason = Some(crate::record::Reason {
                    code: refusal.code().to_owned(),
                    message: refusal.to_string(),
                });
                self.save_change(ctx, &mut import)?;
                Err(refusal)
            }
        }
    }

    fn survey(
        &self,
        ctx: &Ctx,
        import: &mut Import,
        watch: &Watch<'_>,
    ) -> Result<(Plan, Checked), Refusal> {
        let started = Instant::now();
        let folder = self.folder(import.id);
        folder.drop_orders()?;
        let mut checker = self.checker(ctx, import)?;
        let scope = self.scope_of(ctx, import)?;
        let mut again = self.again(ctx, import, &mut checker, scope.is_some())?;
        let mut problems = ProblemSink::new(self, import);
        let (secrets, mut keys) = if let Some(again) = &again {
            let secrets = again.secrets();
            (secrets.clone(), again.keys(&folder, secrets)?)
        } else {
            checker = self.checker(ctx, import)?;
            self.db
                .write_blocking(|tx| store::problems::clear(tx, import))?;
            let secrets = Secrets::new();
            (secrets.clone(), Keys::new(&folder, secrets)?)
        };
        if scope.is_some() {
            keys.note_present(folder.present());
        }
        let mut checked = Checked::begin(self, ctx, import, again.as_ref(), &secrets)?;
        let rows = if let Some(again) = &mut again {
            let places = KeyPlaces::of(&checker.shape);
            let mut add =
                |row, line, told: Vec<Problem>| problems.add(row, line, 0, told.into_iter());
            again.put_in_place(self, import, (&secrets, &places, &mut keys), &mut add)?
        } else {
            self.read_rows(
                import,
                &folder,
                &mut checker,
                &secrets,
                &mut keys,
                &mut problems,
                watch,
            )?
        };
        checked.found(rows, &checker);
        import.timings.check = started.elapsed().as_secs_f64();
        let started = Instant::now();
        let facts = keys.finish(&folder, &self.db, ctx.account)?;
        let counts = std::mem::take(&mut checker.counts);
        let mut plan = self.decide_rows(
            ctx,
            import,
            &folder,
            checker,
            facts,
            rows,
            &mut problems,
            watch,
        )?;
        problems.finish(counts)?;
        plan.departures = self.plan_departures(ctx, &folder, scope)?;
        let limits = self
            .db
            .read_blocking(|tx| ImportSettings::load(tx, ctx.account))?
            .limits;
        plan.guard = guard::of(&plan, limits);
        import.timings.plan = started.elapsed().as_secs_f64();
        Ok((plan, checked))
    }

    pub(crate) fn checker(&self, ctx: &Ctx, import: &Import) -> Result<RowChecker, Refusal> {
        let wrong = || Refusal::WrongState(import.state);
        let layout = import.layout.as_ref().ok_or_else(wrong)?;
        let mapping = import.mapping.as_ref().ok_or_else(wrong)?;
        let (account, modules, fields, references) = self.db.read_blocking(|tx| {
            Ok::<_, Refusal>((
                accounts::get(tx, ctx.account)?,
                modules::list(tx, ctx.account)?,
                own_fields::list(tx, ctx.account)?,
                References::load(tx, ctx, import.settings.unknown_group)?,
            ))
        })?;
        let grounds = grounds(ctx, import, &account, (&modules, &fields), &references);
        let choices: HashMap<_, _> = fields
            .iter()
            .map(|field| (field.key.clone(), field.choices.clone()))
            .collect();
        check::compile(CheckContext {
            ctx,
            account: &account,
            settings: &import.settings,
            layout,
            mapping,
            catalogue: &catalogue_of(modules, fields),
            choices: &choices,
            references,
            grounds,
        })
    }

    /// The first pass: cells and checked values to the import's files, keys to be compared.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one loop, each used on every row"
    )]
    fn read_rows(
        &self,
        import: &Import,
        folder: &Folder,
        checker: &mut RowChecker,
        secrets: &Secrets,
        keys: &mut Keys,
        problems: &mut ProblemSink<'_>,
        watch: &Watch<'_>,
    ) -> Result<u32, Refusal> {
        let layout = import
            .layout
            .as_ref()
            .ok_or(Refusal::WrongState(import.state))?;
        let mut source = RowSource::open(folder, layout, &self.limits)?;
        let mut overlay = Overlay::open(&self.db, import)?;
        let mut candidates = BlockWriter::create(&folder.candidates())?;
        let places = KeyPlaces::of(&checker.shape);
        let mut stage = watch.stage("reading", 0);
        let (mut record, mut candidate) = (Record::new(), Candidate::default());
        let (mut entry, mut told) = (Vec::new(), Vec::new());
        let mut place = 0;
        while source.next(&mut record)? {
            if place == MOST_ROWS {
                return Err(Refusal::new(
                    Code::TooLarge,
                    format!("at most {MOST_ROWS} rows"),
                ));
            }
            let changes = match &mut overlay {
                Some(overlay) => overlay.of(record.row())?,
                None => None,
            };
            let notes_present = keys.notes_present();
            let verdict = check_row(
                checker,
                &mut record,
                changes,
                (&mut candidate, &mut told),
                notes_present,
                &mut |record, candidate| {
                    let print = secrets.fingerprint(record.iter());
                    Ok(add_keys(keys, &places, (place, print), candidate)?)
                },
            )?;
            entry.clear();
            entry.push(verdict.bits());
            candidate.encode(&mut entry);
            candidates.push(place.into(), &entry)?;
            if !told.is_empty() {
                problems.add(record.row(), record.line(), 0, told.drain(..))?;
            }
            place += 1;
            stage.add(1);
        }
        stage.finish();
        if place == 0 {
            return Err(Refusal::new(Code::NoDataRows, ""));
        }
        candidates.finish()?;
        source.finish(folder, layout)?;
        Ok(place)
    }

    /// The last pass: an outcome for every row.
    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of one loop, each used on every row"
    )]
    fn decide_rows(
        &self,
        ctx: &Ctx,
        import: &Import,
        folder: &Folder,
        checker: RowChecker,
        mut facts: Facts,
        rows: u32,
        problems: &mut ProblemSink<'_>,
        watch: &Watch<'_>,
    ) -> Result<Plan, Refusal> {
        let (picks, owners, modules, reach) = self.db.read_blocking(|tx| {
            Ok::<_, db::Error>((
                store::picks(tx, import)?,
                users::owners(tx, ctx.account)?,
                modules::list(tx, ctx.account)?,
                Reach::load(tx, ctx)?,
            ))
        })?;
        let mut decider = Decider {
            ctx,
            settings: &import.settings,
            ways: &checker.ways,
            maker: Maker {
                shape: &checker.shape,
                references: &checker.references,
                account: ctx.account,
                import: import.id,
                now: ctx.now(),
            },
            picks: &picks,
            key_columns: key_columns(import),
            name_field: name_field(import),
            seats: modules.into_iter().map(seat_use).collect(),
            owners: owners.into_iter().collect(),
            reach,
            tally: Tally::default(),
            taken: HashMap::new(),
            taken_people: HashMap::new(),
            new_groups: HashSet::new(),
            deleted: HashMap::new(),
        };
        let places = KeyPlaces::of(&checker.shape);
        decider.tally.counts().rows = rows.into();
        let mut out = Outputs::create(folder)?;
        let mut reader = BlockReader::open(&folder.candidates())?;
        let mut stage = watch.stage("deciding", rows.into());
        let mut window: Vec<Waiting> = Vec::with_capacity(WINDOW);
        while fill(&mut reader, &mut facts, &mut window)? {
            let people = self.people_of(ctx, &decider, &window)?;
            decider.deleted = self.deleted_of(ctx, &places, unknown(&window))?;
            for waiting in &window {
                let target = decider.target(&waiting.facts);
                let record = target.and_then(|id| record_of(&people, id));
                let holder = decider.holder(&waiting.facts);
                let holder = holder.and_then(|id| record_of(&people, id));
                let decision = decider.decide(&waiting.row(), record, holder);
                out.push(waiting.place, &decision)?;
                if decision.outcome == Outcome::Failed && !names_somebody(&waiting.facts) {
                    decider.tally.unnamed();
                }
                if !decision.problems.is_empty() {
                    let counted = decision.problems.clone();
                    for problem in &counted {
                        problems.count(problem);
                    }
                    let candidate = &waiting.candidate;
                    problems.add(
                        candidate.row,
                        candidate.line,
                        AFTER_CHECK,
                        decision.problems.into_iter(),
                    )?;
                }
                stage.add(1);
            }
        }
        stage.finish();
        let seats = decider
            .seats
            .into_iter()
            .filter(|seat| seat.needed + seat.freed > 0)
            .collect();
        let plan = decider.tally.finish(ctx.now(), seats);
        let new_groups = decider.new_groups;
        out.finish(folder)?;
        folder.drop_scratch(Scratch::Facts)?;
        save_references(folder, &checker.shape, &checker.references, &new_groups)?;
        self.save_basis(ctx, folder, &checker, &new_groups)?;
        Ok(plan)
    }

    fn people_of(
        &self,
        ctx: &Ctx,
        decider: &Decider<'_>,
        window: &[Waiting],
    ) -> Result<Vec<UserRecord>, Refusal> {
        let mut ids: Vec<UserId> = window
            .iter()
            .flat_map(|waiting| {
                let facts = &waiting.facts;
                [decider.target(facts), decider.holder(facts)]
            })
            .flatten()
            .collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        ids.sort_unstable();
        ids.dedup();
        self.db
            .read_blocking(|tx| {
                users::stage_ids(tx, ids)?;
                users::records_of_staged(tx, ctx.account)
            })
            .map_err(Refusal::Db)
    }
}

fn key_columns(import: &Import) -> HashMap<KeyKind, u32> {
    let Some(mapping) = &import.mapping else {
        return HashMap::new();
    };
    [
        (KeyKind::ExternalId, Field::ExternalId),
        (KeyKind::Email, Field::Email),
        (KeyKind::Phone, Field::Phone),
        (KeyKind::Card, Field::CardId),
    ]
    .into_iter()
    .filter_map(|(kind, field)| {
        mapping
            .columns_of(&field)
            .first()
            .map(|column| (kind, *column as u32))
    })
    .collect()
}

/// A missing name is reported where the file has names.
fn name_field(import: &Import) -> &'static str {
    let has = |field| {
        import
            .mapping
            .as_ref()
            .is_some_and(|mapping| mapping.has(&field))
    };
    if has(Field::FirstName) && !has(Field::FullName) {
        "first_name"
    } else {
        "full_name"
    }
}

fn seat_use(module: modules::Module) -> SeatUse {
    SeatUse {
        free: module.free(),
        module: module.key,
        label: module.label,
        needed: 0,
        freed: 0,
    }
}
