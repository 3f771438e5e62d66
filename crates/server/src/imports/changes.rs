//! What was changed of an import's rows, with the way back.

use askama::Template;
use axum::{extract::State, response::Response};
use directory::{Action, accounts};
use import::EditRecord;
use kernel::ImportId;
use serde::Deserialize;

use super::{
    edit::{check_again, described},
    frame::{Frame, Place},
    work::ask,
};
use crate::{
    app::App,
    extract::{Form, Id},
    failure::Failure,
    format::{Moment, counted, moment, zone},
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell, see_other},
};

#[derive(Template)]
#[template(path = "imports/changes.html")]
pub(crate) struct ChangesPage {
    shell: Shell,
    frame: Frame,
    lines: Vec<Line>,
    may_change: bool,
}

struct Line {
    number: i64,
    sentence: String,
    extent: String,
    made_by: String,
    made_at: Moment,
    is_undone: bool,
}

/// `GET /imports/{id}/changes`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
) -> Result<Page<ChangesPage>, Failure> {
    let ctx = visitor.ctx.clone();
    let (import, catalogue, edits) = ask(&app, move |imports| {
        Ok((
            imports.find(&ctx, id)?,
            imports.catalogue(&ctx)?,
            imports.edits(&ctx, id)?,
        ))
    })
    .await?;
    let may_change = visitor.ctx.may(Action::RunImports) && import.state.is_draft();
    let (shell, account) = app
        .db
        .read(move |tx| {
            let account = accounts::get(tx, visitor.session.account)?;
            Ok::<_, db::Error>((Shell::load(tx, &visitor, Section::Imports)?, account))
        })
        .await?;
    let zone = zone(&account.time_zone);
    let line = |record: &EditRecord| Line {
        number: record.number,
        sentence: described(&import, &catalogue, &record.edit),
        extent: format!(
            "{} in {}",
            counted(record.cells, "change", "changes"),
            counted(record.rows, "row", "rows")
        ),
        made_by: record.made_by.clone(),
        made_at: moment(record.made_at, &zone),
        is_undone: record.is_undone,
    };
    Ok(Page(ChangesPage {
        shell,
        lines: edits.iter().map(line).collect(),
        frame: Frame::of(&import, Place::Review, "Changes of rows"),
        may_change,
    }))
}

/// The change to be undone or redone.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Turn {
    rev: i64,
    number: i64,
    undone: bool,
    #[serde(default)]
    back: String,
}

/// `POST /imports/{id}/changes`
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Form(turn): Form<Turn>,
) -> Result<Response, Failure> {
    let ctx = visitor.ctx.clone();
    ask(&app, move |imports| {
        imports.set_edit_undone(&ctx, id, Some(turn.rev), turn.number, turn.undone)
    })
    .await
    .map_err(|failure| failure.about(id))?;
    check_again(&app, &visitor, id).await?;
    let fields = [("back".to_owned(), turn.back)];
    let back = if fields.iter().all(|field| field.1.is_empty()) {
        format!("/imports/{id}/changes")
    } else {
        let number = turn.number.to_string();
        let back = super::edit::back_to(&fields, id);
        Link::to(back).with("changed", &number).into_string()
    };
    Ok(see_other(&back))
}
