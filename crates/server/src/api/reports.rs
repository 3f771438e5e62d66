//! The report on users: as tables of JSON, and each table as a file.

use axum::{body::Body, extract::Request, response::Response};
use db::Tx;
use directory::reports::{self, Part};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, Operation, Work},
    shape::{Field, Shape, field},
};
use crate::{
    failure::Failure,
    imports::{CSV, WORKBOOK, attachment},
    reports::{csv, workbook},
};

const PARTS: Shape = Shape::OneOf(&[
    "sign_ins",
    "weeks",
    "people",
    "people_weeks",
    "invitations",
    "versions",
]);
const CELL: Shape = Shape::Text(0, 10_000);
const REPORT: Shape = Shape::Named(
    "UsersReport",
    &Shape::Object(&[
        field("at", Shape::Moment, "When it was counted."),
        field(
            "parts",
            Shape::List(
                &Shape::Object(&[
                    field("part", PARTS, ""),
                    field("title", CELL, ""),
                    field("headings", Shape::List(&CELL, 1000), ""),
                    field("rows", Shape::List(&Shape::List(&CELL, 1000), 10_000), ""),
                ]),
                10,
            ),
            "",
        ),
    ]),
);
const WHICH: &[Field] = &[field("part", PARTS, "Which table.")];

pub(super) const SHOW: Operation =
    Operation::new("getUsersReport", "The report on users", Work::Read(show))
        .words("Last sign-ins, documents by week and by person, invitations, and versions of the app; the same tables as on the page.")
        .answers(
            Answered::One(&REPORT),
            r#"{"at":"2026-11-22T09:30:00Z","parts":[{"part":"versions","title":"Versions of the app","headings":["Version","People","Devices","Outdated"],"rows":[["2.9.0","120","131","no"]]}]}"#,
        );
pub(super) const CSV_FILE: Operation = Operation::new(
    "getUsersReportCsv",
    "A table of the report on users, as CSV",
    Work::Raw(|ask, request| Box::pin(file(ask, request, false))),
)
.query(WHICH)
.answers(Answered::File("text/csv"), "");
pub(super) const BOOK: Operation = Operation::new(
    "getUsersReportXlsx",
    "A table of the report on users, as a workbook",
    Work::Raw(|ask, request| Box::pin(file(ask, request, true))),
)
.query(WHICH)
.answers(
    Answered::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "",
);

fn show(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let report = reports::users(tx, &ask.ctx).map_err(Failure::from)?;
    let part = |part: Part| {
        let table = report.table(part);
        json!({
            "part": part.as_str(), "title": part.title(), "headings": table.headings,
            "rows": table.rows,
        })
    };
    let parts: Vec<Value> = Part::ALL.into_iter().map(part).collect();
    Ok(Reply::one(json!({"at": report.at, "parts": parts})))
}

async fn file(ask: Ask, _: Request, as_workbook: bool) -> Result<Response, Problem> {
    let part = ask.param("part").and_then(Part::parse);
    let part = part.ok_or_else(Problem::not_found)?;
    let (app, ctx) = (ask.app.clone(), ask.ctx.clone());
    let report = app.db.read(move |tx| reports::users(tx, &ctx)).await;
    let table = report.map_err(Failure::from)?.table(part);
    let (bytes, ending, kind) = if as_workbook {
        (workbook(part, &table)?, "xlsx", WORKBOOK)
    } else {
        (csv(&table)?, "csv", CSV)
    };
    let name = format!("{}.{ending}", part.as_str());
    Ok(attachment(&name, kind, Body::from(bytes)))
}
