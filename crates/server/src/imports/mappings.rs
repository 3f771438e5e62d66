//! Mappings with a name: using and saving one on the page of columns, and the list of all.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{Action, Ctx, accounts};
use import::{Import, Imports, NamedMapping, Refusal};
use kernel::ImportId;
use serde::Deserialize;

use super::{frame::Place, work::ask};
use crate::{
    app::App,
    extract::Form,
    failure::Failure,
    format::{Moment, counted, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

type Fields = HashMap<String, String>;

/// What was just done with a mapping, by its name.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    used: String,
    saved: String,
}

/// A sentence above the columns.
pub(super) struct Notice {
    pub(super) tone: &'static str,
    pub(super) title: String,
    pub(super) text: String,
}

/// Says what was just done, and how a mapping fits the file; nothing if it is gone meanwhile.
pub(super) fn notice(
    imports: &Imports,
    ctx: &Ctx,
    import: &Import,
    query: &Query,
) -> Option<Notice> {
    if !query.saved.is_empty() {
        let named = imports.shared_mapping(ctx, &query.saved).ok()?;
        return Some(Notice {
            tone: "good",
            title: format!("Saved as “{}”.", named.name),
            text: "It can be used for every later import.".to_owned(),
        });
    }
    if query.used.is_empty() {
        return None;
    }
    let named = imports.shared_mapping(ctx, &query.used).ok()?;
    let fit = imports.mapping_fit(ctx, import, &query.used).ok()?;
    let parts = [
        ("The file does not have", &fit.missing),
        ("The mapping does not know", &fit.unknown),
        ("The account does not have the fields", &fit.lost),
    ];
    let sentences: Vec<String> = parts
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("{what}: {}.", names.join(", ")))
        .collect();
    Some(Notice {
        tone: if fit.missing.is_empty() && fit.lost.is_empty() {
            "good"
        } else {
            "warn"
        },
        title: format!("“{}” is used.", named.name),
        text: sentences.join(" "),
    })
}

/// Uses the chosen mapping; what else the form holds is not saved.
pub(super) fn apply(
    imports: &Imports,
    ctx: &Ctx,
    id: ImportId,
    form: &Fields,
) -> Result<Option<String>, Refusal> {
    let rev = form.get("rev").and_then(|rev| rev.parse().ok());
    let name = form.get("mapping").map_or("", String::as_str);
    imports.use_mapping(ctx, id, rev.or(Some(-1)), name, false)?;
    Ok(Some(
        Link::to(Place::Map.link(id))
            .with("used", name)
            .into_string(),
    ))
}

/// Keeps the columns that were just saved under the name that was typed.
pub(super) fn keep(
    imports: &Imports,
    ctx: &Ctx,
    id: ImportId,
    form: &Fields,
) -> Result<Option<String>, Refusal> {
    let name = form.get("mapping_name").map_or("", |name| name.trim());
    imports.save_mapping(ctx, id, name)?;
    Ok(Some(
        Link::to(Place::Map.link(id))
            .with("saved", name)
            .into_string(),
    ))
}

#[derive(Template)]
#[template(path = "imports/mappings.html")]
pub(crate) struct MappingsPage {
    shell: Shell,
    may_run: bool,
    lines: Vec<Line>,
}

struct Line {
    name: String,
    columns: String,
    rules: String,
    by: String,
    at: Moment,
}

/// `GET /imports/mappings`
pub(crate) async fn list(
    State(app): State<App>,
    visitor: Visitor,
) -> Result<Page<MappingsPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let found = ask(&app, move |imports| imports.shared_mappings(&ctx)).await?;
    let may_run = visitor.ctx.may(Action::RunImports);
    let (shell, zone) = app
        .db
        .read(move |tx| {
            let zone = zone(&accounts::get(tx, visitor.session.account)?.time_zone);
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, zone))
        })
        .await?;
    let line = |named: NamedMapping| Line {
        columns: named
            .mapping
            .columns
            .iter()
            .filter(|column| column.field.is_some())
            .map(|column| column.header.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        rules: counted(named.mapping.values.len() as i64, "value", "values"),
        by: named.saved_by,
        at: moment(named.saved_at, &zone),
        name: named.name,
    };
    Ok(Page(MappingsPage {
        shell,
        may_run,
        lines: found.into_iter().map(line).collect(),
    }))
}

/// The mapping that is not wanted any more.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Removal {
    name: String,
}

/// `POST /imports/mappings/remove`
pub(crate) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    Form(removal): Form<Removal>,
) -> Result<Response, Failure> {
    ask(&app, move |imports| {
        imports.remove_mapping(&visitor.ctx, &removal.name)
    })
    .await?;
    Ok(see_other("/imports/mappings"))
}
