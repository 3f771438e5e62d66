//! The harness: the product and its floors over the same file, on the same machine, in one go.

mod database;
mod product;
mod report;
mod run;

pub(crate) use run::{Request, run};
