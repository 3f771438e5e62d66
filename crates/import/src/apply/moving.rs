//! The part of a run that moves cards: whoever loses a card and whoever gets it in one transaction.
//!
//! A party is written if each of its people is as the plan saw them, and left alone otherwise, so that
//! no card is half moved. All of it is one chunk, of several transactions if need be; what an earlier
//! try has written is recognised by its people.

use std::collections::{HashMap, HashSet};

use db::Tx;
use directory::users::{self, UserRow};
use kernel::{Code, Timestamp, UserId};

use super::{
    CHUNK, End, Run,
    batches::Batches,
    known::REFUSED,
    people::{is_about_rows, write},
    write_changes,
};
use crate::{
    Import, Refusal,
    changes::Change,
    files::Folder,
    moves::{Parties, Party},
    person::Batch,
    progress::Stage,
};

/// Why a row fails when somebody whom a card connects with its person is not as the plan saw them.
const CHANGED_SINCE: &str = "somebody whose card would move was changed since the check";

/// What became of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Written,
    /// Somebody of it was changed since the check.
    Changed,
    /// The database would not have it.
    Refused,
}

impl Run<'_> {
    /// Moves the cards, unless an earlier run has.
    pub(super) fn move_cards(
        &mut self,
        folder: &Folder,
        batches: &Batches<'_>,
        stage: &mut Stage<'_>,
    ) -> Result<End, Refusal> {
        let parties = std::sync::Arc::clone(&self.parties);
        if parties.is_empty() || self.import.chunks_done >= self.cut.of_rows() {
            return Ok(End::Ended);
        }
        self.move_parties(folder, batches, &parties.portions(CHUNK), 0, stage)?;
        if self.should_end()? {
            let stopped = self.ended_early.is_some();
            return Ok(if stopped {
                End::Ended
            } else {
                End::Interrupted
            });
        }
        Ok(End::Ended)
    }

    /// Writes parties of the version that comes so many after the one the plan saw.
    pub(super) fn move_parties(
        &mut self,
        folder: &Folder,
        batches: &Batches<'_>,
        portions: &[&[Party]],
        later: i64,
        stage: &mut Stage<'_>,
    ) -> Result<(), Refusal> {
        let (mut changed, mut refused, mut halts) = (Vec::new(), Vec::new(), Ok(()));
        for portion in portions {
            for (party, fate) in self.write_portion(folder, batches, portion, later)? {
                let rows = || party.all_rows().copied();
                stage.add(party.all_rows().count() as i64);
                self.import.rows_done += party.all_rows().count() as i64;
                match fate {
                    Fate::Written => {
                        self.brake.wrote(party.all_rows().count());
                        self.begun.extend(rows().map(|row| row.0));
                    }
                    Fate::Changed => {
                        changed.extend(rows());
                        halts = halts.and(self.brake.failed(CHANGED_SINCE));
                    }
                    Fate::Refused => {
                        refused.extend(rows());
                        halts = halts.and(self.brake.failed(REFUSED));
                    }
                }
            }
        }
        self.mark_chunk()?;
        self.fail(&changed, CHANGED_SINCE)?;
        self.fail(&refused, REFUSED)?;
        halts
    }

    /// Writes a portion, in ever smaller parts where the database would not have all of it.
    fn write_portion<'p>(
        &mut self,
        folder: &Folder,
        batches: &Batches<'_>,
        portion: &'p [Party],
        later: i64,
    ) -> Result<Vec<(&'p Party, Fate)>, Refusal> {
        let now = self.ctx.now();
        let mut fates = Vec::with_capacity(portion.len());
        let mut waiting = vec![portion];
        let Self {
            imports,
            import,
            keep,
            ..
        } = self;
        while let Some(part) = waiting.pop() {
            let batch = new_people(part, folder, batches)?;
            let written = imports.db.write_blocking(|tx| {
                keep(tx)?;
                write_parties(tx, import, now, part, batch, later)
            });
            match written {
                Ok(written) => fates.extend(part.iter().zip(written).map(|(party, is_written)| {
                    let fate = if is_written {
                        Fate::Written
                    } else {
                        Fate::Changed
                    };
                    (party, fate)
                })),
                Err(Refusal::Db(error)) if !is_about_rows(&error) => return Err(error.into()),
                Err(error @ Refusal::Io(_)) => return Err(error),
                Err(error) if part.len() == 1 => {
                    tracing::warn!(import.id = %import.id, %error, "a card could not be moved");
                    fates.extend(part.iter().map(|party| (party, Fate::Refused)));
                }
                Err(_) => {
                    let (first, second) = part.split_at(part.len() / 2);
                    waiting.extend([second, first]);
                }
            }
        }
        Ok(fates)
    }
}

