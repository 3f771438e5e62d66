//! `muster series`: recurring imports.

use std::path::Path;

use anyhow::{Result, anyhow};
use directory::Ctx;
use import::{
    Brakes, CardHeld, Former, Import, Imports, Mode, NewSeries, Preset, Refusal, RunOutcome,
    Schedule, Series, SeriesRun, Settings, State,
};
use kernel::JobId;
use serde_json::{Value, json};

use super::{import::open, imports::find_by};
use crate::{
    cli::series::{self as cli, Add, Named},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Series) -> Result<Exit> {
    let imports = house.imports();
    match command {
        cli::Series::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(&imports, &ctx, args.json)
        }
        cli::Series::Show(named) => {
            let (ctx, series) = find(house, &imports, named)?;
            show(&imports, &ctx, &series, named.json.json)
        }
        cli::Series::Add(args) => add(house, &imports, args),
        cli::Series::Run(named) => {
            let (ctx, series) = find(house, &imports, named)?;
            let job = imports.run_series(&ctx, series.id)?;
            finish(house, &imports, &ctx, &series, job, named)
        }
        cli::Series::Push {
            series: named,
            file,
        } => {
            let (ctx, series) = find(house, &imports, named)?;
            push(house, &imports, &ctx, &series, named, file)
        }
        cli::Series::Pause(named) => pause(house, &imports, named, true),
        cli::Series::Resume(named) => pause(house, &imports, named, false),
        cli::Series::Remove { series: named, yes } => {
            let (ctx, series) = find(house, &imports, named)?;
            if !yes && !output::asks("The series will be removed; its imports stay. Go on?") {
                output::note("Nothing was done. Add --yes to remove it without being asked.");
                return Ok(Exit::Refused);
            }
            imports.remove_series(&ctx, series.id, None)?;
            Ok(Exit::Done)
        }
    }
}

fn find(house: &House, imports: &Imports, named: &Named) -> Result<(Ctx, Series)> {
    let ctx = house.ctx(named.account.account.as_deref())?;
    let series = imports.series_named(&ctx, &named.name)?;
    Ok((ctx, series))
}

fn add(house: &House, imports: &Imports, args: &Add) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let schedule = Schedule::parse(&args.schedule).ok_or_else(|| Refusal::File {
        code: "schedule_invalid".to_owned(),
        message: format!(
            "{:?} is no schedule; use push, new-file, every:MINUTES or daily:HH:MM",
            args.schedule
        ),
    })?;
    let new = NewSeries {
        name: args.name.clone(),
        folder: args.folder.clone(),
        pattern: args.pattern.clone(),
        schedule,
        settings: settings(imports, &ctx, args)?,
        brakes: brakes(args),
    };
    let series = imports.add_series(&ctx, new)?;
    show(imports, &ctx, &series, args.json.json)
}

fn settings(imports: &Imports, ctx: &Ctx, args: &Add) -> Result<Settings, Refusal> {
    let mut settings = match &args.like {
        Some(like) => imports.settings_like(ctx, &find_by(imports, ctx, like)?)?,
        None => Settings::of(Preset::parse(&args.preset).unwrap_or(Preset::General)),
    };
    if let Some(mode) = args.mode.as_deref().and_then(Mode::parse) {
        settings.mode = mode;
    }
    if let Some(scope) = imports.scope_named(ctx, &args.scope)? {
        settings.scope = Some(scope);
    }
    if let Some(former) = args.former.as_deref().and_then(Former::parse) {
        settings.former = former;
    }
    if let Some(card_held) = args.card_held.as_deref().and_then(CardHeld::parse) {
        settings.card_held = card_held;
    }
    Ok(settings)
}

fn brakes(args: &Add) -> Brakes {
    let usual = Brakes::default();
    Brakes {
        removed_percent: args.most_removed.unwrap_or(usual.removed_percent),
        removed_people: args.most_people.unwrap_or(usual.removed_people),
        changed_percent: args.most_changed.unwrap_or(usual.changed_percent),
        failed_percent: args.most_failed.unwrap_or(usual.failed_percent),
    }
}

fn pause(house: &House, imports: &Imports, named: &Named, paused: bool) -> Result<Exit> {
    let (ctx, series) = find(house, imports, named)?;
    let series = imports.pause_series(&ctx, series.id, None, paused)?;
    show(imports, &ctx, &series, named.json.json)
}

