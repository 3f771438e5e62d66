//! `muster import`: one import, start to end, here or against a server.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::{Context, Result, anyhow};
use import::{
    BadRows, CardHeld, Choices, ChosenColumn, ChosenValue, Download, Existing, Former, MatchKey,
    Mode, Preset, ReadAs, Refusal, Report, State, UnknownGroup,
};
use kernel::Code;

use super::{
    importer::{Ended, Importer, Received},
    read::choices as format_of,
    report,
};
use crate::{cli::Import, exit::Exit, output};

pub(crate) fn run(importer: &dyn Importer, args: &Import) -> Result<Exit> {
    let id = match importer.receive(&args.file, &choices(args)?)? {
        // One that was waited for before: its people are still to be invited.
        Received::Ran(report) => {
            invite(importer, &report, args)?;
            return finish(importer, &report, args);
        }
        Received::Draft { id, notes } => {
            for note in notes {
                output::note(&format!("Note: {note}"));
            }
            id
        }
    };
    let planned = importer.check(id)?;
    if planned.state != State::Planned {
        let refusal = why_not_planned(&planned);
        return refused(importer, planned, &refusal, args);
    }
    if args.dry_run {
        return finish(importer, &planned, args);
    }
    if !args.yes {
        report::plan(&planned);
        output::note(if args.invites() {
            "  Those who never signed in are invited once it is done."
        } else {
            "  Nobody is invited."
        });
        if !output::asks("Start the import?") {
            output::note("Nothing was imported. Add --yes to import without being asked.");
            return finish(importer, &planned, args);
        }
    }
    let (planned, started) = start(importer, planned, args.confirm, args.yes)?;
    let done = match started {
        Ok(ended) => ended.report,
        Err(refusal) => return refused(importer, planned, &refusal, args),
    };
    invite(importer, &done, args)?;
    finish(importer, &done, args)
}

/// Invites the people of an import that is done, if that was asked for; once more changes nothing for them.
fn invite(importer: &dyn Importer, done: &Report, args: &Import) -> Result<()> {
    if args.invites() && matches!(done.state, State::Done | State::DoneWithProblems) {
        importer.invite(done.import)?;
        output::note(
            "Its people who never signed in are invited. Messages are sent by a running server, or by muster outbox send.",
        );
    }
    Ok(())
}

/// Why a check did not end in a plan.
fn why_not_planned(report: &Report) -> Refusal {
    match report.error.clone() {
        Some(reason) => Refusal::File {
            code: reason.code,
            message: reason.message,
        },
        None => Refusal::WrongState(report.state),
    }
}

/// Starts a planned import and waits for its end. If its plan is out of date it is checked again
/// first, and a plan that says something else than before has to be agreed to anew.
pub(crate) fn start(
    importer: &dyn Importer,
    planned: Report,
    confirm: Option<i64>,
    yes: bool,
) -> Result<(Report, Result<Ended, Refusal>)> {
    let why = match importer.start(planned.import, confirm)? {
        Err(refusal) if refusal.code() == Code::PlanOutOfDate.as_str() => refusal,
        started => return Ok((planned, started)),
    };
    output::note(&format!("{why} Checking."));
    let again = importer.check(planned.import)?;
    let (Some(before), Some(now)) = (&planned.plan, &again.plan) else {
        let refusal = why_not_planned(&again);
        return Ok((again, Err(refusal)));
    };
    if now.says_the_same_as(before) {
        output::note("The plan is still the same.");
    } else {
        output::note("The plan is another one now:");
        report::plan(&again);
        if !yes && !output::asks("Start the import?") {
            let refusal = Refusal::File {
                code: Code::PlanOutOfDate.as_str().to_owned(),
                message: "The plan is another one than before. Add --yes to start it as it is now."
                    .to_owned(),
            };
            return Ok((again, Err(refusal)));
        }
    }
    let started = importer.start(again.import, confirm)?;
    Ok((again, started))
}

/// Prints the answer of an import that got as far as it should.
fn finish(importer: &dyn Importer, report: &Report, args: &Import) -> Result<Exit> {
    write_files(importer, report, args)?;
    super::history::say(report, args.json)?;
    importer.is_told();
    Ok(match report.state {
        State::Refused => Exit::Refused,
        State::Failed => Exit::Failed,
        State::Paused => Exit::RowsLeft,
        state if state.has_results() && report.rows_left() > 0 => Exit::RowsLeft,
        _ => Exit::Done,
    })
}

/// Prints why nothing was written.
fn refused(
    importer: &dyn Importer,
    report: Report,
    refusal: &Refusal,
    args: &Import,
) -> Result<Exit> {
    if refusal.is_internal() {
        return Err(anyhow!("{refusal}"));
    }
    write_files(importer, &report, args)?;
    if args.json {
        output::json(&report::answer(&report.refused(refusal))?);
    } else {
        report::summary(&report);
    }
    output::note(&format!("muster: {refusal}"));
    importer.is_told();
    Ok(Exit::Refused)
}

pub(crate) fn open(path: &Path) -> Result<(String, Box<dyn Read>)> {
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

/// What was typed, as it is chosen for an import.
fn choices(args: &Import) -> Result<Choices> {
    let pick = |text: &Option<String>| text.clone().unwrap_or_default();
    let value = |(field, value): &(String, String)| ChosenValue {
        field: field.clone(),
        value: value.clone(),
    };
    let column = |(column, field): &(String, String)| ChosenColumn {
        column: column.clone(),
        field: field.clone(),
    };
    let read_as = |(field, value, becomes): &(String, String, String)| ReadAs {
        field: field.clone(),
        value: value.clone(),
        becomes: becomes.clone(),
    };
    let keys = args.match_keys.iter();
    Ok(Choices {
        preset: Preset::parse(&args.preset),
        mode: Mode::parse(&pick(&args.mode)),
        scope: args.scope.clone(),
        existing: Existing::parse(&pick(&args.existing)),
        former: Former::parse(&pick(&args.former)),
        card_held: CardHeld::parse(&pick(&args.card_held)),
        bad_rows: BadRows::parse(&pick(&args.bad_rows)),
        unknown_group: UnknownGroup::parse(&pick(&args.unknown_group)),
        match_keys: keys.filter_map(|key| MatchKey::parse(key)).collect(),
        default_country: args.default_country.clone(),
        date_order: args.date_order.as_deref().and_then(import::date_order),
        card_radix: args.card_id.as_deref().and_then(import::card_radix),
        card_start: args.card_start.clone(),
        card_end: args.card_end.clone(),
        pause_after: args.pause_after,
        set: args.set.iter().map(value).collect(),
        map: args.map.iter().map(column).collect(),
        ignore: args.ignore.clone(),
        read_as: args.values.replaced.iter().map(read_as).collect(),
        create_values: args.values.created.iter().map(value).collect(),
        skip_values: args.values.skipped.iter().map(value).collect(),
        options: super::options::options(&args.fields)?,
        splits: super::options::splits(&args.fields),
        file: format_of(&args.format),
        mapping: args.saved.mapping.clone(),
    })
}

fn write_files(importer: &dyn Importer, report: &Report, args: &Import) -> Result<()> {
    for (path, download) in [
        (&args.errors, Download::Errors),
        (&args.results, Download::Results),
    ] {
        let Some(path) = path else { continue };
        if report.counts.rows == 0 {
            continue;
        }
        let as_workbook = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
        let mut out = output::open(Some(path))?;
        importer.download(report.import, download, as_workbook, &mut *out)?;
    }
    Ok(())
}
