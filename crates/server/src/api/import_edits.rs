//! Rows of a draft set right before it runs: what was changed of them, and changing them.

use axum::{extract::Request, response::Response};
use import::{Edit, EditRecord, EditedCell, Fix, Import, Imports, Rows};
use kernel::ImportId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    drive,
    import_settings::CARD_HELD,
    imports::{
        COUNT, EXAMPLE as IMPORT_EXAMPLE, IMPORT, found, taken, unfit, value as import_value,
    },
    intake,
    operation::{Answered, Body, FIELDS, Operation, Work},
    replay,
    shape::{Shape, Wrong, field, may},
};
use crate::imports::engine;

const CELL: Shape = Shape::Lines(100_000);
const WAYS: &[&str] = &[
    "suggest",
    "set",
    "values",
    "replace",
    "skip",
    "take",
    "accept",
    "card",
    "duplicates",
    "cells",
    "corrected",
];
const FIX: Shape = Shape::Object(&[
    field(
        "do",
        Shape::OneOf(WAYS),
        "`suggest`: put in what is suggested. `set` all to `value`; blank clears. `values`: `pairs` of old and new. `replace` what `find` finds by `with`. `skip` the rows, or `take` them back in. `accept` broken lines as they were read. `card`: what becomes of cards that somebody else holds. `duplicates`: which of several rows is kept. `cells` and `corrected` are only answered.",
    ),
    may("value", CELL, ""),
    may("pairs", Shape::List(&Shape::List(&CELL, 2), 10_000), ""),
    may("find", Shape::Lines(1000), ""),
    may(
        "how",
        Shape::OneOf(&["exact", "contains", "regex", "blank"]),
        "",
    ),
    may("match_case", Shape::Bool, ""),
    may("with", CELL, ""),
    may("held", CARD_HELD, ""),
    may("keep", Shape::OneOf(&["first", "last", "merged"]), ""),
    may("cells", Shape::List(&CHANGED, 100_000), ""),
    may("file", CELL, ""),
]);
const CHANGED: Shape = Shape::Object(&[
    field("column", Shape::Integer(0, 100_000), "From 0."),
    field("value", CELL, ""),
]);
const OUTCOME: Shape = Shape::OneOf(&["created", "updated", "unchanged", "skipped", "failed"]);
const WHICH: Shape = Shape::Object(&[
    field(
        "of",
        Shape::OneOf(&["all", "numbers", "problem", "filter"]),
        "All rows; `rows` by their numbers; those with the problem `code` in `field`, or only with `value`; or those with an `outcome` or a `cell`.",
    ),
    may(
        "rows",
        Shape::List(&Shape::Integer(1, i64::MAX), 10_000),
        "",
    ),
    may("code", Shape::Text(1, 100), ""),
    may(
        "field",
        Shape::Text(0, 200),
        "Blank for a problem of the row as a whole.",
    ),
    may("value", CELL, ""),
    may("outcome", Shape::Maybe(&OUTCOME), ""),
    may(
        "cell",
        Shape::Maybe(&Shape::Object(&[
            may(
                "column",
                Shape::Maybe(&Shape::Integer(0, 100_000)),
                "Any when not given.",
            ),
            field(
                "how",
                Shape::OneOf(&["exact", "contains", "regex", "blank"]),
                "",
            ),
            field("text", Shape::Lines(1000), ""),
        ])),
        "",
    ),
]);
const EDIT: Shape = Shape::Named(
    "Edit",
    &Shape::Object(&[
        field("fix", FIX, "What is done."),
        may("rows", WHICH, "With which rows; all when not given."),
        may(
            "columns",
            Shape::List(&Shape::Integer(0, 100_000), 10_000),
            "In which columns, from 0; those the problem is in, or all, when there is none.",
        ),
    ]),
);
const EDIT_EXAMPLE: &str = r#"{"fix":{"do":"replace","find":" (at) ","how":"contains","match_case":false,"with":"@"},"rows":{"of":"problem","code":"email_invalid","field":"email"}}"#;
const RECORD: Shape = Shape::Named(
    "EditRecord",
    &Shape::Object(&[
        field("number", Shape::Integer(1, i64::MAX), ""),
        field("edit", EDIT, ""),
        field("rows", COUNT, "How many rows it changed."),
        field("cells", COUNT, "How many cells."),
        field("made_by", Shape::Text(0, 400), ""),
        field("made_at", Shape::Moment, ""),
        field("undone", Shape::Bool, ""),
    ]),
);
const RECORD_EXAMPLE: &str = r#"{"number":1,"edit":{"fix":{"do":"skip"},"rows":{"of":"numbers","rows":[12]}},"rows":1,"cells":0,"made_by":"Maria Keller","made_at":"2026-11-22T09:30:00Z","undone":false}"#;
const CELL_CHANGE: Shape = Shape::Object(&[
    field("row", COUNT, ""),
    field(
        "column",
        Shape::Integer(-2, 100_000),
        "From 0; -1: the row as a whole, -2: its card.",
    ),
    field("before", CELL, ""),
    field("after", CELL, ""),
]);
const PREVIEW: Shape = Shape::Named(
    "EditPreview",
    &Shape::Object(&[
        field("rows", COUNT, "Rows it is about."),
        field("changed", COUNT, "Rows it would change."),
        field("cells", COUNT, "Cells it would change."),
        field("tried", COUNT, "Changed rows that were checked."),
        field("good", COUNT, "Of them, those that could then be imported."),
        field("examples", Shape::List(&CELL_CHANGE, 100), ""),
    ]),
);
const CELLS: Shape = Shape::Named(
    "RowCells",
    &Shape::Object(&[field("cells", Shape::List(&CHANGED, 10_000), "")]),
);
const WANTED: Shape = Shape::Named(
    "Picks",
    &Shape::Object(&[field(
        "rows",
        Shape::Maybe(&WHICH),
        "Only these are wanted, and those that were wanted alone before; null: every row.",
    )]),
);
const CORRECTED: Shape = Shape::Named(
    "Corrected",
    &Shape::Object(&[
        field("edit", RECORD, ""),
        field(
            "found",
            COUNT,
            "Rows of the file that belong to the import.",
        ),
        field("unknown", COUNT, "Rows that do not."),
        field("repeated", COUNT, "Rows that were there twice."),
    ]),
);

