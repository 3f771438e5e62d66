//! What people ask of an account and get when it is ready: an early version of the app, their own data, people as a file.
//!
//! [`early`] keeps who asked for early access and who has it; [`own_data`] packs what is kept about a person and hands it
//! to that person and nobody else; [`exports`] takes people out as a file. Not here: how messages are sent, how people sign in, and pages.

mod draft;
pub mod early;
pub mod exports;
pub mod own_data;
mod person;

pub use kernel::{InvalidVersion, Version};
