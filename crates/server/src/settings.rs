//! What administrators set up for the account.

pub(crate) mod account;
pub(crate) mod documents;
pub(crate) mod early;
mod every;
pub(crate) mod fields;
mod index;
pub(crate) mod managed;
pub(crate) mod messages;
pub(crate) mod modules;
pub(crate) mod photos;
pub(crate) mod roles;
pub(crate) mod security;
mod tokens;
pub(crate) mod webhooks;

pub use every::{EverySetting, Setting, SettingRefusal};
pub(crate) use index::{is_any_for, show};
pub(crate) use tokens::{create as create_token, list as list_tokens, revoke as revoke_token};
