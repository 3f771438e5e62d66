//! What is counted about messages: how trying to send them went.

use std::sync::LazyLock;

use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::message::{Channel, MessageState};

static MESSAGES: LazyLock<Family<[(&'static str, &'static str); 2], Counter>> =
    LazyLock::new(Family::default);

/// Adds what is counted about messages to a registry.
pub fn register_metrics(registry: &mut Registry) {
    registry.register(
        "muster_messages",
        "Messages by channel and what became of the attempt; queued means that it is tried again",
        MESSAGES.clone(),
    );
}

/// Counts an attempt.
pub(crate) fn attempted(channel: Channel, state: MessageState) {
    let labels = [("channel", channel.as_str()), ("outcome", state.as_str())];
    MESSAGES.get_or_create(&labels).inc();
}
