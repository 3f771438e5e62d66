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
    reports::{csv, users_report, workbook},
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
const COUNT: Shape = Shape::Integer(0, i64::MAX);
const DAY: Shape = Shape::Text(10, 10);
const WEEKS: Shape = Shape::List(
    &Shape::Object(&[
        field("monday", DAY, "When the week begins."),
        field("submitted", COUNT, "Documents."),
        field("edited", COUNT, "How many times one was."),
    ]),
    100,
);
const PEOPLE: Shape = Shape::List(
    &Shape::Object(&[
        field("user", Shape::Id, ""),
        field("name", Shape::Text(0, 400), "Blank if they are gone."),
        field("submitted", COUNT, ""),
        field("edited", COUNT, ""),
        field("weeks", WEEKS, "Each of them."),
    ]),
    10_000,
);
const SIGN_INS: Shape = Shape::Object(&[
    field("day", COUNT, "Last within 24 hours."),
    field("week", COUNT, "One to seven days ago."),
    field("month", COUNT, "7 to 30 days ago."),
    field("long_ago", COUNT, ""),
    field("never", COUNT, ""),
]);
const INVITATIONS: Shape = Shape::Object(&[
    field("sent", COUNT, "The newest of everybody."),
    field("accepted", COUNT, ""),
    field("open", COUNT, ""),
    field("expired", COUNT, ""),
    field("returned", COUNT, ""),
    field("withdrawn", COUNT, ""),
]);
const VERSIONS: Shape = Shape::List(
    &Shape::Object(&[
        field("version", Shape::Text(0, 400), ""),
        field("people", COUNT, "Signed in with it."),
        field("devices", COUNT, "That have it."),
        field("is_outdated", Shape::Bool, "Older than the released one."),
    ]),
    10_000,
);
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
            "The same as tables in words, as the page has them.",
        ),
        field("sign_ins", SIGN_INS, "How many people signed in last when."),
        field("weeks", WEEKS, "The last weeks, the oldest first."),
        field(
            "people",
            PEOPLE,
            "Who did most with documents in these weeks.",
        ),
        field("invitations", INVITATIONS, ""),
        field("versions", VERSIONS, "Of the app, the newest first."),
        field(
            "released",
            Shape::Maybe(&Shape::Text(0, 400)),
            "The released version, if the account says which it is.",
        ),
        field("outdated", COUNT, "People signed in with an older one."),
    ]),
);
const WHICH: &[Field] = &[field("part", PARTS, "Which table.")];

pub(super) const SHOW: Operation =
    Operation::new("getUsersReport", "The report on users", Work::Read(show))
        .words("Last sign-ins, documents by week and by person, invitations, and versions of the app; the same tables as on the page.")
        .answers(
            Answered::One(&REPORT),
            r#"{"at":"2026-11-22T09:30:00Z","parts":[{"part":"versions","title":"Versions of the app","headings":["Version","People","Devices","Outdated"],"rows":[["2.9.0","120","131","no"]]}],"sign_ins":{"day":80,"week":30,"month":6,"long_ago":4,"never":2},"weeks":[{"monday":"2026-11-16","submitted":4,"edited":9}],"people":[],"invitations":{"sent":122,"accepted":120,"open":1,"expired":1,"returned":0,"withdrawn":0},"versions":[{"version":"2.9.0","people":120,"devices":131,"is_outdated":false}],"released":"2.9.0","outdated":0}"#,
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
    let mut whole = users_report(&report);
    if let Some(whole) = whole.as_object_mut() {
        whole.insert("parts".to_owned(), Value::Array(parts));
    }
    Ok(Reply::one(whole))
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
