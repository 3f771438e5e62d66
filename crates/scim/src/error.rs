//! What cannot be done, as SCIM says it.

use std::fmt;

use serde_json::{Value, json};

/// The kinds of errors that RFC 7644 names (table 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The filter cannot be read, or not be used with the attribute.
    InvalidFilter,
    /// More results than the server is willing to look at.
    TooMany,
    /// Somebody else has a value that only one may have.
    Uniqueness,
    /// The attribute cannot be changed in that way.
    Mutability,
    /// The body is not what the request asks for.
    InvalidSyntax,
    /// The path is none.
    InvalidPath,
    /// The path leads to nothing that could be changed.
    NoTarget,
    /// A value is missing or cannot be used.
    InvalidValue,
}

impl ErrorKind {
    /// As `scimType` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Uniqueness => 409,
            Self::InvalidFilter
            | Self::TooMany
            | Self::Mutability
            | Self::InvalidSyntax
            | Self::InvalidPath
            | Self::NoTarget
            | Self::InvalidValue => 400,
        }
    }
}

/// A request that was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Failure {
    /// The status of HTTP.
    pub status: u16,
    /// The kind, where RFC 7644 has one.
    pub kind: Option<ErrorKind>,
    /// Our stable code, by which programs go.
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

impl Failure {
    /// A failure of a kind; the kind is its code.
    pub fn of(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            status: kind.status(),
            kind: Some(kind),
            code: kind.as_str().to_owned(),
            detail: detail.into(),
        }
    }

    /// A failure that only HTTP and our code name.
    pub fn plain(status: u16, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            status,
            kind: None,
            code: code.into(),
            detail: detail.into(),
        }
    }

    /// The same with one of our codes.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }

    /// The body of the answer; our code stands in brackets behind what is wrong.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.status.to_string(),
            "detail": self.to_string(),
        });
        if let (Some(kind), Some(body)) = (self.kind, body.as_object_mut()) {
            body.insert("scimType".to_owned(), json!(kind.as_str()));
        }
        body
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.detail, self.code)
    }
}
