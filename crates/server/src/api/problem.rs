//! What cannot be done, as a problem of RFC 9457 with a stable code.

use std::collections::BTreeMap;

use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use identity::{answers::Answer, tokens::Scope};
use import::Refusal;
use kernel::Code;
use serde_json::{Value, json};

use super::shape::Wrong;
use crate::{failure::Failure, format::sentence, request_id, spool::Spilled};

/// A request that was not carried out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    more: Box<More>,
}

/// What only some problems have.
#[derive(Clone, Debug, Default)]
struct More {
    human_url: Option<String>,
    retry_after_seconds: Option<u64>,
    /// What `WWW-Authenticate` says.
    challenge: Option<&'static str>,
    /// The parameter of the address that is wrong.
    parameter: Option<String>,
    /// What is wrong with the body, and where.
    errors: Vec<Wrong>,
}

impl Problem {
    /// A problem with its code and what to do.
    pub(super) fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            more: Box::default(),
        }
    }

    /// The body has values that cannot be.
    pub(super) fn invalid(errors: Vec<Wrong>) -> Self {
        let detail = match errors.as_slice() {
            [one] if one.pointer.is_empty() => one.detail.clone(),
            [one] => format!("{}: {}", one.pointer, one.detail),
            many => format!("{} values cannot be; see errors.", many.len()),
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail).errors(errors)
    }

    /// Something of what is wanted cannot be.
    pub(super) fn unprocessable(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    /// What the program wants collides with what is there.
    pub(super) fn conflict(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, code, detail)
    }

    /// The same for what does not exist and for what belongs to another account.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing at this address, or it belongs to another account.",
        )
    }

    /// The token does not have a scope that is needed.
    pub(super) fn scope_missing(scope: Scope) -> Self {
        let detail = format!("The token does not have the scope {}.", scope.as_str());
        Self::new(StatusCode::FORBIDDEN, "scope_missing", detail)
    }

    /// The request has no token, or one that does not hold.
    pub(super) fn unauthorized(has_token: bool) -> Self {
        let (code, detail, challenge) = if has_token {
            let detail = "The token is unknown, has expired, was revoked, or its maker may not \
                          use it any more.";
            let challenge = "Bearer realm=\"muster\", error=\"invalid_token\"";
            ("token_invalid", detail, challenge)
        } else {
            let detail = "Send a token as Authorization: Bearer TOKEN.";
            ("token_missing", detail, "Bearer realm=\"muster\"")
        };
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, code, detail);
        problem.more.challenge = Some(challenge);
        problem
    }

    /// The same with the page where a person can look at it.
    #[must_use]
    pub(super) fn human_url(mut self, url: impl Into<String>) -> Self {
        self.more.human_url = Some(url.into());
        self
    }

    /// The same with the time after which to try again.
    #[must_use]
    pub(super) fn retry_after(mut self, seconds: u64) -> Self {
        self.more.retry_after_seconds = Some(seconds);
        self
    }

    /// The same with the parameter that is wrong.
    #[must_use]
    pub(super) fn parameter(mut self, name: &str) -> Self {
        self.more.parameter = Some(name.to_owned());
        self
    }

    /// The same with what is wrong in the body.
    #[must_use]
    pub(super) fn errors(mut self, errors: Vec<Wrong>) -> Self {
        self.more.errors = errors;
        self
    }

    /// Whether it is this one.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code == code
    }

    /// Whether the same request would fail in the same way again, as far as we know.
    pub(super) fn is_lasting(&self) -> bool {
        self.status.is_client_error()
    }

    /// The answer as it is kept for the same request again.
    pub(super) fn answer(&self) -> Answer {
        Answer {
            status: i64::from(self.status.as_u16()),
            body: self.body(),
            headers: BTreeMap::new(),
        }
    }

    fn body(&self) -> String {
        let known = Code::ALL
            .iter()
            .find(|known| known.as_str() == self.code)
            .map(|known| known.title());
        let mut body = json!({
            "type": format!("urn:muster:problem:{}", self.code),
            "title": known.or(self.status.canonical_reason()),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        let mut add = |name: &str, value: Value| {
            if let Some(body) = body.as_object_mut() {
                body.insert(name.to_owned(), value);
            }
        };
        if let Some(url) = &self.more.human_url {
            add("human_url", json!(url));
        }
        if let Some(parameter) = &self.more.parameter {
            add("parameter", json!(parameter));
        }
        if !self.more.errors.is_empty() {
            let errors = self.more.errors.iter();
            let errors = errors.map(|one| json!({"pointer": one.pointer, "detail": one.detail}));
            add("errors", errors.collect());
        }
        if self.status.is_server_error()
            && let Some(id) = request_id::current()
        {
            add("request_id", json!(id));
        }
        body.to_string()
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotFound | Failure::Deleted { .. } => Self::not_found(),
            Failure::Forbidden => Self::new(
                StatusCode::FORBIDDEN,
                Code::NotPermitted.as_str(),
                "The role of the token's maker does not allow this.",
            ),
            Failure::BadRequest => Self::new(
                StatusCode::BAD_REQUEST,
                "bad_request",
                "The request cannot be read, or ended early.",
            ),
            Failure::TooLarge => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::TooLarge.as_str(),
                "The file is larger than this server accepts.",
            ),
            Failure::Conflict { message, link, .. } => {
                Self::new(StatusCode::CONFLICT, "conflict", message).human_url(link)
            }
            Failure::Stale { link } => Self::new(
                StatusCode::CONFLICT,
                Refusal::Stale.code(),
                "It was changed in the meantime.",
            )
            .human_url(link),
            Failure::Locked(locked) => Self::new(
                StatusCode::CONFLICT,
                locked.code(),
                sentence(&locked.to_string()),
            )
            .human_url(format!("/imports/{}", locked.import)),
            Failure::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::DatabaseUnavailable.as_str(),
                "The database is not reachable right now. Nothing was changed.",
            )
            .retry_after(5),
            Failure::Internal => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "This is our fault, and it has been written to the server's log.",
            ),
        }
    }
}

