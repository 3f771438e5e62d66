//! What a column of a file can be: our fields, their names, and what others call them.
//!
//! Only names live here. Which column of one file is which field is decided in `mapping`; what a
//! value may look like is decided when rows are checked.

mod aliases;
mod catalogue;
mod field;
mod spelling;

pub use catalogue::Catalogue;
pub use field::{Field, Kind, Section};

pub(crate) use aliases::{Meaning, Sense, aliases_starting_with, find_alias};
pub(crate) use spelling::{compact, words};
