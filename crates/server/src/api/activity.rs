//! The activity log, newest first.

use db::Tx;
use directory::activity::{self, ActivityFilter, ActorKind, Area, At, LogEntry};
use kernel::ActivityId;
use serde_json::Value;

use super::{
    Problem,
    ask::{Ask, Reply},
    operation::{Answered, CURSOR, FIELDS, LIMIT, Operation, Work},
    shape::{Shape, field, may},
};

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

pub(super) const LIST: Operation =
    Operation::new("listActivity", "List activity", Work::Read(list))
        .words("A search for words looks at 20,000 entries for each page, so that a page may be empty and `next` still goes on.")
        .query(&[
            may("from", Shape::Moment, "From this moment on."),
            may("until", Shape::Moment, "Before this moment."),
            may("who", Shape::OneOf(KINDS), "What kind of actor."),
            may("what", Shape::OneOf(&["added", "changed", "deleted", "groups", "access", "devices", "cards", "invitations", "imports", "sign_in", "workflows", "documents", "requests", "messages", "settings"]), "Which part of the product."),
            may("by", Shape::Id, "What this user did."),
            may("on", Shape::Id, "What is about this user."),
            may("import", Shape::Id, "What is about this import."),
            may("q", Shape::Text(1, 200), "With these words in the sentence."),
            LIMIT,
            CURSOR,
            FIELDS,
        ])
        .answers(
            Answered::One(&Shape::Page(&ENTRY)),
            r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a16","at":"2026-11-22T09:31:00Z","actor":{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","kind":"token","name":"Maria Keller (token Nightly)"},"action":"user.deactivate","sentence":"Maria Keller (token Nightly) deactivated Thandi Nkosi","subject":"01977420-5c1d-7b32-9a01-3d1f5b9e2a10","person":"Thandi Nkosi","details":"","erased_at":null}],"next":null}"#,
        );

fn list(tx: &mut Tx<'_>, ask: &Ask) -> Result<Reply, Problem> {
    let filter = ActivityFilter {
        from: ask.parsed("from"),
        until: ask.parsed("until"),
        kind: ask.param("who").and_then(ActorKind::parse),
        actor: ask.parsed("by"),
        area: ask.param("what").and_then(Area::parse),
        about: ask.parsed("on"),
        import: ask.parsed("import"),
        text: ask.param("q").map(str::to_owned),
        ..ActivityFilter::default()
    };
    let at = ask.after::<ActivityId>()?.map_or(At::Newest, At::OlderThan);
    let page = activity::page(tx, &ask.ctx, &filter, at, ask.limit())?;
    let last = page.looked_until.map(|(id, _)| id);
    let last = last.or_else(|| page.entries.last().map(|entry| entry.id));
    let next = last.filter(|_| page.has_older).map(|id| id.to_string());
    let items: Vec<Value> = page.entries.iter().map(LogEntry::value).collect();
    Ok(Reply::page(ask, items, next))
}
