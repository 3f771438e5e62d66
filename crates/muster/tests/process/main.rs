//! The real binary, run as processes: what it says, what it serves, and what is left when it is killed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong here is to fail the test"
)]

mod backup;
mod contrib;
mod cookbook;
mod house;
mod lossy;
mod messages;
mod network;
mod nodes;
mod relay;
mod remote;
mod remote_drafts;
mod remote_last;
mod remote_things;
