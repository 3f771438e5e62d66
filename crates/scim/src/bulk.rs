//! Bulk requests (RFC 7644, 3.7): operations, and `bulkId` for what is made in the same request.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::{ErrorKind, Failure, MOST_OPERATIONS};

const PREFIX: &str = "bulkId:";
/// The longest `bulkId`.
const LONGEST: usize = 200;

/// What an operation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkMethod {
    /// Makes something.
    Post,
    /// Replaces something.
    Put,
    /// Changes something.
    Patch,
    /// Removes something.
    Delete,
}

impl BulkMethod {
    /// What HTTP calls so, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Post, Self::Put, Self::Patch, Self::Delete];
        all.into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
    }

    /// As HTTP says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// One operation.
#[derive(Clone, Debug)]
pub struct BulkOperation {
    /// What it does.
    pub method: BulkMethod,
    /// What others of the request call that which it makes.
    pub bulk_id: Option<String>,
    /// The address below the root.
    pub path: String,
    /// The version it is about.
    pub version: Option<String>,
    /// The body.
    pub body: Value,
}

/// All of a request.
#[derive(Clone, Debug)]
pub struct BulkRequest {
    /// After so many errors the rest is left undone.
    pub fail_on_errors: Option<u64>,
    /// The operations; what is wrong with one does not stop the others.
    pub operations: Vec<Result<BulkOperation, Failure>>,
}

impl BulkRequest {
    /// The request that a body says.
    pub fn parse(body: &Value) -> Result<Self, Failure> {
        let syntax = |detail: &str| Failure::of(ErrorKind::InvalidSyntax, detail);
        let operations = body
            .get("Operations")
            .and_then(Value::as_array)
            .ok_or_else(|| syntax("the body is to have a list of Operations"))?;
        if operations.len() > MOST_OPERATIONS {
            let detail = format!("a bulk request has at most {MOST_OPERATIONS} operations");
            return Err(Failure::plain(413, "too_large", detail));
        }
        let operations: Vec<_> = operations.iter().map(operation).collect();
        let mut seen = BTreeSet::new();
        for one in operations.iter().flatten() {
            if let Some(id) = &one.bulk_id
                && !seen.insert(id)
            {
                return Err(syntax("each bulkId is to be of one operation only"));
            }
        }
        Ok(Self {
            fail_on_errors: body.get("failOnErrors").and_then(Value::as_u64),
            operations,
        })
    }

    /// The places of the operations in an order in which what is referred to is made before; the
    /// second part are those that wait for each other.
    pub fn order(&self) -> (Vec<usize>, Vec<usize>) {
        let waits: Vec<BTreeSet<String>> = self
            .operations
            .iter()
            .map(|one| one.as_ref().map(references).unwrap_or_default())
            .collect();
        let mut open: BTreeSet<&str> = self
            .operations
            .iter()
            .flatten()
            .filter_map(|one| one.bulk_id.as_deref())
            .collect();
        let mut left: Vec<usize> = (0..self.operations.len()).collect();
        let mut order = Vec::new();
        // As near to the request's own order as can be: the first that waits for nothing is next.
        while let Some(next) = left.iter().position(|place| {
            let ids = waits.get(*place);
            ids.is_none_or(|ids| ids.iter().all(|id| !open.contains(id.as_str())))
        }) {
            let place = left.remove(next);
            if let Some(Ok(one)) = self.operations.get(place)
                && let Some(id) = &one.bulk_id
            {
                open.remove(id.as_str());
            }
            order.push(place);
        }
        (order, left)
    }
}

fn operation(value: &Value) -> Result<BulkOperation, Failure> {
    let syntax = |detail: &str| Failure::of(ErrorKind::InvalidSyntax, detail);
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let method = text("method")
        .and_then(BulkMethod::parse)
        .ok_or_else(|| syntax("the method is to be POST, PUT, PATCH or DELETE"))?;
    let bulk_id = text("bulkId").map(str::to_owned);
    if bulk_id
        .as_ref()
        .is_some_and(|id| id.is_empty() || id.len() > LONGEST)
    {
        return Err(syntax("a bulkId has 1 to 200 letters"));
    }
    if method == BulkMethod::Post && bulk_id.is_none() {
        return Err(syntax("a POST is to have a bulkId"));
    }
    let path = text("path").ok_or_else(|| syntax("an operation is to have a path"))?;
    Ok(BulkOperation {
        method,
        bulk_id,
        path: path.to_owned(),
        version: text("version").map(str::to_owned),
        body: value.get("data").cloned().unwrap_or_default(),
    })
}

/// The `bulkId`s of others that an operation names.
pub fn references(operation: &BulkOperation) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Some((_, id)) = operation.path.split_once(PREFIX) {
        found.insert(id.to_owned());
    }
    named(&operation.body, &mut found);
    found
}

fn named(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            if let Some(id) = text.strip_prefix(PREFIX) {
                found.insert(id.to_owned());
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| named(entry, found)),
        Value::Object(parts) => parts.values().for_each(|part| named(part, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// A text or body with the ids of what was made in place of `bulkId`s; those unknown stay.
pub fn resolved(value: &Value, made: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => {
            let id = text.strip_prefix(PREFIX).and_then(|id| made.get(id));
            id.map_or_else(|| value.clone(), |id| Value::String(id.clone()))
        }
        Value::Array(entries) => {
            Value::Array(entries.iter().map(|one| resolved(one, made)).collect())
        }
        Value::Object(parts) => Value::Object(
            parts
                .iter()
                .map(|(key, part)| (key.clone(), resolved(part, made)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_referred_to_is_made_first_wherever_it_stands() {
        let request = BulkRequest::parse(&json!({"failOnErrors": 1, "Operations": [
            {"method": "post", "path": "/Groups", "bulkId": "g", "data": {"members": [{"value": "bulkId:u"}]}},
            {"method": "POST", "path": "/Users", "bulkId": "u", "data": {}},
            {"method": "PATCH", "path": "/Groups/bulkId:g", "data": {}},
            {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"manager": "bulkId:b"}},
            {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"manager": "bulkId:a"}},
            {"method": "POST", "path": "/Users"},
        ]}));
        let request = request.unwrap();
        let (order, circular) = request.order();
        assert_eq!(order, [1, 0, 2, 5]);
        assert_eq!(circular, [3, 4]);
        assert!(request.operations[5].is_err());
        assert_eq!(request.fail_on_errors, Some(1));
        let made = BTreeMap::from([("u".to_owned(), "7".to_owned())]);
        let body = &request.operations[0].as_ref().unwrap().body;
        assert_eq!(resolved(body, &made), json!({"members": [{"value": "7"}]}));
    }

    #[test]
    fn too_many_operations_and_a_bulk_id_twice_are_refused() {
        let one = |id: &str| json!({"method": "POST", "path": "/Users", "bulkId": id});
        let many: Vec<_> = (0..=MOST_OPERATIONS).map(|n| one(&n.to_string())).collect();
        let failure = BulkRequest::parse(&json!({ "Operations": many })).unwrap_err();
        assert_eq!(failure.status, 413);
        assert!(BulkRequest::parse(&json!({"Operations": [one("a"), one("a")]})).is_err());
        assert!(BulkRequest::parse(&json!({})).is_err());
    }
}
