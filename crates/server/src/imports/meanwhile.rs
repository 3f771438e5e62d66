//! Two people on one import: who else is here, and the way on when somebody else was faster.

use std::time::Duration;

use askama::Template;
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request, State},
    http::{Method, StatusCode, header::CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use directory::Ctx;
use import::{Import, Imports, LastChange, Refusal};
use kernel::{ImportId, Timestamp};

use super::work::engine;
use crate::{
    app::App,
    failure::{Failure, IsStale},
    format::{counted, moment},
    guard::Visitor,
    page::with_status,
    routes::FORM_LIMIT_BYTES,
};

/// Pages of an import with what they are called, and what their forms change.
const STEPS: [(&str, &str, &str); 12] = [
    ("format", "File", "settings"),
    ("map", "Columns", "columns"),
    ("values", "Values", "values"),
    ("review", "Review", "settings"),
    ("picks", "Review", "picks"),
    ("rows", "Review", "cells"),
    ("edit", "Review", "cells"),
    ("changes", "Review", "cells"),
    ("plan", "Plan", ""),
    ("run", "Import", ""),
    ("results", "Results", ""),
    ("undo", "Undo", ""),
];

#[derive(Template)]
#[template(path = "imports/meanwhile.html")]
struct ConflictPage {
    title: String,
    message: String,
    link: String,
    action: String,
    /// The form again with the present revision, where it does not overlap.
    again: Option<Vec<(String, String)>>,
}

/// The import and the page of a path, if it is one of the wizard's.
fn place(
    path: &str,
) -> Option<(
    ImportId,
    &'static (&'static str, &'static str, &'static str),
)> {
    let (id, rest) = path.strip_prefix("/imports/")?.split_once('/')?;
    let page = rest.split('/').next().unwrap_or(rest);
    let step = STEPS.iter().find(|step| step.0 == page)?;
    Some((id.parse().ok()?, step))
}

/// Stands before the pages of an import: notes who looks at them, and turns the refusal of a form
/// that is out of date into a page with a way on.
pub(crate) async fn attend(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let visitor = request.extensions().get::<Visitor>().cloned();
    let (Some(visitor), Some((id, step))) = (visitor, place(&path)) else {
        return next.run(request).await;
    };
    if request.method() == Method::GET {
        let ctx = visitor.ctx.clone();
        let there = engine(&app, move |imports| imports.look_in(&ctx, id, step.1)).await;
        // A page is shown even if nobody can tell who else looks at it.
        if let Ok(Ok(there)) = there {
            let others = there
                .iter()
                .map(|one| format!("{} is also here ({})", one.name, one.step))
                .collect();
            request
                .extensions_mut()
                .insert(Visitor { others, ..visitor });
        }
        return next.run(request).await;
    }
    let is_form = request.headers().get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if !is_form {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, FORM_LIMIT_BYTES).await else {
        return Failure::TooLarge.into_response();
    };
    let form = form_of(bytes.clone()).await;
    let response = next
        .run(Request::from_parts(parts, Body::from(bytes)))
        .await;
    if response.extensions().get::<IsStale>().is_none() {
        return response;
    }
    let ctx = visitor.ctx.clone();
    let row = row_of(&path);
    let found = engine(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let is_elsewhere =
            row.map_or(Ok(false), |row| is_elsewhere(imports, &ctx, &import, row))?;
        Ok::<_, Refusal>((import, is_elsewhere))
    })
    .await;
    match found {
        Ok(Ok((import, is_elsewhere))) => {
            conflict(&import, &visitor, step.2, is_elsewhere, path, form)
        }
        _ => response,
    }
}

/// The row whose form this is.
fn row_of(path: &str) -> Option<u64> {
    let (_, row) = path.split_once("/rows/")?;
    row.parse().ok()
}

