//! Telling how far a stage has come, to a progress bar or to the database.

use std::time::{Duration, Instant};

/// How far a stage has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The stage: reading, deciding, sorting, writing, undoing.
    pub stage: &'static str,
    /// Rows done.
    pub done: i64,
    /// Rows in all; 0 while that is not known.
    pub total: i64,
}

/// Somebody who wants to know.
pub struct Watch<'a> {
    tell: &'a (dyn Fn(Progress) + Sync),
}

impl<'a> Watch<'a> {
    /// Calls a function at most a few times a second, and at the end of each stage.
    pub fn new(tell: &'a (dyn Fn(Progress) + Sync)) -> Self {
        Self { tell }
    }

    pub(crate) fn stage(&self, stage: &'static str, total: i64) -> Stage<'_> {
        Stage {
            tell: self.tell,
            name: stage,
            total,
            done: 0,
            told: Instant::now(),
        }
    }
}

impl Watch<'static> {
    /// Tells nobody.
    pub fn nobody() -> Self {
        Self { tell: &|_| {} }
    }
}

/// One stage while it runs.
pub(crate) struct Stage<'a> {
    tell: &'a (dyn Fn(Progress) + Sync),
    name: &'static str,
    total: i64,
    done: i64,
    told: Instant,
}

impl Stage<'_> {
    const EVERY: Duration = Duration::from_millis(250);

    /// Counts rows.
    pub(crate) fn add(&mut self, rows: i64) {
        self.done += rows;
        // Looking at the clock for each of a million rows would cost more than counting them.
        if (rows > 1 || self.done % 1024 == 0) && self.told.elapsed() >= Self::EVERY {
            self.told = Instant::now();
            (self.tell)(Progress {
                stage: self.name,
                done: self.done,
                total: self.total,
            });
        }
    }

    /// Tells the final number.
    pub(crate) fn finish(self) {
        (self.tell)(Progress {
            stage: self.name,
            done: self.done,
            total: self.total,
        });
    }
}
