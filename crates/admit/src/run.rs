//! The job behind a sent draft: an import of its people, then their invitations. It can begin again anywhere.

use std::{collections::HashMap, io::Cursor, time::Duration};

use db::{Tx, params, sql};
use directory::{Actor, Ctx};
use import::{
    Import, Imports, Outcome, Refusal, ResultRow, RowFilter, State, Watch, fields::Field,
};
use invite::wave::{self, NewWave, Selection, Wanted};
use jobs::{Context, Failure, Job, JobOutcome, Runner};
use kernel::{Code, DeviceId, Role, Timestamp, UserId, WaveId};

use crate::{
    card::{Card, CardRow},
    draft::{Draft, DraftState},
    drafts,
    end::{self, End},
    outlook::prefers_sms,
    retention,
    send::{self, Payload},
    source,
};

/// How soon is looked again while the import works.
const SOON: Duration = Duration::from_secs(1);
/// How soon while it waits for a person.
const LATER: Duration = Duration::from_secs(30);
/// How often a failure of ours is tried again before nobody is given anything.
const TRIES: i64 = 6;
/// Rows of results read at once.
const PAGE: usize = 500;

/// Why nobody got access, when somebody has stopped the import.
const STOPPED: &str = "The import was stopped before anybody was given access.";

/// Lets a runner do the work of the wizard; `delivery` says which ways out there are.
#[must_use]
pub fn register(runner: Runner, imports: &Imports, delivery: &delivery::Settings) -> Runner {
    let (imports, delivery) = (imports.clone(), delivery.clone());
    retention::register(runner).register(send::SEND, move |context, job| {
        run(context, job, &imports, &delivery)
    })
}

/// What the job works with. The engine acts as an administrator without a person: what it does was checked when the
/// draft was sent, and its own notifications are for people who look at imports.
struct Work<'a> {
    context: &'a Context,
    job: &'a Job,
    imports: &'a Imports,
    delivery: &'a delivery::Settings,
    ctx: Ctx,
    draft: Draft,
}

fn run(
    context: &Context,
    job: &Job,
    imports: &Imports,
    delivery: &delivery::Settings,
) -> Result<JobOutcome, Failure> {
    let payload: Payload = job.payload()?;
    let found = context
        .db
        .read_blocking(|tx| drafts::get(tx, payload.account, payload.draft))?;
    let Some(draft) = found.filter(|draft| draft.state == DraftState::Importing) else {
        return Ok(JobOutcome::Done);
    };
    let work = Work {
        context,
        job,
        imports,
        delivery,
        ctx: Ctx {
            account: draft.account,
            actor: Actor::new(None, &draft.user_name, Role::Admin),
            clock: context.clock.clone(),
            ids: context.ids.clone(),
        },
        draft,
    };
    match work.go_on() {
        Ok(()) => {}
        Err(refusal) if refusal.is_internal() && job.attempts < TRIES => return Err(refusal.into()),
        Err(refusal) => work.fail(&refusal.to_string())?,
    }
    context.wake.wake();
    Ok(JobOutcome::Done)
}

