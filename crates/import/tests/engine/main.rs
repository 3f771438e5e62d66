//! The import engine from a file's bytes to its undo, on both databases.

#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong here is to fail the test"
)]

mod applying;
mod cards;
mod changed_again;
mod deleted;
mod editing;
mod exchange;
mod expiring;
mod halting;
mod house;
mod keeping;
mod keys;
mod licences;
mod links;
mod locking;
mod matching;
mod meanings;
mod modes;
mod moving;
mod options;
mod properties;
mod redoing;
mod results;
mod roles;
mod scopes;
mod selecting;
mod series;
mod shared;
mod sorting;
mod stale;
mod undoing;
mod uploading;
mod values;
