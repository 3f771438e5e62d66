//! Which rows share a key, and whom in the directory a key belongs to.
//!
//! BE ADVISED: keys are compared by a 128-bit hash with a secret of this run, sorted on disk
//! together with the hashes of the directory's keys. Rows and people with equal keys then stand next
//! to each other, whatever their number. What is found goes through two more sorts, by person (to
//! see two rows about one person) and by row (to be read beside the rows). Small files against a
//! large directory are looked up instead.

mod kept;
mod secrets;

use std::{collections::HashSet, io, path::PathBuf};

use db::Db;
use directory::users::{self, KeyKind, StagedKey};
use kernel::{AccountId, UserId};
use uuid::Uuid;

use self::kept::{KeptKeys, KeyWriter, ROW_BODY};
pub(crate) use self::{kept::count as kept_keys, secrets::Secrets};
use crate::{
    Refusal,
    departures::PresentWriter,
    files::{Folder, Merge, Scratch, Sorter},
};

/// Keys of a file up to this number are kept for looking up.
pub(crate) const FEW_KEYS: usize = 40_000;

/// Memory of one sort.
const SORT_MEMORY: usize = 24 << 20;

/// What is known about the keys of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The key belongs to a person of the directory.
    Match {
        kind: KeyKind,
        user: UserId,
        /// Another row has a key of the same person.
        contested: bool,
    },
    /// Another row of the file has the same key.
    Shared {
        kind: KeyKind,
        hash: u128,
        /// Hash of the row's cells, to tell identical rows from contradicting ones.
        fingerprint: u64,
    },
}

const fn tag(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::ExternalId => 0,
        KeyKind::Email => 1,
        KeyKind::Phone => 2,
        KeyKind::Card => 3,
    }
}

fn kind_of(tag: u8) -> Option<KeyKind> {
    KeyKind::ALL
        .into_iter()
        .find(|kind| self::tag(*kind) == tag)
}

/// Collects the keys of all rows.
pub(crate) struct Keys {
    secrets: Secrets,
    sorter: Sorter,
    few: Option<Vec<StagedKey>>,
    /// Where to write down who is in the file.
    present: Option<PathBuf>,
    /// The rows whose keys are not those of the last check; nothing when no keys were kept.
    again: Option<HashSet<u32>>,
}

impl Keys {
    pub(crate) fn new(folder: &Folder, secrets: Secrets) -> io::Result<Self> {
        let sorter = Sorter::new(folder.scratch(Scratch::Keys)?, SORT_MEMORY);
        Ok(Self {
            secrets,
            sorter,
            few: Some(Vec::new()),
            present: None,
            again: None,
        })
    }

    /// The keys of the last check but those of some rows, which are added anew.
    pub(crate) fn with_kept(
        folder: &Folder,
        secrets: Secrets,
        again: HashSet<u32>,
    ) -> io::Result<Self> {
        Ok(Self {
            few: None,
            again: Some(again),
            ..Self::new(folder, secrets)?
        })
    }

    /// Writes down everybody whom any key of any row belongs to.
    pub(crate) fn note_present(&mut self, path: PathBuf) {
        self.present = Some(path);
    }

    /// Whether somebody wants to know who is in the file.
    pub(crate) fn notes_present(&self) -> bool {
        self.present.is_some()
    }

    /// Adds a key of a row.
    pub(crate) fn add(
        &mut self,
        row: u32,
        fingerprint: u64,
        kind: KeyKind,
        key: &str,
    ) -> io::Result<()> {
        let mut body = [0; 13];
        body.iter_mut()
            .zip(
                std::iter::once(tag(kind))
                    .chain(row.to_be_bytes())
                    .chain(fingerprint.to_be_bytes()),
            )
            .for_each(|(place, byte)| *place = byte);
        self.sorter.push(&self.secrets.key(kind, key), &body)?;
        if let Some(few) = &mut self.few {
            if few.len() < FEW_KEYS {
                few.push(StagedKey {
                    kind,
                    key: key.to_owned(),
                    row: row.into(),
                });
            } else {
                self.few = None;
            }
        }
        Ok(())
    }

