//! The activity log: of the account, and of one person; on a page and as a file.

mod export;
mod line;
mod list;
mod query;

pub(crate) use export::{export, written};
pub(crate) use list::{Pages, list};
pub(crate) use query::{Query, presets, what};