pub(super) const LIST: Operation =
    Operation::new("listEdits", "List what was changed of rows", Work::Engine(list))
        .words("The newest 200, on one page.")
        .query(&[FIELDS])
        .answers(
            Answered::One(&Shape::Page(&RECORD)),
            r#"{"items":[{"number":1,"edit":{"fix":{"do":"skip"}},"rows":1,"cells":0,"made_by":"Maria Keller","made_at":"2026-11-22T09:30:00Z","undone":false}],"next":null}"#,
        );
pub(super) const MAKE: Operation =
    Operation::new("editRows", "Change rows of a draft", Work::Engine(make))
        .words("The file stays as it was uploaded. `checkImport` makes the plan anew.")
        .body(Body::Json(&EDIT, EDIT_EXAMPLE))
        .answers(Answered::One(&RECORD), RECORD_EXAMPLE);
pub(super) const TRY: Operation =
    Operation::new("previewEdit", "What a change of rows would do", Work::Engine(preview))
        .body(Body::Json(&EDIT, EDIT_EXAMPLE))
        .answers(
            Answered::One(&PREVIEW),
            r#"{"rows":3,"changed":2,"cells":2,"tried":2,"good":2,"examples":[{"row":3,"column":2,"before":"ben (at) example.com","after":"ben@example.com"}]}"#,
        );
pub(super) const UNDO: Operation =
    Operation::new("undoEdit", "Undo a change of rows", Work::Engine(undo))
        .answers(Answered::One(&IMPORT), IMPORT_EXAMPLE)
        .refuses(&[409]);