/// Whether the last change of the import was of cells, and of none of this row.
fn is_elsewhere(imports: &Imports, ctx: &Ctx, import: &Import, row: u64) -> Result<bool, Refusal> {
    const SAME: Duration = Duration::from_secs(1);
    let edits = imports.edits(ctx, import.id)?;
    let last = edits.first().filter(|edit| !edit.is_undone);
    let Some((last, change)) = last.zip(import.changed.as_ref()) else {
        return Ok(false);
    };
    // Undoing an older action is a change of cells as well, and not this one.
    if change.what != "cells" || change.at.since(last.made_at) > SAME {
        return Ok(false);
    }
    let cells = imports.edit_cells(ctx, import.id, last.number, row.saturating_sub(1), 1)?;
    Ok(cells
        .first()
        .is_none_or(|cell| u64::try_from(cell.row) != Ok(row)))
}

async fn form_of(bytes: Bytes) -> Vec<(String, String)> {
    let request = Request::builder()
        .method(Method::POST)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(bytes));
    let Ok(request) = request else {
        return Vec::new();
    };
    axum::Form::from_request(request, &())
        .await
        .map(|axum::Form(fields)| fields)
        .unwrap_or_default()
}

fn conflict(
    import: &Import,
    visitor: &Visitor,
    area: &str,
    is_elsewhere: bool,
    action: String,
    form: Vec<(String, String)>,
) -> Response {
    let seen = form
        .iter()
        .find(|field| field.0 == "rev")
        .and_then(|field| field.1.parse::<i64>().ok());
    let changed = import.changed.as_ref();
    // Only if nothing but the one change is in between, and that was about something else.
    let is_apart = changed.is_some_and(|change| {
        let is_other = is_elsewhere || change.what != area;
        !area.is_empty() && is_other && seen.is_some_and(|seen| seen >= change.from)
    });
    let again = (is_apart && import.state.is_draft()).then(|| {
        let others = form.into_iter().filter(|field| field.0 != "rev");
        others
            .chain([("rev".to_owned(), import.rev.to_string())])
            .collect()
    });
    let now = visitor.ctx.now();
    let who = changed.map_or("Somebody", |change| {
        if change.by == visitor.ctx.actor.name {
            "You"
        } else {
            &change.by
        }
    });
    let page = ConflictPage {
        title: format!("{who} changed this import"),
        message: changed.map_or_else(
            || "It was checked while you were looking.".to_owned(),
            |change| told(change, who, now),
        ),
        link: format!("/imports/{}", import.id),
        action,
        again,
    };
    with_status(StatusCode::CONFLICT, &page)
}

/// "Maria changed the columns 2 minutes ago."
fn told(change: &LastChange, who: &str, now: Timestamp) -> String {
    let what = match change.what.as_str() {
        "settings" => "changed the settings",
        "columns" => "changed what the columns are",
        "values" => "changed what values mean",
        "picks" => "ticked or unticked rows",
        "cells" => "changed cells of rows",
        "start" => "started it",
        "undo" => "began to undo it",
        "redo" => "began to do it again",
        "discard" => "discarded it",
        "complete" => "completed it",
        _ => "changed it",
    };
    let minutes = now.since(change.at).as_secs() / 60;
    let when = match minutes {
        0 => "less than a minute ago".to_owned(),
        1..60 => format!("{} ago", counted(minutes as i64, "minute", "minutes")),
        _ => format!(
            "at {} UTC",
            moment(change.at, &jiff::tz::TimeZone::UTC).shown
        ),
    };
    format!("{who} {what} {when}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_wizard_are_attended() {
        let id = "01971f00-0000-7000-8000-000000000000";
        let step = |path: &str| place(&format!("/imports/{path}")).map(|(_, step)| step.1);
        assert_eq!(step(&format!("{id}/map")), Some("Columns"));
        assert_eq!(step(&format!("{id}/rows/7")), Some("Review"));
        assert_eq!(step(&format!("{id}/events")), None);
        assert_eq!(step("new"), None);
        assert_eq!(step("nonsense/map"), None);
    }
}
