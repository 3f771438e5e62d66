//! Giving moved cards back: everybody whom a card connects gets their old values back, or nobody.
//!
//! It comes after new people were removed, who no longer hold a card then. Who is kept is listed.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
};

use db::Tx;
use directory::{
    Ctx,
    users::{self, UserRow},
};
use kernel::{Code, ImportId, UserId};

use super::{UndoPreview, for_each_taken, keep};
use crate::{
    Import, Refusal,
    apply::{CHUNK, write_changes},
    changes::Change,
    files::{Codes, Folder, Numbers},
    imports::Imports,
    moves::{Parties, Party},
    redo::after_undo,
};

/// A party with the changes that take it back.
struct Returning<'a> {
    party: &'a Party,
    changes: Vec<Change>,
    new: Vec<UserId>,
}

/// What can be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Everybody is as the import left them.
    Free,
    /// An undo that was broken off has given the cards back.
    Done,
    /// Somebody was changed since, or is kept.
    Kept,
}

impl Imports {
    /// Adds what would become of moved cards.
    pub(super) fn preview_cards(
        &self,
        import: &Import,
        preview: &mut UndoPreview,
    ) -> Result<(), Refusal> {
        self.for_each_portion(import, |returning| {
            self.db.read_blocking(|tx| {
                for (one, fate) in returning.iter().zip(fates(tx, import, returning, true)?) {
                    count(tx, import, one, fate, preview)?;
                }
                Ok(())
            })
        })
    }

    /// Everybody who would not get back what a moving card took or gave.
    pub(super) fn kept_with_cards(&self, import: &Import) -> Result<Vec<UserRow>, Refusal> {
        let mut kept = Vec::new();
        self.for_each_portion(import, |returning| {
            self.db.read_blocking(|tx| {
                for (one, fate) in returning.iter().zip(fates(tx, import, returning, true)?) {
                    if fate == Fate::Kept {
                        kept.extend(people_of(tx, import, one)?);
                    }
                }
                Ok(())
            })
        })?;
        Ok(kept)
    }

