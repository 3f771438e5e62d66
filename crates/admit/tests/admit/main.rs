//! The Invite wizard from the first choice to the last invitation, on both databases.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

mod lists;
mod portal;
mod races;
mod scene;
mod sending;
