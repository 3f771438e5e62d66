//! Writing batches of new people, so that a row that cannot be written never sinks the others.

use db::Tx;
use directory::users::{self, KeyKind, StagedKey};
use kernel::{Code, Problem};

use super::{Run, known::REFUSED};
use crate::{
    Refusal,
    person::Batch,
    results::Outcome,
    store::{self, problems::NewProblem},
};

/// Why a row fails whose key somebody else has.
const TAKEN: &str = "somebody else has one of its keys since the check";

/// Whether a smaller part may succeed where this one was refused; otherwise no row is to blame.
pub(super) fn is_about_rows(error: &db::Error) -> bool {
    !matches!(
        error,
        db::Error::Busy | db::Error::Unavailable(_) | db::Error::DiskFull | db::Error::NotFound
    )
}

/// The position of the one problem a row can get while it is written.
const WHILE_APPLYING: i64 = 1 << 41;

impl Run<'_> {
    /// Writes a batch; rows that cannot be written become problems and never sink the others.
    pub(super) fn write_batch(&mut self, mut batch: Batch) -> Result<(), Refusal> {
        let people = batch.users.len();
        match self.try_batch(&batch) {
            Ok(()) => {
                self.brake.wrote(people);
                return Ok(());
            }
            Err(error) if !is_about_rows(&error) => return Err(error.into()),
            Err(_) => {}
        }
        // Nothing is recorded of these rows before all of the chunk was tried: if it is broken
        // off, they are tried again.
        let taken = self.drop_taken(&mut batch)?;
        let refused = self.write_in_parts(batch)?;
        self.fail(&taken, TAKEN)?;
        self.fail(&refused, REFUSED)?;
        self.import.rows_done += people as i64;
        self.mark_chunk()
    }

    /// Writes a batch in ever smaller parts; returns the rows the database would not have.
    fn write_in_parts(&mut self, batch: Batch) -> Result<Vec<(u32, u64, u64)>, Refusal> {
        let mut refused = Vec::new();
        let mut waiting = vec![batch];
        while let Some(batch) = waiting.pop() {
            if batch.users.is_empty() {
                continue;
            }
            match self.try_part(&batch) {
                Ok(()) => self.brake.wrote(batch.users.len()),
                // An earlier try of the chunk has written this person.
                Err(error) if error.is_unique("users_pkey") && batch.users.len() == 1 => {}
                Err(error) if !is_about_rows(&error) => return Err(error.into()),
                Err(error) if batch.users.len() == 1 => {
                    tracing::warn!(import.id = %self.import.id, %error, "a row could not be written");
                    refused.extend(&batch.rows);
                    self.brake.failed(REFUSED)?;
                    continue;
                }
                Err(_) => {
                    let (first, second) = batch.halves();
                    waiting.extend([second, first]);
                    continue;
                }
            }
            self.begun.extend(batch.rows.iter().map(|row| row.0));
        }
        Ok(refused)
    }

    /// Writes a whole batch and marks its chunk as done.
    pub(super) fn try_batch(&mut self, batch: &Batch) -> db::Result<()> {
        let next = self.import.chunks_done + 1;
        let rows = self.import.rows_done + batch.users.len() as i64;
        let Self {
            imports,
            ctx,
            import,
            keep,
            ..
        } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            write(tx, batch)?;
            store::save_chunk(tx, import, next, rows, ctx.now())
        })?;
        self.import.chunks_done = next;
        self.import.rows_done = rows;
        Ok(())
    }

    pub(super) fn try_part(&mut self, batch: &Batch) -> db::Result<()> {
        let Self { imports, keep, .. } = self;
        imports.db.write_blocking(|tx| {
            keep(tx)?;
            write(tx, batch)
        })
    }

    pub(super) fn mark_chunk(&mut self) -> Result<(), Refusal> {
        self.import.chunks_done += 1;
        self.begun.clear();
        let Self {
            imports,
            ctx,
            import,
            keep,
            ..
        } = self;
        imports
            .db
            .write_blocking(|tx| {
                keep(tx)?;
                store::save_chunk(tx, import, import.chunks_done, import.rows_done, ctx.now())
            })
            .map_err(Refusal::Db)
    }

    /// Takes out the people whose keys somebody has by now; returns the rows of those who are not
    /// of this very import.
    fn drop_taken(&mut self, batch: &mut Batch) -> Result<Vec<(u32, u64, u64)>, Refusal> {
        let keys = keys_of(batch);
        let mut taken = vec![false; batch.users.len()];
        let mut keep = vec![true; batch.users.len()];
        let account = self.import.account;
        let ids = self.import.ids;
        self.imports.db.write_blocking(|tx| {
            users::match_staged(tx, account, &keys, &mut |place, _, user| {
                // A person of this very import was written by an earlier try of the chunk.
                let own = ids.counter_of(user.uuid()).is_some();
                if let Some(kept) = keep.get_mut(place as usize) {
                    *kept = false;
                }
                if let (false, Some(taken)) = (own, taken.get_mut(place as usize)) {
                    *taken = true;
                }
                Ok(())
            })
        })?;
        let mut failed = Vec::new();
        for ((row, taken), keep) in batch.rows.iter().zip(&taken).zip(&keep) {
            if *taken {
                failed.push(*row);
                self.brake.failed(TAKEN)?;
                continue;
            }
            self.brake.wrote(1);
            if !keep {
                self.begun.insert(row.0);
            }
        }
        batch.retain(&keep);
        Ok(failed)
    }

    /// Records rows that could not be written.
    pub(super) fn fail(&mut self, rows: &[(u32, u64, u64)], why: &str) -> Result<(), Refusal> {
        if rows.is_empty() {
            return Ok(());
        }
        let problems: Vec<NewProblem> = rows
            .iter()
            .map(|(_, row, line)| NewProblem {
                account: self.import.account,
                import: self.import.id,
                row: *row as i64,
                position: WHILE_APPLYING,
                line: *line as i64,
                problem: Problem::new(Code::ChangedSincePlan).detail(why),
                while_applying: true,
            })
            .collect();
        for problem in &problems {
            self.failed
                .add(problem.problem.code, problem.problem.severity, None);
        }
        for (place, _, _) in rows {
            self.outcomes.set(*place as usize, Outcome::Failed.code());
        }
        let Self { imports, keep, .. } = self;
        imports
            .db
            .write_blocking(|tx| {
                keep(tx)?;
                for problem in &problems {
                    // A restarted chunk may find that it has said so already.
                    store::problems::replace(tx, problem)?;
                }
                Ok(())
            })
            .map_err(Refusal::Db)
    }
}

/// Writes new people with everything that hangs on them.
pub(super) fn write(tx: &mut Tx<'_>, batch: &Batch) -> db::Result<()> {
    users::insert(tx, &batch.users)?;
    tx.bulk(&batch.memberships)?;
    tx.bulk(&batch.seats)?;
    tx.bulk(&batch.participations)?;
    tx.bulk(&batch.grants)?;
    tx.bulk(&batch.cards)?;
    Ok(())
}

fn keys_of(batch: &Batch) -> Vec<StagedKey> {
    let mut keys = Vec::new();
    for (user, row) in batch.users.iter().zip(0_i64..) {
        let external = user.external_id.as_ref().map(|id| id.to_ascii_lowercase());
        for (kind, key) in [
            (KeyKind::ExternalId, external),
            (KeyKind::Email, user.email_key.clone()),
            (KeyKind::Phone, user.phone.clone()),
        ] {
            keys.extend(key.map(|key| StagedKey { kind, key, row }));
        }
    }
    let place_of = |id| batch.users.iter().position(|user| user.id == id);
    for card in &batch.cards {
        keys.extend(place_of(card.user).map(|row| StagedKey {
            kind: KeyKind::Card,
            key: card.number.clone(),
            row: row as i64,
        }));
    }
    keys
}
