//! The specification: `OpenAPI` 3.1, written from the table of operations.
//!
//! The same text is served at `/api/v1/openapi.json` and checked in as `docs/openapi.json`.

use std::collections::BTreeMap;

use axum::{
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    operation::{Answered, Body, Operation},
    shape::{Field, Shape},
    table::{Entry, entries},
};

/// `GET /api/v1/openapi.json`
pub(crate) async fn serve() -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, document()).into_response()
}

/// The whole document.
pub(super) fn document() -> String {
    let mut named = BTreeMap::new();
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for entry in entries() {
        let operation = operation(&entry, &mut named);
        let methods = paths.entry(entry.path).or_default();
        methods.insert(entry.method.as_str().to_lowercase(), operation);
    }
    named.insert("Problem", problem());
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Muster",
            "version": "1",
            "description": "People, groups and imports of an account, for programs. See docs/API.md.",
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {
                "type": "http", "scheme": "bearer",
                "description": "A token of Settings → API tokens.",
            }},
            "schemas": named,
        },
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not carried out (RFC 9457). Go by `code`; `detail` is for people.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"},
            "status": {"type": "integer"}, "code": {"type": "string"},
            "detail": {"type": "string"},
            "human_url": {"type": "string", "description": "A page where a person can look at it."},
            "parameter": {"type": "string", "description": "The parameter that is wrong."},
            "errors": {"type": "array", "items": {
                "type": "object", "required": ["pointer", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "A JSON pointer into the body."},
                    "detail": {"type": "string"},
                },
            }},
        },
    })
}

fn operation(entry: &Entry, named: &mut BTreeMap<&'static str, Value>) -> Value {
    let operation = entry.operation;
    let mut words = operation.words.to_owned();
    if !words.is_empty() {
        words.push_str("\n\n");
    }
    for part in ["Needs the scope `", entry.scope.as_str(), "`."] {
        words.push_str(part);
    }
    let mut value = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": words,
        "tags": [entry.scope.about()],
        "parameters": parameters(entry, named),
        "responses": responses(entry, named),
    });
    if let (Some(body), Some(value)) = (body(operation, named), value.as_object_mut()) {
        value.insert("requestBody".to_owned(), body);
    }
    value
}

/// The names between braces in an address.
pub(super) fn places(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn parameters(entry: &Entry, named: &mut BTreeMap<&'static str, Value>) -> Vec<Value> {
    let mut all: Vec<Value> = places(entry.path).map(place).collect();
    for field in entry.operation.query {
        all.push(parameter(entry.operation, field, named));
    }
    if entry.method == axum::http::Method::POST {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same request with the same key within 24 hours gets the same answer, and is done once.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]([ -~]*[!-~])?$"},
        }));
    }
    if let Body::Part = entry.operation.body {
        all.push(json!({
            "name": "Upload-Offset", "in": "header", "required": true,
            "description": "At which byte of the file the part begins.",
            "schema": {"type": "integer", "minimum": 0}, "example": 0,
        }));
    }
    if entry.operation.needs_version {
        all.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "description": "The ETag of what you read, or * for whichever there is.",
            "schema": {"type": "string", "pattern": "^(\\*|\"[0-9a-f]{1,20}\")$"},
            "example": "*",
        }));
    }
    all
}

/// Words for what stands in addresses.
pub(super) const fn place_words(name: &str) -> &'static str {
    match name.as_bytes() {
        b"series" => "The id or the name of the series.",
        b"row" => "The row of the file.",
        b"number" => "Its number.",
        b"key" | b"mapping" => "Its name.",
        _ => "The id.",
    }
}

