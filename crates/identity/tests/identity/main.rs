//! Signing in against both databases.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

mod access;
mod devices;
mod holding;
mod passwords;
mod person;
mod sessions;
mod set_up;
mod sign_in;
mod tokens;
mod two_factor;
