//! What the address of the log says: who, what, on whom, when, and from where on.

use std::time::Duration;

use db::Tx;
use directory::{
    Ctx, accounts,
    activity::{self, ActivityFilter, ActorKind, Area, At},
    users::{self, LookupError},
};
use kernel::{ActivityId, SiteZone, Timestamp, UserId};
use serde::Deserialize;

use crate::{choice::Choice, failure::Failure, format::sentence, link::Link};

/// Nobody looks for more words.
const LONGEST: usize = 200;

/// Times that are often asked for: name, words, hours.
const PRESETS: [(&str, &str, u64); 3] = [
    ("day", "Last 24 hours", 24),
    ("week", "Last 7 days", 24 * 7),
    ("month", "Last 30 days", 24 * 30),
];

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    pub(super) when: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) who: String,
    pub(super) by: String,
    pub(super) what: String,
    pub(super) on: String,
    pub(super) import: String,
    pub(super) q: String,
    pub(super) file: String,
    older: String,
    newer: String,
}

/// The presets, for a select.
pub(crate) fn presets(query: &Query) -> Vec<Choice> {
    let choice = |(name, text, _)| Choice::new(name, text, query.when == name);
    PRESETS.map(choice).into()
}

/// The parts of the product, for a select.
pub(crate) fn what(query: &Query) -> Vec<Choice> {
    let choice = |area: Area| Choice::new(area.as_str(), area.label(), query.what == area.as_str());
    Area::ALL.map(choice).into()
}

/// The kinds of actors, for a select.
pub(super) fn who(query: &Query) -> Vec<Choice> {
    let choice =
        |kind: ActorKind| Choice::new(kind.as_str(), kind.label(), query.who == kind.as_str());
    ActorKind::ALL.map(choice).into()
}

impl Query {
    /// What the query asks for, or why nothing can match it.
    pub(super) fn filter(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
    ) -> Result<Result<ActivityFilter, String>, Failure> {
        let mut filter = self.plain(tx, ctx)?;
        for (typed, field) in [(&self.by, &mut filter.actor), (&self.on, &mut filter.about)] {
            match person(tx, ctx, typed)? {
                Ok(found) => *field = found,
                Err(words) => return Ok(Err(words)),
            }
        }
        let number = self.import.trim().trim_start_matches('#');
        if !number.is_empty() {
            let found = match number.parse() {
                Ok(number) => activity::import_with_number(tx, ctx, number)?,
                Err(_) => None,
            };
            if found.is_none() {
                return Ok(Err(format!("There is no import {number}.")));
            }
            filter.import = found;
        }
        Ok(Ok(filter))
    }

    /// The part of it that needs nobody to be looked up; what makes no sense filters nothing.
    fn plain(&self, tx: &mut Tx<'_>, ctx: &Ctx) -> Result<ActivityFilter, Failure> {
        let zone = accounts::get(tx, ctx.account)?.time_zone;
        let zone = SiteZone::parse(&zone).unwrap_or(SiteZone::UTC);
        let preset = PRESETS.iter().find(|(name, ..)| *name == self.when);
        let since =
            preset.and_then(|(_, _, hours)| ctx.now().checked_sub(Duration::from_hours(*hours)));
        let from = zone.typed(&format!("{}T00:00", self.from)).ok();
        let last = zone.typed(&format!("{}T23:59", self.until)).ok();
        Ok(ActivityFilter {
            from: latest(since, from),
            until: last.and_then(|last| last.checked_add(Duration::from_mins(1))),
            kind: ActorKind::parse(&self.who),
            area: Area::parse(&self.what),
            text: Some(self.q.chars().take(LONGEST).collect()),
            ..ActivityFilter::default()
        })
    }

    /// What the query asks for of one person's trail.
    pub(crate) fn concerning(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        person: UserId,
    ) -> Result<ActivityFilter, Failure> {
        Ok(ActivityFilter {
            concerning: Some(person),
            ..self.plain(tx, ctx)?
        })
    }

    /// Where the page begins.
    pub(crate) fn at(&self) -> At {
        let id = |text: &str| text.parse::<ActivityId>().ok();
        match (id(&self.older), id(&self.newer)) {
            (Some(id), _) => At::OlderThan(id),
            (None, Some(id)) => At::NewerThan(id),
            (None, None) => At::Newest,
        }
    }

    /// The same question at another address.
    pub(crate) fn link(&self, path: &str) -> Link {
        Link::to(path)
            .with("when", &self.when)
            .with("from", &self.from)
            .with("until", &self.until)
            .with("who", &self.who)
            .with("by", self.by.trim())
            .with("what", &self.what)
            .with("on", self.on.trim())
            .with("import", self.import.trim())
            .with("q", self.q.trim())
    }

    /// Whether anything is asked for.
    pub(crate) fn is_filtered(&self) -> bool {
        self.link("").into_string().contains('=')
    }

    pub(crate) fn wants_json(&self) -> bool {
        self.file == "json"
    }
}

fn latest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.max(other)
}

/// Who was typed: an id, an e-mail address, a user ID or a name.
fn person(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    typed: &str,
) -> Result<Result<Option<UserId>, String>, Failure> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    if let Ok(id) = typed.parse::<UserId>() {
        return Ok(Ok(Some(id)));
    }
    match users::lookup(tx, ctx, typed) {
        Ok(id) => Ok(Ok(Some(id))),
        Err(LookupError::Db(error)) => Err(error.into()),
        Err(error) => Ok(Err(sentence(&error.to_string()))),
    }
}
