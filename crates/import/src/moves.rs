//! Cards that are taken from their holders: who belongs together, so that no card is half moved.
//!
//! BE ADVISED: whoever loses a card and whoever gets it change in one transaction or not at all. Two
//! people may even swap their cards, and a card may go on from hand to hand, so that everybody whom
//! cards connect makes one [`Party`]. Each of its people has one change, with which their own row's
//! is merged: a card given up is revoked, as any card that another takes the place of. Not here:
//! which cards move (`decide::held`), and writing (`apply::moving`).

use std::{
    collections::{HashMap, HashSet},
    fs,
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Import, Refusal,
    changes::{Change, StoredCard},
    decide::Held,
    files::{BlockReader, Codes, Folder},
    imports::window::damaged,
    results::Outcome,
};

/// The most cards that one import moves.
pub(crate) const MOST_MOVES: usize = 100_000;

/// The code of a row whose card stays with its holder.
pub(crate) const LEFT: u8 = 1;
/// The code of a row that gets somebody's card.
pub(crate) const MOVED: u8 = 2;

/// A card that somebody loses and a row's person gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Move {
    /// Place of the row among the rows of the file, from 0.
    pub(crate) place: u32,
    /// Row number as a spreadsheet shows it.
    pub(crate) row: u64,
    /// Physical line.
    pub(crate) line: u64,
    /// Who gets it; nobody yet if the row's person is new.
    pub(crate) receiver: Option<Uuid>,
    /// Who has it.
    pub(crate) holder: Uuid,
    /// The holder's version that the plan saw.
    pub(crate) version: i64,
    /// The import that had last changed the holder.
    pub(crate) import_before: Option<Uuid>,
    /// The card as the holder has it.
    pub(crate) card: StoredCard,
}

/// People whom moving cards connect.
#[derive(Clone, Debug, Default)]
pub(crate) struct Party {
    /// What changes of those who are there: one change each.
    pub(crate) changes: Vec<Change>,
    /// Rows about the people of these changes: place, row and line.
    pub(crate) rows: Vec<(u32, u64, u64)>,
    /// Rows of new people who get a card.
    pub(crate) new: Vec<(u32, u64, u64)>,
    /// How many cards move.
    pub(crate) cards: i64,
}

impl Party {
    /// How many people it has.
    pub(crate) fn len(&self) -> usize {
        self.changes.len() + self.new.len()
    }

    /// Whether the import has written it, by what became of its rows.
    pub(crate) fn is_written(&self, results: &Codes) -> bool {
        let written = [Outcome::Created.code(), Outcome::Updated.code()];
        self.all_rows()
            .all(|row| written.contains(&results.get(row.0 as usize)))
    }

    /// Whether an undo has given its cards back.
    pub(crate) fn is_restored(&self, restored: &Codes) -> bool {
        self.all_rows().all(|row| restored.get(row.0 as usize) == 1)
    }

    /// Every row of its people.
    pub(crate) fn all_rows(&self) -> impl Iterator<Item = &(u32, u64, u64)> {
        self.rows.iter().chain(&self.new)
    }
}

/// Everybody whom the moving cards of an import concern.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parties {
    all: Vec<Party>,
    people: HashSet<Uuid>,
    places: HashSet<u32>,
}

impl Held {
    pub(crate) const fn code(&self) -> u8 {
        match self {
            Self::Free => 0,
            Self::Left => LEFT,
            Self::Moved(_) => MOVED,
        }
    }
}

