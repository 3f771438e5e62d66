//! A request of a program once it was looked at, and what comes of it.

use std::{collections::BTreeMap, str::FromStr};

use axum::http::StatusCode;
use directory::Ctx;
use identity::{
    answers::{Answer, Keyed},
    tokens::Scope,
};
use kernel::ApiTokenId;
use serde_json::{Map, Value, json};

use super::{Problem, cursor::List, operation::Operation};
use crate::{app::App, link::Link};

/// Entries of a page if nothing is said.
const USUAL_LIMIT: usize = 100;

/// Which version the program wants to change.
#[derive(Clone, Debug)]
pub(super) enum Expected {
    /// It did not say.
    Unsaid,
    /// Whichever there is.
    Any,
    /// One with these tags.
    These(Vec<String>),
}

/// A request that was looked at: its token, address, parameters and body are in order.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(super) app: App,
    pub(super) ctx: Ctx,
    pub(super) token: ApiTokenId,
    pub(super) scopes: Vec<Scope>,
    pub(super) operation: &'static Operation,
    pub(super) path: String,
    pub(super) places: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Value,
    pub(super) expected: Expected,
    /// The Idempotency-Key, if there is one.
    pub(super) key: Option<String>,
    pub(super) keyed: Option<Keyed>,
}

impl Ask {
    /// What stands at a place of the address.
    pub(super) fn place(&self, name: &str) -> &str {
        let found = self.places.iter().find(|place| place.0 == name);
        found.map_or("", |place| &place.1)
    }

    /// An id in the address; anything else there is simply not found.
    pub(super) fn id<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.place(name).parse().map_err(|_| Problem::not_found())
    }

    /// Refuses a token without a scope that is needed beside that of the operation.
    pub(super) fn needs(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            Ok(())
        } else {
            Err(Problem::scope_missing(scope))
        }
    }

    /// A parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|field| field.0 == name);
        found.map(|field| field.1.as_str())
    }

    /// A parameter that was looked at already.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.param(name).and_then(|text| text.parse().ok())
    }

    /// Whether a parameter is true.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.param(name) == Some("true")
    }

    /// How many entries a page is to have.
    pub(super) fn limit(&self) -> usize {
        self.parsed("limit").unwrap_or(USUAL_LIMIT)
    }

    /// The place after which the page begins.
    pub(super) fn after<T: FromStr>(&self) -> Result<Option<T>, Problem> {
        let list = self.list();
        let Some(cursor) = self.param("cursor") else {
            return Ok(None);
        };
        match list.read(cursor)?.parse() {
            Ok(place) => Ok(Some(place)),
            Err(_) => Err(Problem::not_found()),
        }
    }

    fn list(&self) -> List {
        List::new(self.ctx.account, &self.path, &self.query)
    }

    /// A field of the body as text; nothing if it is missing or null.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name).and_then(Value::as_str)
    }

    /// The ids in a list of the body, which were looked at already.
    pub(super) fn ids<T: FromStr>(&self, name: &str) -> Vec<T> {
        let list = self.body.get(name).and_then(Value::as_array);
        let texts = list.into_iter().flatten().filter_map(Value::as_str);
        texts.filter_map(|text| text.parse().ok()).collect()
    }

    /// Refuses if something is not at the version that the program saw.
    pub(super) fn expect(&self, tag: &str) -> Result<(), Problem> {
        match &self.expected {
            Expected::Unsaid | Expected::Any => Ok(()),
            Expected::These(tags) if tags.iter().any(|known| known == tag) => Ok(()),
            Expected::These(_) => Err(Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "version_outdated",
                "It was changed since you read it. Read it again, and decide anew.",
            )),
        }
    }
}

/// The tag of a version that is counted.
pub(super) fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// The tag of something whose changes are not counted: of what it is now.
pub(super) fn tag_of(parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher
            .update(&part.len().to_le_bytes())
            .update(part.as_bytes());
    }
    let hash = hasher.finalize().to_hex();
    format!("\"{}\"", hash.get(..16).unwrap_or_default())
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Value,
    headers: BTreeMap<String, String>,
}

impl Reply {
    fn new(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body,
            headers: BTreeMap::new(),
        }
    }

    /// One thing.
    pub(super) fn one(body: Value) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// Something new, and where it is.
    pub(super) fn made(body: Value, address: &str) -> Self {
        Self::new(StatusCode::CREATED, body).header("location", address)
    }

    /// Work that was begun, and where to look how far it is.
    pub(super) fn taken(body: Value, address: &str) -> Self {
        Self::new(StatusCode::ACCEPTED, body).header("location", address)
    }

    /// It is done, and there is nothing to say.
    pub(super) fn nothing() -> Self {
        Self::new(StatusCode::NO_CONTENT, Value::Null)
    }

    /// One page of a list, and the place after which the next one begins.
    pub(super) fn page(ask: &Ask, items: Vec<Value>, next: Option<String>) -> Self {
        let next = next.map(|place| {
            let others = ask.query.iter().filter(|(name, _)| name != "cursor");
            others
                .fold(Link::to(&ask.path), |link, (name, value)| {
                    link.with(name, value)
                })
                .with("cursor", &ask.list().write(&place))
                .into_string()
        });
        let reply = Self::one(json!({"items": items, "next": next}));
        match next {
            Some(next) => reply.header("link", &format!("<{next}>; rel=\"next\"")),
            None => reply,
        }
    }

    /// The same with a version to be named when changing it.
    #[must_use]
    pub(super) fn tagged(self, tag: &str) -> Self {
        self.header("etag", tag)
    }

    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Only these fields of what is answered, or of each entry of a page.
    #[must_use]
    pub(super) fn only(mut self, fields: &[&str]) -> Self {
        let keep = |object: &mut Map<String, Value>| {
            object.retain(|name, _| name == "id" || fields.contains(&name.as_str()));
        };
        if let Some(items) = self.body.get_mut("items").and_then(Value::as_array_mut) {
            items
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(keep);
        } else if let Some(object) = self.body.as_object_mut() {
            keep(object);
        }
        self
    }

    /// The answer as it is sent, and kept for the same request again.
    pub(super) fn answer(&self) -> Answer {
        Answer {
            status: i64::from(self.status.as_u16()),
            body: if self.body.is_null() {
                String::new()
            } else {
                self.body.to_string()
            },
            headers: self.headers.clone(),
        }
    }
}
