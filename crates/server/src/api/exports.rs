//! People as a file, as the page takes them out: importing it again changes nothing.

use axum::{extract::Request, response::Response};
use directory::users::{ExportUsers, Selection};

use super::{
    Problem,
    ask::Ask,
    operation::{Answered, Operation, Work},
    users::FILTER,
};
use crate::{
    failure::Failure,
    imports::{CSV, WORKBOOK, attachment, streamed},
    users::{Query, write_export},
};

macro_rules! file {
    ($name:ident, $id:literal, $summary:literal, $kind:literal, $is_workbook:literal) => {
        pub(super) const $name: Operation = Operation::new(
            $id,
            $summary,
            Work::Raw(|ask, request| Box::pin(export(ask, request, $is_workbook))),
        )
        .words("Everybody, or those whom the filter lets through. The answer begins when all are written; cells are never formulas. Importing the file again changes nothing.")
        .query(FILTER)
        .answers(Answered::File($kind), "");
    };
}
file!(
    USERS_CSV,
    "exportUsersCsv",
    "Users as CSV",
    "text/csv",
    false
);
file!(
    USERS_XLSX,
    "exportUsersXlsx",
    "Users as a workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    true
);

async fn export(ask: Ask, _: Request, is_workbook: bool) -> Result<Response, Problem> {
    let selection = Selection::Matching(Query::new(ask.query.clone()).filter());
    let written = tokio::task::spawn_blocking(move || {
        write_export(&ask.app, &ask.ctx, &selection, None, is_workbook)
    });
    let written = written.await.map_err(|error| Failure::internal(&error))?;
    let file = written.map_err(|error| match error {
        ExportUsers::Forbidden(_) => Failure::Forbidden,
        ExportUsers::Db(error) => error.into(),
        error @ ExportUsers::Output(_) => Failure::internal(&error),
    })?;
    let (name, kind) = if is_workbook {
        ("people.xlsx", WORKBOOK)
    } else {
        ("people.csv", CSV)
    };
    Ok(attachment(name, kind, streamed(file)))
}
