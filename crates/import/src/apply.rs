//! Writing what the plan says: new people in sorted chunks, known people by their changes.
//!
//! A chunk and the mark that it is done are one transaction, so that a restart goes on with the next
//! one and nobody is written twice. New people are written in the order of their widest random key,
//! which is what the database's indexes like best (docs/BENCHMARKS.md). Not here: deciding.

mod again;
mod batches;
mod brake;
mod changed;
mod cut;
mod departing;
mod finish;
mod known;
mod moving;
mod people;
mod run;

pub(crate) use changed::write_changes;
pub(crate) use cut::Cut;
pub(crate) use known::read_changes;
pub(crate) use run::{End, Keep, Run};

/// Rows of one chunk. Sorted chunks cost no more when they are small; memory stays bounded, others
/// get their turn at writing, and little is done again after a crash.
pub(crate) const CHUNK: usize = 10_000;
