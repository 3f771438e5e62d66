//! The files of one import: its source, its rows in file order, and the sorted rows to be written.
//!
//! They live in one folder, are written once by one stage and read by the later ones. Nothing here
//! knows what a row means.

mod block;
mod fixed;
mod folder;
mod needles;
mod sorter;

pub(crate) use block::{BlockReader, BlockWriter};
pub(crate) use fixed::{Codes, Numbers};
pub(crate) use folder::{Folder, SOURCE, Scratch};
pub(crate) use needles::Needles;
pub(crate) use sorter::{Merge, Sorted, Sorter};
