//! `muster import`: one import, start to end.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use directory::Ctx;
use import::{
    BadRows, CardHeld, Counts, Download, Existing, Former, Import as Run, Imports, MatchKey, Mode,
    NewImport, Preset, Refusal, Settings, State, UnknownGroup,
};
use kernel::{Code, JobId};
use serde_json::{Value, json};

use super::read::choices;
use crate::{cli::Import, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Import) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let imports = house.imports();
    let mut settings = settings(args)?;
    settings.scope = imports.scope_named(&ctx, &args.scope)?;
    if let Some(name) = &args.saved.mapping {
        // Before a file is taken in for nothing.
        imports.shared_mapping(&ctx, name)?;
    }
    let (name, mut source) = open(&args.file)?;
    let new = NewImport {
        file_name: name,
        name: None,
        settings,
    };
    let mut received = imports.receive(&ctx, new, &mut source)?;
    if let Some(name) = &args.saved.mapping {
        received = super::saved::apply(&imports, &ctx, &received, name)?;
    }
    announce(&imports, &ctx, &received)?;
    let planned = check(house, &imports, &ctx, &received)?;
    if planned.state != State::Planned {
        return refused(&imports, &ctx, &planned, &why_not_planned(&planned), args);
    }
    if args.dry_run {
        return finish(&imports, &ctx, &planned, args);
    }
    if !args.yes {
        show_plan(&imports, &ctx, &planned)?;
        output::note(if args.invites() {
            "  Those who never signed in are invited once it is done."
        } else {
            "  Nobody is invited."
        });
        if !output::asks("Start the import?") {
            output::note("Nothing was imported. Add --yes to import without being asked.");
            return finish(&imports, &ctx, &planned, args);
        }
    }
    let (planned, started) = start(house, &imports, &ctx, planned, args.confirm, args.yes)?;
    let job = match started {
        Ok(job) => job,
        Err(refusal) => return refused(&imports, &ctx, &planned, &refusal, args),
    };
    if imports.jobs_ahead(job)? > 0 {
        output::note("Waiting for another import of the account to end.");
    }
    house.runner(true).run_until_done(job)?;
    let done = imports.find(&ctx, planned.id)?;
    if args.invites() && matches!(done.state, State::Done | State::DoneWithProblems) {
        super::invitations::of_import(house, &ctx, done.id)?;
        output::note(
            "Its people who never signed in are invited. Messages are sent by a running server, or by muster outbox send.",
        );
    }
    finish(&imports, &ctx, &done, args)
}

/// Why a check did not end in a plan.
fn why_not_planned(import: &Run) -> Refusal {
    match import.reason.clone() {
        Some(reason) => Refusal::File {
            code: reason.code,
            message: reason.message,
        },
        None => Refusal::WrongState(import.state),
    }
}

/// Starts a planned import. If its plan is out of date it is checked again first, and a plan that
/// says something else than before has to be agreed to anew.
pub(crate) fn start(
    house: &House,
    imports: &Imports,
    ctx: &Ctx,
    planned: Run,
    confirm: Option<i64>,
    yes: bool,
) -> Result<(Run, Result<JobId, Refusal>)> {
    let why = match imports.start(ctx, planned.id, None, confirm) {
        Err(refusal) if refusal.code() == Code::PlanOutOfDate.as_str() => refusal,
        started => return Ok((planned, started)),
    };
    output::note(&format!("{why} Checking."));
    let again = check(house, imports, ctx, &planned)?;
    let (Some(before), Some(now)) = (&planned.plan, &again.plan) else {
        let refusal = why_not_planned(&again);
        return Ok((again, Err(refusal)));
    };
    if now.says_the_same_as(before) {
        output::note("The plan is still the same.");
    } else {
        output::note("The plan is another one now:");
        show_plan(imports, ctx, &again)?;
        if !yes && !output::asks("Start the import?") {
            let refusal = Refusal::File {
                code: Code::PlanOutOfDate.as_str().to_owned(),
                message: "The plan is another one than before. Add --yes to start it as it is now."
                    .to_owned(),
            };
            return Ok((again, Err(refusal)));
        }
    }
    let started = imports.start(ctx, again.id, None, confirm);
    Ok((again, started))
}