fn place(name: &str) -> Value {
    let schema = match name {
        "series" | "key" | "mapping" => json!({"type": "string", "minLength": 1}),
        "row" | "number" => json!({"type": "integer", "minimum": 1}),
        _ => json!({"type": "string", "format": "uuid"}),
    };
    let example = match name {
        "series" => json!("Staff"),
        "key" => json!("lone_working"),
        "mapping" => json!("HR export"),
        "row" | "number" => json!(2),
        _ => json!("01977420-5c1d-7b32-9a01-3d1f5b9e2a10"),
    };
    json!({
        "name": name, "in": "path", "required": true, "schema": schema,
        "description": place_words(name), "example": example,
    })
}

fn parameter(
    operation: &Operation,
    field: &Field,
    named: &mut BTreeMap<&'static str, Value>,
) -> Value {
    let schema = match field.shape {
        Shape::Fields => json!({
            "type": "array", "minItems": 1,
            "items": {
                "type": "string",
                "enum": operation.answered.shape().map(Shape::names).unwrap_or_default(),
            },
        }),
        Shape::List(shape, most) => json!({
            "type": "array", "minItems": 1, "maxItems": most, "items": shape.schema(named),
        }),
        _ => field.shape.schema(named),
    };
    json!({
        "name": field.name, "in": "query", "required": field.is_required,
        "description": field.words, "schema": schema, "style": "form", "explode": false,
    })
}

fn body(operation: &Operation, named: &mut BTreeMap<&'static str, Value>) -> Option<Value> {
    let content = match operation.body {
        Body::None => return None,
        Body::Json(shape, example) => json!({"application/json": {
            "schema": shape.schema(named), "example": parsed(example),
        }}),
        Body::File(example) => json!({
            "text/csv": {"schema": {"type": "string"}, "example": example},
            "multipart/form-data": {"schema": {
                "type": "object", "required": ["file"], "additionalProperties": false,
                "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
            }},
            "application/octet-stream": {"schema": {}},
        }),
        Body::Picture => json!({"image/jpeg": {"schema": {}}, "image/png": {"schema": {}}}),
        Body::Part | Body::Bytes => json!({"application/octet-stream": {"schema": {}}}),
    };
    // An empty part adds nothing.
    let is_required = !matches!(operation.body, Body::Part);
    Some(json!({"required": is_required, "content": content}))
}

fn parsed(example: &str) -> Value {
    serde_json::from_str(example).unwrap_or_default()
}

fn responses(entry: &Entry, named: &mut BTreeMap<&'static str, Value>) -> Value {
    let operation = entry.operation;
    let mut all = Map::new();
    all.insert(
        operation.answered.status().to_string(),
        worked(operation, named),
    );
    let mut refusals = vec![401, 403, 429, 503];
    if !operation.query.is_empty()
        || operation.body_is_json()
        || entry.method == axum::http::Method::POST
    {
        refusals.push(400);
    }
    if !operation.query.is_empty() {
        refusals.push(414);
    }
    if operation.query.iter().any(|field| field.name == "cursor") {
        refusals.push(409);
    }
    if places(entry.path).next().is_some() {
        refusals.push(404);
    }
    if operation.body_is_json() {
        refusals.extend([409, 413, 415, 422]);
    } else if entry.method == axum::http::Method::POST {
        refusals.push(422);
    }
    if operation.needs_version {
        refusals.extend([400, 409, 412, 428]);
    }
    refusals.extend(operation.refusals);
    refusals.sort_unstable();
    refusals.dedup();
    for status in refusals {
        let answer = if status < 300 {
            let shape = operation.answered.shape().map(|shape| shape.schema(named));
            json!({"description": "Nothing had to be done.", "content": {"application/json": {"schema": shape}}})
        } else if status == 414 {
            // Nothing of ours has seen it.
            json!({"description": refused(status)})
        } else {
            json!({
                "description": refused(status),
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                }},
            })
        };
        all.insert(status.to_string(), answer);
    }
    Value::Object(all)
}

