//! Issuing to many: picked people, everybody a card is reserved for, or the people of an import (S4.30).
//!
//! Everybody is issued the card that is reserved for them. Who has a card, who has no number
//! (such cards are issued one at a time, S4.18), who is deactivated, and whose dates are over is
//! left alone and counted. A job goes through people in the order of their ids.

mod report;
mod run;

use db::{Rows, Select, Tx, bulk, from_row, params, sql};
use jobs::NewJob;
use kernel::{
    AccountId, CardId, CardRunId, CardState, CardType, ImportId, Timestamp, UserId, UserStatus,
};

pub use report::report;
pub use run::register;

use super::{CardRefusal, Validity, step::issued};
use crate::{Action, Ctx, lock::require_unlocked, users};

/// The job.
const ISSUE: &str = "cards.issue";
/// People looked at in one query of a preview.
const PREVIEW_PAGE: i64 = 20_000;

/// Whom cards are to be issued to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// These people.
    People(Vec<UserId>),
    /// Those an import created or changed last.
    Import(ImportId),
    /// Everybody a card is reserved for.
    Reserved,
}

/// Issuing to many, as it is asked for.
#[derive(Clone, Debug)]
pub struct Issuing {
    /// Whom.
    pub selection: Selection,
    /// The validity of cards that have none of their own (S4.11, S4.12).
    pub validity: Validity,
}

/// What becomes of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Their reserved card is issued.
    Issued,
    /// They have a card.
    Holding,
    /// No card is reserved: they are issued one by hand.
    NoNumber,
    /// They are deactivated or deleted.
    NotActive,
    /// The card's dates are over or contradict.
    Over,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [
        Self::Issued,
        Self::Holding,
        Self::NoNumber,
        Self::NotActive,
        Self::Over,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Holding => "holding",
            Self::NoNumber => "no_number",
            Self::NotActive => "not_active",
            Self::Over => "over",
        }
    }
}

/// How many people there are of each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    /// Their reserved card is issued.
    pub issued: i64,
    /// They have a card.
    pub holding: i64,
    /// No card is reserved for them.
    pub no_number: i64,
    /// They are deactivated or deleted.
    pub not_active: i64,
    /// Their card's dates are over or contradict.
    pub over: i64,
}

impl Preview {
    /// How many have an outcome.
    pub const fn of(&self, outcome: Outcome) -> i64 {
        match outcome {
            Outcome::Issued => self.issued,
            Outcome::Holding => self.holding,
            Outcome::NoNumber => self.no_number,
            Outcome::NotActive => self.not_active,
            Outcome::Over => self.over,
        }
    }

    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Issued => &mut self.issued,
            Outcome::Holding => &mut self.holding,
            Outcome::NoNumber => &mut self.no_number,
            Outcome::NotActive => &mut self.not_active,
            Outcome::Over => &mut self.over,
        } += 1;
    }
}

/// How issuing to many stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// It goes through people.
    Running,
    /// It has gone through everybody.
    Done,
    /// It failed too often, and has gone through some of them.
    GivenUp,
}

/// Issuing to many, how far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its id.
    pub id: CardRunId,
    /// The import whose people they are.
    pub import: Option<ImportId>,
    /// The validity of cards that have none of their own.
    pub validity: Validity,
    /// How it stands.
    pub state: RunState,
    /// How many people there are of each outcome so far.
    pub counts: Preview,
    /// Who began it.
    pub begun_by: String,
    /// When.
    pub created_at: Timestamp,
}

struct Stored {
    id: CardRunId,
    source: String,
    import_id: Option<ImportId>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    state: String,
    after_user_id: Option<UserId>,
    issued: i64,
    holding: i64,
    no_number: i64,
    not_active: i64,
    over: i64,
    begun_by: Option<UserId>,
    begun_by_name: String,
    created_at: Timestamp,
    ended_at: Option<Timestamp>,
    given_up: bool,
}

from_row!(Stored {
    id,
    source,
    import_id,
    starts_at,
    ends_at,
    state,
    after_user_id,
    issued,
    holding,
    no_number,
    not_active,
    over,
    begun_by,
    begun_by_name,
    created_at,
    ended_at,
    given_up,
});

impl Stored {
    fn run(&self) -> Run {
        Run {
            id: self.id,
            import: self.import_id,
            validity: self.validity(),
            state: match (self.ended_at, self.given_up) {
                (None, _) => RunState::Running,
                (Some(_), false) => RunState::Done,
                (Some(_), true) => RunState::GivenUp,
            },
            counts: Preview {
                issued: self.issued,
                holding: self.holding,
                no_number: self.no_number,
                not_active: self.not_active,
                over: self.over,
            },
            begun_by: self.begun_by_name.clone(),
            created_at: self.created_at,
        }
    }

    const fn validity(&self) -> Validity {
        Validity {
            starts_at: self.starts_at,
            ends_at: self.ends_at,
        }
    }

    fn source(&self) -> Source {
        match (self.source.as_str(), self.import_id) {
            ("import", Some(import)) => Source::Import(import),
            ("reserved", _) => Source::Reserved,
            _ => Source::Picks(self.id),
        }
    }
}

/// Whom to go through, with picks stored.
#[derive(Clone, Copy, Debug)]
enum Source {
    Picks(CardRunId),
    Import(ImportId),
    Reserved,
}

/// A pick, and later what became of the person.
struct Line {
    account: AccountId,
    run: CardRunId,
    user: UserId,
    outcome: Option<&'static str>,
}

bulk!(Line => "card_run_people" {
    account: account_id,
    run: run_id,
    user: user_id,
    outcome,
});

