//! What a request brings, and answers with their headers.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH, LOCATION},
    },
    response::{IntoResponse, Response},
};
use directory::Ctx;
use kernel::Region;
use scim::{ErrorKind, Failure};
use serde_json::Value;

use super::{own::OwnFields, refused::Refused};
use crate::{
    api::{Caller, Problem},
    app::App,
    media_type::media_type,
};

/// Who asks, and what addresses begin with.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) ctx: Ctx,
    /// The address of the root, without a slash at its end.
    pub(super) root: String,
}

impl Call {
    pub(super) fn new(app: &App, caller: Caller) -> Self {
        Self {
            ctx: caller.ctx,
            root: app.delivery.link("/scim/v2"),
        }
    }
}

/// What everything is shown with.
pub(super) struct View<'c> {
    pub(super) root: &'c str,
    /// Where phone numbers without a country are from.
    pub(super) region: Option<Region>,
    /// What the account added to its people.
    pub(super) own: OwnFields,
}

impl<'c> View<'c> {
    pub(super) fn load(tx: &mut db::Tx<'_>, call: &'c Call) -> db::Result<Self> {
        let country = directory::accounts::get(tx, call.ctx.account)?.default_country;
        Ok(Self {
            root: &call.root,
            region: country.and_then(|code| Region::parse(&code).ok()),
            own: OwnFields::load(tx, call.ctx.account)?,
        })
    }
}

/// A body of JSON, of at most a mebibyte.
pub(super) async fn body(request: Request) -> Result<Value, Refused> {
    let kind = media_type(request.headers());
    if !matches!(&*kind, "" | "application/scim+json" | "application/json") {
        let detail = "Send the body as application/scim+json.";
        return Err(Failure::plain(415, "content_type_unsupported", detail).into());
    }
    let bytes = Bytes::from_request(request, &()).await.map_err(|refusal| {
        if refusal.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Failure::plain(413, "too_large", "A request has at most a mebibyte.")
        } else {
            Failure::of(ErrorKind::InvalidSyntax, "The body cannot be read.")
        }
    })?;
    serde_json::from_slice(&bytes)
        .map_err(|_| Failure::of(ErrorKind::InvalidSyntax, "The body is no JSON.").into())
}

/// The versions a request is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Versions {
    only_if: Option<String>,
    unless: Option<String>,
}

impl Versions {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name| {
            let value: Option<&HeaderValue> = headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        Self {
            only_if: text(IF_MATCH),
            unless: text(IF_NONE_MATCH),
        }
    }

    pub(super) fn only_if(version: Option<String>) -> Self {
        Self {
            only_if: version,
            unless: None,
        }
    }

    /// Refuses if something is at another version than the request is about.
    pub(super) fn check(&self, version: &str) -> Result<(), Failure> {
        let fits = self.only_if.as_ref().is_none_or(|list| has(list, version));
        let is_free = self.unless.as_ref().is_none_or(|list| !has(list, version));
        if fits && is_free {
            return Ok(());
        }
        let detail = format!("It is at the version {version} now.");
        Err(Failure::plain(412, "version_changed", detail))
    }

    /// Whether whoever asks has this version already.
    pub(super) fn has(&self, version: &str) -> bool {
        self.unless.as_ref().is_some_and(|list| has(list, version))
    }
}

fn has(list: &str, version: &str) -> bool {
    let bare = |text: &str| {
        let text = text.trim();
        text.strip_prefix("W/").unwrap_or(text).to_owned()
    };
    list.split(',')
        .any(|one| one.trim() == "*" || bare(one) == bare(version))
}

/// What came of a request.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
    pub(super) location: Option<String>,
    pub(super) version: Option<String>,
}

impl Done {
    /// A resource, with the address and version that it says itself.
    pub(super) fn with(status: u16, resource: Value) -> Self {
        let meta = |name: &str| {
            let value = resource.get("meta").and_then(|meta| meta.get(name));
            value.and_then(Value::as_str).map(str::to_owned)
        };
        Self {
            status,
            location: meta("location"),
            version: meta("version"),
            body: Some(resource),
        }
    }

    /// The same with another body, or without one.
    pub(super) fn showing(self, body: Option<Value>) -> Self {
        Self { body, ..self }
    }

    /// Done, with nothing to say.
    pub(super) fn nothing() -> Self {
        Self {
            status: 204,
            body: None,
            location: None,
            version: None,
        }
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = match self.body {
            Some(body) => {
                let kind = [(CONTENT_TYPE, "application/scim+json")];
                (status, kind, body.to_string()).into_response()
            }
            None => status.into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in [(LOCATION, self.location), (ETAG, self.version)] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// A failure as an answer of its own.
pub(super) fn failed(failure: &Failure) -> Done {
    Done {
        status: failure.status,
        body: Some(failure.body()),
        location: None,
        version: None,
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        match self {
            Self::Failure(failure) => failed(&failure).into_response(),
            Self::Internal(failure) => Problem::from(failure).into_scim_response(),
        }
    }
}
