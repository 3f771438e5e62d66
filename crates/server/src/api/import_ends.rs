//! What comes after an import: what taking it back or doing it again would do, ending it for good,
//! and whoever is not in its file.

use import::{Departure, Imports};
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply},
    imports::{
        COUNT, EXAMPLE as IMPORT_EXAMPLE, IMPORT, found, refused, taken, unfit,
        value as import_value,
    },
    operation::{Answered, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Field, Shape, field},
};

const KEPT: Shape = Shape::Object(&[
    field("id", Shape::Text(0, 40), ""),
    field("name", Shape::Text(0, 1000), ""),
]);
/// What an undo does, and who is kept from it.
pub(super) const fn undo_fields(kept: Shape) -> [Field; 9] {
    [
        field("removed", COUNT, "New people who are removed."),
        field(
            "kept_created",
            COUNT,
            "New people who stay: changed, or signed in since.",
        ),
        field(
            "restored",
            COUNT,
            "Changed people who get back what they had.",
        ),
        field(
            "kept_updated",
            COUNT,
            "Changed people who were changed again since.",
        ),
        field(
            "reinstated",
            COUNT,
            "Deactivated people who become active again.",
        ),
        field("kept_departed", COUNT, "Deactivated people who stay so."),
        field("returned", COUNT, "Cards that are given back."),
        field(
            "kept_holders",
            COUNT,
            "People who do not get their card back.",
        ),
        field("kept", kept, "Who is kept; the first 200 of each kind."),
    ]
}

const UNDO_FIELDS: &[Field] = &undo_fields(Shape::List(&KEPT, 1000));
const UNDO: Shape = Shape::Named("UndoPreview", &Shape::Object(UNDO_FIELDS));
/// What doing it again does.
pub(super) const REDO: Shape = Shape::Named(
    "RedoPreview",
    &Shape::Object(&[
        field("created", COUNT, "People who are created again."),
        field("updated", COUNT, "People who are changed again."),
        field("deactivated", COUNT, "People who are deactivated again."),
        field(
            "left",
            COUNT,
            "People who are left alone, because they were changed since.",
        ),
    ]),
);
const DEPARTURE: Shape = Shape::Named(
    "Departure",
    &Shape::Object(&[
        field("id", Shape::Id, "The user."),
        field("name", Shape::Text(0, 1000), ""),
        field("external_id", Shape::Maybe(&Shape::Text(0, 400)), ""),
        field("email", Shape::Maybe(&Shape::Text(0, 400)), ""),
        field(
            "fate",
            Shape::OneOf(&["to_deactivate", "deactivated", "kept", "not_started"]),
            "What becomes, or became, of them.",
        ),
    ]),
);

pub(super) const SHOW_UNDO: Operation =
    Operation::new("previewUndo", "What undoing would do", Work::Engine(show_undo))
        .answers(
            Answered::One(&UNDO),
            r#"{"removed":11,"kept_created":1,"restored":4,"kept_updated":0,"reinstated":0,"kept_departed":0,"returned":0,"kept_holders":0,"kept":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","name":"Thandi Nkosi"}]}"#,
        )
        .refuses(&[409]);
pub(super) const SHOW_REDO: Operation = Operation::new(
    "previewRedo",
    "What doing it again would do",
    Work::Engine(show_redo),
)
.answers(
    Answered::One(&REDO),
    r#"{"created":11,"updated":4,"deactivated":0,"left":0}"#,
)
.refuses(&[409]);
pub(super) const REDO_IMPORT: Operation =
    Operation::new("redoImport", "Do an import again", Work::Engine(redo))
        .words("After it was taken back; once.")
        .answers(Answered::Taken(&IMPORT), IMPORT_EXAMPLE)
        .refuses(&[409]);
pub(super) const COMPLETE: Operation = Operation::new(
    "completeImport",
    "End an import for good",
    Work::Engine(complete),
)
.words("Its rows and files are removed, its counts stay; it cannot be undone any more.")
.answers(Answered::One(&IMPORT), IMPORT_EXAMPLE)
.refuses(&[409]);
pub(super) const DEPARTURES: Operation = Operation::new(
    "listDepartures",
    "List who is not in the file",
    Work::Engine(departures),
)
.words("With the mode `match`: people of the scope who are deactivated. None are left once the import is completed.")
.query(&[LIMIT, CURSOR, FIELDS])
.answers(
    Answered::One(&Shape::Page(&DEPARTURE)),
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a11","name":"Thandi Nkosi","external_id":"1001","email":"thandi@example.com","fate":"to_deactivate"}],"next":null}"#,
);
pub(super) const RESTORE: Operation = Operation::new(
    "restoreDeletedOfImport",
    "Take back deleted users whom the file names",
    Work::Engine(restore),
)
.words("With what they had, for a draft that was checked; `checkImport` makes the plan anew.")
.answers(Answered::One(&IMPORT), IMPORT_EXAMPLE)
.refuses(&[409]);

fn show_undo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let preview = imports
        .undo_preview(&ask.ctx, import.id)
        .map_err(|refusal| refused(import.id, refusal))?;
    let kept = preview.kept.iter();
    let kept: Vec<Value> = kept
        .map(|(id, name)| json!({"id": id, "name": name}))
        .collect();
    Ok(Reply::one(json!({
        "removed": preview.removed, "kept_created": preview.kept_created,
        "restored": preview.restored, "kept_updated": preview.kept_updated,
        "reinstated": preview.reinstated, "kept_departed": preview.kept_departed,
        "returned": preview.returned, "kept_holders": preview.kept_holders, "kept": kept,
    })))
}

fn show_redo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let preview = imports
        .redo_preview(&ask.ctx, import.id)
        .map_err(|refusal| refused(import.id, refusal))?;
    Ok(Reply::one(json!({
        "created": preview.created, "updated": preview.updated,
        "deactivated": preview.deactivated, "left": preview.left,
    })))
}

fn redo(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    imports
        .queue_redo(&ask.ctx, import.id, None)
        .map_err(|refusal| refused(import.id, refusal))?;
    Ok(taken(&imports.find(&ask.ctx, import.id)?))
}

fn complete(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let import = imports
        .complete(&ask.ctx, import.id, None)
        .map_err(|refusal| refused(import.id, refusal))?;
    Ok(Reply::one(import_value(&import)))
}

fn departures(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    let after = ask.after()?.unwrap_or(0);
    let limit = ask.limit();
    let page = imports.departures(&ask.ctx, import.id, after, limit)?;
    // A full page may be the last one: then the next one is empty.
    let last = page.last().filter(|_| page.len() == limit);
    let next = last.map(|one| one.number.to_string());
    Ok(Reply::page(ask, page.iter().map(departure).collect(), next))
}

fn departure(one: &Departure) -> Value {
    json!({
        "id": one.user, "name": one.name, "external_id": one.external_id, "email": one.email,
        "fate": one.fate.as_str(),
    })
}

fn restore(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let import = found(imports, ask)?;
    imports
        .restore_deleted(&ask.ctx, import.id, None)
        .map_err(|refusal| unfit(import.id, refusal))?;
    Ok(Reply::one(import_value(
        &imports.find(&ask.ctx, import.id)?,
    )))
}