    /// Compares with the directory and within the file.
    pub(crate) fn finish(
        mut self,
        folder: &Folder,
        db: &Db,
        account: AccountId,
    ) -> Result<Facts, Refusal> {
        let mut people = Sorter::new(folder.scratch(Scratch::People)?, SORT_MEMORY);
        if let Some(few) = self.few.take().filter(|few| !few.is_empty()) {
            let most = few.len() as i64 * 2;
            if db.read_blocking(|tx| users::count(tx, account, most))? >= most {
                look_up(&few, db, account, &mut people)?;
            } else {
                self.add_directory(db, account)?;
            }
        } else {
            self.add_directory(db, account)?;
        }
        let mut by_row = Sorter::new(folder.scratch(Scratch::Facts)?, SORT_MEMORY);
        let present = self.present.take();
        self.compare(folder, &mut people, &mut by_row)?;
        let mut present = present.map(PresentWriter::create).transpose()?;
        by_person(people, &mut by_row, present.as_mut())?;
        present.map_or(Ok(()), PresentWriter::finish)?;
        folder.drop_scratch(Scratch::Keys)?;
        folder.drop_scratch(Scratch::People)?;
        Facts::new(by_row.finish()?.merge()?)
    }

    fn add_directory(&mut self, db: &Db, account: AccountId) -> Result<(), Refusal> {
        let mut failure = None;
        let Self {
            secrets, sorter, ..
        } = self;
        db.read_blocking(|tx| {
            users::for_each_key(tx, account, &mut |kind, key, user| {
                let mut body = [0; 17];
                body.iter_mut()
                    .zip(std::iter::once(tag(kind)).chain(user.uuid().into_bytes()))
                    .for_each(|(place, byte)| *place = byte);
                let pushed = sorter.push(&secrets.key(kind, key), &body);
                failure = failure.take().or(pushed.err());
                Ok(())
            })
        })?;
        failure.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Finds what is equal, and keeps the rows' keys for the next check.
    fn compare(self, folder: &Folder, people: &mut Sorter, by_row: &mut Sorter) -> io::Result<()> {
        let mut kept = match self.again {
            Some(again) => Some(KeptKeys::open(folder, again)?),
            None => None,
        };
        let mut merge = self.sorter.finish()?.merge()?;
        let mut group = Group::default();
        let mut out = KeyWriter::create(folder)?;
        loop {
            let next = merge.next()?;
            while let Some((key, body)) = kept.as_ref().and_then(|kept| kept.ahead)
                && next.is_none_or(|(until, _)| key.as_slice() <= until)
            {
                group.take(&key, &body, people, by_row)?;
                out.push(&key, &body)?;
                if let Some(kept) = &mut kept {
                    kept.advance()?;
                }
            }
            let Some((key, body)) = next else {
                break;
            };
            group.take(key, body, people, by_row)?;
            if body.len() == ROW_BODY {
                out.push(key, body)?;
            }
        }
        group.emit(people, by_row)?;
        out.finish(folder)
    }
}

fn look_up(
    few: &[StagedKey],
    db: &Db,
    account: AccountId,
    people: &mut Sorter,
) -> Result<(), Refusal> {
    let mut failure = None;
    db.read_blocking(|tx| {
        users::match_staged(tx, account, few, &mut |row, kind, user| {
            let pushed = push_person(people, user, row as u32, kind);
            failure = failure.take().or(pushed.err());
            Ok(())
        })
    })?;
    failure.map_or(Ok(()), |error| Err(error.into()))
}

/// Rows and people with one key.
#[derive(Default)]
struct Group {
    hash: Vec<u8>,
    kind: u8,
    /// Row and fingerprint.
    rows: Vec<(u32, u64)>,
    user: Option<UserId>,
}

impl Group {
    /// Takes the next key, which ends the group if it is another one.
    fn take(
        &mut self,
        key: &[u8],
        body: &[u8],
        people: &mut Sorter,
        by_row: &mut Sorter,
    ) -> io::Result<()> {
        if self.hash != key {
            self.emit(people, by_row)?;
            self.begin(key);
        }
        self.add(body);
        Ok(())
    }

    fn begin(&mut self, hash: &[u8]) {
        self.hash.clear();
        self.hash.extend_from_slice(hash);
        self.rows.clear();
        self.user = None;
    }