/// What an operator should know before anything else: warnings about the file, and that the same
/// content was imported before.
fn announce(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    for warning in import.layout.iter().flat_map(|layout| &layout.warnings) {
        output::note(&format!("Note: {}", warning.message));
    }
    if let Some(earlier) = imports.same_content(ctx, import)? {
        output::note(&format!(
            "Note: the same content was import {} by {}, {}.",
            earlier.number, earlier.created_by_name, earlier.created_at
        ));
    }
    Ok(())
}

/// Checks as a job, so that a check whose process ends goes on elsewhere.
fn check(house: &House, imports: &Imports, ctx: &Ctx, import: &Run) -> Result<Run> {
    let job = imports.queue_check(ctx, import.id, None)?;
    let status = house.runner(true).run_until_done(job)?;
    match status.error {
        Some(error) => Err(anyhow!("the file could not be checked: {error}")),
        None => Ok(imports.find(ctx, import.id)?),
    }
}

/// Prints the answer of an import that got as far as it should.
fn finish(imports: &Imports, ctx: &Ctx, import: &Run, args: &Import) -> Result<Exit> {
    write_files(imports, ctx, import, args)?;
    if args.json {
        output::json(&answer(imports, ctx, import)?);
    } else {
        summary(imports, ctx, import)?;
    }
    Ok(match import.state {
        State::Refused => Exit::Refused,
        State::Failed => Exit::Failed,
        State::Paused => Exit::RowsLeft,
        _ if import.state.has_results() && import.counts.failed + import.counts.not_started > 0 => {
            Exit::RowsLeft
        }
        _ => Exit::Done,
    })
}

/// Prints why nothing was written.
fn refused(
    imports: &Imports,
    ctx: &Ctx,
    import: &Run,
    refusal: &Refusal,
    args: &Import,
) -> Result<Exit> {
    if refusal.is_internal() {
        return Err(anyhow!("{refusal}"));
    }
    write_files(imports, ctx, import, args)?;
    if args.json {
        let mut answer = answer(imports, ctx, import)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.extend(counted(import.counts.nothing_written()));
            answer.insert("state".to_owned(), json!("refused"));
            answer.insert(
                "error".to_owned(),
                json!({ "code": refusal.code(), "message": refusal.to_string() }),
            );
        }
        output::json(&answer);
    } else {
        summary(imports, ctx, import)?;
    }
    output::note(&format!("muster: {refusal}"));
    Ok(Exit::Refused)
}

pub(super) fn open(path: &Path) -> Result<(String, Box<dyn Read>)> {
    if path == Path::new("-") {
        return Ok(("standard input".to_owned(), Box::new(io::stdin())));
    }
    let unreadable = || format!("{} cannot be read", path.display());
    let file = File::open(path).with_context(unreadable)?;
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    Ok((name.unwrap_or_default(), Box::new(file)))
}

/// What was typed, on top of what the preset starts with.
fn settings(args: &Import) -> Result<Settings> {
    let preset = Preset::parse(&args.preset).unwrap_or(Preset::General);
    let mut settings = Settings::of(preset);
    let pick = |text: &Option<String>| text.clone().unwrap_or_default();
    settings.mode = Mode::parse(&pick(&args.mode)).unwrap_or(settings.mode);
    settings.existing = Existing::parse(&pick(&args.existing)).unwrap_or(settings.existing);
    settings.former = Former::parse(&pick(&args.former)).unwrap_or(settings.former);
    settings.card_held = CardHeld::parse(&pick(&args.card_held)).unwrap_or(settings.card_held);
    settings.bad_rows = BadRows::parse(&pick(&args.bad_rows)).unwrap_or(settings.bad_rows);
    settings.unknown_group =
        UnknownGroup::parse(&pick(&args.unknown_group)).unwrap_or(settings.unknown_group);
    if !args.match_keys.is_empty() {
        settings.match_keys = args
            .match_keys
            .iter()
            .filter_map(|key| MatchKey::parse(key))
            .collect();
    }
    settings.default_country = args
        .default_country
        .as_ref()
        .map(|letters| letters.to_uppercase());
    settings.date_order = args.date_order.as_deref().and_then(import::date_order);
    settings.card_radix = args
        .card_id
        .as_deref()
        .and_then(import::card_radix)
        .unwrap_or(settings.card_radix);
    settings.card_start.clone_from(&args.card_start);
    settings.card_end.clone_from(&args.card_end);
    settings.pause_after = args.pause_after;
    settings.defaults.clone_from(&args.set);
    settings.map.clone_from(&args.map);
    settings.ignore.clone_from(&args.ignore);
    settings.values = super::values::rules(&args.values);
    settings.options = super::options::options(&args.fields)?;
    settings.splits = super::options::splits(&args.fields);
    settings.file = choices(&args.format);
    Ok(settings)
}

