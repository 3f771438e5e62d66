//! `muster imports` as far as it is the same here and against a server: the history, and taking
//! imports back, doing them again and going on with them.

use anyhow::{Result, anyhow};
use import::{Download, Report, State};

use super::{
    import::start,
    importer::{Ended, Importer},
    report,
};
use crate::{
    cli::{Target, ToFile},
    exit::Exit,
    output,
};

pub(crate) fn list(importer: &dyn Importer, as_json: bool) -> Result<Exit> {
    let found = importer.list()?;
    if as_json {
        output::json(&serde_json::to_value(&found)?);
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .into_iter()
        .map(|import| {
            let counts = import.counts;
            vec![
                import.number.to_string(),
                import.name,
                import.state.label().to_owned(),
                counts.rows.to_string(),
                format!("+{} ~{} –{}", counts.created, counts.updated, counts.failed),
                import.created_at.to_string(),
            ]
        })
        .collect();
    output::table(
        &[
            "No.",
            "Name",
            "State",
            "Rows",
            "New, changed, left",
            "Uploaded",
        ],
        &rows,
    );
    Ok(Exit::Done)
}

pub(crate) fn show(importer: &dyn Importer, target: &Target) -> Result<Exit> {
    say(&importer.find(&target.id)?, target.json.json)
}

/// Prints an import.
pub(crate) fn say(report: &Report, as_json: bool) -> Result<Exit> {
    if as_json {
        output::json(&report::answer(report)?);
    } else {
        report::summary(report);
    }
    Ok(Exit::Done)
}

pub(crate) fn download(importer: &dyn Importer, file: &ToFile, what: Download) -> Result<Exit> {
    let import = importer.find(&file.id)?.import;
    let as_workbook = file
        .output
        .as_ref()
        .and_then(|path| path.extension())
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    let mut out = output::open(file.output.as_deref())?;
    importer.download(import, what, as_workbook, &mut *out)?;
    Ok(Exit::Done)
}

/// Goes on with what an import was at: a check leads to its run, as `muster import --yes` does.
pub(crate) fn resume(
    importer: &dyn Importer,
    target: &Target,
    confirm: Option<i64>,
    yes: bool,
) -> Result<Exit> {
    let mut found = importer.find(&target.id)?;
    if found.state == State::Checking {
        found = importer.go_on(found.import)?.report;
    }
    let ended = match found.state {
        State::Planned => start(importer, found, confirm, yes)?.1?,
        _ => importer.go_on(found.import)?,
    };
    finish(ended, target.json.json)
}

pub(crate) fn undo(importer: &dyn Importer, target: &Target, yes: bool) -> Result<Exit> {
    let id = importer.find(&target.id)?.import;
    let preview = importer.undo_preview(id)?;
    output::note(&format!(
        "{} new people are removed, {} kept because they were changed or signed in since; \
         {} changed people are restored, {} kept; {} deactivated people become active again, \
         {} stay.",
        preview.removed,
        preview.kept_created,
        preview.restored,
        preview.kept_updated,
        preview.reinstated,
        preview.kept_departed
    ));
    if preview.returned + preview.kept_holders > 0 {
        output::note(&format!(
            "{} cards are given back to those who held them; {} people do not get theirs.",
            preview.returned, preview.kept_holders
        ));
    }
    for (_, name) in &preview.kept {
        output::note(&format!("  kept: {name}"));
    }
    output::note("Nothing was sent that could not be taken back.");
    if !yes && !output::asks("Take the import back?") {
        output::note("Nothing was done. Add --yes to undo without being asked.");
        return Ok(Exit::Refused);
    }
    finish(importer.undo(id)?, target.json.json)
}

pub(crate) fn redo(importer: &dyn Importer, target: &Target, yes: bool) -> Result<Exit> {
    let id = importer.find(&target.id)?.import;
    let preview = importer.redo_preview(id)?;
    output::note(&format!(
        "{} people are created again, {} changed again, {} deactivated again; {} are left alone \
         because they were changed since.",
        preview.created, preview.updated, preview.deactivated, preview.left
    ));
    if !yes && !output::asks("Do the import again?") {
        output::note("Nothing was done. Add --yes to do it again without being asked.");
        return Ok(Exit::Refused);
    }
    finish(importer.redo(id)?, target.json.json)
}

pub(crate) fn complete(importer: &dyn Importer, target: &Target, yes: bool) -> Result<Exit> {
    let id = importer.find(&target.id)?.import;
    let question = "Row details and files will be removed for good. Go on?";
    if !yes && !output::asks(question) {
        output::note("Nothing was done. Add --yes to complete without being asked.");
        return Ok(Exit::Refused);
    }
    say(&importer.complete(id)?, target.json.json)
}

fn finish(ended: Ended, as_json: bool) -> Result<Exit> {
    let report = ended.report;
    say(&report, as_json)?;
    if let Some(error) = ended.failure {
        return Err(anyhow!(error));
    }
    Ok(match report.state {
        State::Failed => Exit::Failed,
        State::Refused => Exit::Refused,
        State::Paused => Exit::RowsLeft,
        _ if report.rows_left() > 0 && report.undo.is_none() => Exit::RowsLeft,
        _ => Exit::Done,
    })
}