    fn add(&mut self, body: &[u8]) {
        let Some((kind, rest)) = body.split_first() else {
            return;
        };
        self.kind = *kind;
        if let Ok(uuid) = <[u8; 16]>::try_from(rest) {
            self.user = Some(UserId::from_uuid(Uuid::from_bytes(uuid)));
        } else if let Some((row, print)) = rest.split_first_chunk::<4>() {
            let print = print.try_into().map_or(0, u64::from_be_bytes);
            self.rows.push((u32::from_be_bytes(*row), print));
        }
    }

    fn emit(&self, people: &mut Sorter, by_row: &mut Sorter) -> io::Result<()> {
        let Some(kind) = kind_of(self.kind) else {
            return Ok(());
        };
        if let Some(user) = self.user {
            for (row, _) in &self.rows {
                push_person(people, user, *row, kind)?;
            }
        }
        if self.rows.len() > 1 {
            for (row, print) in &self.rows {
                let mut body = Vec::with_capacity(26);
                body.extend_from_slice(&[1, self.kind]);
                body.extend_from_slice(&self.hash);
                body.extend_from_slice(&print.to_be_bytes());
                by_row.push(&row.to_be_bytes(), &body)?;
            }
        }
        Ok(())
    }
}

fn push_person(people: &mut Sorter, user: UserId, row: u32, kind: KeyKind) -> io::Result<()> {
    let [a, b, c, d] = row.to_be_bytes();
    people.push(user.uuid().as_bytes(), &[tag(kind), a, b, c, d])
}

/// Turns what was found by person into facts by row.
fn by_person(
    people: Sorter,
    by_row: &mut Sorter,
    mut present: Option<&mut PresentWriter>,
) -> io::Result<()> {
    let mut merge = people.finish()?.merge()?;
    let mut person: Vec<u8> = Vec::new();
    let mut rows: Vec<(u8, [u8; 4])> = Vec::new();
    loop {
        let next = merge.next()?;
        if next.is_none_or(|(key, _)| key != person) {
            let contested = rows
                .iter()
                .any(|row| Some(row.1) != rows.first().map(|row| row.1));
            for (kind, row) in rows.drain(..) {
                let mut body = Vec::with_capacity(19);
                body.extend_from_slice(&[0, kind, u8::from(contested)]);
                body.extend_from_slice(&person);
                by_row.push(&row, &body)?;
            }
        }
        let Some((key, body)) = next else {
            return Ok(());
        };
        if key != person {
            person = key.to_vec();
            if let Some(present) = present.as_mut() {
                present.push(&person)?;
            }
        }
        if let [kind, a, b, c, d] = body {
            rows.push((*kind, [*a, *b, *c, *d]));
        }
    }
}

/// What was found, to be read in the order of rows.
pub(crate) struct Facts {
    merge: Merge,
    ahead: Option<(u32, Fact)>,
}

impl Facts {
    fn new(merge: Merge) -> Result<Self, Refusal> {
        let mut facts = Self { merge, ahead: None };
        facts.advance()?;
        Ok(facts)
    }

    /// Fills `facts` with what is known of a row; rows are asked for in ascending order.
    pub(crate) fn of(&mut self, row: u32, facts: &mut Vec<Fact>) -> io::Result<()> {
        facts.clear();
        while let Some((next, fact)) = self.ahead {
            if next > row {
                break;
            }
            if next == row {
                facts.push(fact);
            }
            self.advance()?;
        }
        Ok(())
    }

    fn advance(&mut self) -> io::Result<()> {
        self.ahead = match self.merge.next()? {
            Some((key, body)) => {
                let row = key.try_into().map_or(u32::MAX, u32::from_be_bytes);
                let fact = fact_of(body).ok_or_else(|| {
                    io::Error::new(io::ErrorKind::InvalidData, "the import's files are damaged")
                })?;
                Some((row, fact))
            }
            None => None,
        };
        Ok(())
    }
}

fn fact_of(body: &[u8]) -> Option<Fact> {
    match body {
        [0, kind, contested, user @ ..] => Some(Fact::Match {
            kind: kind_of(*kind)?,
            user: UserId::from_uuid(Uuid::from_slice(user).ok()?),
            contested: *contested == 1,
        }),
        [1, kind, rest @ ..] => {
            let (hash, print) = rest.split_first_chunk::<16>()?;
            Some(Fact::Shared {
                kind: kind_of(*kind)?,
                hash: u128::from_be_bytes(*hash),
                fingerprint: u64::from_be_bytes(print.try_into().ok()?),
            })
        }
        _ => None,
    }
}
