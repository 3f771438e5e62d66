//! The reference as a page: every operation with its parameters, an example and a line of curl.
//!
//! Made from the same table as the specification; nothing is loaded from elsewhere.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use super::{
    openapi::{place_words, places},
    operation::{Body, Operation},
    shape::Shape,
    table::{Entry, entries},
};
use crate::{
    app::App,
    failure::Failure,
    guard::Visitor,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "api.html")]
struct ReferencePage {
    shell: Shell,
    parts: Vec<Part>,
}

/// The operations about one thing.
struct Part {
    title: &'static str,
    anchor: String,
    operations: Vec<Shown>,
}

struct Shown {
    id: &'static str,
    summary: &'static str,
    method: String,
    path: &'static str,
    scope: &'static str,
    words: &'static str,
    parameters: Vec<Parameter>,
    /// What the body is: `json`, a kind of file, or nothing.
    takes: &'static str,
    /// An example of a body of JSON.
    body: String,
    curl: String,
    status: u16,
    answer: String,
}

struct Parameter {
    name: &'static str,
    place: &'static str,
    words: String,
}

/// `GET /api`
pub(crate) async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    let shell = app.shell(&visitor, Section::Settings).await?;
    let server = app.delivery.public_url.trim_end_matches('/').to_owned();
    let mut parts: Vec<Part> = Vec::new();
    for entry in entries() {
        let title = entry.scope.about();
        let shown = shown(&entry, &server);
        match parts.iter_mut().find(|part| part.title == title) {
            Some(part) => part.operations.push(shown),
            None => parts.push(Part {
                title,
                anchor: title.to_lowercase().replace([' ', ','], "-"),
                operations: vec![shown],
            }),
        }
    }
    Ok(Page(ReferencePage { shell, parts }).into_response())
}

fn shown(entry: &Entry, server: &str) -> Shown {
    let operation = entry.operation;
    let in_path = places(entry.path).map(|name| Parameter {
        name,
        place: "address",
        words: place_words(name).to_owned(),
    });
    let in_query = operation.query.iter().map(|field| Parameter {
        name: field.name,
        place: "query",
        words: words(&field.shape, field.words),
    });
    let mut parameters: Vec<_> = in_path.chain(in_query).collect();
    if operation.needs_version {
        parameters.push(Parameter {
            name: "If-Match",
            place: "header",
            words: "The ETag of what you read, or * for whichever there is.".to_owned(),
        });
    }
    let (takes, body) = match operation.body {
        Body::None => ("", String::new()),
        Body::Json(_, example) => ("json", pretty(example)),
        Body::File(_) => ("file", String::new()),
        Body::Picture => ("picture", String::new()),
        Body::Bytes => ("bytes", String::new()),
        Body::Part => ("part", String::new()),
    };
    if takes == "part" {
        parameters.push(Parameter {
            name: "Upload-Offset",
            place: "header",
            words: "At which byte of the file the part begins.".to_owned(),
        });
    }
    Shown {
        id: operation.id,
        takes,
        body,
        summary: operation.summary,
        method: entry.method.to_string(),
        path: entry.path,
        scope: entry.scope.as_str(),
        words: operation.words,
        parameters,
        curl: curl(entry, server),
        status: operation.answered.status(),
        answer: pretty(operation.example),
    }
}

/// What a parameter is, with the values it may have.
fn words(shape: &Shape, words: &str) -> String {
    match shape {
        Shape::OneOf(all) | Shape::List(Shape::OneOf(all), _) => {
            format!("{words} {}", all.join(", ")).trim().to_owned()
        }
        _ => words.to_owned(),
    }
}

/// One request, as typed in a shell.
fn curl(entry: &Entry, server: &str) -> String {
    let Operation { body, .. } = entry.operation;
    let mut lines = vec![format!(
        "curl -X {} -H \"Authorization: Bearer $MUSTER_TOKEN\"",
        entry.method
    )];
    if entry.operation.needs_version {
        lines.push("-H 'If-Match: *'".to_owned());
    }
    match body {
        Body::None => {}
        Body::Json(_, example) => {
            lines.push("-H 'Content-Type: application/json'".to_owned());
            lines.push(format!("--data '{example}'"));
        }
        Body::File(_) => lines.push("--form file=@people.csv".to_owned()),
        Body::Picture => {
            lines.push("-H 'Content-Type: image/jpeg'".to_owned());
            lines.push("--data-binary @photo.jpg".to_owned());
        }
        Body::Bytes => {
            lines.push("-H 'Content-Type: application/octet-stream'".to_owned());
            lines.push("--data-binary @file".to_owned());
        }
        Body::Part => {
            lines.push("-H 'Content-Type: application/octet-stream'".to_owned());
            lines.push("-H 'Upload-Offset: 0'".to_owned());
            lines.push("--data-binary @part".to_owned());
        }
    }
    let path = places(entry.path).fold(entry.path.to_owned(), |path, name| {
        path.replace(&format!("{{{name}}}"), &format!("${}", name.to_uppercase()))
    });
    lines.push(format!("\"{server}{path}\""));
    lines.join(" \\\n  ")
}

fn pretty(example: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(example).ok();
    value
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_default()
}