fn write_files(imports: &Imports, ctx: &Ctx, import: &Run, args: &Import) -> Result<()> {
    for (path, download) in [
        (&args.errors, Download::Errors),
        (&args.results, Download::Results),
    ] {
        let Some(path) = path else { continue };
        if import.counts.rows == 0 {
            continue;
        }
        let as_workbook = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        let mut out = output::open(Some(path))?;
        imports.download(ctx, import.id, download, as_workbook, &mut *out)?;
    }
    Ok(())
}

fn counted(counts: Counts) -> serde_json::Map<String, Value> {
    let Value::Object(map) = json!({
        "rows": counts.rows,
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "skipped": counts.skipped,
        "failed": counts.failed,
        "not_started": counts.not_started,
    }) else {
        return serde_json::Map::new();
    };
    map
}

/// The answer of `--json`, also of `imports show`.
pub(crate) fn answer(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<Value> {
    let problems: Vec<Value> = imports
        .problem_groups(ctx, import.id)?
        .into_iter()
        .map(|group| {
            let field = (!group.field.is_empty()).then_some(group.field);
            json!({ "code": group.code, "severity": group.severity, "field": field,
                    "rows": group.rows })
        })
        .collect();
    let mapping: Vec<Value> = import
        .mapping
        .iter()
        .flat_map(|mapping| &mapping.columns)
        .map(|column| match &column.field {
            Some(field) => json!({ "column": column.header, "field": field.key(),
                                   "confidence": column.confidence }),
            None => json!({ "column": column.header, "field": null }),
        })
        .collect();
    let layout = import.layout.as_ref();
    let mut answer = json!({
        "import": import.id,
        "number": import.number,
        "state": import.state.as_str(),
        "file": {
            "name": import.file.name,
            "bytes": import.file.bytes,
            "format": layout.map(|layout| layout.format.as_str()),
            "encoding": layout.map(|layout| layout.encoding.as_str()),
            "delimiter": layout.and_then(|layout| layout.delimiter.as_deref()),
            "header_row": layout.and_then(|layout| layout.header_row),
        },
        "mapping": mapping,
        "problems": problems,
        "seconds": import.timings,
        "rows_per_second": import.rows_per_second(),
    });
    if let Some(answer) = answer.as_object_mut() {
        answer.extend(counted(import.counts));
        if let Some(plan) = &import.plan {
            answer.insert("plan".to_owned(), serde_json::to_value(plan)?);
        }
        let departed = imports.departed(ctx, import)?;
        if departed.planned > 0 {
            answer.insert(
                "departures".to_owned(),
                json!({ "planned": departed.planned, "deactivated": departed.deactivated,
                        "kept": departed.kept, "not_started": departed.not_started }),
            );
        }
        if let Some(reason) = &import.reason {
            answer.insert("error".to_owned(), serde_json::to_value(reason)?);
        }
        if let Some(undo) = &import.undo {
            answer.insert("undo".to_owned(), serde_json::to_value(undo)?);
        }
        if let Some(redo) = &import.redo {
            let redo = json!({ "created": redo.created, "updated": redo.updated,
                               "deactivated": redo.deactivated, "left": redo.left });
            answer.insert("redo".to_owned(), redo);
        }
    }
    Ok(answer)
}

fn show_plan(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    summary(imports, ctx, import)?;
    let Some(plan) = &import.plan else {
        return Ok(());
    };
    for field in &plan.fields {
        let examples: Vec<String> = field
            .examples
            .iter()
            .map(|(before, after)| format!("{before:?} → {after:?}"))
            .collect();
        output::note(&format!(
            "  {} changes for {} people: {}",
            field.field,
            field.people,
            examples.join(", ")
        ));
    }
    for (field, people) in &plan.kept {
        output::note(&format!("  {field} is kept as it is for {people} people"));
    }
    if plan.new_group_count > 0 {
        output::note(&format!(
            "  {} new groups: {}",
            plan.new_group_count,
            plan.new_groups.join(", ")
        ));
    }
    for seat in &plan.seats {
        output::note(&format!(
            "  {}: needs {} seats, {} free",
            seat.label, seat.needed, seat.free
        ));
    }
    for (number, what) in [
        (plan.memberships_added, "places in groups and teams given"),
        (plan.memberships_removed, "places in groups and teams taken"),
        (plan.workflows_added, "people put into workflows"),
        (plan.workflows_removed, "people taken out of workflows"),
        (plan.grants, "accesses to devices given"),
        (plan.grants_removed, "accesses to devices taken away"),
        (plan.cards_added, "cards reserved"),
        (plan.cards_changed, "cards changed or replaced"),
        (plan.cards_moved, "cards taken from their holders"),
        (
            plan.cards_left,
            "cards left with others, whose rows are imported without them",
        ),
    ] {
        if number > 0 {
            output::note(&format!("  {number} {what}"));
        }
    }
    for card in &plan.moved {
        output::note(&format!(
            "    card {}: from {} to {} (row {})",
            card.number, card.from, card.to, card.row
        ));
    }
    if plan.reactivated > 0 {
        output::note(&format!(
            "  {} deactivated people come back",
            plan.reactivated
        ));
    }
    if plan.role_count > 0 {
        output::note(&format!(
            "  {} people get a role above user",
            plan.role_count
        ));
    }
    if let Some(guard) = &plan.guard {
        output::note(&format!(
            "  {} Confirm with --confirm {}.",
            guard.reason, guard.number
        ));
    }
    Ok(())
}

/// Who is deactivated because the file does not have them.
fn say_departures(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    let Some(departures) = import
        .plan
        .as_ref()
        .and_then(|plan| plan.departures.as_ref())
    else {
        return Ok(());
    };
    if !import.state.has_results() {
        let names: Vec<&str> = departures
            .examples
            .iter()
            .map(|(_, name)| name.as_str())
            .collect();
        output::note(&format!(
            "{} of {} {} are not in the file and would be deactivated: {}",
            departures.people,
            departures.in_scope,
            departures.scope,
            names.join(", ")
        ));
        return Ok(());
    }
    let departed = imports.departed(ctx, import)?;
    output::note(&format!(
        "{} people deactivated, {} kept because they were changed since the check, {} not started",
        departed.deactivated, departed.kept, departed.not_started
    ));
    Ok(())
}

/// The row equation and the problems, for people.
pub(crate) fn summary(imports: &Imports, ctx: &Ctx, import: &Run) -> Result<()> {
    let counts = import.counts;
    output::note(&format!(
        "Import {} of {}: {}",
        import.number,
        import.file.name,
        import.state.label()
    ));
    output::note(&format!(
        "{} rows = {} new + {} changed + {} unchanged + {} skipped + {} not possible{}",
        counts.rows,
        counts.created,
        counts.updated,
        counts.unchanged,
        counts.skipped,
        counts.failed,
        if counts.not_started > 0 {
            format!(" + {} not started", counts.not_started)
        } else {
            String::new()
        }
    ));
    say_departures(imports, ctx, import)?;
    for group in imports.problem_groups(ctx, import.id)? {
        let title = group
            .code
            .parse::<kernel::Code>()
            .map_or_else(|_| group.code.clone(), |code| code.title().to_owned());
        let severity = match group.severity.as_str() {
            "must_fix" => "must fix",
            "check" => "check",
            _ => "fixed for you",
        };
        output::note(&format!(
            "  {severity}: {title} ({}) — {} rows",
            group.field, group.rows
        ));
    }
    if let Some(reason) = &import.reason {
        output::note(&format!("  {}", reason.message));
    }
    if import.state == State::Paused {
        let number = import.number;
        output::note(&format!(
            "Go on with: muster imports resume {number}. Take it back with: muster imports undo {number}"
        ));
    }
    Ok(())
}
