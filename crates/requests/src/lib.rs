//! What people ask of an account and get by a link: an early version of the app, and their own data.
//!
//! [`early`] keeps who asked for early access and who has it; [`own_data`] packs what is kept about a person and hands it
//! to that person and nobody else. Not here: how messages are sent, how people sign in, and pages.

pub mod early;
pub mod own_data;
mod person;

pub use kernel::{InvalidVersion, Version};
