//! The entries of a filter one after the other, for a file.

use std::io;

use db::Db;

use super::{ActivityFilter, At, LogEntry, page};
use crate::{Ctx, Forbidden, users::ListUsers};

/// Entries read in one transaction.
const PAGE: usize = 1_000;

/// What the columns of a file are called.
pub const HEADINGS: [&str; 10] = [
    "Time (UTC)",
    "Who",
    "Kind of actor",
    "What",
    "Details",
    "Person",
    "Action",
    "Subject id",
    "Actor id",
    "Entry id",
];

/// Why entries were not written to a file.
#[derive(Debug, thiserror::Error)]
pub enum ActivityOutput {
    /// Not allowed.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// The file could not be written.
    #[error("failed to write the file")]
    Output(#[source] io::Error),
}

impl From<ListUsers> for ActivityOutput {
    fn from(error: ListUsers) -> Self {
        match error {
            ListUsers::Forbidden(forbidden) => Self::Forbidden(forbidden),
            ListUsers::Db(error) => Self::Db(error),
        }
    }
}

impl LogEntry {
    /// The cells of a row, in the order of [`HEADINGS`].
    pub fn row(&self) -> [String; 10] {
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        [
            self.at.to_string(),
            self.actor_name.clone(),
            self.actor_kind.as_str().to_owned(),
            self.words(),
            self.details.clone(),
            self.person.clone().unwrap_or_default(),
            self.action.clone(),
            text(self.subject),
            text(self.actor.map(kernel::UserId::uuid)),
            self.id.to_string(),
        ]
    }

    /// The entry as an object.
    pub fn value(&self) -> serde_json::Value {
        serde_json::json!({
            "id": self.id, "at": self.at,
            "actor": { "id": self.actor, "kind": self.actor_kind.as_str(), "name": self.actor_name },
            "action": self.action, "sentence": self.sentence(),
            "subject": self.subject, "person": self.person, "details": self.details,
            "erased_at": self.erased_at,
        })
    }
}

/// Calls `each` for every entry of a filter, newest first; returns how many there were.
pub fn for_each(
    db: &Db,
    ctx: &Ctx,
    filter: &ActivityFilter,
    each: &mut dyn FnMut(&LogEntry) -> io::Result<()>,
) -> Result<u64, ActivityOutput> {
    let (mut at, mut count) = (At::Newest, 0);
    loop {
        let found = db.read_blocking(|tx| page(tx, ctx, filter, at, PAGE))?;
        for entry in &found.entries {
            each(entry).map_err(ActivityOutput::Output)?;
            count += 1;
        }
        let last = found.entries.last().map(|entry| entry.id);
        match found.looked_until.map(|(id, _)| id).or(last) {
            Some(id) if found.has_older => at = At::OlderThan(id),
            _ => return Ok(count),
        }
    }
}
