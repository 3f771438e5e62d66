//! The id of a request: in its log lines, its answer, and on the page of a failure.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::task::LocalKey;

/// The header that carries it, in both directions.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");
/// A longer one is replaced.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: String;
}

/// The place of the id while a request is handled.
pub(crate) fn current_key() -> &'static LocalKey<String> {
    &CURRENT
}

/// The id of the request that is being handled on this task.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// The id that a proxy or client gave the request, if it can stand in a log.
pub(crate) fn given(headers: &HeaderMap) -> Option<String> {
    let given = headers.get(HEADER)?.to_str().ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_good = (1..=LONGEST).contains(&given.len()) && given.bytes().all(is_plain);
    is_good.then(|| given.to_owned())
}

/// Puts the id into the answer.
pub(crate) fn put(headers: &mut HeaderMap, id: &str) {
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HEADER, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_short_plain_ids_are_taken_over() {
        let given = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_str(text).unwrap());
            super::given(&headers)
        };
        assert_eq!(given("proxy-7_a.b"), Some("proxy-7_a.b".to_owned()));
        for bad in ["", "a b", "thandi@example.com", "a\"b", &"x".repeat(65)] {
            assert_eq!(given(bad), None, "{bad}");
        }
    }
}
