//! Series of imports themselves: what each looks for, when, what it does, and when it holds.
//!
//! Not here: the files they are handed, and what became of one, see `series`.

use import::{Brakes, Imports, NewSeries, Preset, Refusal, Schedule, Series, Settings};
use kernel::ImportId;
use serde_json::{Value, json};

use super::{
    Problem,
    ask::{Ask, Reply, tag},
    import_settings::{self, choose},
    operation::{Answered, Body, CURSOR, FIELDS, Operation, Work},
    series::{RUN, of_run, series},
    shape::{Field, Shape, Wrong, field, may},
};
use crate::format::sentence;

/// Runs on a page.
const MOST_RUNS: i64 = 100;
const SCHEDULE_WORDS: &str = "`push` (never by itself), `new-file`, `every:MINUTES` or `daily:HH:MM` in the account's time zone.";
const FOLDER_WORDS: &str =
    "The folder to look in, below the operator's folder for series; null: files are handed over.";
const PATTERN_WORDS: &str =
    "Which of its files are meant: `*` and `?` stand for any characters and any one.";
const LIMIT: Shape = Shape::Integer(0, 1_000_000_000);
const BRAKES: Shape = Shape::Object(&[
    may(
        "removed_percent",
        LIMIT,
        "People of the scope deactivated, in percent.",
    ),
    may("removed_people", LIMIT, "People deactivated."),
    may(
        "changed_percent",
        LIMIT,
        "Size or rows that differ from the last file, in percent.",
    ),
    may(
        "failed_percent",
        LIMIT,
        "Rows that cannot be imported, in percent.",
    ),
]);
const SERIES: Shape = Shape::Named(
    "Series",
    &Shape::Object(&[
        field("id", Shape::Id, ""),
        field("name", Shape::Text(0, 400), ""),
        field("folder", Shape::Maybe(&Shape::Text(0, 4000)), FOLDER_WORDS),
        field("pattern", Shape::Text(0, 1000), PATTERN_WORDS),
        field("schedule", Shape::Text(0, 40), SCHEDULE_WORDS),
        field(
            "settings",
            import_settings::SETTINGS,
            "What each of its imports is to do.",
        ),
        field(
            "brakes",
            BRAKES,
            "Above these an import is held for a person.",
        ),
        field(
            "paused",
            Shape::Bool,
            "Whether it does nothing by itself at the moment.",
        ),
        field(
            "next_at",
            Shape::Maybe(&Shape::Moment),
            "When it looks next.",
        ),
        field(
            "saved_by",
            Shape::Text(0, 1000),
            "Whose rights its imports have, as named then.",
        ),
        field("created_at", Shape::Moment, ""),
        field(
            "human_url",
            Shape::Text(0, 200),
            "A page for somebody who signs in.",
        ),
    ]),
);
const FOLDER: Field = may("folder", Shape::Maybe(&Shape::Text(1, 1000)), FOLDER_WORDS);
const PATTERN: Field = may("pattern", Shape::Text(1, 400), PATTERN_WORDS);
const SCHEDULE: Field = may("schedule", Shape::Text(1, 40), SCHEDULE_WORDS);
const NEW: Shape = Shape::Named(
    "NewSeries",
    &Shape::Object(&[
        field("name", Shape::Text(1, 100), "The account has one of it."),
        FOLDER,
        PATTERN,
        SCHEDULE,
        may(
            "like",
            Shape::Id,
            "An import whose settings and columns are taken; `settings` go before them.",
        ),
        may(
            "settings",
            import_settings::SETTINGS,
            "What each import is to do.",
        ),
        may(
            "brakes",
            BRAKES,
            "Above these an import is held for a person; the usual limits where nothing is said.",
        ),
    ]),
);
const CHANGES: Shape = Shape::Named(
    "SeriesChanges",
    &Shape::Object(&[
        may("name", Shape::Text(1, 100), ""),
        FOLDER,
        PATTERN,
        SCHEDULE,
        may(
            "like",
            Shape::Id,
            "An import whose settings and columns are taken.",
        ),
        may("settings", import_settings::SETTINGS, ""),
        may("brakes", BRAKES, ""),
    ]),
);
const EXAMPLE: &str = r#"{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a14","name":"Staff","folder":null,"pattern":"*","schedule":"push","settings":{"preset":"general","mode":"match","scope":["series"]},"brakes":{"removed_percent":2,"removed_people":25,"changed_percent":25,"failed_percent":5},"paused":false,"next_at":null,"saved_by":"Maria Keller (token Nightly)","created_at":"2026-11-22T09:30:00Z","human_url":"/imports/series/01977420-5c1d-7b32-9a01-3d1f5b9e2a14"}"#;
const SOME: &str =
    r#"{"items":[{"id":"01977420-5c1d-7b32-9a01-3d1f5b9e2a14","name":"Staff"}],"next":null}"#;
