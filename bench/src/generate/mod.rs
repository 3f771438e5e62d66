//! Spreadsheets of invented people: any size, flat memory, the same bytes for the same seed.
//!
//! It knows nothing of databases; `clean` reads its files back for the floors.

mod dirt;
mod names;
mod person;
mod phones;
mod random;
mod write;

pub(crate) use write::{Request, write};