/// Stores what becomes of cards that somebody else holds; nothing when there are none.
pub(crate) fn save(folder: &Folder, held: &Codes, moves: &[Move]) -> Result<(), Refusal> {
    for path in [folder.held(), folder.moves()] {
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    if held.position(0, |code| code != 0).is_some() {
        held.save(&folder.held())?;
    }
    if !moves.is_empty() {
        fs::write(
            folder.moves(),
            postcard::to_stdvec(moves).map_err(|_| damaged())?,
        )?;
    }
    Ok(())
}

/// What becomes of cards that somebody else holds, by row.
pub(crate) fn held(folder: &Folder) -> Result<Codes, Refusal> {
    if folder.held().exists() {
        Ok(Codes::load(&folder.held())?)
    } else {
        Ok(Codes::default())
    }
}

/// The cards that move, in file order.
pub(crate) fn load(folder: &Folder) -> Result<Vec<Move>, Refusal> {
    if !folder.moves().exists() {
        return Ok(Vec::new());
    }
    postcard::from_bytes(&fs::read(folder.moves())?).map_err(|_| damaged())
}

impl Import {
    /// How many cards the plan moves.
    pub(crate) fn planned_moves(&self) -> i64 {
        self.plan.as_ref().map_or(0, |plan| plan.cards_moved)
    }
}

impl Parties {
    /// Who belongs together, in the order of their first rows.
    pub(crate) fn load(folder: &Folder, import: &Import) -> Result<Self, Refusal> {
        if import.planned_moves() == 0 {
            return Ok(Self::default());
        }
        let moves = load(folder)?;
        let people: HashSet<Uuid> = moves
            .iter()
            .flat_map(|one| [Some(one.holder), one.receiver])
            .flatten()
            .collect();
        let mut own = HashMap::new();
        let mut reader = BlockReader::open(&folder.changes())?;
        while let Some((_, entry)) = reader.next()? {
            let change = Change::decode(entry).ok_or_else(damaged)?;
            if people.contains(&change.user) {
                own.insert(change.user, change);
            }
        }
        Ok(Self::of(moves, people, own))
    }

    fn of(moves: Vec<Move>, people: HashSet<Uuid>, mut own: HashMap<Uuid, Change>) -> Self {
        let mut places: HashSet<u32> = own.values().map(|change| change.place).collect();
        places.extend(moves.iter().map(|one| one.place));
        let rows: HashMap<Uuid, (u32, u64, u64)> = own
            .iter()
            .map(|(user, change)| (*user, (change.place, change.row, 0)))
            .collect();
        let mut party_of: HashMap<Uuid, usize> = HashMap::new();
        let mut parties: Vec<Party> = Vec::new();
        for members in connected(moves) {
            let mut party = Party {
                cards: members.len() as i64,
                ..Party::default()
            };
            for one in &members {
                if let Some(receiver) = one.receiver
                    && let Some(change) = own.remove(&receiver)
                {
                    party_of.insert(receiver, party.changes.len());
                    party.changes.push(change);
                }
                if one.receiver.is_none() {
                    party.new.push((one.place, one.row, one.line));
                }
            }
            for one in members {
                let at = *party_of.entry(one.holder).or_insert(party.changes.len());
                if at == party.changes.len() {
                    let change = own.remove(&one.holder);
                    party.changes.push(change.unwrap_or_else(|| one.loss()));
                }
                if let Some(change) = party.changes.get_mut(at) {
                    one.take_from(change);
                }
            }
            let with_row = party.changes.iter().filter_map(|one| rows.get(&one.user));
            party.rows = with_row.copied().collect();
            parties.push(party);
        }
        Self {
            all: parties,
            people,
            places,
        }
    }

    /// Those that the import wrote and an undo took back.
    pub(crate) fn to_move_again(&self, results: &Codes, restored: &Codes) -> Vec<Party> {
        let written = self.iter().filter(|party| party.is_written(results));
        written
            .filter(|party| party.is_restored(restored))
            .cloned()
            .collect()
    }

    /// Those that the import wrote and an undo left as they were.
    pub(crate) fn kept_by_undo(&self, results: &Codes, restored: &Codes) -> Vec<&Party> {
        let written = self.iter().filter(|party| party.is_written(results));
        written
            .filter(|party| !party.is_restored(restored))
            .collect()
    }

    /// One after the other.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Party> {
        self.all.iter()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Those of the changes that no card connects with others.
    pub(crate) fn unconnected(&self, changes: Vec<Change>) -> Vec<Change> {
        let mut changes = changes;
        changes.retain(|change| !self.people.contains(&change.user));
        changes
    }

    /// Whether a card connects somebody with others.
    pub(crate) fn has(&self, change: &Change) -> bool {
        self.people.contains(&change.user)
    }

    /// Whether the row at a place is about one of them.
    pub(crate) fn has_row(&self, place: u32) -> bool {
        self.places.contains(&place)
    }

    /// Parties that are written together.
    pub(crate) fn portions(&self, people: usize) -> Vec<&[Party]> {
        let (mut portions, mut rest) = (Vec::new(), self.all.as_slice());
        while !rest.is_empty() {
            let mut count = 0;
            let many = rest.iter().position(|party| {
                count += party.len();
                count >= people
            });
            let (portion, after) = rest.split_at(many.map_or(rest.len(), |at| at + 1));
            portions.push(portion);
            rest = after;
        }
        portions
    }
}

impl Move {
    /// The change of a holder whom no row changes.
    fn loss(&self) -> Change {
        Change {
            import_before: self.import_before,
            ..Change::nothing(self.place, self.row, self.holder, self.version)
        }
    }

    /// Adds to the holder's change that the card goes, unless it goes anyway.
    fn take_from(&self, change: &mut Change) {
        if change.version != self.version {
            // They were changed while the rows were checked: no version is the one that was seen.
            change.version = -1;
        }
        if change
            .cards_before
            .iter()
            .all(|card| card.id != self.card.id)
        {
            change.cards_before.push(self.card.clone());
            change.cards_after.push(StoredCard {
                state: "revoked".to_owned(),
                ..self.card.clone()
            });
        }
    }
}

/// Cards that have people in common, together; in the order of their first rows.
fn connected(moves: Vec<Move>) -> Vec<Vec<Move>> {
    let mut of_person: HashMap<Uuid, usize> = HashMap::new();
    let mut above: Vec<usize> = (0..moves.len()).collect();
    for (at, one) in moves.iter().enumerate() {
        for person in [Some(one.holder), one.receiver].into_iter().flatten() {
            let other = *of_person.entry(person).or_insert(at);
            let (first, second) = (root(&mut above, at), root(&mut above, other));
            if let Some(place) = above.get_mut(first.max(second)) {
                *place = first.min(second);
            }
        }
    }
    let mut parts: Vec<Vec<Move>> = Vec::new();
    let mut part_of: HashMap<usize, usize> = HashMap::new();
    for (at, one) in moves.into_iter().enumerate() {
        let part = *part_of.entry(root(&mut above, at)).or_insert(parts.len());
        if part == parts.len() {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.get_mut(part) {
            part.push(one);
        }
    }
    parts
}

/// The first of those a card belongs together with; the way to it gets shorter each time.
fn root(above: &mut [usize], mut at: usize) -> usize {
    while let Some(next) = above.get(at).copied().filter(|next| *next != at) {
        let after = above.get(next).copied().unwrap_or(next);
        if let Some(place) = above.get_mut(at) {
            *place = after;
        }
        at = after;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(place: u32, receiver: Option<u128>, holder: u128) -> Move {
        Move {
            place,
            row: u64::from(place) + 2,
            line: 0,
            receiver: receiver.map(Uuid::from_u128),
            holder: Uuid::from_u128(holder),
            version: 1,
            import_before: None,
            card: StoredCard {
                id: Uuid::from_u128(u128::from(place) + 100),
                number: place.to_string(),
                card_type: "rf".to_owned(),
                state: "active".to_owned(),
                starts_at: None,
                ends_at: None,
                created_at: 0,
            },
        }
    }

    fn places(moves: Vec<Move>) -> Vec<Vec<u32>> {
        connected(moves)
            .iter()
            .map(|part| part.iter().map(|one| one.place).collect())
            .collect()
    }

    #[test]
    fn whoever_a_card_connects_is_together() {
        let swap = vec![one(0, Some(1), 2), one(1, Some(2), 1)];
        assert_eq!(places(swap), [[0, 1]]);
        let apart = vec![one(0, Some(1), 2), one(1, Some(3), 4)];
        assert_eq!(places(apart), [[0], [1]]);
        // From hand to hand, told in an order in which the link comes last.
        let chain = vec![
            one(0, Some(1), 2),
            one(1, Some(3), 4),
            one(2, None, 9),
            one(3, Some(2), 3),
        ];
        assert_eq!(places(chain), [vec![0, 1, 3], vec![2]]);
        let two_cards = vec![one(0, None, 7), one(1, None, 7)];
        assert_eq!(places(two_cards), [[0, 1]]);
    }

    #[test]
    fn whoever_loses_two_cards_changes_once() {
        let moves = vec![one(0, None, 7), one(1, None, 7)];
        let people = HashSet::from([Uuid::from_u128(7)]);
        let parties = Parties::of(moves, people, HashMap::new());
        let [party] = parties.all.as_slice() else {
            panic!("{parties:?}");
        };
        assert_eq!(
            (party.changes.len(), party.new.len(), party.cards),
            (1, 2, 2)
        );
        let cards = &party.changes[0].cards_after;
        assert!(cards.len() == 2 && cards.iter().all(|card| card.state == "revoked"));
    }

    #[test]
    fn portions_hold_whole_parties() {
        let moves = (0..5).map(|at| one(at, None, u128::from(at))).collect();
        let people = (0..5).map(Uuid::from_u128).collect();
        let parties = Parties::of(moves, people, HashMap::new());
        let sizes: Vec<usize> = parties.portions(4).iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [2, 2, 1]);
        assert!(parties.has_row(3) && !parties.has_row(9));
    }
}
