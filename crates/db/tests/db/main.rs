//! The database on both backends, and the rules for everybody's SQL.

mod hold;
mod notes;
mod transactions;
mod values;
