//! The activity log: of the account, and of one person; on a page and as a file.

mod export;
mod line;
mod list;
mod query;

pub(crate) use export::export;
pub(crate) use list::list;
