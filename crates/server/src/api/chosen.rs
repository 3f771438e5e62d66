//! An import of a file that arrived in parts, with everything that can be chosen for it at once: what
//! the command line sends.
//!
//! Not here: what choices mean, see `import::Choices`.

use identity::answers;
use import::{Choices, Imports, Refusal};
use serde_json::json;

use super::{
    Problem,
    ask::{Ask, Reply},
    import_settings::{BETWEEN, BLANK, COUNTS, FILE, NAMES},
    operation::{Answered, Body, Operation, Work},
    replay,
    shape::{Shape, field, may},
    uploads::conflict,
};

/// Columns and values that are named in one request.
const MOST: usize = 10_000;
const KEY: Shape = Shape::Text(1, 200);
const CELL: Shape = Shape::Lines(4000);
const VALUE: Shape = Shape::Object(&[field("field", KEY, ""), field("value", CELL, "")]);
const COLUMN: Shape = Shape::Object(&[
    field("column", CELL, "Its header."),
    field("field", KEY, ""),
]);
const READ_AS: Shape = Shape::Object(&[
    field("field", KEY, ""),
    field("value", CELL, "As in the file."),
    field("becomes", CELL, "What it stands for; blank for nothing."),
]);
const OPTION: Shape = Shape::Object(&[field("field", KEY, ""), COUNTS, BLANK, NAMES, BETWEEN]);
const SPLIT: Shape = Shape::Object(&[
    field("header", CELL, ""),
    field("before", KEY, "The field before the separator."),
    field("separator", CELL, ""),
    field(
        "at",
        Shape::OneOf(&["first", "last"]),
        "At which of several.",
    ),
    field("after", KEY, "The field after it."),
]);
const CHOICES: Shape = Shape::Named(
    "ImportChoices",
    &Shape::Object(&[
        may(
            "preset",
            Shape::OneOf(&["general", "invite", "team", "roles", "cards"]),
            "What the choices begin with.",
        ),
        may(
            "mode",
            Shape::OneOf(&["add-update", "add", "update", "match"]),
            "Add people, change them, both, or also deactivate those of the scope who are missing from the file.",
        ),
        may(
            "scope",
            Shape::List(&Shape::Text(1, 300), 1000),
            "Whom the file is a complete list of: `all`, `group:NAME` or `team:NAME`.",
        ),
        may(
            "existing",
            Shape::OneOf(&["skip", "keep", "overwrite"]),
            "What happens to people who are there already.",
        ),
        may(
            "former",
            Shape::OneOf(&["leave", "fresh", "restore", "skip"]),
            "What happens to people of the file who are deactivated.",
        ),
        may(
            "card_held",
            Shape::OneOf(&["refuse", "leave", "move"]),
            "What happens to cards that somebody else holds.",
        ),
        may(
            "bad_rows",
            Shape::OneOf(&["skip", "stop"]),
            "Import the good rows, or nothing unless all are good.",
        ),
        may(
            "unknown_group",
            Shape::OneOf(&["create", "error"]),
            "What happens to groups the account does not have.",
        ),
        may(
            "match_keys",
            Shape::List(
                &Shape::OneOf(&["external_id", "email", "phone", "card_id"]),
                4,
            ),
            "What people are recognised by, in the order of trust.",
        ),
        may(
            "default_country",
            Shape::Text(1, 20),
            "Country whose national phone numbers are understood, such as ZA.",
        ),
        may(
            "date_order",
            Shape::OneOf(&["ymd", "dmy", "mdy"]),
            "Order of dates that are not in ISO form.",
        ),
        may(
            "card_radix",
            Shape::OneOf(&["decimal", "hex"]),
            "How card numbers are written.",
        ),
        may(
            "card_start",
            Shape::Text(1, 100),
            "Start of validity for cards without one.",
        ),
        may(
            "card_end",
            Shape::Text(1, 100),
            "End of validity for cards without one.",
        ),
        may(
            "pause_after",
            Shape::Integer(1, 10_000),
            "Pause after so many written rows for a look.",
        ),
        may(
            "set",
            Shape::List(&VALUE, MOST),
            "Values for people whose row has none.",
        ),
        may("map", Shape::List(&COLUMN, MOST), "Columns mapped by hand."),
        may(
            "ignore",
            Shape::List(&CELL, MOST),
            "Headers of columns that are left out.",
        ),
        may(
            "read_as",
            Shape::List(&READ_AS, MOST),
            "Values of list columns that are read as others.",
        ),
        may(
            "create_values",
            Shape::List(&VALUE, MOST),
            "Groups that are created, whatever happens to other unknown ones.",
        ),
        may(
            "skip_values",
            Shape::List(&VALUE, MOST),
            "Values whose rows are left out.",
        ),
        may(
            "options",
            Shape::List(&OPTION, MOST),
            "What is done with single fields.",
        ),
        may(
            "splits",
            Shape::List(&SPLIT, MOST),
            "Columns that fill two fields.",
        ),
        may(
            "file",
            FILE,
            "How the file is to be read; the rest is detected.",
        ),
        may(
            "mapping",
            Shape::Text(1, 200),
            "The name of a saved mapping; what is chosen here goes before it.",
        ),
    ]),
);
const BEGUN: Shape = Shape::Named(
    "BegunImport",
    &Shape::Object(&[
        field("id", Shape::Id, "Of the import."),
        field(
            "notes",
            Shape::List(&Shape::Lines(4000), 1000),
            "What somebody should know before anything else.",
        ),
    ]),
);

