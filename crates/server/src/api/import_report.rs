//! An import as the command line tells of it, and inviting its people.

use import::{Import, Imports};
use invite::wave::{self, NewWave, Selection, Wanted};
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    import_ends::{REDO, undo_fields},
    imports::{COUNT, found},
    operation::{Answered, Operation, Work},
    shape::{Field, Shape, field, may},
};
use crate::failure::Failure;

const TEXT: Shape = Shape::Lines(4000);
const NAME: Shape = Shape::Maybe(&TEXT);
/// Id and name of each.
const KEPT: Shape = Shape::List(&Shape::List(&TEXT, 2), 1000);
const SECONDS: Shape = Shape::Any;
const FILE: Shape = Shape::Object(&[
    field("name", TEXT, ""),
    field("bytes", COUNT, ""),
    field("format", NAME, ""),
    field("encoding", NAME, ""),
    field("delimiter", NAME, ""),
    field("header_row", Shape::Maybe(&COUNT), ""),
]);
const COLUMN: Shape = Shape::Object(&[
    field("column", Shape::Lines(1_000_000), "Its header."),
    field("field", NAME, "What it fills."),
    may("confidence", TEXT, "How sure that is."),
]);
const PROBLEM: Shape = Shape::Object(&[
    field("code", TEXT, ""),
    field("severity", TEXT, ""),
    field("field", NAME, "Null for the row as a whole."),
    field("rows", COUNT, "How many rows have it."),
]);
const UNDO_FIELDS: &[Field] = &undo_fields(KEPT);
const UNDO: Shape = Shape::Object(UNDO_FIELDS);
const REPORT: Shape = Shape::Named(
    "ImportReport",
    &Shape::Object(&[
        field("import", Shape::Id, ""),
        field("number", COUNT, ""),
        field("state", TEXT, ""),
        field("file", FILE, ""),
        field("mapping", Shape::List(&COLUMN, 20_000), ""),
        field(
            "rows",
            COUNT,
            "The rows of the file; those below add up to them.",
        ),
        field("created", COUNT, ""),
        field("updated", COUNT, ""),
        field("unchanged", COUNT, ""),
        field("skipped", COUNT, ""),
        field("failed", COUNT, ""),
        field("not_started", COUNT, ""),
        field("problems", Shape::List(&PROBLEM, 10_000), ""),
        field(
            "seconds",
            SECONDS,
            "Of `intake`, `check`, `plan` and `apply`.",
        ),
        field("rows_per_second", COUNT, ""),
        may(
            "plan",
            Shape::Any,
            "What would happen, or was agreed to (docs/CLI.md).",
        ),
        may(
            "departures",
            Shape::Any,
            "Who is deactivated: `planned`, `deactivated`, `kept`, `not_started`.",
        ),
        may(
            "error",
            Shape::Any,
            "Why it was refused or failed: `code` and `message`.",
        ),
        may("undo", UNDO, "What its undo did."),
        may("redo", REDO, "What doing it again did."),
    ]),
);
const EXAMPLE: &str = r#"{"import":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","number":118,"state":"done","file":{"name":"staff.csv","bytes":812,"format":"csv","encoding":"utf-8","delimiter":",","header_row":1},"mapping":[{"column":"Email","field":"email","confidence":"exact"}],"rows":712,"created":12,"updated":4,"unchanged":694,"skipped":0,"failed":2,"not_started":0,"problems":[{"code":"email_invalid","severity":"must_fix","field":"email","rows":2}],"seconds":{"intake":0.01,"check":0.02,"plan":0.01,"apply":0.02},"rows_per_second":11866}"#;
const WAVE: Shape = Shape::Named("Wave", &Shape::Object(&[field("id", Shape::Id, "")]));

pub(super) const SHOW: Operation = Operation::new(
    "getImportReport",
    "All that is known of an import",
    Work::Engine(show),
)
.words("The document that `muster import --json` prints.")
.answers(Answered::One(&REPORT), EXAMPLE);
pub(super) const INVITE: Operation = Operation::new(
    "inviteOfImport",
    "Invite the people of an import",
    Work::Engine(invite),
)
.words("Those who never signed in and have no invitation.")
.answers(
    Answered::Taken(&WAVE),
    r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13"}"#,
)
.refuses(&[409]);

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let report = imports.report(&ask.ctx, &import)?;
    let value = serde_json::to_value(report).map_err(|error| Failure::internal(&error))?;
    Ok(Reply::one(value))
}

fn invite(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let id = ask
        .app
        .db
        .write_blocking(|tx| wave::begin(tx, &ask.ctx, &everybody_of(&import)))?;
    Ok(Reply::taken(
        json!({"id": id}),
        &format!("/api/v1/imports/{}", import.id),
    ))
}

fn everybody_of(import: &Import) -> NewWave {
    NewWave {
        selection: Selection::Import(import.id),
        again: false,
        channel: Wanted::Any,
        days: None,
        send_at: None,
    }
}
