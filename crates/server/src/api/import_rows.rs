//! What an import would do, or did: its plan, its problems, its rows, and rows as a file.

use std::io::{Seek as _, SeekFrom};

use axum::response::Response;
use import::{Download, Imports, Outcome, ProblemRow, Refusal, ResultRow, RowFilter};
use kernel::Code;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    imports::{COUNT, COUNTS, counts, found},
    operation::{Answered, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, field, may},
};
use crate::imports::{CSV, WORKBOOK, attachment, engine, streamed};

const OUTCOMES: Shape = Shape::OneOf(&[
    "created",
    "updated",
    "unchanged",
    "skipped",
    "failed",
    "not_started",
]);
const GUARD: Shape = Shape::Object(&[
    field("number", COUNT, "To be sent as `confirmed`."),
    field("reason", Shape::Lines(4000), ""),
]);
const PLAN: Shape = Shape::Named(
    "Plan",
    &Shape::Object(&[
        field(
            "compared_at",
            Shape::Maybe(&Shape::Moment),
            "When the file was compared with the directory.",
        ),
        field("counts", COUNTS, ""),
        field(
            "fields",
            Shape::List(
                &Shape::Object(&[
                    field("field", Shape::Text(0, 200), ""),
                    field("people", COUNT, ""),
                ]),
                10_000,
            ),
            "Fields of known people that change.",
        ),
        field(
            "new_groups",
            Shape::List(&Shape::Text(0, 400), 200),
            "The first 200.",
        ),
        field("new_group_count", COUNT, ""),
        field("cards_added", COUNT, ""),
        field("grants", COUNT, "Access given or changed."),
        field("role_count", COUNT, "People who get a role above user."),
        field("reactivated", COUNT, ""),
        field(
            "deactivated",
            COUNT,
            "People of the scope who are not in the file.",
        ),
        field(
            "guard",
            Shape::Maybe(&GUARD),
            "What has to be confirmed before the import may start.",
        ),
    ]),
);
const PROBLEM_KIND: Shape = Shape::Named(
    "RowProblemKind",
    &Shape::Object(&[
        field("code", Shape::Text(0, 100), ""),
        field("title", Shape::Text(0, 400), ""),
        field("field", Shape::Maybe(&Shape::Text(0, 200)), ""),
        field("severity", Shape::Text(0, 40), ""),
        field("rows", COUNT, "How many rows have it."),
    ]),
);
const ROW_PROBLEM: Shape = Shape::Named(
    "RowProblem",
    &Shape::Object(&[
        field("code", Shape::Text(0, 100), ""),
        field("message", Shape::Lines(4000), ""),
        field("severity", Shape::Text(0, 40), ""),
        field("row", Shape::Integer(0, i64::MAX), ""),
        field("column", Shape::Maybe(&COUNT), "From 0."),
        field("field", Shape::Maybe(&Shape::Text(0, 200)), ""),
        field("value", Shape::Lines(100_000), "As written."),
        field(
            "suggestion",
            Shape::Maybe(&Shape::Lines(100_000)),
            "What is probably meant.",
        ),
    ]),
);
const ROW: Shape = Shape::Named(
    "Row",
    &Shape::Object(&[
        field(
            "row",
            Shape::Integer(0, i64::MAX),
            "As a spreadsheet shows it.",
        ),
        field("outcome", OUTCOMES, "What becomes, or became, of it."),
        field("user", Shape::Maybe(&Shape::Id), "For rows about somebody."),
        field("cells", Shape::List(&Shape::Lines(1_000_000), 20_000), ""),
        field(
            "changes",
            Shape::List(
                &Shape::Object(&[
                    field("field", Shape::Text(0, 200), ""),
                    field("before", Shape::Lines(1_000_000), ""),
                    field("after", Shape::Lines(1_000_000), ""),
                ]),
                20_000,
            ),
            "",
        ),
        field("problems", Shape::List(&ROW_PROBLEM, 20_000), ""),
    ]),
);