pub(super) const IMPORT_UPLOAD: Operation = Operation::new(
    "importUpload",
    "Import a file that arrived in parts",
    Work::Engine(import_upload),
)
.words("With everything that can be chosen, as `muster import` has it. The import is checked, whatever its columns are, and waits for `startImport`. The upload is gone then.")
.body(Body::Json(&CHOICES, r#"{"mode":"add","map":[{"column":"Mail","field":"email"}],"set":[{"field":"department","value":"Security"}]}"#))
.answers(Answered::Taken(&BEGUN), r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a12","notes":[]}"#)
.refuses(&[409, 413, 415]);

fn import_upload(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let id = ask.id("id")?;
    let (upload, mut file) = imports.open_upload(&ask.ctx, id).map_err(conflict)?;
    let choices: Choices = serde_json::from_value(ask.body.clone()).map_err(|error| {
        Problem::invalid(vec![super::shape::Wrong::new("", format!("{error}."))])
    })?;
    // With a saved mapping the import is not as it should be until that is applied: the answer is kept after.
    let keyed = ask.keyed.as_ref().filter(|_| choices.mapping.is_none());
    let received = imports.receive_chosen(
        &ask.ctx,
        upload.name,
        &choices,
        &mut file,
        &mut |tx, import| {
            let Some(keyed) = keyed else { return Ok(()) };
            let answer = begun(import.id, &[]).answer();
            if answers::keep(tx, keyed, &answer, ask.ctx.now())? {
                return Ok(());
            }
            Err(Refusal::File {
                code: replay::KEY_TAKEN.to_owned(),
                message: String::new(),
            })
        },
    );
    let (import, notes) = match received {
        Ok(received) => received,
        Err(Refusal::File { code, .. }) if code == replay::KEY_TAKEN => return Err(replay::taken()),
        Err(refusal) => return Err(refusal.into()),
    };
    imports.queue_check(&ask.ctx, import.id, None)?;
    let reply = begun(import.id, &notes);
    if let Some(keyed) = keyed {
        let answer = reply.answer();
        let db = &ask.app.db;
        db.write_blocking(|tx| answers::amend(tx, keyed, &answer))?;
    }
    imports.drop_upload(&ask.ctx, id)?;
    Ok(reply)
}

fn begun(id: kernel::ImportId, notes: &[String]) -> Reply {
    Reply::taken(
        json!({"id": id, "notes": notes}),
        &format!("/api/v1/imports/{id}"),
    )
}
