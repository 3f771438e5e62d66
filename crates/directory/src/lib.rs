//! Who is in an account and what they have: accounts, users, groups, modules, devices, cards,
//! workflows and their documents, activity and notifications.
//!
//! Each use case is one synchronous function that takes the caller's transaction and a [`Ctx`],
//! checks the permission, enforces the rules, writes, and records activity. Bulk twins for the
//! importer stand beside the single ones. Not here: signing in (`identity`), understanding files
//! (`tabular`, `import`), and anything a browser or a command line knows of.

pub mod access;
pub mod accounts;
pub mod activity;
pub mod bulk;
pub mod cards;
mod ctx;
pub mod devices;
pub mod documents;
pub mod fields;
pub mod grants;
pub mod groups;
pub mod leaving;
pub mod lock;
pub mod modules;
pub mod notifications;
mod permission;
pub mod photos;
pub mod pick;
pub mod provisioning;
pub mod reports;
pub mod roles;
#[cfg(test)]
mod scene;
pub mod settings;
pub mod upkeep;
pub mod users;
pub mod views;
pub mod workflows;

pub use ctx::{Actor, Ctx, Sees};
pub use permission::{Action, Forbidden};
pub(crate) use permission::{allows, may_grant};
