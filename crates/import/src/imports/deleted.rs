//! Rows about nobody whose keys belonged to somebody who was deleted and can be taken back (S1.35).

use std::collections::HashMap;

use db::{params, sql};
use directory::{
    Action, Ctx,
    leaving::{self, Back, LeaveError, Returned},
    users::{KeyKind, StagedKey},
};

use kernel::{ImportId, UserId};

use super::{Imports, key_places::KeyPlaces};
use crate::{Refusal, candidate::Candidate};

/// So many are taken back at once; a check after it finds who is left.
const MOST: i64 = 10_000;

impl Imports {
    /// Deleted people whom rows of a draft name by a key, as its last check saw them.
    pub fn deleted_people(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<UserId>, Refusal> {
        let found: Vec<(UserId,)> = self
            .db
            .read_blocking(|tx| {
                tx.fetch(
                    sql!("problems/deleted_people"),
                    params![ctx.account, id, MOST],
                )
            })
            .map_err(Refusal::Db)?;
        Ok(found.into_iter().map(|(user,)| user).collect())
    }

    /// Takes these people back with what they had; the import is then to be checked again. Says how
    /// many came back.
    pub fn restore_deleted(
        &self,
        ctx: &Ctx,
        id: ImportId,
        rev: Option<i64>,
    ) -> Result<i64, Refusal> {
        ctx.require(Action::RunImports)?;
        self.draft(ctx, id, rev)?;
        let people = self.deleted_people(ctx, id)?;
        let done = self
            .db
            .write_blocking(|tx| leaving::restore(tx, ctx, &people, Back::ALL));
        match done {
            Ok(done) => Ok(done
                .iter()
                .filter(|one| one.1 == Returned::Restored)
                .count() as i64),
            Err(LeaveError::Forbidden(forbidden)) => Err(forbidden.into()),
            Err(LeaveError::Db(error)) => Err(Refusal::Db(error)),
            Err(
                LeaveError::Locked(_)
                | LeaveError::NobodyThere
                | LeaveError::Stale
                | LeaveError::Refused(_)
                | LeaveError::NotConfirmed,
            ) => Err(Refusal::Stale),
        }
    }

    /// The rows, by their place, and the key each of them has of a deleted person.
    pub(super) fn deleted_of<'c>(
        &self,
        ctx: &Ctx,
        places: &KeyPlaces,
        rows: impl Iterator<Item = (u32, &'c Candidate)>,
    ) -> Result<HashMap<u32, KeyKind>, Refusal> {
        let mut found = HashMap::new();
        let is_any = self
            .db
            .read_blocking(|tx| leaving::any(tx, ctx.account))
            .map_err(Refusal::Db)?;
        if !is_any {
            return Ok(found);
        }
        let keys: Vec<StagedKey> = rows
            .flat_map(|(place, candidate)| {
                places.keys(candidate).map(move |(kind, key)| StagedKey {
                    kind,
                    key: key.into_owned(),
                    row: place.into(),
                })
            })
            .collect();
        self.db
            .read_blocking(|tx| {
                leaving::match_keys(tx, ctx.account, &keys, &mut |row, kind, _| {
                    // It was a place before it was staged.
                    if let Ok(place) = u32::try_from(row) {
                        found.entry(place).or_insert(kind);
                    }
                    Ok(())
                })
            })
            .map_err(Refusal::Db)?;
        Ok(found)
    }
}
