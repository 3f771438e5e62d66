//! One row of the file, to be corrected cell by cell.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use directory::{Action, Ctx};
use import::{
    Edit, Fix, Import, Imports, ProblemRow, Refusal, ResultRow, RowFilter, Rows,
    fields::{Catalogue, Field},
};
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

/// Names that are offered for one cell.
const CHOICES: usize = 500;

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
    /// What the cell could say instead.
    choices: Vec<String>,
    /// Of these, how many come from the check, first.
    suggested: usize,
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
    let (import, catalogue, found, known, next, previous) = ask(&app, move |imports| {
        let import = imports.find(&ctx, id)?;
        let found = imports.rows(&ctx, id, &RowFilter::of_row(row))?;
        let found = found.into_iter().find(|found| found.row == row);
        let fields = found.iter().flat_map(faulty_fields).collect();
        let known = known_values(imports, &ctx, &import, fields)?;
        Ok((
            import,
            imports.catalogue(&ctx)?,
            found,
            known,
            imports.next_problem(&ctx, id, row, false)?,
            imports.next_problem(&ctx, id, row, true)?,
        ))
    })
    .await?;
    let found = found.ok_or(Failure::NotFound)?;
    let may_change = visitor.ctx.may(Action::RunImports) && import.state.is_draft();
    let shell = app.shell(&visitor, Section::Imports).await?;
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
        cells: cells(&import, &catalogue, &found, &known),
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
            cells: cells_of(&fields),
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

/// The cells of the form; a suggestion that was pressed comes before what stands in its field.
fn cells_of(fields: &[(String, String)]) -> Vec<(usize, String)> {
    let used = one(fields, "use").split_once(' ');
    let used = used.and_then(|(column, value)| Some((column.parse::<usize>().ok()?, value)));
    fields
        .iter()
        .filter_map(|(name, value)| {
            let column = name.strip_prefix('c')?.parse().ok()?;
            let value = match used {
                Some((meant, value)) if meant == column => value,
                _ => value,
            };
            // A text field of a form ends its lines the way of the network.
            Some((column, value.replace("\r\n", "\n")))
        })
        .collect()
}

/// The fields in which something is wrong.
fn faulty_fields(row: &ResultRow) -> impl Iterator<Item = Field> + '_ {
    row.problems
        .iter()
        .filter_map(|problem| Field::from_key(problem.field.as_deref()?))
}

/// What the cells of these fields can say, by field.
fn known_values(
    imports: &Imports,
    ctx: &Ctx,
    import: &Import,
    fields: Vec<Field>,
) -> Result<HashMap<Field, Vec<String>>, Refusal> {
    if fields.is_empty() {
        return Ok(HashMap::new());
    }
    let values = imports.known_values(ctx, import, &fields)?;
    Ok(fields.into_iter().zip(values).collect())
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

fn cells(
    import: &Import,
    catalogue: &Catalogue,
    row: &ResultRow,
    known: &HashMap<Field, Vec<String>>,
) -> Vec<CellField> {
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
            let names = column.field.as_ref().and_then(|field| known.get(field));
            let (choices, suggested) = choices(&own, &value, names.map_or(&[], Vec::as_slice));
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
                choices,
                suggested,
                is_edited: row.edited.contains(&column.column),
                value,
            }
        })
        .collect()
}

/// What a faulty cell could say: what the check suggests, then what its field knows. The number is that
/// of the suggestions.
fn choices(problems: &[&ProblemRow], cell: &str, known: &[String]) -> (Vec<String>, usize) {
    let mut choices: Vec<String> = Vec::new();
    let mut add = |value: String| {
        if value != cell && !choices.contains(&value) {
            choices.push(value);
        }
        choices.len()
    };
    let mut suggested = 0;
    for problem in problems {
        if let Some(suggestion) = &problem.suggestion {
            suggested = add(problem.corrected(cell, suggestion));
        }
    }
    if let Some(problem) = problems.first() {
        for name in known.iter().take(CHOICES) {
            add(problem.corrected(cell, name));
        }
    }
    (choices, suggested)
}

fn row_problems(import: &Import, catalogue: &Catalogue, row: &ResultRow) -> Vec<ProblemLine> {
    row.problems
        .iter()
        .filter(|problem| rows::columns_of(import, problem).is_empty())
        .map(|problem| rows::problem_line(catalogue, problem))
        .collect()
}
