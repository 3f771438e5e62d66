//! Which entries of the log are wanted, as conditions that an index each answers.

use db::{Direction, Param, Select, params, sql};
use kernel::{AccountId, ImportId, Timestamp, UserId, fold};
use uuid::Uuid;

use super::{ActorKind, Area, At, LogEntry};

/// Which entries to show; an empty filter shows all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Only from this moment on.
    pub from: Option<Timestamp>,
    /// Only before this moment.
    pub until: Option<Timestamp>,
    /// Only of this kind of actor.
    pub kind: Option<ActorKind>,
    /// Only what this person did.
    pub actor: Option<UserId>,
    /// Only of this part of the product.
    pub area: Option<Area>,
    /// Only what is about this person.
    pub about: Option<UserId>,
    /// Only what this person did or what is about them.
    pub concerning: Option<UserId>,
    /// Only what is about this import.
    pub import: Option<ImportId>,
    /// Only with these words in the sentence.
    pub text: Option<String>,
}

/// An id of which no entry made before the moment has a greater one; clocks of several nodes differ a little.
fn around(at: Timestamp, slack_ms: i64) -> Uuid {
    let ms = at.as_micros().div_euclid(1000).saturating_add(slack_ms);
    let ms = u128::from(u64::try_from(ms).unwrap_or_default()) & ((1 << 48) - 1);
    Uuid::from_u128(ms << 80)
}

/// Ids around those of all entries of a span of time, to narrow it by the key.
pub fn ids_between(from: Timestamp, until: Timestamp) -> (Uuid, Uuid) {
    (around(from, -SLACK_MS), around(until, SLACK_MS))
}

/// So much may a clock go wrong between making an id and telling the time.
const SLACK_MS: i64 = 60_000;

/// A condition with an index of its own.
struct Lead {
    column: &'static str,
    order: &'static [&'static str],
    value: Box<dyn Param>,
}

/// Which of two ways an entry can concern a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Who did it.
    Actor,
    /// Whom it is about.
    Subject,
}

impl ActivityFilter {
    /// An entry concerns a person from two sides, each with an index of its own; any other filter is one list.
    pub(super) fn sides(&self) -> &'static [Option<Side>] {
        if self.concerning.is_some() {
            &[Some(Side::Actor), Some(Side::Subject)]
        } else {
            &[None]
        }
    }

    /// The condition whose index the list follows, the narrowest first; none for the order of time alone.
    fn lead(&self, side: Option<Side>) -> Option<Lead> {
        let subject = match side {
            Some(Side::Subject) => self.concerning.map(UserId::uuid),
            Some(Side::Actor) => None,
            None => self
                .about
                .map(UserId::uuid)
                .or(self.import.map(ImportId::uuid)),
        };
        let actor = match side {
            Some(Side::Actor) => self.concerning,
            Some(Side::Subject) => None,
            None => self.actor,
        };
        // Most of what happens is done by people: their kind narrows little.
        let rare = self.kind.filter(|kind| *kind != ActorKind::Person);
        let lead = |column, order, value: Box<dyn Param>| Lead {
            column,
            order,
            value,
        };
        if let Some(subject) = subject {
            Some(lead(
                "a.subject_id",
                &["a.subject_id", "a.id"],
                Box::new(subject),
            ))
        } else if let Some(actor) = actor {
            Some(lead("a.actor_id", &["a.actor_id", "a.id"], Box::new(actor)))
        } else if let Some(kind) = rare {
            let order = &["a.actor_kind", "a.id"];
            Some(lead("a.actor_kind", order, Box::new(kind.as_str())))
        } else {
            let area = self.area?;
            Some(lead("a.area", &["a.area", "a.id"], Box::new(area.as_str())))
        }
    }

    /// The list of at most so many entries from a place on, without the words, which are compared with sentences.
    ///
    /// One condition is written as a range that the list is sorted by: so each database follows the index of it,
    /// and begins where the page does. Whoever sees only the people of their teams sees of what these did only
    /// signing in and documents.
    pub(super) fn select(
        &self,
        account: AccountId,
        at: At,
        (side, is_led): (Option<Side>, bool),
        limit: i64,
    ) -> Select {
        let lead = self.lead(side);
        let order = lead
            .as_ref()
            .map_or(&["a.id"] as &[&str], |lead| lead.order);
        let mut select = Select::new(sql!("activity/log"), params![account], order, limit);
        select = match at {
            At::Newest | At::OlderThan(_) => select.direction(Direction::Descending),
            At::NewerThan(_) => select,
        };
        let latest = self.until.map(|until| around(until, SLACK_MS));
        let place = match at {
            At::Newest => latest,
            At::OlderThan(id) => Some(latest.map_or(id.uuid(), |latest| latest.min(id.uuid()))),
            At::NewerThan(id) => Some(id.uuid()),
        };
        if let Some(Lead { column, value, .. }) = &lead {
            let (low, high) = (format!("{column} >= $1"), format!("{column} <= $1"));
            let is_up = matches!(at, At::NewerThan(_));
            if is_up || place.is_none() {
                select = select.and(&high, &[value.as_ref()]);
            }
            if !is_up {
                select = select.and(&low, &[value.as_ref()]);
            }
            if let Some(place) = &place {
                select = select.after(&[value.as_ref(), place]);
            }
        } else if let Some(place) = &place {
            select = select.after(&[place]);
        }
        self.narrow(select, side, is_led)
    }

    /// Adds all other conditions.
    fn narrow(&self, mut select: Select, side: Option<Side>, is_led: bool) -> Select {
        if let Some(from) = self.from {
            let first: &dyn Param = &around(from, -SLACK_MS);
            select = select.and("a.id >= $1 and a.at >= $2", &[first, &from]);
        }
        if let Some(until) = self.until {
            let last: &dyn Param = &around(until, SLACK_MS);
            select = select.and("a.id < $1 and a.at < $2", &[last, &until]);
        }
        let lead = self.lead(side).map(|lead| lead.column);
        if let Some(kind) = self.kind.filter(|_| lead != Some("a.actor_kind")) {
            select = select.and("a.actor_kind = $1", &[&kind.as_str()]);
        }
        if let Some(actor) = self.actor.filter(|_| lead != Some("a.actor_id")) {
            select = select.and("a.actor_id = $1", &[&actor]);
        }
        if let Some(area) = self.area.filter(|_| lead != Some("a.area")) {
            select = select.and("a.area = $1", &[&area.as_str()]);
        }
        // About a person and about an import: no entry is both.
        if let (Some(_), Some(import)) = (self.about, self.import) {
            select = select.and("a.subject_id = $1", &[&import]);
        }
        if is_led && side == Some(Side::Actor) {
            select = select.and("a.area in ('sign_in', 'documents')", &[]);
        }
        select
    }

    /// The words to look for.
    pub(super) fn words(&self) -> Words {
        let text = self.text.as_deref().unwrap_or_default();
        Words(fold(text).split_whitespace().map(str::to_owned).collect())
    }
}

/// Words that are all to be in a sentence.
pub(super) struct Words(Vec<String>);

impl Words {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn are_in(&self, entry: &LogEntry) -> bool {
        if self.is_empty() {
            return true;
        }
        let sentence = entry.sentence();
        let sentence = fold(&sentence);
        self.0.iter().all(|word| sentence.contains(word.as_str()))
    }
}
