//! The database on both backends.

mod transactions;
