//! How the rows to be written are cut into chunks, and where a run halts to be looked at.
//!
//! New people come first, then changes; no chunk holds both. Whoever gets somebody's card, or loses
//! one, is passed over there and written after them. The number of chunks that are done and
//! the settings say everything about a run that is to go on, so that both cut alike every time.

use super::CHUNK;
use crate::{Import, settings::BadRows};

/// The chunks of one import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    created: i64,
    changed: i64,
    /// Cards are taken from their holders, in one chunk after the changes.
    moving: bool,
    /// People who are deactivated, after all rows.
    departing: i64,
    /// Rows after which the run halts to be looked at; 0 when it does not.
    look: i64,
}

impl Cut {
    /// The chunks of a planned import.
    pub(crate) fn of(import: &Import) -> Self {
        let counts = import.plan.as_ref().map(|plan| plan.counts);
        let counts = counts.unwrap_or_default();
        let look = match import.settings.bad_rows {
            BadRows::Skip => import.settings.pause_after.unwrap_or(0),
            // Everything is written at once.
            BadRows::Stop => 0,
        };
        Self {
            created: counts.created,
            changed: counts.updated,
            moving: import.planned_moves() > 0,
            departing: import.planned_departures(),
            look: look.clamp(0, CHUNK as i64),
        }
    }

    /// Chunks of new people; those after them are of changes.
    pub(crate) const fn of_new_people(self) -> i64 {
        chunks(self.created, self.first_of_new())
    }

    /// Chunks of rows; those after them are of people who are not in the file.
    pub(crate) const fn of_rows(self) -> i64 {
        self.of_people() + self.moving as i64
    }

    /// Chunks of new people and of changes; the one after them is of those who get cards of others.
    pub(crate) const fn of_people(self) -> i64 {
        self.of_new_people() + chunks(self.changed, self.first_of_changes())
    }

    /// The most rows of the chunk with this number, from 0.
    pub(crate) fn size(self, chunk: i64) -> usize {
        let rows = if chunk == 0 && self.created > 0 {
            self.first_of_new()
        } else if chunk == self.of_new_people() {
            self.first_of_changes()
        } else {
            CHUNK as i64
        };
        usize::try_from(rows).unwrap_or(CHUNK)
    }

    /// New people in the first chunks.
    pub(crate) fn new_people_in(self, chunks: i64) -> i64 {
        rows(chunks, self.first_of_new()).min(self.created)
    }

    /// Changes in the first chunks.
    pub(crate) fn changes_in(self, chunks: i64) -> i64 {
        rows(chunks - self.of_new_people(), self.first_of_changes()).min(self.changed)
    }

    /// After how many chunks the run halts to be looked at; not when nothing would be left.
    pub(crate) fn halts_after(self) -> Option<i64> {
        let rows = self.created + self.changed;
        if self.look == 0 || rows == 0 {
            return None;
        }
        if self.look >= rows {
            let is_anything_left = self.moving || self.departing > 0;
            return is_anything_left.then(|| self.of_people());
        }
        Some(if self.look <= self.created {
            1
        } else {
            self.of_new_people() + 1
        })
    }

    const fn first_of_new(self) -> i64 {
        if self.look == 0 {
            CHUNK as i64
        } else {
            self.look
        }
    }

    const fn first_of_changes(self) -> i64 {
        if self.look > self.created {
            self.look - self.created
        } else {
            CHUNK as i64
        }
    }
}

/// How many chunks so many rows make, the first of which is of another size.
const fn chunks(rows: i64, first: i64) -> i64 {
    if rows == 0 {
        0
    } else if rows <= first {
        1
    } else {
        1 + (rows - first + CHUNK as i64 - 1) / CHUNK as i64
    }
}

/// How many rows so many chunks hold, the first of which is of another size.
const fn rows(chunks: i64, first: i64) -> i64 {
    if chunks <= 0 {
        0
    } else {
        first + (chunks - 1) * CHUNK as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(created: i64, changed: i64, look: i64) -> Cut {
        Cut {
            created,
            changed,
            moving: false,
            departing: 0,
            look,
        }
    }

    /// New people and changes of each chunk.
    fn told(cut: Cut) -> Vec<(i64, i64)> {
        let mut told = Vec::new();
        for chunk in 0.. {
            let before = (cut.new_people_in(chunk), cut.changes_in(chunk));
            if before.0 >= cut.created && before.1 >= cut.changed {
                break;
            }
            let size = cut.size(chunk) as i64;
            let after = (cut.new_people_in(chunk + 1), cut.changes_in(chunk + 1));
            let rows = (after.0 - before.0, (after.1.min(cut.changed) - before.1));
            assert!(rows.0 + rows.1 <= size, "{rows:?} in a chunk of {size}");
            told.push(rows);
        }
        told
    }

    #[test]
    fn chunks_hold_new_people_and_then_changes() {
        assert_eq!(
            told(cut(12_000, 10_001, 0)),
            [(10_000, 0), (2_000, 0), (0, 10_000), (0, 1)]
        );
        assert_eq!(told(cut(0, 5, 0)), [(0, 5)]);
        assert_eq!(told(cut(0, 0, 0)), []);
    }

    #[test]
    fn the_rows_to_be_looked_at_are_chunks_of_their_own() {
        let many = cut(25_000, 10, 100);
        assert_eq!(
            told(many),
            [(100, 0), (10_000, 0), (10_000, 0), (4_900, 0), (0, 10)]
        );
        assert_eq!(many.halts_after(), Some(1));
        let mixed = cut(30, 20_000, 100);
        assert_eq!(told(mixed), [(30, 0), (0, 70), (0, 10_000), (0, 9_930)]);
        assert_eq!(mixed.halts_after(), Some(2));
        let changes = cut(0, 500, 100);
        assert_eq!(told(changes), [(0, 100), (0, 400)]);
        assert_eq!(changes.halts_after(), Some(1));
        let even = cut(100, 1, 100);
        assert_eq!(told(even), [(100, 0), (0, 1)]);
        assert_eq!(even.halts_after(), Some(1));
    }

    #[test]
    fn rows_are_looked_at_before_anybody_is_deactivated() {
        let with = |created, changed, look| Cut {
            departing: 1,
            ..cut(created, changed, look)
        };
        assert_eq!(with(60, 40, 100).halts_after(), Some(2));
        assert_eq!(with(0, 40, 100).halts_after(), Some(1));
        assert_eq!(with(60, 0, 100).halts_after(), Some(1));
        assert_eq!(with(0, 0, 100).halts_after(), None);
        assert_eq!(with(20_000, 0, 100).of_rows(), 3);
    }

    #[test]
    fn nothing_halts_when_nothing_would_be_left() {
        assert_eq!(cut(60, 40, 100).halts_after(), None);
        assert_eq!(cut(60, 41, 0).halts_after(), None);
    }
}
