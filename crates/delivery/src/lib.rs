//! Messages to people, by e-mail and SMS: queued in the caller's transaction, sent once, and known by what became of them.
//!
//! A message is a row. [`messages::queue`] writes it, a [`Sender`] hands it to a mail server or an SMS gateway, or keeps it
//! where nothing is configured, and [`bounces`] reads what comes back later. Not here: whom a message is for, what its
//! link opens, and who is told about a bounce; that is for the crates that send them.

pub mod bounces;
pub mod http;
mod journal;
mod measure;
mod message;
pub mod messages;
mod outlet;
mod render;
mod retention;
#[cfg(test)]
mod scene;
mod security;
mod sender;
mod settings;
mod sms;
mod smtp;
pub mod templates;
mod texts;
mod words;

#[cfg(test)]
mod tests;

pub use measure::register_metrics;
pub use message::{Channel, MessageState, Parameters, Purpose};
pub use outlet::{OutletState, state as outlet_state};
pub use render::Rendered;
pub use retention::{register, schedule_retention, would_forget};
pub use security::SecurityChange;
pub use sender::Sender;
pub use settings::{InvalidSettings, MailServer, Settings, SmsGateway, Tls, parse_public_url};
pub use texts::language_for;
