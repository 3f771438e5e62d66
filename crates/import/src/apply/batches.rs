//! New people in the order in which they are written.

use std::{collections::HashSet, io};

use kernel::{IdRange, UserId};

use crate::{
    Refusal,
    candidate::{Candidate, Cell, Scalar, Shape},
    files::{BlockReader, Codes, Folder, Merge, Numbers, Scratch, Sorted, Sorter},
    imports::window::{damaged, decode_row},
    moves::{LEFT, MOVED},
    person::{Batch, Maker},
    progress::Stage,
    results::Outcome,
};

/// Memory of the sort.
const SORT_MEMORY: usize = 32 << 20;

/// Sorts the rows that become new people by the key whose index is the widest.
pub(crate) fn sort(
    folder: &Folder,
    shape: &Shape,
    outcomes: &Codes,
    stage: &mut Stage<'_>,
) -> Result<Sorted, Refusal> {
    let keys = [
        Scalar::EmailKey,
        Scalar::Phone,
        Scalar::ExternalId,
        Scalar::LastName,
    ]
    .map(|field| shape.place(&field));
    let mut sorter = Sorter::new(folder.scratch(Scratch::Sorted)?, SORT_MEMORY);
    let mut reader = BlockReader::open(&folder.candidates())?;
    let mut candidate = Candidate::default();
    let (mut key, mut body) = (Vec::new(), Vec::new());
    while let Some((place, entry)) = reader.next()? {
        if outcomes.get(place as usize) != Outcome::Created.code() {
            continue;
        }
        decode_row(entry, &mut candidate)?;
        sort_key(&candidate, &keys, &mut key);
        body.clear();
        body.extend_from_slice(&(place as u32).to_le_bytes());
        body.extend_from_slice(entry.get(1..).unwrap_or_default());
        sorter.push(&key, &body)?;
        stage.add(1);
    }
    Ok(sorter.finish()?)
}

fn sort_key(candidate: &Candidate, places: &[Option<usize>], key: &mut Vec<u8>) {
    key.clear();
    for (rank, place) in (0_u8..).zip(places) {
        if let Some(Cell::Value(text)) = place.map(|place| candidate.cell(place)) {
            key.push(rank);
            key.extend_from_slice(text.as_bytes().get(..200).unwrap_or(text.as_bytes()));
            return;
        }
    }
}

/// Makes batches of new people, in a thread of its own while the database writes the last one.
pub(crate) struct Batches<'a> {
    pub(crate) merge: Merge,
    pub(crate) maker: Maker<'a>,
    pub(crate) ids: IdRange,
    pub(crate) places: Numbers,
    pub(crate) next: u32,
    pub(crate) candidate: Candidate,
    /// What becomes of cards that somebody else holds, by row.
    pub(crate) held: Codes,
}

impl Batches<'_> {
    /// The new people at some places, once all batches were made or counted.
    pub(crate) fn at(
        &self,
        folder: &Folder,
        places: impl Iterator<Item = u32>,
    ) -> Result<Batch, Refusal> {
        let mut batch = Batch::default();
        let mut candidate = Candidate::default();
        for place in places {
            let mut reader = BlockReader::open_at(&folder.candidates(), place.into())?;
            let (_, entry) = reader.next()?.ok_or_else(damaged)?;
            decode_row(entry, &mut candidate)?;
            let number = self.places.get(place as usize).ok_or_else(damaged)?;
            self.maker
                .create(place, &candidate, self.ids.id(number), &mut batch);
        }
        Ok(batch)
    }

    /// The next batch; `None` after the last. `skip` only counts the people of the batch.
    pub(crate) fn next(&mut self, size: usize, skip: bool) -> io::Result<Option<Batch>> {
        let mut batch = Batch::default();
        let mut people = 0;
        while people < size {
            let Some((_, body)) = self.merge.next()? else {
                break;
            };
            let Some((place, row)) = body.split_first_chunk::<4>() else {
                break;
            };
            let place = u32::from_le_bytes(*place);
            self.places.set(place as usize, self.next);
            let held = self.held.get(place as usize);
            // Whoever gets somebody's card is written together with its holder.
            if !skip && held != MOVED {
                self.candidate
                    .decode(row)
                    .ok_or_else(|| io::Error::other(damaged().to_string()))?;
                let card = self.maker.shape.place(&Scalar::CardId);
                if let (LEFT, Some(card)) = (held, card) {
                    self.candidate = self.candidate.without(card);
                }
                self.maker
                    .create(place, &self.candidate, self.ids.id(self.next), &mut batch);
            }
            self.next += 1;
            people += 1;
        }
        Ok((people > 0).then_some(batch))
    }
}

impl Batch {
    /// Parts a batch in two halves.
    pub(crate) fn halves(mut self) -> (Self, Self) {
        let middle = self.users.len() / 2;
        let mut second = Self {
            users: self.users.split_off(middle),
            rows: self.rows.split_off(middle),
            ..Self::default()
        };
        let theirs: HashSet<UserId> = second.users.iter().map(|user| user.id).collect();
        part(&mut self.memberships, &mut second.memberships, |link| {
            theirs.contains(&link.user)
        });
        part(&mut self.seats, &mut second.seats, |link| {
            theirs.contains(&link.user)
        });
        part(
            &mut self.participations,
            &mut second.participations,
            |link| theirs.contains(&link.user),
        );
        part(&mut self.grants, &mut second.grants, |link| {
            theirs.contains(&link.user)
        });
        part(&mut self.cards, &mut second.cards, |link| {
            theirs.contains(&link.user)
        });
        (self, second)
    }

    /// Keeps only some people, by their place in the batch.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        let mut places = keep.iter();
        let kept: HashSet<UserId> = self
            .users
            .iter()
            .zip(keep)
            .filter(|(_, keep)| **keep)
            .map(|(user, _)| user.id)
            .collect();
        self.rows
            .retain(|_| places.next().copied().unwrap_or(false));
        self.users.retain(|user| kept.contains(&user.id));
        self.memberships.retain(|link| kept.contains(&link.user));
        self.seats.retain(|link| kept.contains(&link.user));
        self.participations.retain(|link| kept.contains(&link.user));
        self.grants.retain(|link| kept.contains(&link.user));
        self.cards.retain(|link| kept.contains(&link.user));
    }
}

/// Moves the links of some people from one list to another.
fn part<T>(from: &mut Vec<T>, to: &mut Vec<T>, theirs: impl Fn(&T) -> bool) {
    let (moved, kept) = std::mem::take(from).into_iter().partition(theirs);
    *from = kept;
    *to = moved;
}