pub(super) const SHOW_PLAN: Operation =
    Operation::new("getPlan", "The plan of an import", Work::Engine(plan))
        .words("What would happen to the directory. Refused with 409 `wrong_state` while the import was not checked.")
        .answers(
            Answered::One(&PLAN),
            r#"{"compared_at":"2026-11-22T09:30:00Z","counts":{"new":12,"changed":4,"unchanged":694,"skipped":0,"failed":2,"not_started":0},"fields":[{"field":"department","people":4}],"new_groups":["Night shift"],"new_group_count":1,"cards_added":0,"grants":0,"role_count":0,"reactivated":0,"deactivated":0,"guard":null}"#,
        )
        .refuses(&[409]);
pub(super) const LIST_PROBLEMS: Operation =
    Operation::new("listProblems", "List the kinds of problems", Work::Engine(problems))
        .words("How many rows have which problem, all on one page; the rows themselves by `listRows` with `code`.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&PROBLEM_KIND)),
            r#"{"items":[{"code":"email_invalid","title":"Not an e-mail address","field":"email","severity":"error","rows":2}],"next":null}"#,
        );
pub(super) const LIST_ROWS: Operation =
    Operation::new("listRows", "List rows with what becomes of them", Work::Engine(rows))
        .words("In the order of the file, and none once the import is completed.")
        .query(&[
            may("outcome", OUTCOMES, "Rows with this outcome."),
            may("code", Shape::Text(1, 100), "Rows with this problem."),
            may("field", Shape::Text(1, 200), "Rows with the problem in this field; together with `code`."),
            LIMIT,
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&ROW)),
            r#"{"items":[{"row":3,"outcome":"failed","user":null,"cells":["2","Ben","ben@"],"changes":[],"problems":[{"code":"email_invalid","message":"Not an e-mail address","severity":"error","row":3,"column":2,"field":"email","value":"ben@","suggestion":null}]}],"next":null}"#,
        );

/// A file of an import.
#[derive(Clone, Copy)]
enum Wanted {
    Rows(Download),
    Departures,
    Differences,
}

macro_rules! files {
    ($($name:ident $book:ident $id:literal $book_id:literal $summary:literal $wanted:expr;)+) => {$(
        pub(super) const $name: Operation = Operation::new(
            $id,
            concat!($summary, ", as a file"),
            Work::Raw(|ask, _| Box::pin(download(ask, $wanted, false))),
        )
        .words("As CSV with the delimiter of the file; cells are never formulas. Refused with 409 `wrong_state` when there are no rows.")
        .answers(Answered::File("text/csv"), "")
        .refuses(&[409]);
        pub(super) const $book: Operation = Operation::new(
            $book_id,
            concat!($summary, ", as a workbook"),
            Work::Raw(|ask, _| Box::pin(download(ask, $wanted, true))),
        )
        .words("Cells are never formulas. Refused with 409 `wrong_state` when there are no rows.")
        .answers(
            Answered::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            "",
        )
        .refuses(&[409]);
    )+};
}
files! {
    GET_ERRORS GET_ERROR_BOOK "getErrorFile" "getErrorWorkbook" "Rows that were not imported" Wanted::Rows(Download::Errors);
    GET_RESULTS GET_RESULT_BOOK "getResultFile" "getResultWorkbook" "All rows with what became of them" Wanted::Rows(Download::Results);
    GET_TO_FIX GET_TO_FIX_BOOK "getRowsToFix" "getRowsToFixWorkbook" "Rows to be corrected, with keys by which `correctImport` finds them" Wanted::Rows(Download::ToFix);
    GET_CREATED GET_CREATED_BOOK "getCreatedUsers" "getCreatedUsersWorkbook" "Rows of new people with their ids" Wanted::Rows(Download::Created);
    GET_DEPARTURES GET_DEPARTURE_BOOK "getDepartureFile" "getDepartureWorkbook" "People who are not in the file" Wanted::Departures;
    GET_CHANGES GET_CHANGE_BOOK "getChangeFile" "getChangeWorkbook" "What changes of known people" Wanted::Differences;
}

