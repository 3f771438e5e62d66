//! The harness: the product and its floors over the same file, on the same machine, in one go.

mod database;
mod pages;
mod product;
mod report;
mod run;
mod visitor;

pub(crate) use pages::{Request as PagesRequest, measure as measure_pages};
pub(crate) use run::{Request, run};
