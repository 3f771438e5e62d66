//! Addresses of this server: made for links, and recognised when somebody brings one.

use std::fmt::Write as _;

/// An address with its query, value by value.
#[derive(Clone, Debug)]
pub(crate) struct Link(String);

impl Link {
    /// The address of a path that is known to be safe.
    pub(crate) fn to(path: impl Into<String>) -> Self {
        Self(path.into())
    }

    /// The same with a value in the query; a blank one is left out.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        if !value.is_empty() {
            let sign = if self.0.contains('?') { '&' } else { '?' };
            // Writing to a string cannot fail.
            let _ = write!(self.0, "{sign}{name}={}", encoded(value));
        }
        self
    }

    /// The finished address.
    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

/// The path to go on to, if it is one of this server and nothing else.
pub(crate) fn local_path(next: Option<&str>) -> Option<&str> {
    let path = next?;
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2000
        && path
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    local.then_some(path)
}

/// Text for a query string or a header: everything but plain letters is escaped.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_only_to_paths_of_this_server() {
        for path in ["/", "/users?q=a%20b&page=2", "/imports/1/review"] {
            assert_eq!(local_path(Some(path)), Some(path));
        }
        for path in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "users",
            "",
            "/a\r\nSet-Cookie: x=y",
            "/\t/evil.example",
            "/é",
        ] {
            assert_eq!(local_path(Some(path)), None, "{path:?}");
        }
    }

    #[test]
    fn query_values_are_encoded() {
        let link = Link::to("/users")
            .with("q", "ä b&x")
            .with("role", "")
            .with("next", "/a?b");
        assert_eq!(link.into_string(), "/users?q=%C3%A4%20b%26x&next=%2Fa%3Fb");
    }
}
