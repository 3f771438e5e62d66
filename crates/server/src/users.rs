//! Pages about people: the list and a person's own page.

mod list;
mod show;

pub(crate) use list::list;
pub(crate) use show::{keep, show};