fn push(
    house: &House,
    imports: &Imports,
    ctx: &Ctx,
    series: &Series,
    named: &Named,
    file: &Path,
) -> Result<Exit> {
    let (name, mut source) = open(file)?;
    match imports.push_to_series(ctx, series.id, &name, &mut source) {
        Ok((_, job)) => finish(house, imports, ctx, series, job, named),
        // The same file again is what a nightly command may well hand over.
        Err(Refusal::File { code, message }) if code == "nothing_new" => {
            output::note(&message);
            show(imports, ctx, series, named.json.json)
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// Runs what was queued, and the import that came of it.
fn finish(
    house: &House,
    imports: &Imports,
    ctx: &Ctx,
    series: &Series,
    job: JobId,
    named: &Named,
) -> Result<Exit> {
    let status = house.runner(true).run_until_done(job)?;
    if let Some(error) = status.error {
        return Err(anyhow!(error));
    }
    let last = imports.series_runs(ctx, series.id)?.into_iter().next();
    if let Some(import) = last.and_then(|(_, import)| import)
        && import.state.is_busy()
    {
        let job = imports.resume(ctx, import.id)?;
        house.runner(true).run_until_done(job)?;
    }
    show(imports, ctx, series, named.json.json)?;
    let last = imports.series_runs(ctx, series.id)?.into_iter().next();
    Ok(match last {
        Some((run, _)) if matches!(run.outcome, RunOutcome::Held | RunOutcome::Failed) => {
            Exit::Refused
        }
        Some((_, Some(import))) => match import.state {
            State::Failed => Exit::Failed,
            State::Refused => Exit::Refused,
            _ if import.counts.failed + import.counts.not_started > 0 => Exit::RowsLeft,
            _ => Exit::Done,
        },
        Some((_, None)) | None => Exit::Done,
    })
}

fn list(imports: &Imports, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let found = imports.series_list(ctx)?;
    if as_json {
        output::json(&Value::Array(found.iter().map(of_series).collect()));
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|series| {
            vec![
                series.name.clone(),
                series.schedule.to_string(),
                series.folder.clone().unwrap_or_default(),
                series.pattern.clone(),
                match series.next_at {
                    _ if series.paused => "paused".to_owned(),
                    Some(at) => at.to_string(),
                    None => String::new(),
                },
            ]
        })
        .collect();
    output::table(&["Name", "When", "Folder", "Files", "Next"], &rows);
    Ok(Exit::Done)
}

fn of_series(series: &Series) -> Value {
    json!({
        "series": series.id, "name": series.name, "folder": series.folder,
        "pattern": series.pattern, "schedule": series.schedule.to_string(),
        "mode": series.settings.mode, "scope": series.settings.scope,
        "brakes": series.brakes, "paused": series.paused, "next_at": series.next_at,
        "saved_by": series.saved_by_name,
    })
}

fn of_run(run: &SeriesRun, import: Option<&Import>) -> Value {
    json!({
        "outcome": run.outcome.as_str(), "reasons": run.reasons, "file": run.file_name,
        "comparison": run.comparison, "started_at": run.started_at,
        "import": import.map(|import| json!({
            "import": import.id, "number": import.number, "state": import.state.as_str(),
            "rows": import.counts.rows, "created": import.counts.created,
            "updated": import.counts.updated, "unchanged": import.counts.unchanged,
            "skipped": import.counts.skipped, "failed": import.counts.failed,
            "not_started": import.counts.not_started,
        })),
    })
}

fn show(imports: &Imports, ctx: &Ctx, series: &Series, as_json: bool) -> Result<Exit> {
    let runs = imports.series_runs(ctx, series.id)?;
    if as_json {
        let mut answer = of_series(series);
        if let Some(answer) = answer.as_object_mut() {
            let runs = runs
                .iter()
                .map(|(run, import)| of_run(run, import.as_ref()));
            answer.insert("runs".to_owned(), runs.collect());
        }
        output::json(&answer);
        return Ok(Exit::Done);
    }
    output::note(&format!(
        "Series {}: {}{}",
        series.name,
        series.schedule,
        if series.paused { ", paused" } else { "" }
    ));
    for (run, import) in &runs {
        say_run(run, import.as_ref());
    }
    Ok(Exit::Done)
}

fn say_run(run: &SeriesRun, import: Option<&Import>) {
    let file = run.file_name.as_deref().unwrap_or_default();
    output::note(&format!(
        "{}  {}  {file}",
        run.started_at,
        run.outcome.label()
    ));
    if let Some(import) = import {
        let counts = import.counts;
        output::note(&format!(
            "    import {}: {}, {} rows = {} new + {} changed + {} unchanged + {} skipped + {} not possible",
            import.number,
            import.state.label(),
            counts.rows,
            counts.created,
            counts.updated,
            counts.unchanged,
            counts.skipped,
            counts.failed
        ));
    }
    if let Some(comparison) = run.comparison {
        output::note(&format!(
            "    {} rows added, {} removed, {} changed, {} the same as in the last file",
            comparison.added, comparison.removed, comparison.changed, comparison.same
        ));
    }
    for reason in &run.reasons {
        output::note(&format!("    {reason}"));
    }
}
