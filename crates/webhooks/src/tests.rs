//! Webhooks on both databases, with a receiver that listens.

mod failing;
mod receiver;
mod scene;
mod secrets;
mod sending;
mod who;
