//! Webhooks: addresses that hear of what happens in an account, and handing it over.
//!
//! An entry of the activity log leaves a row for every webhook that wants it, in its own transaction; a [`Sender`] makes the
//! event of it, signs it and sends it, in order for each subject, until it was taken or given up. Not here: what happened and
//! who may see it, which is `directory::activity`; pages.

mod address;
mod event;
mod measure;
mod notice;
mod post;
mod retention;
mod secret;
mod sender;
mod settings;
mod trouble;

pub mod deliveries;
pub mod subscriptions;

#[cfg(test)]
mod tests;

pub use address::{Address, AddressRefusal};
pub use event::path_of;
pub use measure::{register_metrics, waiting};
pub use retention::{register, schedule};
pub use secret::Secret;
pub use sender::Sender;
pub use settings::Settings;
pub use trouble::Trouble;
