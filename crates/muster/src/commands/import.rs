//! `muster import`: one import, start to end.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use directory::Ctx;
use import::{
    BadRows, CardHeld, Download, Existing, Former, Import as Run, Imports, MatchKey, Mode,
    NewImport, Preset, Refusal, Settings, State, UnknownGroup,
};
use kernel::{Code, JobId};
use serde_json::json;

use super::{read::choices, report};
use crate::{cli::Import, exit::Exit, house::House, output};

pub(crate) fn run(house: &House, args: &Import) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let imports = house.imports();
    let mut settings = settings(&imports, &ctx, args)?;
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
        report::plan(&imports, &ctx, &planned)?;
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
        report::plan(imports, ctx, &again)?;
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
        output::json(&report::answer(imports, ctx, import)?);
    } else {
        report::summary(imports, ctx, import)?;
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
        let mut answer = report::answer(imports, ctx, import)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.extend(report::counted(import.counts.nothing_written()));
            answer.insert("state".to_owned(), json!("refused"));
            answer.insert(
                "error".to_owned(),
                json!({ "code": refusal.code(), "message": refusal.to_string() }),
            );
        }
        output::json(&answer);
    } else {
        report::summary(imports, ctx, import)?;
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
fn settings(imports: &Imports, ctx: &Ctx, args: &Import) -> Result<Settings> {
    let preset = Preset::parse(&args.preset).unwrap_or(Preset::General);
    let mut settings = imports.usual(ctx, preset)?;
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
