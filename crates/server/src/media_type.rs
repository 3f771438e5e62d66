//! What a request says its body is.

use axum::http::{HeaderMap, header::CONTENT_TYPE};

/// The media type without its parameters, in lower case; blank if nothing is said.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let said = headers.get(CONTENT_TYPE);
    let said = said.and_then(|said| said.to_str().ok()).unwrap_or_default();
    let (kind, _) = said.split_once(';').unwrap_or((said, ""));
    kind.trim().to_ascii_lowercase()
}
