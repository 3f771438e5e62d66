//! The outbox: the messages to the account's people, and what became of them.

mod list;
mod show;
mod words;

pub(crate) use list::list;
pub(crate) use show::{TooLate, html, show, take_back, withdraw};
pub(crate) use words::{channel_name, language_name, purpose_help, purpose_name};