fn plan(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let Some(plan) = &import.plan else {
        let refusal = Refusal::WrongState(import.state);
        let words = crate::format::sentence(&refusal.to_string());
        let page = format!("/imports/{}", import.id);
        return Err(Problem::conflict(refusal.code(), words).human_url(page));
    };
    let fields = plan.fields.iter();
    let fields: Vec<Value> = fields
        .map(|one| json!({"field": one.field, "people": one.people}))
        .collect();
    let guard = plan.guard.as_ref();
    Ok(Reply::one(json!({
        "compared_at": plan.compared_at, "counts": counts(plan.counts), "fields": fields,
        "new_groups": plan.new_groups, "new_group_count": plan.new_group_count,
        "cards_added": plan.cards_added, "grants": plan.grants, "role_count": plan.role_count,
        "reactivated": plan.reactivated,
        "deactivated": plan.departures.as_ref().map_or(0, |departures| departures.people),
        "guard": guard.map(|guard| json!({"number": guard.number, "reason": guard.reason})),
    })))
}

fn problems(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let groups = imports.problem_groups(&ask.ctx, import.id)?;
    let items = groups.into_iter().map(|group| {
        json!({
            "code": group.code, "title": title(&group.code),
            "field": Some(group.field).filter(|field| !field.is_empty()),
            "severity": group.severity, "rows": group.rows,
        })
    });
    Ok(Reply::page(ask, items.collect(), None))
}

/// The words of a code.
fn title(code: &str) -> &str {
    let known = Code::ALL.iter().find(|known| known.as_str() == code);
    known.map_or(code, |known| known.title())
}

fn rows(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let filter = RowFilter {
        outcome: ask.param("outcome").and_then(Outcome::parse),
        code: ask.param("code").map(str::to_owned),
        field: ask.param("field").map(str::to_owned),
        after: ask.after()?.unwrap_or(0),
        limit: ask.limit(),
        ..RowFilter::default()
    };
    let rows = imports.rows(&ask.ctx, import.id, &filter)?;
    // A full page may be the last one: then the next one is empty.
    let last = rows.last().filter(|_| rows.len() == filter.limit);
    let next = last.map(|row| row.row.to_string());
    Ok(Reply::page(ask, rows.iter().map(row).collect(), next))
}

fn row(row: &ResultRow) -> Value {
    let changes = row.changes.iter();
    let changes: Vec<Value> = changes
        .map(|(field, before, after)| json!({"field": field, "before": before, "after": after}))
        .collect();
    json!({
        "row": row.row, "outcome": row.outcome.as_str(), "user": row.user, "cells": row.cells,
        "changes": changes, "problems": row.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn problem(problem: &ProblemRow) -> Value {
    json!({
        "code": problem.code, "message": problem.message(), "severity": problem.severity,
        "row": problem.row, "column": problem.column, "field": problem.field,
        "value": problem.value, "suggestion": problem.suggestion,
    })
}

async fn download(ask: Ask, wanted: Wanted, as_workbook: bool) -> Result<Response, Problem> {
    let id = ask.id("id")?;
    let data = ask.app.settings.data.clone();
    let ctx = ask.ctx.clone();
    let written = engine(&ask.app, move |imports| {
        // Written to a file without a name first: a failure halfway is then still a problem.
        let mut spool = tempfile::tempfile_in(data)?;
        let out = &mut spool;
        match wanted {
            Wanted::Rows(rows) => imports.download(&ctx, id, rows, as_workbook, out)?,
            Wanted::Departures => imports.download_departures(&ctx, id, as_workbook, out)?,
            Wanted::Differences => imports.download_differences(&ctx, id, as_workbook, out)?,
        }
        spool.seek(SeekFrom::Start(0))?;
        Ok::<_, Refusal>(spool)
    })
    .await?;
    let file = written.map_err(|refusal| match refusal {
        Refusal::WrongState(_) => Problem::conflict(
            refusal.code(),
            crate::format::sentence(&refusal.to_string()),
        ),
        other => other.into(),
    })?;
    let stem = match wanted {
        Wanted::Rows(rows) => rows.file_name().trim_end_matches(".csv"),
        Wanted::Departures => Imports::DEPARTURES_FILE,
        Wanted::Differences => Imports::DIFFERENCES_FILE,
    };
    let (ending, kind) = if as_workbook {
        ("xlsx", WORKBOOK)
    } else {
        ("csv", CSV)
    };
    Ok(attachment(
        &format!("{stem}.{ending}"),
        kind,
        streamed(file),
    ))
}
