//! `muster series`: recurring imports.

use std::path::Path;

use anyhow::{Result, anyhow};
use directory::Ctx;
use import::{
    Brakes, CardHeld, Former, Import, Imports, Mode, NewSeries, Preset, Refusal, Schedule, Scope,
    Series, SeriesRun, Settings,
};
use kernel::JobId;
use serde_json::json;

use super::{
    import::open,
    imports::find_by,
    recurring::{self, ShownImport, ShownRun, ShownSeries},
};
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
            if !recurring::shall_go(*yes) {
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
    let schedule = schedule(args)?;
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

/// When it is to look.
pub(crate) fn schedule(args: &Add) -> Result<Schedule, Refusal> {
    Schedule::parse(&args.schedule).ok_or_else(|| Refusal::File {
        code: "schedule_invalid".to_owned(),
        message: format!(
            "{:?} is no schedule; use push, new-file, every:MINUTES or daily:HH:MM",
            args.schedule
        ),
    })
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

pub(crate) fn brakes(args: &Add) -> Brakes {
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
    let runs = runs(imports, ctx, series)?;
    recurring::show(named.json.json, &of_series(series), &runs)?;
    Ok(recurring::ended(runs.first()))
}

fn list(imports: &Imports, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let found: Vec<ShownSeries> = imports.series_list(ctx)?.iter().map(of_series).collect();
    recurring::list(as_json, &found)
}

fn of_series(series: &Series) -> ShownSeries {
    let scope = series.settings.scope.as_ref().map(|scope| match scope {
        Scope::Everybody => json!(["all"]),
        Scope::Series => json!(["series"]),
        Scope::Groups(ids) => json!(ids),
    });
    ShownSeries {
        series: series.id,
        name: series.name.clone(),
        folder: series.folder.clone(),
        pattern: series.pattern.clone(),
        schedule: series.schedule.to_string(),
        mode: series.settings.mode,
        scope: json!(scope),
        brakes: series.brakes,
        paused: series.paused,
        next_at: series.next_at,
        saved_by: series.saved_by_name.clone(),
    }
}

fn runs(imports: &Imports, ctx: &Ctx, series: &Series) -> Result<Vec<ShownRun>> {
    let found = imports.series_runs(ctx, series.id)?;
    Ok(found.into_iter().map(of_run).collect())
}

fn of_run((run, import): (SeriesRun, Option<Import>)) -> ShownRun {
    ShownRun {
        outcome: run.outcome,
        reasons: run.reasons,
        file: run.file_name,
        comparison: run.comparison,
        started_at: run.started_at,
        import: import.map(|import| ShownImport {
            import: import.id,
            number: import.number,
            state: import.state,
            counts: import.counts,
        }),
    }
}

fn show(imports: &Imports, ctx: &Ctx, series: &Series, as_json: bool) -> Result<Exit> {
    recurring::show(as_json, &of_series(series), &runs(imports, ctx, series)?)
}