pub(super) const REDO: Operation = Operation::new(
    "redoEdit",
    "Let a change of rows count again",
    Work::Engine(redo),
)
.answers(Answered::One(&IMPORT), IMPORT_EXAMPLE)
.refuses(&[409]);
pub(super) const CHANGE_ROW: Operation = Operation::new(
    "changeRow",
    "Change cells of a row",
    Work::Engine(change_row),
)
.words("For drafts only; `checkImport` makes the plan anew.")
.body(Body::Json(
    &CELLS,
    r#"{"cells":[{"column":2,"value":"ben@example.com"}]}"#,
))
.answers(Answered::One(&RECORD), RECORD_EXAMPLE);
pub(super) const PICK: Operation =
    Operation::new("pickRows", "Say which rows are wanted", Work::Engine(pick))
        .words("For drafts only; `checkImport` makes the plan anew.")
        .body(Body::Json(
            &WANTED,
            r#"{"rows":{"of":"numbers","rows":[2,3,4]}}"#,
        ))
        .answers(Answered::One(&IMPORT), IMPORT_EXAMPLE);
pub(super) const CORRECT: Operation = Operation::new(
    "correctImport",
    "Take corrected rows in",
    Work::Raw(|ask, request| Box::pin(correct(ask, request))),
)
.words("A file that was made by `getRowsToFix` and corrected in a spreadsheet: its rows are found again by their keys. `checkImport` makes the plan anew.")
.query(&[may("name", Shape::Text(1, 200), "The file's name.")])
.body(Body::File("row_key,Name,Email\nk1,Thandi Nkosi,thandi@example.com\n"))
.answers(
    Answered::One(&CORRECTED),
    r#"{"edit":{"number":2,"edit":{"fix":{"do":"corrected","file":"rows_to_fix.csv"}},"rows":3,"cells":3,"made_by":"Maria Keller","made_at":"2026-11-22T09:30:00Z","undone":false},"found":3,"unknown":0,"repeated":0}"#,
)
.refuses(&[400, 409, 413, 415, 422, 507]);
pub(super) const REST: Operation =
    Operation::new("importRest", "Import the rows that were left", Work::Engine(rest))
        .words("A new import of the rows that failed, and of those an early stop left; with the same columns and settings. Change it, then check it.")
        .answers(Answered::Taken(&IMPORT), IMPORT_EXAMPLE)
        .refuses(&[409]);

fn list(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let edits = imports.edits(&ask.ctx, import.id)?;
    Ok(Reply::page(ask, edits.iter().map(record).collect(), None))
}

fn record(record: &EditRecord) -> Value {
    json!({
        "number": record.number, "edit": record.edit.described(), "rows": record.rows,
        "cells": record.cells, "made_by": record.made_by, "made_at": record.made_at,
        "undone": record.is_undone,
    })
}

/// The change that the body describes.
fn wanted(body: &Value) -> Result<Edit, Problem> {
    let is_ours = |fix: &str| matches!(fix, "cells" | "corrected");
    let fix = body.pointer("/fix/do").and_then(Value::as_str);
    if fix.is_some_and(is_ours) {
        let words = "That is only answered; cells are changed by changeRow.";
        return Err(Problem::invalid(vec![Wrong::new("/fix/do", words)]));
    }
    let mut body = body.clone();
    if fix == Some("replace")
        && let Some(fix) = body.get_mut("fix").and_then(Value::as_object_mut)
    {
        fix.entry("how").or_insert_with(|| json!("contains"));
        fix.entry("match_case").or_insert_with(|| json!(false));
    }
    serde_json::from_value(body).map_err(|error| {
        Problem::invalid(vec![Wrong::new(
            "/fix",
            crate::format::sentence(&error.to_string()),
        )])
    })
}

fn make(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    edited(imports, ask, &import, &wanted(&ask.body)?)
}