const RUNS_EXAMPLE: &str = r#"{"items":[{"run":"01977420-5c1d-7b32-9a01-3d1f5b9e2a13","series":"01977420-5c1d-7b32-9a01-3d1f5b9e2a14","state":"held","busy":false,"reasons":["30 people would be deactivated, 4 % of the scope."],"comparison":null,"file":"staff.csv","import":null,"started_at":"2026-11-22T09:30:00Z","decided_at":"2026-11-22T09:31:00Z","status_url":"/api/v1/series/01977420-5c1d-7b32-9a01-3d1f5b9e2a14/runs/01977420-5c1d-7b32-9a01-3d1f5b9e2a13","human_url":"/imports/01977420-5c1d-7b32-9a01-3d1f5b9e2a12"}],"next":null}"#;

pub(super) const LIST: Operation =
    Operation::new("listSeries", "List series of imports", Work::Engine(list))
        .words("All on one page, by name.")
        .query(&[FIELDS])
        .answers(Answered::One(&Shape::Page(&SERIES)), SOME);
pub(super) const SHOW: Operation = Operation::new(
    "getSeries",
    "One series, by its id or name",
    Work::Engine(show),
)
.answers(Answered::One(&SERIES), EXAMPLE);
pub(super) const CREATE: Operation =
    Operation::new("createSeries", "Make a series", Work::Engine(create))
        .words("Its imports have the rights of the token's maker.")
        .body(Body::Json(
            &NEW,
            r#"{"name":"Staff","settings":{"mode":"match","scope":["series"]},"brakes":{"removed_people":100}}"#,
        ))
        .answers(Answered::Made(&SERIES), EXAMPLE);