/// A person with what decides about them.
struct Candidate {
    id: UserId,
    status: UserStatus,
    held: i64,
    card_id: Option<CardId>,
    card_type: Option<CardType>,
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

from_row!(Candidate {
    id,
    status,
    held,
    card_id,
    card_type,
    starts_at,
    ends_at,
});

impl Candidate {
    /// The one rule, for the preview and for the run.
    fn outcome(&self, given: Validity, now: Timestamp) -> Outcome {
        let own = Validity {
            starts_at: self.starts_at.or(given.starts_at),
            ends_at: self.ends_at.or(given.ends_at),
        };
        match self.status {
            UserStatus::Deactivated | UserStatus::Deleted => Outcome::NotActive,
            UserStatus::Invited | UserStatus::Active if self.held > 0 => Outcome::Holding,
            UserStatus::Invited | UserStatus::Active if self.card_id.is_none() => Outcome::NoNumber,
            UserStatus::Invited | UserStatus::Active if !own.is_possible(now) => Outcome::Over,
            UserStatus::Invited | UserStatus::Active => Outcome::Issued,
        }
    }

    /// The card and what it becomes, of somebody who is issued it.
    fn issued(&self) -> Option<(CardId, CardState)> {
        Some((self.card_id?, issued(self.card_type?)))
    }
}

/// The next people, in the order of their ids.
fn people(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: Source,
    after: Option<UserId>,
    limit: i64,
) -> db::Result<Vec<UserId>> {
    let mut select = Select::new(sql!("card_runs/people"), params![account], &["u.id"], limit);
    select = match source {
        Source::Picks(run) => select.exists(
            &Rows::of(sql!("card_runs/picked"), params![account, run]).and("p.user_id = u.id", &[]),
        ),
        Source::Import(import) => select.and("u.import_id = $1", params![import]),
        Source::Reserved => select.exists(
            &Rows::of(sql!("card_runs/reserved"), params![account]).and("r.user_id = u.id", &[]),
        ),
    };
    if let Some(after) = after {
        select = select.after(params![after]);
    }
    let ids: Vec<(UserId,)> = tx.select(&select)?;
    Ok(ids.into_iter().map(|(user,)| user).collect())
}

/// What decides about the people, who are staged by this.
fn candidates(
    tx: &mut Tx<'_>,
    account: AccountId,
    people: &[UserId],
    now: Timestamp,
) -> db::Result<Vec<Candidate>> {
    users::stage_ids(tx, people.iter().copied())?;
    tx.fetch(sql!("card_runs/candidates"), params![account, now])
}

/// What issuing to many would come to now.
pub fn preview(tx: &mut Tx<'_>, ctx: &Ctx, issuing: &Issuing) -> Result<Preview, CardRefusal> {
    ctx.require_for_all(Action::ManageCards)?;
    let now = ctx.now();
    let mut counts = Preview::default();
    let mut add = |tx: &mut Tx<'_>, page: &[UserId]| -> db::Result<()> {
        for one in candidates(tx, ctx.account, page, now)? {
            counts.count(one.outcome(issuing.validity, now));
        }
        Ok(())
    };
    let source = match &issuing.selection {
        Selection::People(people) => {
            add(tx, people)?;
            return Ok(counts);
        }
        Selection::Import(import) => Source::Import(*import),
        Selection::Reserved => Source::Reserved,
    };
    let mut after = None;
    loop {
        let page = people(tx, ctx.account, source, after, PREVIEW_PAGE)?;
        let Some(last) = page.last() else {
            return Ok(counts);
        };
        after = Some(*last);
        add(tx, &page)?;
    }
}

/// Begins issuing to many: the job is queued in the caller's transaction.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, issuing: &Issuing) -> Result<CardRunId, CardRefusal> {
    ctx.require_for_all(Action::ManageCards)?;
    require_unlocked::<CardRefusal>(tx, ctx)?;
    let now = ctx.now();
    if !issuing.validity.is_possible(now) {
        return Err(CardRefusal::Dates);
    }
    let id: CardRunId = ctx.new_id();
    let (source, import, picks) = match &issuing.selection {
        Selection::People(people) => ("picks", None, people.as_slice()),
        Selection::Import(import) => ("import", Some(*import), &[][..]),
        Selection::Reserved => ("reserved", None, &[][..]),
    };
    tx.execute(
        sql!("card_runs/insert"),
        params![
            ctx.account,
            id,
            source,
            import,
            issuing.validity.starts_at,
            issuing.validity.ends_at,
            ctx.actor.user,
            ctx.actor.name,
            now
        ],
    )?;
    let picks: std::collections::BTreeSet<UserId> = picks.iter().copied().collect();
    let picks: Vec<_> = picks
        .into_iter()
        .map(|user| Line {
            account: ctx.account,
            run: id,
            user,
            outcome: None,
        })
        .collect();
    tx.bulk(&picks)?;
    if let Ok(job) = NewJob::new(ISSUE, &id) {
        let job = job
            .account(ctx.account)
            .group(format!("cards:{}", ctx.account));
        jobs::enqueue(tx, &ctx.ids, now, &job)?;
    }
    Ok(id)
}

/// One run.
pub fn find_run(tx: &mut Tx<'_>, account: AccountId, id: CardRunId) -> db::Result<Option<Run>> {
    Ok(stored(tx, account, id)?.map(|run| run.run()))
}

fn stored(tx: &mut Tx<'_>, account: AccountId, id: CardRunId) -> db::Result<Option<Stored>> {
    tx.fetch_optional(sql!("card_runs/find"), params![account, id])
}

/// The newest runs, at most 20.
pub fn runs(tx: &mut Tx<'_>, account: AccountId) -> db::Result<Vec<Run>> {
    let runs: Vec<Stored> = tx.fetch(sql!("card_runs/list"), params![account])?;
    Ok(runs.iter().map(Stored::run).collect())
}
