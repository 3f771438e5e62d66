//! What an operator decides about webhooks.

use kernel::Network;

/// What an operator decides about webhooks.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What addresses in events begin with.
    pub public_url: String,
    /// Private networks that events may be sent to; none usually.
    pub networks: Vec<Network>,
}
