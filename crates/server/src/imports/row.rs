//! One row of the file, to be corrected cell by cell.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use directory::{Action, allows};
use import::{Edit, Fix, Import, ResultRow, RowFilter, Rows, fields::Catalogue};
use kernel::{Code, ImportId, Severity};
use serde::Deserialize;

use super::{
    edit::{back_to, carry_out, one},
    frame::{Frame, Place},
    rows::{self, ProblemLine},
    work::ask,
};
use crate::{
    app::App,
    extract::{Form, Params},
    failure::Failure,
    guard::Visitor,
    link::Link,
    page::{Page, Section, Shell},
};

#[derive(Template)]
#[template(path = "imports/row.html")]
pub(crate) struct RowPage {
    shell: Shell,
    frame: Frame,
    row: u64,
    cells: Vec<CellField>,
    /// Problems of the row as a whole.
    problems: Vec<ProblemLine>,
    is_left_out: bool,
    is_broken: bool,
    previous: Option<String>,
    next: Option<String>,
    back: String,
    may_change: bool,
}

struct CellField {
    column: usize,
    label: String,
    field: String,
    value: String,
    problems: Vec<ProblemLine>,
    suggestions: Vec<String>,
    is_long: bool,
    is_edited: bool,
}

/// Where to go back to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Query {
    back: String,
}

/// `GET /imports/{id}/rows/{row}`
pub(crate) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, row)): Path<(String, String)>,
    Params(query): Params<Query>,
) -> Result<Page<RowPage>, Failure> {
    let (id, row) = address(&id, &row)?;
    let ctx = visitor.ctx.clone();
    let (import, catalogue, found, next, previous) = ask(&app, move |imports| {
        let filter = RowFilter {
            after: row.saturating_sub(1),
            limit: 1,
            ..RowFilter::default()
        };
        let found = imports.rows(&ctx, id, &filter)?;
        Ok((
            imports.find(&ctx, id)?,
            imports.catalogue(&ctx)?,
            found.into_iter().find(|found| found.row == row),
            imports.next_problem(&ctx, id, row, false)?,
            imports.next_problem(&ctx, id, row, true)?,
        ))
    })
    .await?;
    let found = found.ok_or(Failure::NotFound)?;
    let may_change = allows(visitor.session.role, Action::RunImports) && import.state.is_draft();
    let shell = app
        .db
        .read(move |tx| Shell::load(tx, &visitor, Section::Imports))
        .await?;
    let back = back_to(&[("back".to_owned(), query.back)], id);
    let to = |row: Option<u64>| {
        row.map(|row| {
            Link::to(format!("/imports/{id}/rows/{row}"))
                .with("back", &back)
                .into_string()
        })
    };
    Ok(Page(RowPage {
        shell,
        frame: Frame::of(&import, Place::Review, &format!("Row {row}")),
        row,
        cells: cells(&import, &catalogue, &found),
        problems: row_problems(&import, &catalogue, &found),
        is_left_out: found.left_out,
        is_broken: found
            .problems
            .iter()
            .any(|problem| is_of_line(&problem.code)),
        previous: to(previous),
        next: to(next),
        back,
        may_change,
    }))
}

/// `POST /imports/{id}/rows/{row}`: new values for cells, or what becomes of the row.
pub(crate) async fn submit(
    State(app): State<App>,
    visitor: Visitor,
    Path((id, row)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let (id, row) = address(&id, &row)?;
    let rev: i64 = one(&fields, "rev")
        .parse()
        .map_err(|_| Failure::BadRequest)?;
    let fix = match one(&fields, "do") {
        "skip" => Fix::Skip,
        "take" => Fix::Take,
        "accept" => Fix::Accept,
        _ => Fix::Cells {
            cells: fields
                .iter()
                .filter_map(|(name, value)| {
                    let column = name.strip_prefix('c')?.parse().ok()?;
                    // A text field of a form ends its lines the way of the network.
                    Some((column, value.replace("\r\n", "\n")))
                })
                .collect(),
        },
    };
    let edit = Edit {
        fix,
        rows: Rows::Numbers { rows: vec![row] },
        columns: Vec::new(),
    };
    let back = back_to(&fields, id);
    carry_out(&app, &visitor, id, rev, edit, &back).await
}

fn address(id: &str, row: &str) -> Result<(ImportId, u64), Failure> {
    match (id.parse(), row.parse()) {
        (Ok(id), Ok(row)) => Ok((id, row)),
        _ => Err(Failure::NotFound),
    }
}

fn is_of_line(code: &str) -> bool {
    code.parse::<Code>().is_ok_and(Code::is_of_line)
}

fn cells(import: &Import, catalogue: &Catalogue, row: &ResultRow) -> Vec<CellField> {
    let mut mapped: Vec<_> = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .collect();
    let is_faulty = |column: usize| {
        row.problems.iter().any(|problem| {
            problem.severity == Severity::MustFix.as_str()
                && rows::columns_of(import, problem).contains(&column)
        })
    };
    mapped.sort_by_key(|column| (!is_faulty(column.column), column.column));
    mapped
        .into_iter()
        .map(|column| {
            let own: Vec<_> = row
                .problems
                .iter()
                .filter(|problem| rows::columns_of(import, problem).contains(&column.column))
                .collect();
            let value = row.cells.get(column.column).cloned().unwrap_or_default();
            CellField {
                column: column.column,
                label: rows::header(column),
                field: column
                    .field
                    .as_ref()
                    .map(|field| catalogue.label(field).into_owned())
                    .unwrap_or_default(),
                is_long: value.contains('\n') || value.chars().count() > 80,
                problems: own
                    .iter()
                    .map(|problem| rows::problem_line(catalogue, problem))
                    .collect(),
                suggestions: own
                    .iter()
                    .filter_map(|problem| problem.suggestion.clone())
                    .collect(),
                is_edited: row.edited.contains(&column.column),
                value,
            }
        })
        .collect()
}

fn row_problems(import: &Import, catalogue: &Catalogue, row: &ResultRow) -> Vec<ProblemLine> {
    row.problems
        .iter()
        .filter(|problem| rows::columns_of(import, problem).is_empty())
        .map(|problem| rows::problem_line(catalogue, problem))
        .collect()
}
