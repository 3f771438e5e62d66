//! The database on both backends, and the rules for everybody's SQL.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

mod hold;
mod notes;
mod schema;
mod statements;
mod transactions;
mod values;