fn edited(imports: &Imports, ask: &Ask, import: &Import, edit: &Edit) -> Result<Reply, Problem> {
    let made = imports.edit(&ask.ctx, import.id, None, edit);
    let (_, made) = made.map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(record(&made)))
}

fn preview(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let edit = wanted(&ask.body)?;
    let found = imports.preview_edit(&ask.ctx, import.id, &edit);
    let found = found.map_err(|refusal| unfit(import.id, refusal))?;
    let example = |cell: &EditedCell| {
        json!({
            "row": cell.row, "column": cell.column, "before": cell.before, "after": cell.after,
        })
    };
    let examples: Vec<Value> = found.examples.iter().map(example).collect();
    Ok(Reply::one(json!({
        "rows": found.rows, "changed": found.changed, "cells": found.cells,
        "tried": found.tried, "good": found.good, "examples": examples,
    })))
}

fn undo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    set_undone(imports, ask, true)
}

fn redo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    set_undone(imports, ask, false)
}

fn set_undone(imports: &Imports, ask: &Ask, is_undone: bool) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let number = ask.id("number")?;
    let edits = imports.edits(&ask.ctx, import.id)?;
    if edits.iter().all(|edit| edit.number != number) {
        return Err(Problem::not_found());
    }
    let import = imports
        .set_edit_undone(&ask.ctx, import.id, None, number, is_undone)
        .map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)))
}

fn change_row(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let cells = ask.body.get("cells").and_then(Value::as_array);
    let cell = |cell: &Value| {
        let column = usize::try_from(cell.get("column")?.as_u64()?).ok()?;
        Some((column, cell.get("value")?.as_str()?.to_owned()))
    };
    let edit = Edit {
        fix: Fix::Cells {
            cells: cells.into_iter().flatten().filter_map(cell).collect(),
        },
        rows: Rows::Numbers {
            rows: vec![ask.id("row")?],
        },
        columns: Vec::new(),
    };
    edited(imports, ask, &import, &edit)
}

fn pick(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let wanted = ask.body.get("rows").filter(|rows| !rows.is_null());
    let picked = match wanted {
        None => imports.pick_all(&ask.ctx, import.id, None),
        Some(rows) => {
            let rows: Rows = serde_json::from_value(rows.clone()).map_err(|error| {
                let words = crate::format::sentence(&error.to_string());
                Problem::invalid(vec![Wrong::new("/rows", words)])
            })?;
            imports.pick_only(&ask.ctx, import.id, None, &rows)
        }
    };
    let import = picked.map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)))
}

async fn correct(mut ask: Ask, request: Request) -> Result<Response, Problem> {
    let id: ImportId = ask.id("id")?;
    let ctx = ask.ctx.clone();
    engine(&ask.app, move |imports| imports.find(&ctx, id)).await??;
    let address = request.uri().to_string();
    let mut upload = intake::receive(&ask.app, request).await?;
    let content = [
        b"imports/corrected".as_slice(),
        address.as_bytes(),
        upload.hash.as_bytes(),
        upload.name.as_bytes(),
    ];
    if let Some(before) = replay::answered(&mut ask, &content).await? {
        return Ok(before);
    }
    let ctx = ask.ctx.clone();
    let corrected = engine(&ask.app, move |imports| {
        imports.correct(&ctx, id, None, &upload.name, &mut upload.file)
    });
    match corrected.await? {
        Ok(corrected) => {
            let reply = Reply::one(json!({
                "edit": record(&corrected.edit), "found": corrected.found,
                "unknown": corrected.unknown, "repeated": corrected.repeated,
            }));
            drive::finished(&ask, reply.answer()).await
        }
        Err(refusal @ import::Refusal::File { .. }) => drive::refused(&ask, refusal.into()).await,
        Err(refusal) => drive::refused(&ask, unfit(id, refusal)).await,
    }
}

fn rest(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let rest = imports
        .begin_rest(&ask.ctx, import.id)
        .map_err(|refusal| unfit(import.id, refusal))?;
    Ok(taken(&rest))
}
