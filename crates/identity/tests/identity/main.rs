//! Signing in against both databases.

mod person;
mod sessions;
mod set_up;
mod sign_in;