/// Moves every card within a transaction that is all or nothing.
pub(super) fn move_all(
    tx: &mut Tx<'_>,
    import: &Import,
    now: Timestamp,
    portions: &[&[Party]],
    (folder, batches): (&Folder, &Batches<'_>),
    later: i64,
) -> Result<(), Refusal> {
    for portion in portions {
        let batch = new_people(portion, folder, batches)?;
        let written = write_parties(tx, import, now, portion, batch, later)?;
        if written.contains(&false) {
            return Err(Refusal::new(Code::ChangedSincePlan, "nothing was imported"));
        }
    }
    Ok(())
}

fn new_people(parties: &[Party], folder: &Folder, batches: &Batches<'_>) -> Result<Batch, Refusal> {
    let places = parties.iter().flat_map(|party| &party.new);
    batches.at(folder, places.map(|row| row.0))
}

/// Writes the parties all of whose people are as they should be; says of each whether it is written.
fn write_parties(
    tx: &mut Tx<'_>,
    import: &Import,
    now: Timestamp,
    parties: &[Party],
    mut batch: Batch,
    later: i64,
) -> Result<Vec<bool>, Refusal> {
    let known = parties.iter().flat_map(|party| &party.changes);
    users::stage_ids(tx, known.map(Change::user_id))?;
    let marked = users::kept_of_staged(tx, import.account)?;
    let present = by_id(users::rows_of_staged(tx, import.account)?);
    users::stage_ids(tx, batch.users.iter().map(|user| user.id))?;
    let created = by_id(users::rows_of_staged(tx, import.account)?);
    let ids: HashMap<u32, UserId> = batch
        .rows
        .iter()
        .zip(&batch.users)
        .map(|(row, user)| (row.0, user.id))
        .collect();
    let exists = |row: &(u32, u64, u64)| ids.get(&row.0).is_some_and(|id| created.contains_key(id));
    let (mut written, mut changes) = (Vec::with_capacity(parties.len()), Vec::new());
    let mut wanted: HashSet<u32> = HashSet::new();
    for party in parties {
        let is_at = |versions: i64| {
            party.changes.iter().all(|change| {
                let user = present.get(&change.user_id());
                user.is_some_and(|user| user.version == change.version + versions)
            })
        };
        let names_this = |change: &Change| {
            let user = present.get(&change.user_id());
            user.is_some_and(|user| user.import == Some(import.id))
        };
        let is_kept = party.changes.iter().any(|change| {
            marked.get(&change.user_id()).is_some_and(|fields| {
                let mut edits = change.fields.iter();
                edits.any(|edit| fields.contains(&edit.field.key()))
            })
        });
        if is_at(later + 1) && party.changes.iter().all(names_this) && party.new.iter().all(exists)
        {
            written.push(true);
        } else if is_at(later) && !is_kept && !party.new.iter().any(exists) {
            written.push(true);
            wanted.extend(party.new.iter().map(|row| row.0));
            changes.extend(party.changes.iter().cloned().map(|mut change| {
                change.version += later;
                change
            }));
        } else {
            written.push(false);
        }
    }
    let keep: Vec<bool> = batch
        .rows
        .iter()
        .map(|row| wanted.contains(&row.0))
        .collect();
    batch.retain(&keep);
    let id = import.id;
    let done = write_changes(tx, import.account, now, &changes, |_| Some(id))?;
    if done.len() < changes.len() {
        // Somebody was faster than this transaction, which then writes nothing.
        return Err(Refusal::new(Code::ChangedSincePlan, ""));
    }
    write(tx, &batch)?;
    Ok(written)
}

fn by_id(users: Vec<UserRow>) -> HashMap<UserId, UserRow> {
    users.into_iter().map(|user| (user.id, user)).collect()
}

impl Parties {
    /// All of them, for one transaction.
    pub(super) fn in_one_portion(&self) -> Vec<&[Party]> {
        self.portions(usize::MAX)
    }
}
