//! The people of a scope who are not in the file, with what becomes of them.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use import::{Departed, Departure, Fate, Import};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    frame::{Frame, Place},
    work::ask,
};
use crate::{
    app::App,
    badge::Badge,
    extract::{Id, Params},
    failure::Failure,
    format::counted,
    guard::Visitor,
    icon::Icon,
    link::Link,
    page::{Page, Section, Shell},
};

const SHOWN: usize = 100;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    after: u64,
}

#[derive(Template)]
#[template(path = "imports/departures.html")]
struct DeparturesPage {
    shell: Shell,
    frame: Frame,
    lead: String,
    lines: Vec<Line>,
    next: Option<String>,
    first: Option<String>,
    is_completed: bool,
    back: String,
    back_name: &'static str,
}

struct Line {
    id: String,
    name: String,
    external_id: String,
    email: String,
    badge: Badge,
}

/// `GET /imports/{id}/departures`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
) -> Result<Response, Failure> {
    let (ctx, after) = (visitor.ctx.clone(), query.after);
    let (import, departed, found) = ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let departed = imports.departed(&ctx, &import)?;
        Ok((
            import,
            departed,
            imports.departures(&ctx, id, after, SHOWN)?,
        ))
    })
    .await?;
    let shell = app.shell(&visitor, Section::Imports).await?;
    let place = if import.state.has_results() {
        Place::Results
    } else {
        Place::Plan
    };
    let base = format!("/imports/{id}/departures");
    Ok(Page(DeparturesPage {
        shell,
        frame: Frame::of(&import, place, "Not in the file"),
        lead: lead(&import, departed),
        next: (found.len() == SHOWN)
            .then(|| found.last())
            .flatten()
            .map(|last| {
                Link::to(&base)
                    .with("after", &last.number.to_string())
                    .into_string()
            }),
        first: (query.after > 0).then_some(base),
        lines: found.into_iter().map(line).collect(),
        is_completed: import.completed_at.is_some(),
        back: place.link(id),
        back_name: if place == Place::Results {
            "Results"
        } else {
            "Plan"
        },
    })
    .into_response())
}

fn line(departure: Departure) -> Line {
    let (tone, icon, text) = match departure.fate {
        Fate::Planned => ("warn", Icon::Warning, "To be deactivated"),
        Fate::Deactivated => ("still", Icon::Off, "Deactivated"),
        Fate::Kept => ("info", Icon::Lock, "Kept: changed since the check"),
        Fate::NotStarted => ("still", Icon::Stop, "Not started"),
    };
    let id = departure.user.to_string();
    Line {
        name: if departure.name.is_empty() {
            id.clone()
        } else {
            departure.name
        },
        id,
        external_id: departure.external_id.unwrap_or_default(),
        email: departure.email.unwrap_or_default(),
        badge: Badge { tone, icon, text },
    }
}

/// What becomes, or became, of them, in a sentence.
pub(crate) fn lead(import: &Import, departed: Departed) -> String {
    if import.state.has_results() {
        return format!("{}.", sentence(departed));
    }
    let people = counted(departed.planned, "person is", "people are");
    format!("{people} not in the file and would be deactivated.")
}

/// What became of them, in words.
pub(crate) fn sentence(departed: Departed) -> String {
    let mut words = counted(
        departed.deactivated,
        "person deactivated",
        "people deactivated",
    );
    for (number, one, many) in [
        (
            departed.kept,
            "kept because they were changed since the check",
            "kept because they were changed since the check",
        ),
        (departed.not_started, "not started", "not started"),
    ] {
        if number > 0 {
            words.push_str(", ");
            words.push_str(&counted(number, one, many));
        }
    }
    words
}
