//! The real binary, run as processes: what it says, what it serves, and what is left when it is killed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what goes wrong here is to fail the test, and one that is skipped says so"
)]

mod backup;
mod house;
mod messages;
mod nodes;