impl From<db::Error> for Problem {
    fn from(error: db::Error) -> Self {
        Failure::from(error).into()
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let Refusal::File { code, message } = refusal else {
            return Failure::from(refusal).into();
        };
        let is = |known: Code| code == known.as_str();
        let status = match &*code {
            "series_not_found" => return Self::not_found(),
            "series_waits" | "series_exists" => StatusCode::CONFLICT,
            _ if is(Code::TooLarge) || is(Code::UnpacksTooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            _ if is(Code::UnsupportedFormat) || code.starts_with("looks_like_") => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, &code, sentence(&message))
    }
}

impl From<Spilled> for Problem {
    fn from(spilled: Spilled) -> Self {
        match spilled {
            Spilled::TooLarge(limit) => Self::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                Code::TooLarge.as_str(),
                format!(
                    "The file is larger than {}, which is the limit here. Split it, or pack it \
                     with gzip or zip.",
                    crate::format::bytes(limit)
                ),
            ),
            Spilled::NoRoom => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                Code::DiskFull.as_str(),
                "The server has no room for the file; nothing was kept.",
            ),
        }
    }
}

impl Problem {
    /// The same as SCIM says it.
    pub(crate) fn into_scim_response(self) -> Response {
        let failure = scim::Failure::plain(self.status.as_u16(), &*self.code, &*self.detail);
        let headers = [
            (CONTENT_TYPE, "application/scim+json"),
            (CACHE_CONTROL, "no-store"),
        ];
        self.with_headers((self.status, headers, failure.body().to_string()).into_response())
    }

    fn with_headers(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Some(seconds) = self.more.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.more.challenge {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.with_headers(json_response(&self.answer()))
    }
}

/// An answer of JSON; of a problem when it failed.
pub(super) fn json_response(answer: &Answer) -> Response {
    let status = u16::try_from(answer.status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    let kept = [(CACHE_CONTROL, "no-store")];
    let mut response = if status == StatusCode::NO_CONTENT {
        (status, kept).into_response()
    } else {
        (status, kept, [(CONTENT_TYPE, kind)], answer.body.clone()).into_response()
    };
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