pub(super) const CHANGE: Operation =
    Operation::new("changeSeries", "Change a series", Work::Engine(change))
        .words("A merge patch (RFC 7396): what is not named stays. Its imports have the rights of the token's maker from now on.")
        .body(Body::Json(&CHANGES, r#"{"brakes":{"removed_people":100}}"#))
        .answers(Answered::One(&SERIES), EXAMPLE)
        .needs_version();
pub(super) const REMOVE: Operation =
    Operation::new("removeSeries", "Remove a series", Work::Engine(remove))
        .words("Its imports stay.")
        .needs_version();
pub(super) const PAUSE: Operation = Operation::new(
    "pauseSeries",
    "Let a series do nothing by itself",
    Work::Engine(pause),
)
.answers(Answered::One(&SERIES), EXAMPLE)
.refuses(&[409]);
pub(super) const RESUME: Operation = Operation::new(
    "resumeSeries",
    "Let a paused series go on",
    Work::Engine(resume),
)
.answers(Answered::One(&SERIES), EXAMPLE)
.refuses(&[409]);
pub(super) const RUN_NOW: Operation =
    Operation::new("runSeries", "Let a series look for a file now", Work::Engine(run))
        .words("Also for the last file again. Refused with 422 `no_folder` when files are handed over: `pushFile`. `Location` leads to its runs, of which the newest is this one once it began.")
        .answers(Answered::Taken(&SERIES), EXAMPLE);
pub(super) const RUNS: Operation =
    Operation::new("listRuns", "List runs of a series", Work::Engine(runs))
        .words("Newest first.")
        .query(&[
            may(
                "limit",
                Shape::Integer(1, MOST_RUNS),
                "How many entries a page has; 100 if nothing is said.",
            ),
            CURSOR,
        ])
        .answers(Answered::One(&Shape::Page(&RUN)), RUNS_EXAMPLE);

fn list(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let all = imports.series_list(&ask.ctx)?;
    Ok(Reply::page(ask, all.iter().map(value).collect(), None))
}

/// The series of the address.
fn found(imports: &Imports, ask: &Ask) -> Result<Series, Problem> {
    series(imports, &ask.ctx, ask.place("series"))
}

fn show(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    Ok(reply(&found(imports, ask)?))
}

fn create(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let preset = ask.body.pointer("/settings/preset").and_then(Value::as_str);
    let preset = preset.and_then(Preset::parse).unwrap_or(Preset::General);
    let usual = NewSeries {
        name: String::new(),
        folder: None,
        pattern: "*".to_owned(),
        schedule: Schedule::Pushed,
        settings: Settings::of(preset),
        brakes: Brakes::default(),
    };
    let made = imports.add_series(&ask.ctx, wanted(imports, ask, usual)?)?;
    Ok(Reply::made(value(&made), &address(&made)).tagged(&tag(made.rev)))
}

fn change(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    ask.expect(&tag(series.rev))?;
    let present = NewSeries {
        name: series.name,
        folder: series.folder,
        pattern: series.pattern,
        schedule: series.schedule,
        settings: series.settings,
        brakes: series.brakes,
    };
    let wanted = wanted(imports, ask, present)?;
    let changed = imports.change_series(&ask.ctx, series.id, Some(series.rev), wanted)?;
    Ok(reply(&changed))
}

fn remove(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    ask.expect(&tag(series.rev))?;
    imports.remove_series(&ask.ctx, series.id, Some(series.rev))?;
    Ok(Reply::nothing())
}

fn pause(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    Ok(reply(
        &imports.pause_series(&ask.ctx, series.id, None, true)?,
    ))
}

fn resume(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    Ok(reply(
        &imports.pause_series(&ask.ctx, series.id, None, false)?,
    ))
}

fn run(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    imports.run_series(&ask.ctx, series.id)?;
    let address = format!("{}/runs", address(&series));
    Ok(Reply::taken(value(&series), &address))
}

fn runs(imports: &Imports, ask: &Ask) -> Result<Reply, Problem> {
    let series = found(imports, ask)?;
    let limit = ask.limit();
    let fetched = i64::try_from(limit).unwrap_or(MOST_RUNS) + 1;
    let mut runs = imports.series_runs_before(&ask.ctx, series.id, ask.after()?, fetched)?;
    let more = runs.len() > limit;
    runs.truncate(limit);
    let last = runs.last().filter(|_| more);
    let next = last.map(|(run, _)| run.id.to_string());
    let items = runs.iter();
    let items = items.map(|(run, import)| of_run(run, import.as_ref()));
    Ok(Reply::page(ask, items.collect(), next))
}

/// What a series is to be: what there is, with what the body says of it.
fn wanted(imports: &Imports, ask: &Ask, mut series: NewSeries) -> Result<NewSeries, Problem> {
    if let Some(name) = ask.text("name") {
        name.clone_into(&mut series.name);
    }
    if let Some(folder) = ask.body.get("folder") {
        series.folder = folder.as_str().map(str::to_owned);
    }
    if let Some(pattern) = ask.text("pattern") {
        pattern.clone_into(&mut series.pattern);
    }
    if let Some(schedule) = ask.text("schedule") {
        let words = "Use push, new-file, every:MINUTES or daily:HH:MM.";
        series.schedule = Schedule::parse(schedule)
            .ok_or_else(|| Problem::invalid(vec![Wrong::new("/schedule", words)]))?;
    }
    if let Some(like) = ask.text("like") {
        let unknown = || Problem::invalid(vec![Wrong::new("/like", "There is no such import.")]);
        let like: ImportId = like.parse().map_err(|_| unknown())?;
        let import = imports
            .find(&ask.ctx, like)
            .map_err(|refusal| match refusal {
                Refusal::NotFound => unknown(),
                other => other.into(),
            })?;
        series.settings = imports.settings_like(&ask.ctx, &import)?;
    }
    if let Some(chosen) = ask.body.get("settings") {
        let choose = choose(imports, &ask.ctx, &mut series.settings, chosen);
        choose.map_err(|refusal| match refusal {
            Refusal::File { code, message } => {
                let words = sentence(&message);
                let at = Wrong::new("/settings", words.clone());
                Problem::unprocessable(&code, words).errors(vec![at])
            }
            other => other.into(),
        })?;
    }
    let limit = |name: &str| ask.body.get("brakes")?.get(name)?.as_i64();
    let brakes = &mut series.brakes;
    for (name, place) in [
        ("removed_percent", &mut brakes.removed_percent),
        ("removed_people", &mut brakes.removed_people),
        ("changed_percent", &mut brakes.changed_percent),
        ("failed_percent", &mut brakes.failed_percent),
    ] {
        *place = limit(name).unwrap_or(*place);
    }
    Ok(series)
}

fn address(series: &Series) -> String {
    format!("/api/v1/series/{}", series.id)
}

fn reply(series: &Series) -> Reply {
    Reply::one(value(series)).tagged(&tag(series.rev))
}

fn value(series: &Series) -> Value {
    json!({
        "id": series.id, "name": series.name, "folder": series.folder,
        "pattern": series.pattern, "schedule": series.schedule.to_string(),
        "settings": import_settings::value(&series.settings), "brakes": series.brakes,
        "paused": series.paused, "next_at": series.next_at, "saved_by": series.saved_by_name,
        "created_at": series.created_at, "human_url": format!("/imports/series/{}", series.id),
    })
}