fn worked(operation: &Operation, named: &mut BTreeMap<&'static str, Value>) -> Value {
    let (words, headers) = match operation.answered {
        Answered::Nothing => ("It is done.", json!({})),
        Answered::Made(_) => (
            "It was made; `Location` says where it is.",
            json!({"Location": {"schema": {"type": "string"}}}),
        ),
        Answered::Taken(_) => (
            "It was begun; `Location` says where to look how far it is.",
            json!({"Location": {"schema": {"type": "string"}}}),
        ),
        Answered::One(_) | Answered::File(_) => ("As asked for.", json!({})),
    };
    let content = match operation.answered {
        Answered::Nothing => json!({}),
        Answered::File(kind) => {
            // What is not JSON is described as a text.
            let schema = if kind == "application/json" {
                json!({})
            } else {
                json!({"type": "string"})
            };
            let mut content = Map::new();
            content.insert(kind.to_owned(), json!({"schema": schema}));
            Value::Object(content)
        }
        Answered::One(shape) | Answered::Made(shape) | Answered::Taken(shape) => {
            let has_fields = operation
                .query
                .iter()
                .any(|field| matches!(field.shape, Shape::Fields));
            let schema = if has_fields {
                sparse(shape, named)
            } else {
                shape.schema(named)
            };
            json!({"application/json": {"schema": schema, "example": parsed(operation.example)}})
        }
    };
    json!({"description": words, "headers": headers, "content": content})
}

/// The shape of an answer of which only some fields were asked for.
fn sparse(shape: &'static Shape, named: &mut BTreeMap<&'static str, Value>) -> Value {
    match shape {
        Shape::Page(item) => {
            let mut page = shape.schema(named);
            let items = page.pointer_mut("/properties/items/items");
            if let Some(items) = items {
                *items = sparse(item, named);
            }
            page
        }
        Shape::Named(_, shape) => sparse(shape, named),
        _ => {
            let mut schema = shape.schema(named);
            let has_id = shape.names().contains(&"id");
            if let Some(object) = schema.as_object_mut() {
                let required = if has_id { json!(["id"]) } else { json!([]) };
                object.insert("required".to_owned(), required);
            }
            schema
        }
    }
}

/// What a refusal means.
const fn refused(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read, or a parameter or header is wrong.",
        401 => "There is no token, or it does not hold.",
        403 => "The token has not the scope, or its maker's role does not allow it.",
        404 => "There is no such thing, or it belongs to another account.",
        409 => "What is there stands against it; see `code`.",
        412 => "It was changed since you read it.",
        413 => "It is too large.",
        414 => "The address is too long.",
        415 => "It is not taken in this format.",
        422 => "Values of the body cannot be, or an Idempotency-Key was used for another request.",
        428 => "Say with If-Match which version you want to change.",
        429 => "The token has used up its requests; see `Retry-After`.",
        503 => "The database is not reachable right now; see `Retry-After`.",
        507 => "The server has no room.",
        _ => "It was not carried out.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_of_their_shape() {
        for entry in entries() {
            let operation = entry.operation;
            if let Body::Json(shape, example) = operation.body {
                assert_eq!(
                    shape.check(&serde_json::from_str(example).unwrap()),
                    [],
                    "{}",
                    operation.id
                );
            }
            let Some(shape) = operation.answered.shape() else {
                continue;
            };
            let example: Value = serde_json::from_str(operation.example).unwrap();
            if let Shape::Page(_) = shape {
                assert!(example["items"][0].is_object(), "{}", operation.id);
            } else {
                assert_eq!(shape.check(&example), [], "{}", operation.id);
            }
        }
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut ids: Vec<_> = entries().iter().map(|entry| entry.operation.id).collect();
        let number = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), number);
    }

    /// Renew it with `MUSTER_RENEW=1`, after looking at what changed for programs.
    #[test]
    fn the_specification_is_as_checked_in() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        if std::env::var_os("MUSTER_RENEW").is_some() {
            std::fs::write(path, document()).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap() == document(),
            "docs/openapi.json is not what is served"
        );
    }
}
