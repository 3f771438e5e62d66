//! Reports: what is counted about the account's people, as charts, as tables and as files.

mod chart;
mod document;
mod file;
mod page;
mod weeks;

pub use document::users_report;
pub(crate) use file::{csv, download, workbook};
pub(crate) use page::show;
