//! Invitations from being made to being accepted, with a mail server that speaks SMTP.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what goes wrong here is to fail the test"
)]

mod accepting;
mod assigned;
mod scene;
mod sending;
