//! The account's own templates of files to import.

use axum::{body::Body, extract::Request, response::Response};
use import::Refusal;

use super::{
    Problem,
    ask::Ask,
    import_settings::{PRESETS, preset},
    operation::{Answered, Operation, Work},
    shape::{Field, Shape, may},
};
use crate::imports::{CSV, WORKBOOK, attachment, engine};

const WHICH: &[Field] = &[
    may(
        "preset",
        PRESETS,
        "What it is for; `general` has every column.",
    ),
    may("filled", Shape::Bool, "With nine made-up people."),
];
const WORDS: &str = "Its header has the account's own fields and modules. Filled in, it is imported with the same preset without choosing columns.";

pub(super) const CSV_FILE: Operation = Operation::new(
    "getImportTemplateCsv",
    "A template to fill in, as CSV",
    Work::Raw(|ask, request| Box::pin(template(ask, request, false))),
)
.words(WORDS)
.query(WHICH)
.answers(Answered::File("text/csv"), "");
pub(super) const BOOK: Operation = Operation::new(
    "getImportTemplateXlsx",
    "A template to fill in, as a workbook",
    Work::Raw(|ask, request| Box::pin(template(ask, request, true))),
)
.words(WORDS)
.query(WHICH)
.answers(
    Answered::File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "",
);

async fn template(ask: Ask, _: Request, as_workbook: bool) -> Result<Response, Problem> {
    let (ctx, preset, filled) = (ask.ctx.clone(), preset(&ask), ask.is_set("filled"));
    let written = engine(&ask.app, move |imports| {
        let mut out = Vec::new();
        imports.template(&ctx, preset, filled, as_workbook, &mut out)?;
        Ok::<_, Refusal>(out)
    });
    let (ending, kind) = if as_workbook {
        ("xlsx", WORKBOOK)
    } else {
        ("csv", CSV)
    };
    let name = format!("people-{}.{ending}", preset.as_str());
    Ok(attachment(&name, kind, Body::from(written.await??)))
}