    /// Gives the cards back that are still as the import left them.
    pub(super) fn give_cards_back(
        &self,
        ctx: &Ctx,
        import: &Import,
        restored: &mut Codes,
        done: &mut UndoPreview,
        keep_job: &dyn Fn(&mut Tx<'_>) -> db::Result<()>,
    ) -> Result<(), Refusal> {
        let now = ctx.now();
        self.for_each_portion(import, |returning| {
            let (fates, after) = self.db.write_blocking(|tx| {
                keep_job(tx)?;
                let fates = fates(tx, import, returning, false)?;
                let free = returning.iter().zip(&fates);
                let changes: Vec<Change> = free
                    .filter(|(_, fate)| **fate == Fate::Free)
                    .flat_map(|(one, _)| one.changes.iter().cloned())
                    .collect();
                let written = write_changes(tx, import.account, now, &changes, |change| {
                    change.import_before.map(ImportId::from_uuid)
                })?;
                if written.len() < changes.len() {
                    // Somebody was faster than this transaction, which is tried again.
                    return Err(Refusal::new(Code::ChangedSincePlan, ""));
                }
                let mut after = done.clone();
                for (one, fate) in returning.iter().zip(&fates) {
                    count(tx, import, one, *fate, &mut after)?;
                }
                Ok::<_, Refusal>((fates, after))
            })?;
            *done = after;
            for (one, _) in returning
                .iter()
                .zip(fates)
                .filter(|(_, fate)| *fate != Fate::Kept)
            {
                let rows = one.party.all_rows();
                rows.for_each(|row| restored.set(row.0 as usize, 1));
            }
            Ok(())
        })
    }

    /// Calls `each` with the parties that the import has really written.
    fn for_each_portion(
        &self,
        import: &Import,
        mut each: impl FnMut(&[Returning<'_>]) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let folder = self.folder(import.id);
        let parties = Parties::load(&folder, import)?;
        if parties.is_empty() {
            return Ok(());
        }
        let results = Codes::load(&folder.final_outcomes())?;
        let done_again = match import.redo {
            Some(_) => Codes::load(&folder.restored())?,
            None => Codes::default(),
        };
        for portion in parties.portions(CHUNK) {
            let returning = portion
                .iter()
                .filter(|party| party.is_written(&results))
                .map(|party| {
                    let is_again = party.is_restored(&done_again);
                    Returning::of(party, is_again, &folder, import)
                })
                .collect::<Result<Vec<_>, Refusal>>()?;
            if !returning.is_empty() {
                each(&returning)?;
            }
        }
        Ok(())
    }
}

impl<'a> Returning<'a> {
    fn of(
        party: &'a Party,
        is_again: bool,
        folder: &Folder,
        import: &Import,
    ) -> Result<Self, Refusal> {
        let changes = party.changes.iter().cloned().map(|change| {
            let change = if is_again { after_undo(change) } else { change };
            change.reversed()
        });
        let mut new = Vec::new();
        if !party.new.is_empty() {
            let mut places = File::open(folder.places())?;
            for row in &party.new {
                let number = Numbers::read(&mut places, row.0.into())?;
                new.extend(number.map(|number| UserId::from_uuid(import.ids.id(number))));
            }
        }
        Ok(Self {
            party,
            changes: changes.collect(),
            new,
        })
    }
}

/// What can be done with each. Before an undo, new people are still there who will be gone.
fn fates(
    tx: &mut Tx<'_>,
    import: &Import,
    returning: &[Returning<'_>],
    is_before: bool,
) -> db::Result<Vec<Fate>> {
    let changes: Vec<Change> = returning
        .iter()
        .flat_map(|one| one.changes.iter().cloned())
        .collect();
    let mut party_of: HashMap<UserId, usize> = HashMap::new();
    for (at, one) in returning.iter().enumerate() {
        let known = one.changes.iter().map(Change::user_id);
        party_of.extend(known.chain(one.new.iter().copied()).map(|user| (user, at)));
    }
    let mut blocked: HashSet<usize> = HashSet::new();
    for_each_taken(tx, import, &changes, &mut |own, other| {
        // Whoever is of the same party gives it up in the same transaction.
        if party_of.get(&own) != party_of.get(&other) {
            blocked.extend(party_of.get(&own));
        }
    })?;
    users::stage_ids(tx, party_of.keys().copied())?;
    let present: HashMap<UserId, UserRow> = users::rows_of_staged(tx, import.account)?
        .into_iter()
        .map(|user| (user.id, user))
        .collect();
    let stays = |id: &UserId| {
        present.get(id).is_some_and(|user| {
            let goes = is_before && user.version == 1 && user.identity.is_none();
            !goes
        })
    };
    let all = |one: &Returning<'_>, is_so: &dyn Fn(&Change, &UserRow) -> bool| {
        one.changes.iter().all(|change| {
            let user = present.get(&change.user_id());
            user.is_some_and(|user| is_so(change, user))
        })
    };
    let fates = returning.iter().enumerate().map(|(at, one)| {
        let is_untouched = all(one, &|change, user| user.version == change.version);
        let is_done = all(one, &|change, user| {
            user.version == change.version + 1
                && user.import.map(ImportId::uuid) == change.import_before
        });
        if is_done {
            Fate::Done
        } else if is_untouched && !blocked.contains(&at) && !one.new.iter().any(stays) {
            Fate::Free
        } else {
            Fate::Kept
        }
    });
    Ok(fates.collect())
}

fn count(
    tx: &mut Tx<'_>,
    import: &Import,
    one: &Returning<'_>,
    fate: Fate,
    preview: &mut UndoPreview,
) -> db::Result<()> {
    if fate != Fate::Kept {
        preview.returned += one.party.cards;
        preview.restored += one.party.rows.len() as i64;
        return Ok(());
    }
    preview.kept_holders += (one.party.changes.len() - one.party.rows.len()) as i64;
    for user in people_of(tx, import, one)? {
        keep(preview, user.id.to_string(), user.full_name());
    }
    Ok(())
}

fn people_of(tx: &mut Tx<'_>, import: &Import, one: &Returning<'_>) -> db::Result<Vec<UserRow>> {
    users::stage_ids(tx, one.changes.iter().map(Change::user_id))?;
    users::rows_of_staged(tx, import.account)
}