impl Work<'_> {
    fn go_on(&self) -> Result<(), Refusal> {
        let import = match self.draft.import {
            Some(id) => self.imports.find(&self.ctx, id)?,
            None => self.make_import()?,
        };
        match import.state {
            State::ChooseFormat | State::Mapping | State::Checking | State::Planned => {
                self.begin_import(import)
            }
            State::Queued
            | State::Running
            | State::Pausing
            | State::Stopping
            | State::Undoing
            | State::Redoing => Ok(self.look_again(patience(&import, self.ctx.now()))?),
            State::Paused => Ok(self.look_again(LATER)?),
            State::Done | State::DoneWithProblems | State::Stopped | State::Failed => {
                self.settle(&import)
            }
            State::Refused | State::Discarded | State::Undone | State::PartlyUndone => {
                Err(Refusal::WrongState(import.state))
            }
        }
    }

    /// Writes the list of people and has it taken in; the draft knows its import from the same transaction on.
    /// Access that is over goes with it, as when access is given by hand: the import only adds.
    fn make_import(&self) -> Result<Import, Refusal> {
        self.require_devices()?;
        let (cards, gifts) = self.context.db.read_blocking(|tx| {
            let gifts: Vec<(i64, DeviceId)> = tx.fetch(sql!("cards/gifts"), &self.of())?;
            Ok::<_, db::Error>((self.cards(tx)?, gifts))
        })?;
        let terms = self.draft.terms.as_ref().ok_or(Refusal::NotFound)?;
        let list = source::write(&self.draft, terms, &cards, &gifts)?;
        let new = source::new_import(&self.draft, &cards);
        let now = self.ctx.now();
        self.imports
            .receive_with(&self.ctx, new, &mut Cursor::new(list), &mut |tx, import| {
                self.job.keep(tx)?;
                let of = params![self.draft.account, self.draft.id, import.id, now];
                tx.execute(sql!("drafts/set_import"), of)?;
                let over = params![self.draft.account, self.draft.id, now];
                tx.execute(sql!("cards/remove_over"), over)?;
                Ok(())
            })
    }

    fn begin_import(&self, import: Import) -> Result<(), Refusal> {
        self.require_devices()?;
        let import = self.plan(import)?;
        // Renamed while it was checked: its plan may be for another device that has the name by now.
        let now = self
            .context
            .db
            .read_blocking(|tx| drafts::get(tx, self.draft.account, self.draft.id))?;
        if now.is_none_or(|draft| !source::is_up_to_date(&draft, &import)) {
            return Ok(self.look_again(SOON)?);
        }
        let guard = import.plan.as_ref().and_then(|plan| plan.guard.as_ref());
        let confirmed = guard.map(|guard| guard.number);
        match self
            .imports
            .start(&self.ctx, import.id, Some(import.rev), confirmed)
        {
            Ok(_) => {}
            // Something of the account was changed since: it is checked again.
            Err(Refusal::File { code, .. }) if code == Code::PlanOutOfDate.as_str() => {
                self.imports.check(&self.ctx, import.id, &Watch::nobody())?;
            }
            Err(refusal) => return Err(refusal),
        }
        Ok(self.look_again(SOON)?)
    }

    /// The import with a plan for the devices by the names they have now.
    fn plan(&self, import: Import) -> Result<Import, Refusal> {
        let check = |import: Import| self.imports.check(&self.ctx, import.id, &Watch::nobody());
        // Its choices cannot be changed before the check that was interrupted has ended.
        let import = if import.state == State::Checking {
            check(import)?
        } else {
            import
        };
        let import = if source::is_up_to_date(&self.draft, &import) {
            import
        } else {
            let meanings = source::meanings(&self.draft);
            let rules: Vec<_> = meanings
                .into_iter()
                .map(|(name, device)| (name, Some(device)))
                .collect();
            let (id, rev) = (import.id, Some(import.rev));
            self.imports
                .set_values(&self.ctx, id, rev, &Field::Devices, &rules)?
        };
        if import.state == State::Planned {
            Ok(import)
        } else {
            check(import)
        }
    }

    /// Refuses when a device was removed before anything was given: its name may be another's by now.
    fn require_devices(&self) -> Result<(), Refusal> {
        let removed = self.draft.devices.iter().find(|device| !device.is_here);
        removed.map_or(Ok(()), |device| {
            Err(Refusal::File {
                code: Code::DeviceUnknown.as_str().to_owned(),
                message: format!(
                    "{} was removed after the invitation was sent. Send it again without this device.",
                    device.name
                ),
            })
        })
    }

    fn look_again(&self, after: Duration) -> db::Result<()> {
        let now = self.ctx.now();
        self.context.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            let at = now.checked_add(after).unwrap_or(now);
            send::enqueue(tx, &self.ctx, self.draft.id, at)
        })
    }

    /// The import has ended: what became of each person is kept, and the invitations begin.
    fn settle(&self, import: &Import) -> Result<(), Refusal> {
        let results = self.results(import)?;
        let reason = import.reason.as_ref().map(|reason| reason.message.clone());
        self.context.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            let given = self.store_outcomes(tx, &results, reason.as_deref())?;
            tx.execute(
                sql!("cards/sign_grants"),
                params![self.draft.account, self.draft.id, self.draft.giver],
            )?;
            let end = match import.state {
                State::Stopped | State::Failed if given.is_empty() => {
                    End::Failed(reason.unwrap_or_else(|| STOPPED.to_owned()))
                }
                _ => End::Sent {
                    given: given.len() as i64,
                    people: self.draft.ready,
                    wave: self.invite(tx, given)?,
                },
            };
            end::end(tx, &self.ctx, &self.draft, &end)
        })?;
        Ok(())
    }

    /// What became of each row, in the order of the cards.
    fn results(&self, import: &Import) -> Result<HashMap<u64, ResultRow>, Refusal> {
        let mut results = HashMap::new();
        // Of an import that never ran there is only what was planned.
        if import.started_at.is_none() {
            return Ok(results);
        }
        let mut after = 0;
        loop {
            let filter = RowFilter {
                after,
                limit: PAGE,
                ..RowFilter::default()
            };
            let page = self.imports.rows(&self.ctx, import.id, &filter)?;
            let Some(last) = page.last() else {
                return Ok(results);
            };
            after = last.row;
            results.extend(page.into_iter().map(|row| (row.row, row)));
        }
    }

    /// The cards of the people who are given access, in the order of their numbers.
    fn cards(&self, tx: &mut Tx<'_>) -> db::Result<Vec<Card>> {
        let cards: Vec<Card> = tx.fetch(sql!("cards/all"), &self.of())?;
        Ok(cards.into_iter().filter(|card| !card.has_access).collect())
    }

    /// Keeps what became of each card; returns who got access.
    fn store_outcomes(
        &self,
        tx: &mut Tx<'_>,
        results: &HashMap<u64, ResultRow>,
        reason: Option<&str>,
    ) -> db::Result<Vec<UserId>> {
        let all: Vec<Card> = tx.fetch(sql!("cards/all"), &self.of())?;
        // The header is row 1.
        let mut row = 1;
        let mut given = Vec::new();
        let mut rows = Vec::with_capacity(all.len());
        for mut card in all {
            if !card.has_access {
                row += 1;
                settle_card(&mut card, results.get(&row), reason);
                let got = matches!(card.outcome.as_deref(), Some("created" | "updated"));
                given.extend(card.user.filter(|_| got));
            }
            rows.push(CardRow {
                account: self.draft.account,
                draft: self.draft.id,
                card,
            });
        }
        tx.execute(sql!("drafts/clear_cards"), &self.of())?;
        tx.bulk(&rows)?;
        Ok(given)
    }

    fn of(&self) -> [&dyn db::Param; 2] {
        [&self.draft.account, &self.draft.id]
    }

    /// Begins the wave to those who got access, in the name of whoever sent the draft.
    fn invite(&self, tx: &mut Tx<'_>, people: Vec<UserId>) -> db::Result<Option<WaveId>> {
        if people.is_empty() {
            return Ok(None);
        }
        let ctx = Ctx {
            actor: Actor {
                user: self.draft.user,
                ..self.ctx.actor.clone()
            },
            ..self.ctx.clone()
        };
        let channel = if prefers_sms(self.delivery) {
            Wanted::SmsFirst
        } else {
            Wanted::Email
        };
        let new = NewWave {
            selection: Selection::People(people),
            again: false,
            channel,
            days: None,
            send_at: None,
        };
        match wave::begin(tx, &ctx, &new) {
            Ok(id) => Ok(Some(id)),
            Err(invite::InviteError::Db(error)) => Err(error),
            // The account's own number of days is always a good one, and the engine may invite.
            Err(error) => {
                tracing::error!(%error, "a wave could not be begun");
                Ok(None)
            }
        }
    }

    fn fail(&self, why: &str) -> db::Result<()> {
        self.context.db.write_blocking(|tx| {
            self.job.keep(tx)?;
            end::end(tx, &self.ctx, &self.draft, &End::Failed(why.to_owned()))
        })
    }
}

/// An import that has not moved for a while is not asked every second.
fn patience(import: &Import, now: Timestamp) -> Duration {
    if now.since(import.updated_at) > Duration::from_mins(1) {
        LATER
    } else {
        SOON
    }
}

fn settle_card(card: &mut Card, result: Option<&ResultRow>, reason: Option<&str>) {
    let outcome = result.map(|result| result.outcome);
    let problem = result.and_then(|result| result.problems.first());
    card.user = result.and_then(|result| result.user);
    let (outcome, problem) = match outcome {
        Some(Outcome::Created) => ("created", None),
        Some(Outcome::Updated) => ("updated", None),
        Some(Outcome::Unchanged) => ("skipped", Some("Has access already.".to_owned())),
        Some(Outcome::Skipped) => ("skipped", problem.map(import::ProblemRow::message)),
        Some(Outcome::Failed | Outcome::NotStarted) | None => {
            let words = problem.map(import::ProblemRow::message);
            ("failed", words.or_else(|| reason.map(str::to_owned)))
        }
    };
    card.outcome = Some(outcome.to_owned());
    card.problem = problem;
}
