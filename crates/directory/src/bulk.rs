//! One action on many people: chosen, looked at, confirmed, done in chunks, and taken back.
//!
//! The people are written down when the action is made, each with whether it fits them, so that what is
//! done is what was confirmed. Every change counts the person's version up; an undo restores those
//! whose version is still the one the action left. After 30 days an action is forgotten. Not here: inviting many, which is a wave.

mod decide;
mod over;
mod run;
mod state;
mod told;
mod work;

pub use decide::{BulkAction, Outcome, permit};
pub use over::UNDO_DAYS;
pub(crate) use over::forget;
pub use run::register;
pub use state::{
    Bulk, BulkError, BulkState, Row, chosen, counts, counts_of_many, drop_action, find, list, make,
    rows, start, undo,
};
