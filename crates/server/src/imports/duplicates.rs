//! Rows with the same key, side by side.

use askama::Template;
use axum::extract::State;
use directory::Action;
use import::{DuplicateGroup, Import};
use kernel::ImportId;
use serde::Deserialize;

use super::{
    frame::{Frame, Place},
    rows,
    work::ask,
};
use crate::{
    app::App,
    extract::{Id, Params},
    failure::Failure,
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
};

const GROUPS_SHOWN: usize = 20;
/// Columns shown beside each other.
const COLUMNS_SHOWN: usize = 12;

#[derive(Template)]
#[template(path = "imports/duplicates.html")]
pub(crate) struct DuplicatesPage {
    shell: Shell,
    frame: Frame,
    code: String,
    field: String,
    headers: Vec<String>,
    groups: Vec<GroupView>,
    next: Option<String>,
    back: String,
    here: String,
    may_change: bool,
}

struct GroupView {
    value: String,
    rows: Vec<RowView>,
}

struct RowView {
    number: u64,
    cells: Vec<(String, bool)>,
    /// The other rows of the group.
    others: Vec<u64>,
}

/// Which problem, and after which group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    code: String,
    field: String,
    after: u64,
}

/// `GET /imports/{id}/duplicates`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Id(id): Id<ImportId>,
    Params(query): Params<Query>,
) -> Result<Page<DuplicatesPage>, Failure> {
    let (ctx, asked) = (visitor.ctx.clone(), query.clone());
    let (import, groups) = ask(&app, move |imports| {
        let key = (asked.code.as_str(), asked.field.as_str());
        let groups = imports.duplicates(&ctx, id, key, asked.after, GROUPS_SHOWN)?;
        Ok((imports.find(&ctx, id)?, groups))
    })
    .await
    .map_err(|failure| failure.about(id))?;
    let may_change = visitor.ctx.may(Action::RunImports) && import.state.is_draft();
    let shell = app.shell(&visitor, Section::Imports).await?;
    let columns = columns_shown(&import, &groups);
    let base = format!("/imports/{id}/duplicates");
    let link = |after: u64| {
        Link::to(&base)
            .with("code", &query.code)
            .with("field", &query.field)
            .with("after", &after.to_string())
            .into_string()
    };
    let last = groups
        .last()
        .and_then(|group| group.rows.first())
        .map(|row| row.row);
    Ok(Page(DuplicatesPage {
        shell,
        frame: Frame::of(&import, Place::Review, &rows::title(&query.code)),
        headers: columns.iter().map(|column| column.1.clone()).collect(),
        next: last.filter(|_| groups.len() == GROUPS_SHOWN).map(link),
        groups: groups.iter().map(|group| view(group, &columns)).collect(),
        back: Link::to(Place::Review.link(id))
            .with("code", &query.code)
            .with("field", &query.field)
            .into_string(),
        here: link(query.after),
        code: query.code,
        field: query.field,
        may_change,
    }))
}

/// Columns that fill a field or differ, in the order of the file.
fn columns_shown(import: &Import, groups: &[DuplicateGroup]) -> Vec<(usize, String)> {
    import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .filter(|column| {
            column.field.is_some() || groups.iter().any(|group| group.differs(column.column))
        })
        .take(COLUMNS_SHOWN)
        .map(|column| (column.column, rows::header(column)))
        .collect()
}

fn view(group: &DuplicateGroup, columns: &[(usize, String)]) -> GroupView {
    let numbers: Vec<u64> = group.rows.iter().map(|row| row.row).collect();
    GroupView {
        value: group.value.clone(),
        rows: group
            .rows
            .iter()
            .map(|row| RowView {
                number: row.row,
                cells: columns
                    .iter()
                    .map(|(column, _)| {
                        let text = row.cells.get(*column).map_or("", String::as_str);
                        (rows::shortened(text), group.differs(*column))
                    })
                    .collect(),
                others: numbers
                    .iter()
                    .copied()
                    .filter(|number| *number != row.row)
                    .collect(),
            })
            .collect(),
    }
}
