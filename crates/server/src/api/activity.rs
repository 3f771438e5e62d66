//! The activity log, newest first.

use axum::{extract::Request, response::Response};
use db::Tx;
use directory::activity::{self, ActivityFilter, ActorKind, Area, At, LogEntry};
use kernel::ActivityId;
use serde_json::Value;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Field, Shape, field, may},
};
use crate::activity::written;

const ENTRY: Shape = Shape::Named(
    "Activity",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("at", Shape::Moment, ""),
        field(
            "actor",
            Shape::Object(&[
                field(
                    "id",
                    Shape::Maybe(&Shape::Id),
                    "None for the command line and Muster itself.",
                ),
                field("kind", Shape::OneOf(KINDS), ""),
                field("name", Shape::Text(0, 1000), "As it was then."),
            ]),
            "",
        ),
        field("action", Shape::Text(0, 100), "The stable code."),
        field("sentence", Shape::Lines(100_000), "For people."),
        field("subject", Shape::Maybe(&Shape::Id), "What it is about."),
        field(
            "person",
            Shape::Maybe(&Shape::Text(0, 400)),
            "Whom it is about, as they are called now.",
        ),
        field("details", Shape::Lines(100_000), ""),
        field(
            "erased_at",
            Shape::Maybe(&Shape::Moment),
            "When parts were taken out because somebody was erased.",
        ),
    ]),
);
const KINDS: &[&str] = &["person", "token", "series", "system"];

/// The parts of the log.
pub(super) const AREA: Shape = Shape::OneOf(&[
    "added",
    "changed",
    "deleted",
    "groups",
    "access",
    "devices",
    "cards",
    "invitations",
    "imports",
    "sign_in",
    "workflows",
    "documents",
    "requests",
    "messages",
    "settings",
]);
const FROM: Field = may("from", Shape::Moment, "From this moment on.");
const UNTIL: Field = may("until", Shape::Moment, "Before this moment.");
const WHO: Field = may("who", Shape::OneOf(KINDS), "What kind of actor.");
const WHAT: Field = may("what", AREA, "Which part of the product.");
const BY: Field = may("by", Shape::Id, "What this user did.");
const ON: Field = may("on", Shape::Id, "What is about this user.");
const CONCERNING: Field = may(
    "concerning",
    Shape::Id,
    "What this user did, and what is about them; 404 if there is nobody.",
);
const IMPORT: Field = may("import", Shape::Id, "What is about this import.");
const Q: Field = may(
    "q",
    Shape::Text(1, 200),
    "With these words in the sentence.",
);
const FILTER: &[Field] = &[FROM, UNTIL, WHO, WHAT, BY, ON, CONCERNING, IMPORT, Q];
const FILE_WORDS: &str = "Every entry that the filter of `listActivity` lets through, newest first. The answer begins when all are written; cells are never formulas.";

pub(super) const LIST: Operation =
    Operation::new("listActivity", "List activity", Work::Read(list))
        .words("A search for words looks at 20,000 entries for each page, so that a page may be empty and `next` still goes on.")
        .query(&[
            FROM,
            UNTIL,
            WHO,
            WHAT,
            BY,
            ON,
            CONCERNING,
            IMPORT,
            Q,
            may("before", Shape::Id, "Only what is older than this entry; `cursor` goes before it."),
            LIMIT,
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&ENTRY)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a16","at":"2026-11-22T09:31:00Z","actor":{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","kind":"token","name":"Maria Keller (token Nightly)"},"action":"user.deactivate","sentence":"Maria Keller (token Nightly) deactivated Thandi Nkosi","subject":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","person":"Thandi Nkosi","details":"","erased_at":null}],"next":null}"#,
        )
        .refuses(&[404]);

pub(super) const CSV_FILE: Operation = Operation::new(
    "exportActivityCsv",
    "The activity log as CSV",
    Work::Raw(|ask, request| Box::pin(export(ask, request, false))),
)
.words(FILE_WORDS)
.query(FILTER)
.answers(Answered::File("text/csv"), "")
.refuses(&[404]);
pub(super) const JSON_FILE: Operation = Operation::new(
    "exportActivityJson",
    "The activity log as JSON",
    Work::Raw(|ask, request| Box::pin(export(ask, request, true))),
)
.words(FILE_WORDS)
.query(FILTER)
.answers(Answered::File("application/json"), "")
.refuses(&[404]);

fn filter(ask: &Ask) -> ActivityFilter {
    ActivityFilter {
        from: ask.parsed("from"),
        until: ask.parsed("until"),
        kind: ask.param("who").and_then(ActorKind::parse),
        actor: ask.parsed("by"),
        area: ask.param("what").and_then(Area::parse),
        about: ask.parsed("on"),
        concerning: ask.parsed("concerning"),
        import: ask.parsed("import"),
        text: ask.param("q").map(str::to_owned),
    }
}

async fn export(ask: Ask, _: Request, as_json: bool) -> Result<Response, Problem> {
    let (ctx, filter) = (ask.ctx.clone(), filter(&ask));
    Ok(written(&ask.app, ctx, filter, as_json).await?)
}

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let after = ask.after::<ActivityId>()?;
    let after = after.or_else(|| ask.parsed("before"));
    let at = after.map_or(At::Newest, At::OlderThan);
    let page = activity::page(tx, &ask.ctx, &filter(ask), at, ask.limit())?;
    let last = page.looked_until.map(|(id, _)| id);
    let last = last.or_else(|| page.entries.last().map(|entry| entry.id));
    let next = last.filter(|_| page.has_older).map(|id| id.to_string());
    let items: Vec<Value> = page.entries.iter().map(LogEntry::value).collect();
    Ok(Reply::page(ask, items, next))
}
