//! Which entries of the log are wanted, as conditions that an index each answers.

use db::{Param, Select};
use kernel::{ImportId, Timestamp, UserId, fold};
use uuid::Uuid;

use super::{ActorKind, Area, LogEntry};

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

    /// Adds all conditions but the words, which are compared with sentences.
    ///
    /// Whoever sees only the people of their teams sees of what these did only signing in and documents.
    pub(super) fn narrow(&self, mut select: Select, side: Option<Side>, is_led: bool) -> Select {
        if let Some(from) = self.from {
            let first: &dyn Param = &around(from, -SLACK_MS);
            select = select.and("a.id >= $1 and a.at >= $2", &[first, &from]);
        }
        if let Some(until) = self.until {
            let last: &dyn Param = &around(until, SLACK_MS);
            select = select.and("a.id < $1 and a.at < $2", &[last, &until]);
        }
        if let Some(kind) = self.kind {
            select = select.and("a.actor_kind = $1", &[&kind.as_str()]);
        }
        if let Some(actor) = self.actor {
            select = select.and("a.actor_id = $1", &[&actor]);
        }
        if let Some(area) = self.area {
            select = select.and("a.area = $1", &[&area.as_str()]);
        }
        if let Some(about) = self.about {
            select = select.and("a.subject_id = $1", &[&about]);
        }
        if let Some(import) = self.import {
            select = select.and("a.subject_id = $1", &[&import]);
        }
        match (self.concerning, side) {
            (Some(person), Some(Side::Actor)) => {
                select = select.and("a.actor_id = $1", &[&person]);
                if is_led {
                    select = select.and("a.area in ('sign_in', 'documents')", &[]);
                }
            }
            (Some(person), Some(Side::Subject)) => {
                select = select.and("a.subject_id = $1", &[&person]);
            }
            (None, _) | (Some(_), None) => {}
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
